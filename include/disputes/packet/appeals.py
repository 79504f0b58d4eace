"""The appeal after a first decision: one text and supporting files, made of the same statements and documents."""

from collections.abc import Mapping

from disputes.rounds import Round
from disputes.rules.playbook import FieldPlan

REASON_FOR_FILING = "reason_for_filing"
"""`evidence.appeal.card.reason_for_filing` of Stripe's API, as a text field of the packet."""


def plan_for_round(plan: Mapping[str, FieldPlan], current: Round) -> Mapping[str, FieldPlan]:
    """The playbook's fields in this round: an appeal takes no text field but its own, and locks all the others."""
    if current is not Round.APPEAL:
        return plan
    argument = FieldPlan(importance="essential", template="uncategorized_text")
    return {REASON_FOR_FILING: argument, **{field: entry for field, entry in plan.items() if not entry.is_text}}
