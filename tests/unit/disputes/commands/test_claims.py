"""`python -m disputes claims`: what leads where, and what is wrong with playbooks and templates."""

from pathlib import Path

import pytest
from tests.unit.disputes.own_rules import OwnRules

from disputes.__main__ import WRONG_INPUT, main
from disputes.rules.claims import reason_codes
from disputes.rules.reasons import REASONS

DAGS = str(Path(__file__).parents[4] / "dags")
REST = "approval: {automatic_below: {}, at_deadline: leave, not_after_hours: 12}\nmissing_essential: ask\n"


def rows(capsys: pytest.CaptureFixture[str], dags: str = DAGS) -> list[list[str]]:
    """The table, one list of cells for each line."""
    assert main(["claims", "--dags", dags]) == 0
    return [
        [cell.strip() for cell in line.split("  ") if cell.strip()] for line in capsys.readouterr().out.splitlines()
    ]


def test_every_reason_leads_to_a_claim_a_dag_and_a_playbook(capsys: pytest.CaptureFixture[str]) -> None:
    head, *found = rows(capsys)
    assert head == ["REASON", "CODE", "RULE", "CLAIM", "DAG", "PLAYBOOK"]
    assert [row[0] for row in found if row[1] == "any"] == list(REASONS)
    assert ["check_returned", "any", "-", "check_returned", "respond_bank_debits", "general.yaml"] in found
    assert ["general", "discover 4752", "-", "unrecognized", "respond_general", "unrecognized.yaml"] in found


def test_every_code_that_says_more_than_its_reason_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    found = {(row[1], row[3]) for row in rows(capsys)}
    for network, known in reason_codes().networks.items():
        for name, code in known.codes.items():
            for claim in code.claims:
                assert ((f"{network} {name}", claim) in found) or code.claims == (code.reason,)


def test_an_added_dag_takes_over_its_reason(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    for name in ("respond_general", "respond_check_returned"):
        (tmp_path / f"{name}.py").touch()
    taken = {row[0]: row[4] for row in rows(capsys, str(tmp_path)) if row[1] == "any"}
    assert taken["check_returned"] == "respond_check_returned"
    assert taken["insufficient_funds"] == taken["fraudulent"] == "respond_general"
    (tmp_path / "respond_general.py").unlink()
    assert {row[4] for row in rows(capsys, str(tmp_path))[1:]} == {"respond_check_returned", "none"}


def test_a_merchants_own_rule_has_a_line_for_each_reason(
    capsys: pytest.CaptureFixture[str], own_rules: OwnRules
) -> None:
    own_rules.write("playbooks/chip.yaml", f'when: {{code: ["10.1", "10.2"]}}\n{REST}')
    path = own_rules.write(
        "playbooks/resold.yaml", f"when: {{reason: [general, duplicate], order.tags: resale}}\n{REST}"
    )
    chip, *resold = rows(capsys)[-3:]
    assert chip[:5] == ["any", "10.1 or 10.2", "-", "chip", "the reason's"]
    assert resold == [
        [reason, "any", "order.tags: resale", "resold", f"respond_{reason}", str(path)]
        for reason in ("general", "duplicate")
    ]


def test_all_problems_are_reported_at_once(capsys: pytest.CaptureFixture[str], own_rules: OwnRules) -> None:
    own_rules.write("playbooks/duplicate.yaml", f"relatd: []\n{REST}")
    own_rules.write("playbooks/resold.yaml", REST)
    own_rules.write("templates/claims/resold.j2", '{% statement "answers" %}{{ order.id }}{% endstatement %}')
    own_rules.write("templates/fields/own.txt.j2", "{% statement %}Hello.{% endstatement %}")
    assert main(["claims", "--dags", DAGS]) == WRONG_INPUT
    said = capsys.readouterr().err.splitlines()
    assert [line.rpartition("/")[2].partition(": ")[0] for line in said] == [
        "duplicate.yaml:1",
        "resold.yaml",
        "resold.j2:1",
        "own.txt.j2:1",
    ]
    assert "did you mean related?" in said[0]
    assert "nothing leads to the claim resold" in said[1]


def test_a_folder_without_dags_is_refused(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["claims", "--dags", str(tmp_path)]) == WRONG_INPUT
    assert "contains no respond_*.py. Name the folder with --dags" in capsys.readouterr().err
