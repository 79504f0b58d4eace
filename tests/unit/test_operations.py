"""What docs/operations.md names exists: commands, files, pools, variables, tables."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from airflow.cli.cli_parser import get_parser
from airflow.utils.db_cleanup import config_dict

PROJECT = Path(__file__).parents[2]
TEXT = (PROJECT / "docs" / "operations.md").read_text("utf-8")
CODE = [
    *re.findall(r"`([^`\n]+)`", TEXT),
    *(line for block in re.findall(r"```sh\n(.*?)```", TEXT, re.DOTALL) for line in block.splitlines()),
]


@pytest.mark.parametrize("path", sorted(set(re.findall(r"\]\(([^)#]+)", TEXT))))
def test_every_file_exists(path):
    assert (PROJECT / "docs" / path).exists()


@pytest.mark.parametrize("command", sorted({line for line in CODE if re.match(r"airflow [a-z]", line)}))
def test_airflow_accepts_each_command(command):
    get_parser().parse_args(command.split()[1:])


def test_our_own_commands_exist():
    usage = subprocess.run(
        [sys.executable, "-m", "representment", "--help"], check=True, capture_output=True, text=True
    ).stdout
    named = {match for line in CODE for match in re.findall(r"python -m representment (\w+)", line)}
    assert named == set(re.search(r"\{([\w,]+)\}", usage)[1].split(","))


def test_the_tables_to_clean_are_airflows():
    (tables,) = re.findall(r"--tables (\S+)", TEXT)
    assert set(tables.split(",")) <= set(config_dict)


def test_the_dags_pools_and_profiles_exist():
    dags = {path.stem for path in (PROJECT / "dags").glob("*.py")}
    assert set(re.findall(r"`((?:dispute|submit)_\w+)`", TEXT)) <= dags
    compose = yaml.safe_load((PROJECT / "docker-compose.yaml").read_text("utf-8"))
    profiles = {one for service in compose["services"].values() for one in service.get("profiles", [])}
    (named,) = re.findall(r"COMPOSE_PROFILES=([\w,]+)", TEXT)
    assert set(named.split(",")) <= profiles
    made = set(re.findall(r"airflow pools set (\w+)", compose["services"]["airflow-init"]["command"][2]))
    assert set(re.findall(r"pool `(\w+)`", TEXT)) <= made
