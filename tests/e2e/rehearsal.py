"""A running stack as the end-to-end tests use it: start runs, wait for what they do, hold and kill tasks."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx
import psutil

from demo.rest import settled
from demo.rounds import Rounds

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from demo.stack import Stack

PATIENCE = 480.0
"""Seconds: many times what anything takes on an idle machine with 2 cores."""
LOG_LINES = 30


@dataclass(frozen=True)
class Run:
    """One response run, of the charge's reason."""

    dispute: str
    dag_id: str = "respond_product_not_received"
    revision: int = 1

    @property
    def round(self) -> str:
        return f"{self.dispute}/chargeback"

    @property
    def run_id(self) -> str:
        return f"{self.dispute}__chargeback__{self.revision}"

    @property
    def conf(self) -> dict[str, Any]:
        return {"dispute": self.dispute, "round": "chargeback", "revision": self.revision}


@dataclass
class Rehearsal:
    """What a test does with the stack.

    :param runs: those of this test; a failed test prints their tasks' logs
    """

    stack: Stack
    taken: Counter[str] = field(default_factory=Counter)
    runs: list[Run] = field(default_factory=list)
    answers: Counter[str] = field(default_factory=Counter)

    def take(self, kind: str) -> str:
        """A dispute that no other test has."""
        self.taken[kind] += 1
        return f"du_{kind}{self.taken[kind] - 1:03d}"

    def start(self, kind: str, dag_id: str = Run.dag_id) -> Run:
        """Trigger the run that answers a fresh dispute."""
        return self.trigger(Run(self.take(kind), dag_id))

    def trigger(self, run: Run) -> Run:
        """Trigger a run as the intake does."""
        self.runs.append(run)
        self.stack.rest.trigger(run.dag_id, run_id=run.run_id, conf=run.conf)
        return run

    def wait(self, condition: Callable[[], Any], what: str, seconds: float = PATIENCE) -> Any:
        """Ask until there is a true answer; that answer."""
        deadline = time.monotonic() + seconds
        while not (answer := condition()):
            self.stack.check()
            assert time.monotonic() < deadline, f"after {seconds:.0f} s still not: {what}"
            time.sleep(0.2)
        return answer

    def wait_for_task(self, run: Run, task: str, state: str) -> None:
        """Wait until a task is in this state."""
        self.wait(lambda: self.tasks(run).get(task) == state, f"{run.run_id} {task} is {state}")

    def wait_for_end(self, run: Run) -> str:
        """Wait until a run has ended; its state."""
        state: str = self.stack.rest.wait_for_run(run.dag_id, run.run_id, seconds=PATIENCE)["state"]
        return state

    def tasks(self, run: Run) -> dict[str, str | None]:
        """State by task id."""
        return self.stack.rest.task_states(run.dag_id, run.run_id)

    def note(self, run: Run) -> str | None:
        """The run's note in Airflow's UI."""
        note: str | None = self.stack.rest.run(run.dag_id, run.run_id)["note"]
        return note

    def attempt(self, run: Run, task: str) -> dict[str, Any]:
        """A task instance as it is now: `id`, `try_number`, `state`."""
        return self.stack.rest.get(f"/dags/{run.dag_id}/dagRuns/{run.run_id}/taskInstances/{task}")

    def process(self, run: Run, task: str) -> psutil.Process:
        """The process in which the current try of a task runs; its parent is the task's supervisor."""
        title = f"airflow worker -- {self.attempt(run, task)['id']}"

        def found() -> psutil.Process | None:
            processes = psutil.process_iter(["cmdline"])
            return next((one for one in processes if title in " ".join(one.info["cmdline"] or ())), None)

        process: psutil.Process = self.wait(found, f"a process called {title}")
        return process

    def question(self, run: Run) -> dict[str, Any]:
        """A run's question, once it is old enough to be answered by a program."""

        def asked() -> Any:
            return next(filter(settled, self.stack.rest.questions(run.dag_id, run.run_id)), None)

        question: dict[str, Any] = self.wait(asked, f"{run.run_id} asks")
        return question

    def answer(self, run: Run, option: str, remark: str = "") -> dict[str, Any]:
        """Answer a run's question as the analyst, again where Airflow asks again; the question."""
        question = self._answer_once(run, option, remark)
        self._wait_until_decided(run, option, remark)
        return question

    def answer_all(self, options: Mapping[Run, str]) -> None:
        """Answer the questions of many runs, then wait until all of them go on."""
        for run, option in options.items():
            self._answer_once(run, option)
        for run, option in options.items():
            self._wait_until_decided(run, option)

    def send(self, question: dict[str, Any], option: str, remark: str = "") -> None:
        """Send one answer as the analyst."""
        self.stack.rest_as("analyst").answer(question, option, {"remark": remark})

    def _answer_once(self, run: Run, option: str, remark: str = "") -> dict[str, Any]:
        question = self.question(run)
        self.send(question, option, remark)
        self.answers[run.run_id] += 1
        return question

    def _wait_until_decided(self, run: Run, option: str, remark: str = "") -> None:
        self.wait(lambda: self._decided(run, option, remark), f"{run.run_id} goes on after {option}")

    def _decided(self, run: Run, option: str, remark: str) -> bool:
        state = self.tasks(run)["approve"]
        if state == "awaiting_input":
            for question in self.stack.rest.questions(run.dag_id, run.run_id):
                if settled(question, answers=self.answers[run.run_id]):
                    self.answers[run.run_id] += 1
                    self.send(question, option, remark)
        return state == "success"

    def control(self, method: str, path: str, body: Any = None) -> Any:
        """Call a control route of the sandbox."""
        return self.stack.sandbox.control(method, path, body)

    def fault(self, kind: str, when: str, path: str, **rule: Any) -> None:
        """Order faults for POST requests."""
        self.control("POST", "faults", {"kind": kind, "when": when, "path": path, "method": "POST"} | rule)

    def posts(self, path: str) -> list[dict[str, Any]]:
        """The log's POST requests to a path."""
        return [one for one in self.stack.sandbox.requests() if (one["method"], one["path"]) == ("POST", path)]

    def stripe(self, path: str, **query: Any) -> Any:
        """Read from the sandbox what its Stripe holds; it is in the log like everything else."""
        sandbox = self.stack.sandbox
        answer = httpx.get(
            f"{sandbox.api_base}/v1/{path}", params=query, auth=(sandbox.secret_key, ""), trust_env=False
        )
        return answer.raise_for_status().json()

    def dispute(self, run: Run) -> dict[str, Any]:
        """The dispute as Stripe holds it."""
        dispute: dict[str, Any] = self.stripe(f"disputes/{run.dispute}")
        return dispute

    def submissions(self, run: Run) -> int:
        """How often a dispute was submitted."""
        count: int = self.dispute(run)["evidence_details"]["submission_count"]
        return count

    @property
    def rounds(self) -> Rounds:
        """What the rounds have left in S3."""
        return Rounds(self.stack.s3, self.stack.rounds_uri)

    def story(self) -> str:
        """States and ends of the logs of this test's runs."""
        return "\n".join(self._story(run) for run in self.runs)

    def _story(self, run: Run) -> str:
        logs = self.stack.airflow.home / "logs" / f"dag_id={run.dag_id}" / f"run_id={run.run_id}"
        ends = [
            f"--- {log.relative_to(logs)}\n" + "\n".join(log.read_text().splitlines()[-LOG_LINES:])
            for log in sorted(logs.rglob("*.log"), key=lambda log: log.stat().st_mtime)
        ]
        return "\n".join([f"=== {run.run_id}: {self.tasks(run)}", *ends])
