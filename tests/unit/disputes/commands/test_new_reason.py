"""`python -m disputes new-reason`: what it writes works as it is, and existing files are left alone."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from airflow.dag_processing.dagbag import DagBag
from tests.unit.disputes.builders import dispute
from tests.unit.disputes.pages import facts

from disputes.__main__ import WRONG_INPUT, main
from disputes.packet.templates import template
from disputes.rules.conditions import Situation
from disputes.rules.loading import claims_by_rule, playbook_for
from disputes.rules.reasons import REASONS
from disputes.rules.rule_files import RULES_DIR


@pytest.fixture
def dags(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of DAG files, beside one for own rules."""
    (tmp_path / "own-rules").mkdir()
    monkeypatch.setenv(RULES_DIR, str(tmp_path / "own-rules"))
    (tmp_path / "dags").mkdir()
    return tmp_path / "dags"


@pytest.fixture
def used(dags: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Use what was written, as a process that starts later does."""

    def use() -> None:
        shutil.copytree(dags.parent / "own-rules", dags.parent / "used")
        monkeypatch.setenv(RULES_DIR, str(dags.parent / "used"))

    return use


def written(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def new_reason(dags: Path, *arguments: str) -> int:
    return main(["new-reason", *arguments, "--dags", str(dags)])


def test_a_reason_gets_its_dag_playbook_and_template(dags: Path, used: Callable[[], None]) -> None:
    assert new_reason(dags, "insufficient_funds") == 0
    assert written(dags.parent) == [
        "dags/respond_insufficient_funds.py",
        "own-rules/playbooks/insufficient_funds.yaml",
        "own-rules/templates/claims/insufficient_funds.j2",
    ]
    used()
    assert playbook_for("insufficient_funds").claim == "insufficient_funds"
    assert playbook_for("insufficient_funds").when == {}
    assert template("claims/insufficient_funds.j2")
    assert all("@" not in path.read_text("utf-8") for path in dags.parent.rglob("*") if path.is_file())


def test_airflow_reads_the_dag_and_no_line_is_too_long(dags: Path) -> None:
    assert [new_reason(dags, reason) for reason in REASONS] == [0] * len(REASONS)
    bag = DagBag(dags, safe_mode=True, collect_dags=True)
    assert bag.import_errors == {}
    assert set(bag.dags) == {f"respond_{reason}" for reason in REASONS}
    assert max(len(line) for path in dags.iterdir() for line in path.read_text("utf-8").splitlines()) <= 120


def test_a_merchants_own_claim_gets_a_rule_that_matches_nothing_else(dags: Path, used: Callable[[], None]) -> None:
    assert new_reason(dags, "general", "--claim", "lost_parcel") == 0
    used()
    assert playbook_for("lost_parcel").when == {"reason": "general", "order.tags": "lost_parcel"}
    tagged = facts({"order.tags": ["lost_parcel"]})
    assert claims_by_rule(Situation(dispute(reason="general"), tagged, None)) == ("lost_parcel",)
    assert claims_by_rule(Situation(dispute(reason="general"), facts(), None)) == ()


def test_existing_files_are_left_unchanged(dags: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (dags / "respond_duplicate.py").write_text("mine")
    assert new_reason(dags, "duplicate") == 0
    assert written(dags.parent) == ["dags/respond_duplicate.py"]
    assert (dags / "respond_duplicate.py").read_text() == "mine"
    assert capsys.readouterr().out.splitlines() == [
        f"{name}: already exists, unchanged" for name in ("respond_duplicate.py", "duplicate.yaml", "duplicate.j2")
    ]


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("insuficient_funds",), "NAME: reason insuficient_funds is not known, did you mean insufficient_funds?"),
        (("general", "--claim", "Lost Parcel"), "CLAIM: Lost Parcel cannot be the name of a claim. Use lower-case"),
        (("general", "--claim", "base"), "CLAIM: base cannot be the name of a claim"),
        (("general", "--claim", "duplikate"), "CLAIM: claim duplikate is not known, did you mean duplicate?"),
    ],
)
def test_a_wrong_name_writes_nothing(
    dags: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], problem: str
) -> None:
    assert new_reason(dags, *arguments) == WRONG_INPUT
    assert capsys.readouterr().err.startswith(problem)
    assert written(dags.parent) == []


def test_without_folders_it_says_what_to_do(
    dags: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert new_reason(dags / "none", "general") == WRONG_INPUT
    assert "none: is not a folder. Name the folder of the DAG files with --dags" in capsys.readouterr().err
    monkeypatch.delenv(RULES_DIR)
    assert new_reason(dags, "check_returned", "--claim", "lost_cheque") == WRONG_INPUT
    assert f'mkdir -p own-rules; export {RULES_DIR}="$PWD/own-rules"' in capsys.readouterr().err
    assert written(dags.parent) == []


def test_a_dag_alone_needs_no_folder_for_rules(
    dags: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(RULES_DIR)
    assert new_reason(dags, "check_returned") == 0
    assert written(dags.parent) == ["dags/respond_check_returned.py"]
    assert f"No playbook or template written: {RULES_DIR} names no folder for them" in capsys.readouterr().out
