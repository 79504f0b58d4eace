"""What people, the bank, Stripe and the machine do between two calls of ours."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tests.simulation import shop
from tests.simulation.airflow_model import ANSWERED, AWAITING, FAILED, RETRY, SUCCESS, Run, Task
from tests.simulation.choices import Kind

from disputes.response.submission import PACKET_KEY
from disputes.rounds import RunId, answerable
from sandbox import disputes
from sandbox.errors import StripeError
from sandbox.state import BY_STRIPE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.simulation.world import World

HASH = re.compile(r"\b[0-9a-f]{64}\b")
FIELDS = ("service_date", "uncategorized_text", "customer_name")
REMARKS = ("why?", "x" * 1_500)
HOUR, DAY = 3_600, 86_400
AT_REST, AMIDST = 14.0, 1.0
"""How much more likely things are while nothing runs."""


class People:
    """Knows what may happen now, and makes it happen."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._kinds = {at_rest: self._make_kinds(at_rest=at_rest) for at_rest in (True, False)}

    def kinds(self, *, at_rest: bool) -> list[Kind]:
        """What may happen now."""
        return self._kinds[at_rest]

    def _make_kinds(self, *, at_rest: bool) -> list[Kind]:
        likely = AT_REST if at_rest else AMIDST
        return [
            Kind("answer", 0.6 if at_rest else 0.01, self._answers),
            Kind("clear", 0.0012 * likely, lambda: self._tasks("")),
            Kind("clear down", 0.0012 * likely, lambda: self._tasks("")),
            Kind("mark success", 0.0006 * likely, self._all_tasks),
            Kind("mark failed", 0.0004 * likely, self._all_tasks),
            Kind("type", 0.002 * likely, lambda: FIELDS),
            Kind("forget our key", 0.0007 * likely),
            Kind("submit by hand", 0.0006 * likely),
            Kind("bank", 0.0007 * likely, lambda: ("escalate", "win", "lose")),
            Kind("wait", 0.002 * likely, lambda: ("an hour", "25 hours", "for the deadline", "until after it")),
            Kind("step the clock", 0.0005 * likely, lambda: ("-600", "600", "0")),
            Kind("deploy", 0.0015 * likely, lambda: ("next", "this")),
            Kind("lose the database", 0.0007 * likely),
            Kind("trigger", 0.0007 * likely, lambda: ("a twin", "the next revision", "the next round")),
            Kind("mode", 0.0004 * likely, lambda: ("shadow", "stage", "submit")),
            Kind("brake", 0.0006 * likely, lambda: ("on", "off")),
            Kind("document arrives", 0.0008 * likely),
            Kind("document leaves", 0.0008 * likely),
            Kind("spoil", 0.0004 * likely, lambda: ("a file",) if self._files() else ()),
            Kind("change the case", 0.0004 * likely, lambda: ("amount", "network_reason_code")),
            Kind("give back a part", 0.0004 * likely),
            Kind("the refunded money returns", 0.0004 * likely),
            Kind("look", 0.0006 * likely, lambda: ("intake", "sweep", "follow", "audit")),
        ]

    def do(self, event: str) -> bool:
        """Make an event happen; return whether it was one of these."""
        found = max(
            (kind.name for kind in self.kinds(at_rest=True) if event.startswith(kind.name)), key=len, default=""
        )
        if not found:
            return False
        self.world.step += 1
        self.world.disturbed = self.world.step
        self.world.clicked |= found.startswith(("clear", "mark", "trigger", "mode", "brake"))
        self.world.stripe.read_again.clear()
        self.world.trace.append(f"* {event}")
        try:
            getattr(self, f"_{found.replace(' ', '_')}")(event.removeprefix(found).strip())
        except StripeError as error:
            self.world.trace.append(f"    Stripe refuses: {error.message}")
        return True

    def _answers(self) -> Iterator[str]:
        for run in self.world.runs.values():
            question = run.tasks["approve"].question
            if run.tasks["approve"].state == AWAITING and question:
                # Approved more often: only a submission shows whether it is allowed.
                weighted = [one for one in question.options for _ in range(3 if "pprove" in one else 1)]
                yield from (f"{run.name} {option}" for option in weighted)

    def _tasks(self, _: str) -> Iterator[str]:
        for run in self.world.runs.values():
            yield from (f"{run.name}/{name}" for name, task in run.tasks.items() if task.state is not None)

    def _all_tasks(self) -> Iterator[str]:
        """What has not run yet can be marked too."""
        return (f"{run.name}/{name}" for run in self.world.runs.values() for name in run.tasks)

    def _found(self, subject: str) -> tuple[Run, Task]:
        name, _, task_id = subject.rpartition("/")
        run = next(one for one in self.world.runs.values() if one.name == name)
        return run, run.tasks[task_id]

    def _answer(self, subject: str) -> None:
        run = next(one for one in self.world.runs.values() if subject.startswith(f"{one.name} "))
        self.respond(run, subject.removeprefix(f"{run.name} "), by="ann")

    def respond(self, run: Run, choice: str, by: str | None) -> None:
        """Answer a question; without a name the time has run out."""
        task = run.tasks["approve"]
        assert task.question is not None
        remark = REMARKS[self.world.random.random() < 0.3] if by and choice == "Send back" else ""
        shown = (HASH.findall(task.question.body) or [""])[-1]
        self.world.answers.append((run.response, choice, shown))
        task.answer = {
            "chosen_options": [choice],
            "params_input": task.question.form | {"remark": remark} if by else {},
            "responded_at": datetime.fromtimestamp(self.world.time, UTC),
            "responded_by_user": {"id": "1", "name": by} if by else None,
        }
        task.state = ANSWERED

    def _clear(self, subject: str) -> None:
        _run, task = self._found(subject)
        self._stop(task)
        task.clear()

    def _clear_down(self, subject: str) -> None:
        run, task = self._found(subject)
        for name in run.downstream(task.task_id):
            self._stop(run.tasks[name])
            run.tasks[name].clear()

    def _mark_success(self, subject: str) -> None:
        run, task = self._found(subject)
        self._stop(task)
        run.set_state(task.task_id, SUCCESS)

    def _mark_failed(self, subject: str) -> None:
        run, task = self._found(subject)
        self._stop(task)
        run.set_state(task.task_id, FAILED)

    def _stop(self, task: Task) -> None:
        """Airflow kills the process whose task is cleared or marked."""
        if task.live:
            self.world.kill(task.live)

    def _type(self, field: str) -> None:
        """A person saves a field in the Dashboard."""
        text = f"typed at step {self.world.step}"
        state = self.world.stripe.state
        disputes.update(state, self.world.dispute_id, {"evidence": {field: text}, "submit": False}, BY_STRIPE)
        self.world.typed[field] = (text, self.world.step)

    def _forget_our_key(self, _: str) -> None:
        state = self.world.stripe.state
        disputes.update(state, self.world.dispute_id, {"metadata": {PACKET_KEY: ""}, "submit": False}, BY_STRIPE)

    def _change_the_case(self, member: str) -> None:
        """The network corrects its dispute."""
        dispute = self.world.dispute
        if member == "amount":
            dispute["amount"] += 100
        else:
            dispute["network_reason_code"] = "13.7"
            dispute["payment_method_details"]["card"]["network_reason_code"] = "13.7"
        self.world.corrected = self.world.step

    def _give_back_a_part(self, _: str) -> None:
        """Somebody refunds a part of the charge in the Dashboard."""
        self.world.stripe.state.collections["charges"][self.world.dispute["charge"]]["amount_refunded"] += 500
        self.world.corrected = self.world.step

    def _the_refunded_money_returns(self, _: str) -> None:
        """The refunds so far have failed at the cardholder's bank."""
        self.world.stripe.state.collections["charges"][self.world.dispute["charge"]]["amount_refunded"] = 0
        self.world.corrected = self.world.step

    def _submit_by_hand(self, _: str) -> None:
        disputes.act(self.world.stripe.state, self.world.dispute_id, "dashboard_submit")

    def _bank(self, what: str) -> None:
        disputes.act(self.world.stripe.state, self.world.dispute_id, what)

    def _wait(self, how_long: str) -> None:
        due_by = self.world.dispute["evidence_details"]["due_by"] or self.world.time
        left = max(0, due_by - self.world.time)
        seconds = {"an hour": HOUR, "25 hours": 25 * HOUR, "for the deadline": left - 60, "until after it": left + 60}
        self.world.pass_time(max(0, seconds[how_long]))

    def _step_the_clock(self, seconds: str) -> None:
        self.world.skew = float(seconds)

    def _deploy(self, release: str) -> None:
        self.world.release = release

    def _lose_the_database(self, _: str) -> None:
        for one in list(self.world.tries):
            self.world.kill(one)
        self.world.runs.clear()
        self.world.braked = False
        self.world.serve("intake")

    def _trigger(self, what: str) -> None:
        if not answerable(self.world.dispute["status"]):
            return
        last = self.newest()
        run = self.world.first_run if what == "the next round" else last if what == "a twin" else last.next()
        run_id = f"manual__{len(self.world.runs)}" if what == "a twin" else str(run)
        self.world.start(f"respond_{shop.REASONS[self.world.kind]}", run_id, self.world.conf(run))

    def newest(self) -> RunId:
        """The newest response that anybody knows of."""
        known = [RunId.parse(run.response) for run in self.world.runs.values()]
        newest = known[0] if known else self.world.first_run
        for run in known:
            newest = run if run.follows(newest) else newest
        return newest

    def _brake(self, how: str) -> None:
        self.world.brake(on=how == "on")

    def _mode(self, mode: str) -> None:
        self.world.mode, self.world.mode_since = mode, self.world.step

    def _document_arrives(self, _: str) -> None:
        key = f"charges/ch_{self.world.kind}/documents/{shop.LATE_DOCUMENT}"
        self.world.s3.objects["evidence", key] = b"Thanks, it came.\n"

    def _document_leaves(self, _: str) -> None:
        key = f"charges/ch_{self.world.kind}/documents/{shop.LATE_DOCUMENT}"
        self.world.s3.objects.pop(("evidence", key), None)

    def _files(self) -> list[str]:
        return [key for bucket, key in self.world.s3.objects if bucket == "representment" and key.endswith(".pdf")]

    def _spoil(self, _: str) -> None:
        """Somebody overwrites one of our files, whose name is the digest of its bytes."""
        key = self.world.random.choice(self._files())
        self.world.s3.objects["representment", key] += b"% spoiled\n"

    def _look(self, service: str) -> None:
        self.world.serve(service)

    def abandon(self, task: Task) -> None:
        """The supervisor of a try dies: Airflow tries again, while the process goes on."""
        task.live = None
        task.state, task.due = (RETRY, self.world.time) if task.number <= task.most else (FAILED, 0)
        task.error = "its supervisor is gone"
