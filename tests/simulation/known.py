"""Histories that a guard is there for: they hold, and break once the guard is taken away.

Found by the simulation, or told by hand after a fault that was seen; each is quick, so all of them run in `make test`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Known:
    """One history.

    :param guards: beginnings of mutants' names; of two, either is enough, and the history breaks without both
    :param choices: see :mod:`tests.simulation.choices`
    """

    name: str
    guards: tuple[str, ...]
    choices: dict[str, str]


_ASKED = "at rest after du_asked__chargeback__1/approve#1 awaiting, is awaiting"
_NEXT = "at rest after du_asked__chargeback__2/approve#1 awaiting, is awaiting"
_TWIN = "at rest after manual__1 of du_asked__chargeback__1/approve#1 awaiting, is awaiting"

KNOWN = (
    Known(
        "a person types before we stage",
        ("the guard's untouched",),
        {
            "dispute": "asked",
            "du_asked__chargeback__1/upload#1 POST files [1]": "type customer_name",
        },
    ),
    Known(
        "a person types after we have staged, and approves",
        ("the guard's staged_whole",),
        {
            "dispute": "asked",
            f"{_ASKED} [1]": "type customer_name",
            f"{_ASKED} [2]": "answer du_asked__chargeback__1 Approve",
        },
    ),
    Known(
        "a person leaves it",
        ("unstage:",),
        {"dispute": "asked", f"{_ASKED} [1]": "answer du_asked__chargeback__1 Leave to a person"},
    ),
    Known(
        "a person writes over our text, and leaves it",
        ("restore_evidence:",),
        {
            "dispute": "asked",
            f"{_ASKED} [1]": "type uncategorized_text",
            f"{_ASKED} [2]": "answer du_asked__chargeback__1 Leave to a person",
        },
    ),
    Known(
        "the question of the earlier revision is answered after the next one was made",
        ("the guard's newest", "the guard's untouched"),
        {
            "dispute": "asked",
            f"{_ASKED} [1]": "trigger the next revision",
            f"{_NEXT} [1]": "answer du_asked__chargeback__1 Accept the loss",
        },
    ),
    Known(
        "the question is marked success",
        ("the guard's decided", "WayOutOperator.read_decision:"),
        {"dispute": "asked", f"{_ASKED} [1]": "mark success du_asked__chargeback__1/approve"},
    ),
    Known(
        "the customer's messages are taken out",
        ("remove_earlier_packets:",),
        {
            "dispute": "asked",
            "before du_asked__chargeback__1/collect [1]": "document arrives",
            f"{_ASKED} [1]": "document leaves",
            f"{_ASKED} [2]": "trigger the next revision",
            f"{_NEXT} [1]": "answer du_asked__chargeback__2 Approve",
        },
    ),
    Known(
        "Stripe takes the submit, and its answer is lost",
        ("find_receipt:",),
        {
            "dispute": "plain",
            "du_plain__chargeback__1/submit#1 POST disputes/du_plain submit [1]": "stay silent after",
        },
    ),
    Known(
        "a file of ours is spoiled before it is uploaded",
        ("check_digest:",),
        {"dispute": "plain", "before du_plain__chargeback__1/upload [1]": "spoil a file"},
    ),
    Known(
        "a run of the same response with another id accepts",
        ("must_be_named:", "the guard's own_run"),
        {
            "dispute": "asked",
            f"{_ASKED} [1]": "trigger a twin",
            f"{_TWIN} [1]": "answer manual__1 of du_asked__chargeback__1 Accept the loss",
        },
    ),
)
