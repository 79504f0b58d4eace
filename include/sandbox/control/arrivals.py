"""Disputes that come while the sandbox runs: withheld seeds that arrive."""

from sandbox.errors import no_such
from sandbox.openings import open_dispute
from sandbox.rounds import SECONDS_A_DAY, deadline
from sandbox.state import State, StripeObject


def arrive(state: State, dispute_id: str) -> StripeObject:
    """Let a withheld dispute arrive now, with the events of a creation.

    :raises StripeError: no such dispute, or one that is there already
    """
    dispute = state.withheld.pop(dispute_id, None)
    if dispute is None:
        raise no_such("dispute", dispute_id, status=404)
    return open_now(state, dispute)


def open_now(state: State, dispute: StripeObject) -> StripeObject:
    """Open a dispute as of now.

    Its deadline moves along with ``created``; one at the end of a day stays at the end of a day.
    """
    now, due_by = state.clock.now(), dispute["evidence_details"]["due_by"]
    if due_by:
        seconds = due_by - dispute["created"]
        at_end_of_day = (due_by + 1) % SECONDS_A_DAY == 0
        moved = deadline(now, seconds // SECONDS_A_DAY) if at_end_of_day else now + seconds
        dispute["evidence_details"]["due_by"] = moved
    dispute["created"] = now
    open_dispute(state, state.add("disputes", dispute))
    return dispute
