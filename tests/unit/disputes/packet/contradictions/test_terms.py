"""Terms and descriptions: accepted in time, and noted as they stood at the purchase."""

import pytest
from tests.unit.disputes.builders import dispute
from tests.unit.disputes.packet.contradictions.finding import OPENED, found
from tests.unit.disputes.pages import facts

from disputes.facts.facts import Facts
from disputes.packet.contradictions import contradictions
from disputes.rules.claims import Claim


@pytest.mark.parametrize(
    ("accepted", "late"),
    [
        ("2026-09-01T11:59:00Z", False),
        ("2026-09-01T12:10:00Z", False),
        ("2026-09-01T13:00:01Z", True),
        ("2026-09-02", False),
        ("2026-09-03", True),
    ],
)
def test_terms_accepted_after_the_purchase_are_late(accepted: str, late: bool) -> None:
    assert ("terms_accepted_late" in found({"checkout.terms_accepted_at": accepted})) is late


@pytest.mark.parametrize(("noted", "late"), [("2026-09-02T11:00:00Z", False), ("2026-09-20", True)])
def test_a_text_recorded_days_after_the_purchase_is_late(noted: str, late: bool) -> None:
    text = {"value": "30 days.", "source": "website", "at": noted}
    held = facts(OPENED).merged(Facts.read({"policy.refund_text": text}))
    told = contradictions(dispute(), held, Claim(name="fraudulent", network=None, code=None, demand=None))
    assert [(one.name, one.facts) for one in told] == [("noted_after_purchase", ("policy.refund_text",))] * late


def test_nothing_is_late_when_no_purchase_is_known() -> None:
    text = {"value": "30 days.", "source": "website", "at": "2026-09-20"}
    made = Claim(name="fraudulent", network=None, code=None, demand=None)
    assert contradictions(dispute(), Facts.read({"policy.refund_text": text}), made) == ()
