"""docker-compose.yaml is valid and safe; no Docker is needed to say so."""

import base64
import json
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import jsonschema
import pytest
import yaml
from airflow.cli.cli_parser import get_parser

from demo import airflow_processes, resources, settings

PROJECT = Path(__file__).parents[2]
TEXT = (PROJECT / "docker-compose.yaml").read_text("utf-8")
COMPOSE = yaml.safe_load(TEXT)
SERVICES = COMPOSE["services"]
AIRFLOW = {name: service for name, service in SERVICES.items() if "build" in service}
ONE_SHOT = {"airflow-init", "sandbox-connections"}
DOCKERFILE = COMPOSE["x-airflow"]["build"]["dockerfile_inline"]

HARMLESS = {
    "AIRFLOW_PORT": "8080",
    "REPRESENTMENT_EVIDENCE_URI": resources.DEFAULTS[resources.EVIDENCE],
    "REPRESENTMENT_ROUNDS_URI": resources.DEFAULTS[resources.ROUNDS],
    "SANDBOX_PORT": "12111",
    "SANDBOX_S3_PORT": "9000",
    "SEEDS": "./include/sandbox/seeds",
}
# `$$` is a dollar sign, not a variable.
VARIABLE = re.compile(r"(?<!\$)\$(?:\{(?P<name>\w+)(?:(?P<operator>:\?|:-)(?P<rest>[^}]*))?\}|(?P<bare>\w+))")


def content(name):
    """Return the text of a config, its variables filled in."""
    text = COMPOSE["configs"][name]["content"]
    return json.loads(VARIABLE.sub(lambda m: HARMLESS.get(m["name"], m["name"]), text))


def commands(service):
    """Return what a service runs, its health check included, as lists of words."""
    command = service.get("command", [])
    if command[:1] == ["bash"]:
        lines = command[2].splitlines()
        yield from (shlex.split(part) for line in lines for part in line.split("||"))
    elif command:
        yield command
    if "healthcheck" in service:
        kind, *words = service["healthcheck"]["test"]
        assert kind == "CMD"
        yield words


def test_it_is_a_compose_file_by_the_specifications_schema():
    schema = json.loads((PROJECT / "tests" / "data" / "compose-spec.json").read_text("utf-8"))
    jsonschema.validate(COMPOSE, schema)


def test_the_schema_refuses_a_misspelt_key():
    schema = json.loads((PROJECT / "tests" / "data" / "compose-spec.json").read_text("utf-8"))
    with pytest.raises(jsonschema.ValidationError, match="dependson"):
        jsonschema.validate({"services": {"postgres": {"image": "postgres:18.6", "dependson": []}}}, schema)


def test_every_image_is_pinned_to_a_full_version():
    images = [service["image"] for service in SERVICES.values()] + re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)

    assert len(images) > len(SERVICES)
    for image in images:
        assert re.search(r":[a-z-]*\d+\.\d+(\.\d+)?(-[a-z0-9.]+)?$", image), image


def test_the_images_hold_the_versions_that_the_project_is_pinned_to():
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"]
    pinned = re.search(r"^apache-airflow==(\S+)", (PROJECT / "requirements.txt").read_text("utf-8"), re.MULTILINE)

    assert {service["image"] for service in AIRFLOW.values()} == {f"representment:{project['version']}"}
    assert re.search(r"^FROM apache/airflow:slim-(\S+)-python3\.12$", DOCKERFILE, re.MULTILINE)[1] == pinned[1]


def test_the_image_is_built_from_hashed_requirements_and_files_that_are_there():
    copied = re.findall(r"^COPY (?:--\S+ )?(.*) \S+$", DOCKERFILE, re.MULTILINE)
    # The build of the project itself, too: its backend comes with the requirements.
    backend = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["build-system"]["requires"]
    requirements = (PROJECT / "requirements.txt").read_text("utf-8")

    assert "--require-hashes -r requirements.txt" in DOCKERFILE
    assert "--no-deps --no-build-isolation" in DOCKERFILE
    assert all(f"\n{requirement} " in requirements for requirement in backend)
    for path in " ".join(copied).split():
        assert (PROJECT / path).exists(), path


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_every_service_that_stays_has_a_health_check_and_comes_back(name):
    service = SERVICES[name]
    if name in ONE_SHOT:
        assert service["restart"] == "no"
        assert "healthcheck" not in service
    else:
        assert service["restart"] == "unless-stopped"
        assert service["healthcheck"]["test"]


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_services_wait_for_what_can_be_waited_for(name):
    for other, how in SERVICES[name].get("depends_on", {}).items():
        expected = "service_completed_successfully" if other in ONE_SHOT else "service_healthy"
        assert how == {"condition": expected}
        # A service outside a profile must not need one inside.
        assert set(SERVICES[other].get("profiles", [])) <= set(SERVICES[name].get("profiles", []))


def test_ports_are_open_to_this_machine_alone():
    ports = [port for service in SERVICES.values() for port in service.get("ports", [])]

    assert len(ports) == 3
    assert all(port.startswith("127.0.0.1:") for port in ports)
    assert "ports" not in SERVICES["postgres"]


def test_every_variable_is_required_or_has_a_harmless_default():
    # Comments are for people.
    found = list(VARIABLE.finditer(re.sub(r"^\s*#.*$", "", TEXT, flags=re.MULTILINE)))

    assert {match["name"] for match in found} > set(HARMLESS)
    for match in found:
        if match["name"] in HARMLESS:
            assert (match["operator"], match["rest"]) == (":-", HARMLESS[match["name"]])
        else:
            assert match["operator"] == ":?", match[0]


def test_no_secret_stands_in_the_file():
    secret = re.compile(r"password|secret|fernet|token|sql_alchemy_conn", re.IGNORECASE)
    settings_ = [
        (name, value)
        for service in SERVICES.values()
        for name, value in service.get("environment", {}).items()
        if secret.search(name) and not name.endswith("_FILE")
    ]
    connections = yaml.safe_load(COMPOSE["configs"]["sandbox-connections"]["content"]).values()
    settings_ += [("password", connection["password"]) for connection in connections]

    assert len(settings_) > 5
    for name, value in settings_:
        assert re.search(r"\$\{\w+:\?", value), name


def test_the_one_liner_makes_every_required_secret_once(tmp_path):
    (line,) = [line.removeprefix("#").strip() for line in TEXT.splitlines() if line.startswith("#   test -e .env")]

    subprocess.run(["bash", "-euc", line], cwd=tmp_path, check=True, capture_output=True)
    made = (tmp_path / ".env").read_text("utf-8")
    values = settings.read_settings(tmp_path / ".env")
    subprocess.run(["bash", "-euc", line], cwd=tmp_path, check=True, capture_output=True)

    assert set(values) == {match["name"] for match in VARIABLE.finditer(TEXT) if match["operator"] == ":?"}
    assert len(set(values.values())) == len(values)
    assert len(base64.urlsafe_b64decode(values["AIRFLOW_FERNET_KEY"])) == 32
    assert all(len(value) >= 44 for value in values.values())
    assert values["POSTGRES_PASSWORD"].isalnum(), "it stands in a URL"
    assert (tmp_path / ".env").stat().st_mode & 0o077 == 0
    assert (tmp_path / ".env").read_text("utf-8") == made
    assert ".env" in (PROJECT / ".gitignore").read_text("utf-8").splitlines()


def test_airflow_reads_the_same_settings_as_the_native_stack():
    for name, service in AIRFLOW.items():
        if name != "sandbox":
            assert PROJECT / service["env_file"] == settings.AIRFLOW_ENV, name
            assert not set(service["environment"]) & set(settings.read_settings()), name
    users = ",".join(f"{name}:{role}" for name, role in airflow_processes.USERS.items())
    assert SERVICES["api-server"]["environment"]["AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS"] == users


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_mounted_folders_are_there_and_read_only_and_volumes_are_named(name):
    for volume in SERVICES[name].get("volumes", []):
        if isinstance(volume, dict):
            assert volume["read_only"]
        elif volume.startswith("./"):
            source, _, mode = volume.split(":")
            assert (PROJECT / source).is_dir()
            assert mode == "ro"
        else:
            assert volume.split(":")[0] in COMPOSE["volumes"]


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_services_run_programs_that_exist_with_options_that_they_take(name):
    for words in commands(SERVICES[name]):
        if words[0] == "airflow":
            get_parser().parse_args(words[1:])
        else:
            assert words[0] in {"python", "curl", "pg_isready"}


def test_the_sandbox_takes_the_options_it_is_started_with():
    python, _, module, *options = SERVICES["sandbox"]["command"]
    assert (python, module) == ("python", "sandbox")

    usage = subprocess.run([sys.executable, "-m", module, "--help"], check=True, capture_output=True, text=True).stdout
    assert {option.partition("=")[0] for option in options} <= set(re.findall(r"--[a-z0-9-]+", usage))
    ports = {option.partition("=")[2] for option in options if "port" in option}
    assert ports == {port.rpartition(":")[2] for port in SERVICES["sandbox"]["ports"]}


def test_the_pools_are_made_as_the_native_stack_makes_them_and_a_brake_outlives_a_restart():
    commands = [
        [shlex.split(part) for part in line.split("||")]
        for line in SERVICES["airflow-init"]["command"][2].splitlines()
        if "pools" in line
    ]

    assert commands == [
        [["airflow", "pools", "get", name], ["airflow", "pools", "set", name, str(resources.POOL_SLOTS), meaning]]
        for name, meaning in resources.POOLS.items()
    ]


def test_variables_and_the_sandboxs_connections_are_those_of_the_native_stack():
    stripe = resources.connections.sandbox_stripe("http://sandbox:12111", "sk_test_SANDBOX_TOKEN", "submit")
    aws = resources.connections.sandbox_aws("http://sandbox:9000")
    made = content("sandbox-connections")

    assert content("variables") == resources.DEFAULTS
    assert set(made) == {resources.connections.STRIPE, resources.connections.AWS}
    assert made["stripe_default"] == {
        "conn_type": stripe.conn_type,
        "password": stripe.password,
        "extra": stripe.extra,
    }
    assert (made["aws_default"]["conn_type"], made["aws_default"]["extra"]) == (aws.conn_type, aws.extra)
