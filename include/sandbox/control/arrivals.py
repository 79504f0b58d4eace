"""Disputes that arrive while the sandbox runs: the seeds that the script withholds."""

from sandbox.errors import no_such
from sandbox.openings import open_dispute
from sandbox.rounds import SECONDS_A_DAY, deadline
from sandbox.state import State, StripeObject


def arrive(state: State, dispute_id: str) -> StripeObject:
    """Open a withheld dispute now, with the events of a creation.

    :raises StripeError: an unknown dispute, or one that has already arrived
    """
    dispute = state.withheld.pop(dispute_id, None)
    if dispute is None:
        raise no_such("dispute", dispute_id, status=404)
    return open_now(state, dispute)


def open_now(state: State, dispute: StripeObject) -> StripeObject:
    """Open a dispute as of now.

    Its deadline moves along with ``created``, and stays at the end of a day if it was there.
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
