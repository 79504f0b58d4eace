"""The rounds of a dispute: which statuses take a response, which wait for the bank, and deadlines."""

from datetime import UTC, datetime, timedelta

from sandbox.state import StripeObject

ANSWERED = {
    "warning_needs_response": "warning_under_review",
    "needs_response": "under_review",
    "appeal_needs_response": "appeal_under_review",
}
"""Each status that takes a response, and the status after the submission."""

UNDER_REVIEW = frozenset(ANSWERED.values())
SECONDS_A_DAY = 86_400
RESPONSE_DAYS = 8
"""Days to answer after an escalation (seen in test mode)."""


def is_inquiry(dispute: StripeObject) -> bool:
    """True before a chargeback, when no money has moved."""
    return str(dispute["status"]).startswith("warning_")


def is_appeal(dispute: StripeObject) -> bool:
    """True in the round after a lost chargeback."""
    return str(dispute["status"]).startswith("appeal_")


def deadline(now: int, days: int = RESPONSE_DAYS) -> int:
    """The last second of the UTC day ``days`` after ``now``, Unix seconds."""
    day = datetime.fromtimestamp(now, UTC).replace(hour=23, minute=59, second=59)
    return int((day + timedelta(days=days)).timestamp())
