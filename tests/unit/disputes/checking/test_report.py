"""What `python -m disputes packet` says about a packet, in words."""

from tests.unit.disputes.builders import dispute, manifest

from disputes.checking.report import verdict
from disputes.rules.loading import playbook_for


def test_the_verdict_recommends_nothing_when_no_policy_was_applied() -> None:
    said = verdict(dispute(), manifest(), playbook_for("fraudulent"))
    assert said["recommended"] == "nothing, since the policy was not applied"
