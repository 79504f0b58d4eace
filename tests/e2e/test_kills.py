"""Processes die at the worst moments; Airflow tries again, and every dispute is still answered exactly once.

All these runs are under way at the same time: a sandbox fault holds each at its moment, and it is killed there.
"""

import hashlib
import time
from dataclasses import dataclass
from datetime import datetime

import psutil
import pytest
from tests.e2e.rehearsal import PATIENCE, Rehearsal, Run

from demo.process import alive

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900), pytest.mark.usefixtures("_clean")]

HELD = 60
"""Seconds without an answer: longer than it takes to see that, and to kill."""
SLOW = 40
"""Seconds until a late answer: longer than Airflow takes to notice a dead supervisor and to start the next try."""


@dataclass(frozen=True)
class Kill:
    """Which process is killed at which moment.

    :param task: the task that is held in one of its requests
    :param moments: `before` Stripe does what is asked for, `after` it; of an upload's files one at each of the two
    """

    task: str
    moments: tuple[str, ...]
    victims: tuple[str, ...] = ("task",)

    def __str__(self) -> str:
        return f"{' and '.join(self.victims)} in {self.task} {' and '.join(self.moments)} Stripe took it"

    @property
    def fault(self) -> str:
        """A task that survives gets its answer late."""
        return "hang" if "task" in self.victims else "latency"


BEFORE, AFTER = ("before",), ("after",)
UPLOAD = Kill("upload", BEFORE + AFTER)
TASKS = [Kill(task, moments) for task in ("stage", "submit") for moments in (BEFORE, AFTER)]
BOTH = Kill("submit", BEFORE, ("task", "supervisor"))
SUPERVISORS = [Kill("submit", moments, ("supervisor",)) for moments in (BEFORE, AFTER)]


@dataclass
class Victim:
    """A run on its way to being killed.

    :param process: the process of the task that was held, once it is killed or has lost its supervisor
    """

    kill: Kill
    run: Run
    process: psutil.Process | None = None

    @property
    def path(self) -> str:
        return "/v1/files" if self.kill.task == "upload" else f"/v1/disputes/{self.run.dispute}"

    def order_faults(self, rehearsal: Rehearsal) -> None:
        # Stage is the first update of a dispute and submit the second; a third one is the next try's.
        measure = {"every": 2} if self.kill.task == "submit" else {"count": 1}
        seconds = HELD if self.kill.fault == "hang" else SLOW
        for when in self.kill.moments:
            rehearsal.fault(self.kill.fault, when, self.path, seconds=seconds, **measure)

    def is_held(self, rehearsal: Rehearsal) -> bool:
        """Whether the request waits for its answer, and everything beside it is done."""
        held = [post for post in rehearsal.posts(self.path) if post["status"] is None]
        if self.kill.fault == "latency":
            updates = len(rehearsal.posts(self.path))
            return bool(held) and updates == 2 and rehearsal.submissions(self.run) == (self.kill.moments == AFTER)
        if not {f"hang {when}" for when in self.kill.moments} <= {post["fault"] for post in held}:
            return False
        if self.kill.task != "upload":
            return True
        return len(recorded(rehearsal, self.run)) == len(files(rehearsal, self.run)) - len(held)

    def strike(self, rehearsal: Rehearsal) -> None:
        process = rehearsal.process(self.run, self.kill.task)
        processes = {"supervisor": process.parent(), "task": process}
        for name in self.kill.victims:
            processes[name].kill()
        self.process = process


@pytest.fixture(scope="module")
def victims(rehearsal, late_runs):
    upload = start(rehearsal, UPLOAD)  # alone, since all disputes' files go to one address
    kill_all(rehearsal, [upload])
    started = [upload, *(start(rehearsal, kill) for kill in (*TASKS, BOTH, *SUPERVISORS))]
    kill_all(rehearsal, started)
    rehearsal.control("DELETE", "faults")
    return {victim.kill: victim for victim in started}


def start(rehearsal, kill):
    victim = Victim(kill, Run(rehearsal.take("parcel" if kill.task == "upload" else "plain")))
    victim.order_faults(rehearsal)
    rehearsal.trigger(victim.run)
    return victim


def kill_all(rehearsal, started):
    """Kill each as soon as it is held; the process of one that is never held stays unknown."""
    deadline = time.monotonic() + PATIENCE
    while (left := [victim for victim in started if victim.process is None]) and time.monotonic() < deadline:
        for victim in left:
            if victim.is_held(rehearsal):
                victim.strike(rehearsal)
        time.sleep(0.2)


@pytest.mark.parametrize("kill", [UPLOAD, *TASKS, BOTH], ids=str)
def test_a_killed_task_is_retried_and_submits_once(rehearsal, victims, kill):
    victim = victims[kill]
    rehearsal.runs.append(victim.run)
    assert victim.process is not None, "the request was never held"
    assert rehearsal.wait_for_end(victim.run) == "success"
    assert rehearsal.attempt(victim.run, kill.task)["try_number"] > 1
    assert_answered_once(rehearsal, victim.run)


@pytest.mark.parametrize("kill", SUPERVISORS, ids=str)
def test_two_concurrent_tries_submit_once(rehearsal, victims, kill):
    victim = victims[kill]
    rehearsal.runs.append(victim.run)
    assert victim.process is not None, "the request was never held"
    assert rehearsal.wait_for_end(victim.run) == "success"
    attempt = rehearsal.attempt(victim.run, "submit")
    answered = rehearsal.posts(victim.path)[1]["at"] + SLOW
    assert attempt["try_number"] > 1
    assert datetime.fromisoformat(attempt["start_date"]).timestamp() < answered, "they ran one after the other"
    rehearsal.wait(lambda: not alive(victim.process), "the first try has ended too")
    assert rehearsal.tasks(victim.run)["submit"] == "success"
    assert_answered_once(rehearsal, victim.run)


def assert_answered_once(rehearsal, run):
    dispute = rehearsal.dispute(run)
    manifest = rehearsal.rounds.read(f"{run.round}/1/manifest.json")
    sha256 = hashlib.sha256(manifest).hexdigest()
    assert (dispute["status"], dispute["evidence_details"]["submission_count"]) == ("under_review", 1)
    assert dispute["metadata"]["representment_packet"] == sha256
    assert rehearsal.rounds.read_json(f"{run.round}/receipt.json")["packet_sha256"] == sha256

    # However often they were sent: one staging and one submission, each under one key.
    keys = [post["idempotency_key"] for post in rehearsal.posts(f"/v1/disputes/{run.dispute}")]
    assert rehearsal.rounds.names(f"{run.round}/submit/") == [f"{run.round}/submit/1/request.json"]
    request = rehearsal.rounds.read_json(f"{run.round}/submit/1/request.json")
    assert len(set(keys)) == 2
    assert keys[-1] == request["key"]

    sent = {field: dispute["evidence"][field] for field in files(rehearsal, run)}
    assert sorted(sent.values()) == sorted(uploads(rehearsal, run))


def files(rehearsal, run):
    """The manifest's files by evidence field."""
    return rehearsal.rounds.read_json(f"{run.round}/1/manifest.json")["files"]


def recorded(rehearsal, run):
    """The records of the uploads whose answer arrived."""
    return [name for name in rehearsal.rounds.names(f"{run.round}/1/uploads/") if not name.endswith("/started.json")]


def uploads(rehearsal, run):
    """Ids of the dispute's files at Stripe, used or orphaned."""
    stored = rehearsal.stripe("files", purpose="dispute_evidence", limit=100)["data"]
    return [file["id"] for file in stored if file["filename"].startswith(f"{run.dispute}-")]
