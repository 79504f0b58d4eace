import pytest

from demo.settings import AIRFLOW_ENV, read_settings, surroundings


def test_every_shipped_setting_has_the_name_of_an_airflow_setting():
    assert all(key.startswith("AIRFLOW__") and key.count("__") == 2 for key in read_settings())


def test_every_shipped_setting_is_below_a_comment_with_its_reason():
    lines = AIRFLOW_ENV.read_text().splitlines()
    blocks = "\n".join(lines).split("\n\n")
    assert all(block.startswith("#") for block in blocks if block.strip())


def test_values_are_read_as_docker_reads_them(tmp_path):
    file = tmp_path / "x.env"
    file.write_text('# why\nA=1\n\n  B="two" # kept\nC=a=b\n')
    assert read_settings(file) == {"A": "1", "B": '"two" # kept', "C": "a=b"}


@pytest.mark.parametrize("text", ["A\n", "=1\n", "A B=1\n"])
def test_a_line_that_is_not_a_setting_is_named_with_its_place(tmp_path, text):
    file = tmp_path / "x.env"
    file.write_text(f"# why\n{text}")
    with pytest.raises(ValueError, match=r"x\.env:2: not KEY=VALUE"):
        read_settings(file)


def test_a_repeated_key_is_refused(tmp_path):
    file = tmp_path / "x.env"
    file.write_text("A=1\nA=2\n")
    with pytest.raises(ValueError, match=r"x\.env:2: A is given twice"):
        read_settings(file)


def test_another_airflows_settings_are_dropped_and_connections_kept():
    given = {
        "AIRFLOW_HOME": "/elsewhere",
        "AIRFLOW_CONFIG": "/elsewhere/airflow.cfg",
        "AIRFLOW__CORE__EXECUTOR": "CeleryExecutor",
        "AIRFLOW_CONN_AWS_DEFAULT": "aws://",
        "PATH": "/bin",
    }
    kept = surroundings(given)
    assert {"AIRFLOW_CONN_AWS_DEFAULT", "PATH"} <= set(kept)
    assert not {"AIRFLOW_HOME", "AIRFLOW_CONFIG", "AIRFLOW__CORE__EXECUTOR"} & set(kept)


def test_this_machine_is_reached_without_a_proxy():
    kept = surroundings({"NO_PROXY": "example.com"})
    assert kept["NO_PROXY"] == "example.com,127.0.0.1,localhost"
    assert kept["no_proxy"] == "127.0.0.1,localhost"


def test_another_postgres_databases_settings_are_dropped():
    assert not {"PGPORT", "PGSERVICE"} & set(surroundings({"PGPORT": "5433", "PGSERVICE": "x"}))


@pytest.mark.parametrize(("connection", "stays"), [("", False), ("aws://", True)])
def test_an_aws_profile_is_kept_only_besides_an_aws_connection(connection, stays):
    given = {"AWS_PROFILE": "mine", "AWS_DEFAULT_PROFILE": "mine", "AIRFLOW_CONN_AWS_DEFAULT": connection}
    assert ({"AWS_PROFILE", "AWS_DEFAULT_PROFILE"} <= set(surroundings(given))) is stays
