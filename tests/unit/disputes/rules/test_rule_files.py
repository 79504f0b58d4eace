"""A merchant's own playbooks and templates, which replace the shipped ones."""

from hashlib import sha256
from pathlib import Path

import pytest
from tests.unit.disputes.own_rules import OwnRules

from disputes.errors import InputError
from disputes.rules.rule_files import CLAIM_TEMPLATES, PLAYBOOKS, RULES_DIR, made_with, names_in, rule_files


def test_only_the_shipped_files_are_used_without_a_folder_of_own_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(RULES_DIR, raising=False)
    assert {file.own for file in rule_files().values()} == {None}
    assert {"playbooks/base.yaml", "templates/claims/general.j2", "templates/fields/billing_address.txt.j2"} <= {
        *rule_files()
    }


def test_own_files_replace_shipped_ones_of_the_same_name_and_others_are_added(own_rules: OwnRules) -> None:
    own_rules.write("playbooks/duplicate.yaml", "a: 1")
    path = own_rules.write("templates/claims/lost_parcel.j2", "")
    files = rule_files()
    assert files["playbooks/duplicate.yaml"].content == b"a: 1"
    assert files["playbooks/fraudulent.yaml"].shown == "fraudulent.yaml"
    assert files["templates/claims/lost_parcel.j2"].shown == str(path)
    assert "lost_parcel" in names_in(CLAIM_TEMPLATES)
    assert "lost_parcel" not in names_in(PLAYBOOKS)


def test_a_file_is_identified_by_its_name_and_the_sha256_of_its_bytes(own_rules: OwnRules) -> None:
    own_rules.write("playbooks/duplicate.yaml", "a: 1")
    found = made_with(["templates/claims/general.j2", "playbooks/duplicate.yaml", "playbooks/duplicate.yaml"])
    assert list(found) == ["playbooks/duplicate.yaml", "templates/claims/general.j2"]
    assert found["playbooks/duplicate.yaml"] == sha256(b"a: 1").hexdigest()


@pytest.mark.parametrize("name", [".git/config.yaml", "playbooks/.draft.yaml", "README.md", "..data/playbooks/x.yaml"])
def test_hidden_files_and_files_that_are_not_rules_are_ignored(own_rules: OwnRules, name: str) -> None:
    own_rules.write("playbooks/duplicate.yaml", "a: 1")
    own_rules.write(name, "anything")
    assert not any("draft" in known or "config" in known or "x.yaml" in known for known in rule_files())


@pytest.mark.parametrize(
    ("name", "close"),
    [
        ("playbook/x.yaml", "did you mean playbooks/<name>.yaml?"),
        ("playbooks/x.yml", "did you mean playbooks/<name>.yaml?"),
        ("templates/claim/x.j2", "did you mean templates/claims/<name>.j2?"),
        ("templates/fields/x.j2", "did you mean templates/fields/<name>.txt.j2?"),
        ("templates/claims/more/x.j2", "did you mean templates/claims/<name>.j2?"),
        ("x.yaml", "is in a place that is never read. Rules belong in playbooks/<name>.yaml, templates/claims/"),
    ],
)
def test_a_file_that_nothing_would_read_is_refused(own_rules: OwnRules, name: str, close: str) -> None:
    path = own_rules.write(name, "")
    with pytest.raises(InputError) as raised:
        rule_files()
    assert str(raised.value).startswith(f"{path}: is in a place that is never read")
    assert close in str(raised.value)


def test_a_file_that_cannot_be_read_is_named(own_rules: OwnRules) -> None:
    path = own_rules.write("playbooks/x.yaml", "")
    path.unlink()
    path.mkdir()
    with pytest.raises(InputError, match=r"x\.yaml: cannot be read"):
        rule_files()


@pytest.mark.parametrize(
    ("named", "problem"), [("own", "own is not a full path"), ("/nowhere/own", "the folder /nowhere/own does not exi")]
)
def test_an_invalid_rules_folder_is_refused(monkeypatch: pytest.MonkeyPatch, named: str, problem: str) -> None:
    monkeypatch.setenv(RULES_DIR, named)
    with pytest.raises(InputError, match=f"^{RULES_DIR}: {problem}"):
        rule_files()


def test_a_linked_file_is_read(own_rules: OwnRules, tmp_path: Path) -> None:
    """As Kubernetes mounts a ConfigMap."""
    target = tmp_path / "target.yaml"
    target.write_text("a: 1")
    path = own_rules.write("playbooks/x.yaml", "")
    path.unlink()
    path.symlink_to(target)
    assert rule_files()["playbooks/x.yaml"].content == b"a: 1"
