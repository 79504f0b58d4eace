"""What `make demo` does, from the intake to the last outcome."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from demo.analyst import Analyst
from demo.board import Board
from demo.process import StackError
from demo.responses import Response, Watch
from demo.results import Result, collect, deviations
from demo.rounds import Rounds
from demo.scenes import Scene
from demo.stack import Stack
from demo.stripe_reader import StripeReader

INTAKE = "dispute_intake"
OUTCOMES = "dispute_outcomes"
STILL = 120.0
"""Seconds: longer than any step or pause between two tries, on a slow machine too."""
ENDS_WITHIN = 120.0
PAUSE = 1.0
"""Seconds between two looks; each costs the API server, which serves the tasks too."""
FAULT_SECONDS = 2.0
"""How long a hung request stays silent: long enough to be noticed, short enough to watch."""


def announce(stack: Stack, scenes: Mapping[str, Scene]) -> list[str]:
    """Let the sandbox send its webhooks, and the disputes arrive that it has withheld; a line for each."""
    stack.listen()
    if stack.sandbox is None:
        return []
    arriving = [scene.dispute for scene in scenes.values() if scene.arrives]
    for dispute in arriving:
        stack.sandbox.control("POST", f"disputes/{dispute}/arrive")
    return [f"{dispute}: arrives, the sandbox sends its webhook" for dispute in arriving]


@dataclass
class Rehearsal:
    """One demo on a running stack.

    :param scenes: the script by dispute.
    """

    stack: Stack
    scenes: Mapping[str, Scene]
    board: Board
    timings: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.rest = self.stack.rest
        self.analyst = Analyst(self.stack.rest_as("analyst"), self.scenes)
        self.rounds = Rounds(self.stack.s3, self.stack.rounds_uri)
        self.watch = Watch(self.rest)
        self.responses: list[Response] = []

    def prepare(self) -> None:
        """Wait for the DAGs and let them run."""
        with self._timed("parsing the DAGs"):
            self.stack.wait_for_dags()
            for dag_id in sorted(self.stack.dag_ids()):
                self.rest.unpause(dag_id)

    def order_faults(self, every: int) -> None:
        """Make every n-th Stripe request fail, in each way in turn."""
        if self.stack.sandbox is None:
            raise StackError("Faults need the sandbox: remove the Stripe connection from the environment")
        rule = {"path": "/v1/*", "every": every, "kind": "mixed", "seconds": FAULT_SECONDS}
        self.stack.sandbox.control("POST", "faults", rule)

    def respond(self) -> None:
        """Take in the open disputes and follow every response to its end, answering as the analyst does.

        :raises StackError: the intake failed.
        :raises TimeoutError: nothing has happened for a while, although some have not ended.
        """
        with self._timed("responses"):
            intake = self.rest.trigger(INTAKE)
            changed = time.monotonic()
            while True:
                before, taken_in = self.responses, self._has_ended(intake)
                if self._look() and taken_in:
                    return
                if self.responses != before:
                    changed = time.monotonic()
                if time.monotonic() - changed > STILL:
                    open_ = [f"{each.run_id} ({each.now})" for each in self.responses if not self.analyst.is_done(each)]
                    missing = sorted(self._expected() - {each.dispute for each in self.responses})
                    raise TimeoutError(f"Nothing has happened for {STILL:.0f} s: {', '.join(open_ + missing)}")
                time.sleep(PAUSE)

    def conclude(self) -> tuple[list[Result], list[str]]:
        """Follow the submitted rounds until all is as the script says, or the time is over.

        :return: the ends, and what is not as the script says.
        """
        with self._timed("outcomes"):
            deadline = time.monotonic() + ENDS_WITHIN
            while True:
                problems = self._follow()
                results = self.results()
                problems += deviations(results, self.scenes) + self.unanswered()
                if not problems or time.monotonic() > deadline:
                    return results, problems
                time.sleep(PAUSE)
                self.respond()  # a dispute may have entered its next round

    def results(self) -> list[Result]:
        """The ends as they are now."""
        stripe = StripeReader(self.stack.stripe)
        return collect(self.responses, self.scenes, stripe=stripe, rounds=self.rounds)

    def unanswered(self) -> list[str]:
        """A line for each question that Airflow let the analyst not answer."""
        return [f"{run_id}: not answered: {problem}" for run_id, problem in self.analyst.unanswered.items()]

    def _look(self) -> bool:
        """Look once, answer what can be answered; return whether all has ended."""
        self.stack.check()
        self.responses = self.watch.read()
        self.board.show(self.responses)
        for line in self.analyst.act(self.responses):
            self.board.say(line)
        arrived = {response.dispute for response in self.responses}
        return self._expected() <= arrived and all(self.analyst.is_done(response) for response in self.responses)

    def _expected(self) -> set[str]:
        return {scene.dispute for scene in self.scenes.values() if scene.expects_a_run}

    def _has_ended(self, intake: str) -> bool:
        """Whether a run of the intake has ended.

        :raises StackError: it failed.
        """
        state = self.rest.run(INTAKE, intake)["state"]
        if state == "failed":
            raise StackError(f"{INTAKE} failed. Its log is below {self.stack.airflow.home / 'logs'}")
        return bool(state == "success")

    def _follow(self) -> list[str]:
        """Look once for outcomes; return what failed."""
        run = self.rest.wait_for_run(OUTCOMES, self.rest.trigger(OUTCOMES), seconds=2 * STILL)
        if run["state"] == "success":
            return []
        tasks = self.rest.task_instances(OUTCOMES, run["dag_run_id"])
        return [f"{OUTCOMES}: {task['task_id']} failed" for task in tasks if task["state"] == "failed"]

    @contextmanager
    def _timed(self, phase: str) -> Iterator[None]:
        begin = time.monotonic()
        yield
        self.timings[phase] = self.timings.get(phase, 0) + time.monotonic() - begin
