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
from airflow.configuration import conf

from demo import airflow_processes, resources, settings

PROJECT = Path(__file__).parents[2]
TEXT = (PROJECT / "docker-compose.yaml").read_text("utf-8")
COMPOSE = yaml.safe_load(TEXT)
SERVICES = COMPOSE["services"]
AIRFLOW = {name: service for name, service in SERVICES.items() if "build" in service}
ONE_SHOT = {"airflow-init", "sandbox-connections"}
DOCKERFILE = COMPOSE["x-airflow"]["build"]["dockerfile_inline"]

HARMLESS = {
    "AIRFLOW_BASE_URL": "http://127.0.0.1:8080",
    "AIRFLOW_PORT": "8080",
    "GRAFANA_PORT": "3000",
    "PROMETHEUS_PORT": "9090",
    "SANDBOX_PORT": "12111",
    "SANDBOX_S3_PORT": "9000",
    "SEEDS": "./include/sandbox/seeds",
    "STATSD_HOST": "statsd-exporter",
    "STATSD_ON": "False",
    "WORKER_CPUS": "2",
    "WORKER_MEMORY": "8g",
    "WORKER_SLOTS": "8",
}
PROGRAMS = {"celery", "curl", "grep", "pg_isready", "printf", "python", "sed", "valkey-cli", "valkey-server", "wget"}
REQUIRED = {"COMPOSE_PROFILES", "REPRESENTMENT_EVIDENCE_URI", "REPRESENTMENT_ROUNDS_URI"}
"""What nobody can choose for the operator; compose stops without it."""
# `$$` is a dollar sign, not a variable.
VARIABLE = re.compile(r"(?<!\$)\$(?:\{(?P<name>\w+)(?:(?P<operator>:\?|:-)(?P<rest>[^}]*))?\}|(?P<bare>\w+))")


def content(name):
    """Return the text of a config, its variables filled in."""
    text = COMPOSE["configs"][name]["content"]
    return json.loads(VARIABLE.sub(lambda m: HARMLESS.get(m["name"], m["name"]), text))


def commands(service):
    """Return what a service runs, its health check included, as lists of words."""
    command = service.get("command", [])
    if command[:1] in (["bash"], ["sh"]):
        yield from script(command[2])
    elif command:
        yield command
    if "healthcheck" in service:
        kind, *words = service["healthcheck"]["test"]
        yield from script(words[0]) if kind == "CMD-SHELL" else [words]


def script(text):
    """Return the programs of a small shell script, each with its words."""
    for line in text.replace("$$", "$").splitlines():
        for part in re.split(r"\|\|?", line):
            yield shlex.split(part.removeprefix("exec ").strip().removeprefix("exec "))


def test_the_compose_file_is_valid_by_the_specifications_schema():
    schema = json.loads((PROJECT / "tests" / "data" / "compose-spec.json").read_text("utf-8"))
    assert list(jsonschema.Draft202012Validator(schema).iter_errors(COMPOSE)) == []


def test_the_schema_refuses_a_misspelt_key():
    schema = json.loads((PROJECT / "tests" / "data" / "compose-spec.json").read_text("utf-8"))
    with pytest.raises(jsonschema.ValidationError, match="dependson"):
        jsonschema.validate({"services": {"postgres": {"image": "postgres:18.6", "dependson": []}}}, schema)


def test_every_image_is_pinned_to_a_full_version():
    images = [service["image"] for service in SERVICES.values()]
    images += re.findall(r"^FROM (\S+:\S+)", DOCKERFILE, re.MULTILINE)

    assert len(images) > len(SERVICES)
    for image in images:
        assert re.search(r":[a-z-]*\d+\.\d+(\.\d+)?(-[a-z0-9.]+)?$", image), image


def test_the_images_contain_the_projects_pinned_versions():
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"]
    pinned = re.search(r"^apache-airflow==(\S+)", (PROJECT / "requirements.txt").read_text("utf-8"), re.MULTILINE)

    names = {service["image"] for service in AIRFLOW.values()}
    assert names == {f"{name}:{project['version']}" for name in ("representment", "representment-sandbox")}
    assert re.search(r"^FROM apache/airflow:slim-(\S+)-python3\.12 AS run$", DOCKERFILE, re.MULTILINE)[1] == pinned[1]


def test_the_image_is_built_from_hashed_requirements_and_existing_files():
    copied = re.findall(r"^COPY (?:--\S+ )?(.*) \S+$", DOCKERFILE, re.MULTILINE)
    # The build of the project itself, too: its backend comes with the requirements.
    backend = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["build-system"]["requires"]
    installed = re.findall(r"--require-hashes -r (\S+)$", DOCKERFILE, re.MULTILINE)
    requirements = (PROJECT / installed[0]).read_text("utf-8")

    assert installed == ["requirements/celery.txt", "requirements/demo.txt"]
    assert "--no-deps --no-build-isolation" in DOCKERFILE
    assert all(f"\n{requirement} " in requirements for requirement in backend)
    for path in " ".join(copied).split():
        assert (PROJECT / path).exists(), path


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_every_long_running_service_has_a_health_check_and_restarts(name):
    service = SERVICES[name]
    if name in ONE_SHOT:
        assert service["restart"] == "no"
        assert "healthcheck" not in service
    else:
        assert service["restart"] == "unless-stopped"
        assert service["healthcheck"]["test"]


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_services_wait_until_their_dependencies_are_healthy_or_finished(name):
    for other, how in SERVICES[name].get("depends_on", {}).items():
        expected = "service_completed_successfully" if other in ONE_SHOT else "service_healthy"
        assert how == {"condition": expected}
        # A service outside a profile must not need one inside.
        assert set(SERVICES[other].get("profiles", [])) <= set(SERVICES[name].get("profiles", []))


def test_each_executor_has_its_own_scheduler_and_does_not_need_the_other():
    profiles = {name: service.get("profiles", []) for name, service in SERVICES.items()}

    assert [name for name, those in profiles.items() if those == ["celery"]] == ["redis", "scheduler", "worker"]
    assert [name for name, those in profiles.items() if those == ["local"]] == ["scheduler-local"]
    assert SERVICES["scheduler-local"]["environment"]["AIRFLOW__CORE__EXECUTOR"] == "LocalExecutor"
    assert SERVICES["scheduler"]["environment"]["AIRFLOW__CORE__EXECUTOR"] == "CeleryExecutor"
    assert SERVICES["scheduler"]["deploy"]["replicas"] == 2


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_every_service_has_memory_and_log_limits(name):
    assert SERVICES[name]["mem_limit"]
    assert SERVICES[name]["logging"]["options"] == {"max-size": "20m", "max-file": "5"}


def test_ports_are_open_only_to_this_machine():
    ports = [port for service in SERVICES.values() for port in service.get("ports", [])]

    assert len(ports) == 5
    assert all(port.startswith("127.0.0.1:") for port in ports)
    assert "ports" not in SERVICES["postgres"]


def test_every_variable_is_required_or_has_a_harmless_default():
    # Comments are for people.
    found = list(VARIABLE.finditer(re.sub(r"^\s*#.*$", "", TEXT, flags=re.MULTILINE)))

    assert {match["name"] for match in found} == set(HARMLESS) | REQUIRED
    for match in found:
        if match["name"] in HARMLESS:
            assert (match["operator"], match["rest"]) == (":-", HARMLESS[match["name"]])
        else:
            assert match["operator"] == ":?", match[0]


def test_the_example_environment_file_names_exactly_what_can_be_set():
    example = (PROJECT / ".env.example").read_text("utf-8")
    named = set(re.findall(r"^(?:# )?([A-Z][A-Z_]+)=", example, re.MULTILINE))
    passed = {key for key, value in SERVICES["api-server"]["environment"].items() if value is None}

    assert named == REQUIRED | passed | set(HARMLESS) - {"SANDBOX_PORT", "SANDBOX_S3_PORT", "SEEDS"}


def test_every_variable_of_the_readme_reaches_airflow():
    readme = (PROJECT / "README.md").read_text("utf-8")
    variables = {name.upper() for name in re.findall(r"^\| `(representment_\w+)`", readme, re.MULTILINE)}

    assert len(variables) > 4
    assert {f"AIRFLOW_VAR_{name}" for name in variables} <= set(SERVICES["scheduler"]["environment"])


def test_no_secret_is_in_the_file():
    secret = re.compile(r"password|secret|fernet|token|sql_alchemy_conn|broker_url|result_backend", re.IGNORECASE)
    settings_ = [
        (name, value)
        for service in SERVICES.values()
        for name, value in service.get("environment", {}).items()
        if secret.search(name) and not name.endswith("_FILE")
    ]

    assert len(settings_) > 5
    for name, value in settings_:
        assert name.endswith("_CMD"), name
        assert "cat /run/secrets/" in value, name


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_each_service_gets_only_the_secrets_it_reads_as_files(name):
    service = SERVICES[name]
    read = set(re.findall(r"/run/secrets/(\w+)", json.dumps(service)))

    assert read == set(service.get("secrets", []))
    assert read <= set(COMPOSE["secrets"])
    assert all(file == {"file": f"./secrets/{secret}"} for secret, file in COMPOSE["secrets"].items())


def test_airflow_gets_its_secrets_from_commands(tmp_path):
    environment = SERVICES["scheduler"]["environment"]
    files = {name: f"{name}-value" for name in COMPOSE["secrets"]}
    for name, content_ in files.items():
        (tmp_path / name).write_text(content_, "utf-8")

    def value(name):
        command = environment[name].replace("$$", "$").replace("/run/secrets", str(tmp_path))
        return subprocess.run(shlex.split(command), check=True, capture_output=True, text=True).stdout

    assert value("AIRFLOW__CORE__FERNET_KEY_CMD") == "fernet_key-value"
    address = "postgresql+psycopg2://airflow:postgres_password-value@postgres/airflow"
    assert value("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN_CMD") == address
    assert value("AIRFLOW__CELERY__RESULT_BACKEND_CMD") == f"db+{address}"
    assert value("AIRFLOW__CELERY__BROKER_URL_CMD") == "redis://:redis_password-value@redis:6379/0"


def test_airflow_accepts_commands_for_these_settings():
    names = {name for name in SERVICES["scheduler"]["environment"] if name.endswith("_CMD")}
    parts = {tuple(name.removeprefix("AIRFLOW__").removesuffix("_CMD").lower().split("__")) for name in names}

    assert len(parts) == 6
    assert parts <= set(conf.sensitive_config_values)


def test_the_one_line_command_creates_every_secret_once(tmp_path):
    (line,) = [line.removeprefix("#").strip() for line in TEXT.splitlines() if "mkdir -p -m 700 secrets" in line]

    subprocess.run(["bash", "-euc", line], cwd=tmp_path, check=True, capture_output=True)
    made = {path.name: path.read_text("utf-8") for path in (tmp_path / "secrets").iterdir()}
    subprocess.run(["bash", "-euc", line], cwd=tmp_path, check=True, capture_output=True)

    assert set(made) == set(COMPOSE["secrets"])
    assert len(set(made.values())) == len(made)
    assert len(base64.urlsafe_b64decode(made["fernet_key"])) == 32
    assert all(len(value) >= 44 and value == value.strip() for value in made.values())
    assert made["postgres_password"].isalnum(), "it is part of a URL"
    # Closed by the folder; a file is mounted by itself, and read by the container's own user.
    assert (tmp_path / "secrets").stat().st_mode & 0o077 == 0
    assert made == {path.name: path.read_text("utf-8") for path in (tmp_path / "secrets").iterdir()}
    assert {".env", "secrets/"} <= set((PROJECT / ".gitignore").read_text("utf-8").splitlines())


def test_airflow_reads_the_same_settings_as_the_native_stack():
    for name, service in AIRFLOW.items():
        if name != "sandbox":
            files = [PROJECT / file for file in service["env_file"]]
            expected = [settings.AIRFLOW_ENV, settings.LOCAL_EXECUTOR_ENV]
            assert files == (expected if name == "scheduler-local" else expected[:1]), name
            assert not set(service["environment"]) & set(settings.read_settings()), name
    users = ",".join(f"{name}:{role}" for name, role in airflow_processes.USERS.items())
    assert SERVICES["api-server"]["environment"]["AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS"] == users


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_no_code_is_mounted_over_the_images_and_volumes_are_named(name):
    for volume in SERVICES[name].get("volumes", []):
        if isinstance(volume, dict):
            assert volume["read_only"]
            assert volume["target"] == "/opt/seeds" or (PROJECT / volume["source"]).is_relative_to(PROJECT / "deploy")
        else:
            assert volume.split(":")[0] in COMPOSE["volumes"]


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_services_run_existing_programs_with_existing_options(name):
    for words in commands(SERVICES[name]):
        if words[0] == "airflow":
            get_parser().parse_args(words[1:])
        else:
            assert words[0] in PROGRAMS or words[0].startswith("--")


def test_the_sandbox_accepts_the_options_it_is_started_with():
    (python, _, module, *options), _ = commands(SERVICES["sandbox"])
    assert (python, module) == ("python", "sandbox")

    usage = subprocess.run([sys.executable, "-m", module, "--help"], check=True, capture_output=True, text=True).stdout
    assert {option.partition("=")[0] for option in options} <= set(re.findall(r"--[a-z0-9-]+", usage))
    ports = {option.partition("=")[2] for option in options if "port" in option}
    assert ports == {port.rpartition(":")[2] for port in SERVICES["sandbox"]["ports"]}


def test_the_pools_match_the_native_stacks_and_a_brake_survives_a_restart():
    commands = [
        [shlex.split(part) for part in line.split("||")]
        for line in SERVICES["airflow-init"]["command"][2].splitlines()
        if "pools" in line
    ]

    assert commands == [
        [["airflow", "pools", "get", name], ["airflow", "pools", "set", name, str(slots), meaning]]
        for name, (slots, meaning) in resources.POOLS.items()
    ]


def test_the_sandboxs_connections_are_those_of_the_native_stack():
    stripe = resources.connections.sandbox_stripe("http://sandbox:12111", "sk_test_TOKEN", "submit")
    aws = resources.connections.sandbox_aws("http://sandbox:9000")
    made = content("sandbox-connections")

    assert set(made) == {resources.connections.STRIPE, resources.connections.AWS}
    assert made["stripe_default"] == {
        "conn_type": stripe.conn_type,
        "password": stripe.password,
        "extra": stripe.extra,
    }
    assert (made["aws_default"]["conn_type"], made["aws_default"]["extra"]) == (aws.conn_type, aws.extra)
