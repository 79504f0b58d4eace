"""The story of one answer."""

from disputes.desk.timeline import Event, Records, list_events

OPENING = {"opened_at": 20, "dag_id": "respond_fraudulent"}


def told(**records) -> list[tuple[str, str]]:
    return [(event.what, event.more) for event in list_events(Records(created=10, **records))]


def test_a_round_that_nobody_has_started_shows_only_the_opening_by_the_bank() -> None:
    assert list_events(Records(created=10)) == (Event(10, "The bank opened the dispute"),)


def test_events_are_listed_in_order_of_time() -> None:
    story = told(
        opening=OPENING,
        requested={"at": 15, "by": "ann"},
        written={"case.json": 30, "manifest.json": 40, "exhibits.json": 35},
        staged={"at": 50},
        decisions=(
            {"at": 60, "choice": "Approve", "by": "ann"},
            {"at": 55, "choice": "Send back", "by": "bob", "remark": "Say when."},
        ),
        receipt={"submitted_at": 70, "submission_count": 1},
        audit={"at": 80, "findings": []},
        outcome={"seen_at": 90, "outcome": "won"},
    )
    assert story == [
        ("The bank opened the dispute", ""),
        ("Sent back to be made again", "by ann"),
        ("Our run claimed the round", "respond_fraudulent"),
        ("Facts gathered", ""),
        ("Packet made", ""),
        ("Saved on the dispute, not submitted", ""),
        ("Decided: Send back", "by bob: “Say when.”"),
        ("Decided: Approve", "by ann"),
        ("Submitted to the bank", "submission 1 of this dispute"),
        ("Audited: Stripe holds what we sent", ""),
        ("The bank decided: won", ""),
    ]


def test_an_end_without_a_submission_says_why() -> None:
    assert told(end={"at": 20, "end": "nothing_to_answer", "reason": "answered by hand"})[-1] == (
        "Ended: nothing to answer",
        "answered by hand",
    )


def test_a_decision_may_be_made_without_a_person() -> None:
    decided = [told(decisions=({"at": 20, "choice": "Approve", "by": by},))[-1][1] for by in ("policy", "deadline", "")]
    assert decided == ["by the policy", "because nobody decided in time", ""]


def test_an_audit_that_found_something_says_what() -> None:
    assert told(audit={"at": 20, "findings": ["receipt differs"]})[-1] == (
        "Audited: Stripe's evidence differs",
        "receipt differs",
    )
