"""A run that waits for a person costs the scheduler nothing until somebody answers."""

import time

import pytest

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900), pytest.mark.usefixtures("_clean")]

QUIET = 40
"""Seconds after which a run that waits has been left alone: the margin, and a few rounds of the scheduler."""


def test_a_waiting_run_is_left_alone_and_continues_once_it_is_answered(rehearsal):
    waits = rehearsal.start("asked", "respond_general")
    rehearsal.question(waits)
    time.sleep(QUIET)

    def examined() -> str:
        return rehearsal.stack.rest.run(waits.dag_id, waits.run_id)["last_scheduling_decision"]

    last = examined()
    assert rehearsal.wait_for_end(rehearsal.start("plain")) == "success"
    assert examined() == last
    rehearsal.answer(waits, "Approve")
    assert rehearsal.wait_for_end(waits) == "success"
    assert examined() > last
