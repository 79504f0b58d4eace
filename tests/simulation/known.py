"""Histories that show what each guard is for: no promise breaks with the guard, one breaks without it.

Found by the simulation, or written by hand after a fault; each is quick, so all of them run in `make test`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Known:
    """One history.

    :param guards: beginnings of mutants' names; if several, each suffices, and a promise breaks without all of them
    :param choices: see :mod:`tests.simulation.choices`
    """

    name: str
    guards: tuple[str, ...]
    choices: dict[str, str]


_ASKED = "at rest after du_asked__chargeback__1/approve#1 awaiting, is awaiting"
_NEXT = "at rest after du_asked__chargeback__2/approve#1 awaiting, is awaiting"
_INQUIRY = "at rest after du_asked_inquiry__inquiry__1/approve#1 awaiting, is awaiting"
_UNSTAGING = "du_asked__chargeback__1/send_back#1 LIST rounds/du_asked/chargeback/unstage/"
_REFUSED = (
    "at rest after du_plain__chargeback__1/stage#1 failed, is failed: StripeRefusedError('du_plain: Stripe answered 400"
)
_CLAIMING = "du_plain__chargeback__1/submit#1 PUT rounds/du_plain/chargeback/submit/1/request.json"
_LEFT = (
    'at rest after du_asked__chargeback__1/leave#1 failed, is failed: PersonNeededError("du_asked: round chargeback: le'
)
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
        ("unstage: a way out",),
        {"dispute": "asked", f"{_ASKED} [1]": "answer du_asked__chargeback__1 Leave to a person"},
    ),
    Known(
        "the next packet is staged while send_back un-stages",
        ("unstage: its keys",),
        {
            "dispute": "asked",
            f"{_ASKED} [1]": "answer du_asked__chargeback__1 Send back",
            **{
                f"{_UNSTAGING} [{number}]": f"start du_asked__chargeback__2/{task}"
                for number, task in enumerate(("gather", "collect", "render", "upload", "stage"), 2)
            },
        },
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
        "one of our files is changed before it is uploaded",
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
    Known(
        "the network corrects the amount while the packet waits",
        ("the guard's same_case",),
        {
            "dispute": "asked",
            f"{_ASKED} [1]": "change the case amount",
            f"{_ASKED} [2]": "answer du_asked__chargeback__1 Approve",
        },
    ),
    Known(
        "a part of the charge is refunded while the packet waits",
        ("the guard's same_refunds",),
        {
            "dispute": "asked",
            f"{_ASKED} [1]": "give back a part",
            f"{_ASKED} [2]": "answer du_asked__chargeback__1 Approve",
        },
    ),
    Known(
        "an inquiry escalates while its packet waits, and is approved",
        ("the guard's ready", "the guard's same_case"),
        {
            "dispute": "asked_inquiry",
            f"{_INQUIRY} [1]": "bank escalate",
            f"{_INQUIRY} [2]": "answer du_asked_inquiry__inquiry__1 Approve",
        },
    ),
    Known(
        "somebody answers an inquiry in the Dashboard while its packet waits, and another refunds it",
        ("the guard's open", "the guard's untouched"),
        {
            "dispute": "asked_inquiry",
            f"{_INQUIRY} [1]": "submit by hand",
            f"{_INQUIRY} [2]": "answer du_asked_inquiry__inquiry__1 Refund in full",
        },
    ),
    Known(
        "what was left to a person is staged once more",
        ("spend:",),
        {
            "dispute": "asked",
            f"{_ASKED} [1]": "answer du_asked__chargeback__1 Leave to a person",
            f"{_LEFT} [1]": "clear down du_asked__chargeback__1/stage",
        },
    ),
    Known(
        "somebody deletes our key, and stage is cleared",
        ("StageOperator._still_stands:",),
        {
            "dispute": "asked",
            f"{_ASKED} [1]": "forget our key",
            f"{_ASKED} [2]": "clear down du_asked__chargeback__1/stage",
        },
    ),
    Known(
        "a part was refunded, its refund fails while the packet waits, and the rest is refunded",
        ("the guard's refundable",),
        {
            "dispute": "asked_inquiry",
            "before du_asked_inquiry__inquiry__1/gather [1]": "give back a part",
            f"{_INQUIRY} [1]": "the refunded money returns",
            f"{_INQUIRY} [2]": "answer du_asked_inquiry__inquiry__1 Refund in full",
        },
    ),
    Known(
        "a submit dies after Stripe took it, its question is asked again, and sent back",
        ("the guard's unsubmitted",),
        {
            "dispute": "asked",
            f"{_ASKED} [1]": "answer du_asked__chargeback__1 Approve",
            "du_asked__chargeback__1/submit#1 POST disputes/du_asked submit [1]": "kill after",
            "at rest after du_asked__chargeback__1/submit#1 killed, is up_for_retry [1]": (
                "clear down du_asked__chargeback__1/approve"
            ),
            "at rest after du_asked__chargeback__1/approve#2 awaiting, is awaiting [1]": (
                "clear du_asked__chargeback__1/gather"
            ),
            "at rest after du_asked__chargeback__1/gather#2 skipped, is success [1]": (
                "answer du_asked__chargeback__1 Send back"
            ),
        },
    ),
    Known(
        "the next revision is made and submits between this one's last read and its claim",
        ("keep_for_round:",),
        {
            "dispute": "plain",
            f"{_CLAIMING} [1]": "trigger the next revision",
            **{
                f"{_CLAIMING} [{number}]": f"start du_plain__chargeback__2/{task}"
                for number, task in enumerate(("gather", "collect", "render", "upload", "stage", "submit"), 2)
            },
            "du_plain__chargeback__2/submit#1 POST disputes/du_plain submit [1]": (
                "switch to du_plain__chargeback__1/submit#1"
            ),
        },
    ),
    Known(
        "somebody types just after a stage that is tried again",
        ("the guard's untouched",),
        {
            "dispute": "asked_inquiry",
            "du_asked_inquiry__inquiry__1/stage#1 POST disputes/du_asked_inquiry [1]": "time out on a lock",
            "du_asked_inquiry__inquiry__1/stage#2 GET disputes/du_asked_inquiry [2]": "type customer_name",
        },
    ),
    Known(
        "Stripe permanently refuses to stage, and stage is cleared once the cause is fixed",
        ("Records.attempt:",),
        {
            "dispute": "plain",
            "du_plain__chargeback__1/stage#1 POST disputes/du_plain [1]": "refuse permanently",
            f"{_REFUSED} [1]": "clear down du_plain__chargeback__1/stage",
        },
    ),
    Known(
        "Stripe does not answer an upload, and the task is tried again",
        ("S3Store.keep:",),
        {"dispute": "parcel", "du_parcel__chargeback__1/upload#1 POST files [2]": "stay silent before"},
    ),
)
