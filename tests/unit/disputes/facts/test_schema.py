"""The published schema and the command that prints it."""

import json
import runpy
import sys
from importlib.resources import files

import pytest

from disputes.__main__ import main
from disputes.facts.members import MEMBERS, STRIPES_OWN
from disputes.facts.schema import facts_schema


def test_the_published_schema_is_the_generated_one() -> None:
    assert (files("disputes") / "schemas" / "facts.schema.json").read_bytes() == facts_schema()


def test_the_schema_names_every_fact_that_a_merchant_may_give_and_no_other() -> None:
    groups = json.loads(facts_schema())["properties"]["facts"]["properties"]
    named = {f"{group}.{member}" for group, schema in groups.items() for member in schema["properties"]}
    assert named == MEMBERS.keys() - STRIPES_OWN


def test_the_schema_defines_all_that_it_refers_to() -> None:
    text = facts_schema().decode()
    definitions = json.loads(text)["$defs"]
    referred = {part.split('"')[0] for part in text.split("#/$defs/")[1:]}
    assert referred == definitions.keys()


def test_the_command_prints_the_schema(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    main(["schema"])
    sys.stdout.flush()
    assert capfdbinary.readouterr().out == facts_schema()


def test_the_package_runs_as_a_command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["disputes", "--help"])
    monkeypatch.delitem(sys.modules, "disputes.__main__")
    with pytest.raises(SystemExit) as raised:
        runpy.run_module("disputes", run_name="__main__")
    assert raised.value.code == 0
    assert "schema" in capsys.readouterr().out
