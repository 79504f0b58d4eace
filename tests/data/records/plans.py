"""The scenarios of `make.py`: what was sold, and how far its response came."""

from __future__ import annotations

from contextlib import suppress
from copy import copy
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airflow.dag_processing.dagbag import DagBag
from airflow.sdk.exceptions import DownstreamTasksSkipped
from airflow.sdk.execution_time.context import VariableAccessor
from tests.integration.representment.seeds_folder import BOUGHT, CHARGE, DOCUMENTS, SENT, SeedsFolder
from tests.integration.representment.steps import FakeTask, Response, forget
from tests.integration.representment.telling import hourly

from disputes.errors import DisputeError
from disputes.rounds import Round, RunId
from representment.operators.audit import AuditSubmissionsOperator
from representment.operators.outcomes import FollowOutcomesOperator

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.integration.representment.steps import World

DAGS = Path(__file__).parents[3] / "dags"
WARNINGS_DAG = "answer_early_fraud_warning"
DEAR = 12_000
"""Minor units: a person is asked."""


@dataclass(frozen=True)
class Stopped:
    """Where a run stopped; the members are those of `load.Scenario`."""

    dag_id: str
    run_id: str
    conf: dict[str, Any]
    due_by: int | None
    xcoms: dict[tuple[str, str], Any]


@dataclass
class Timed(Response):
    """A run whose every task takes its time.

    :param work: moves the time
    """

    work: Callable[[], None] = field(kw_only=True)

    def do(self, task_id: str, try_number: int = 1) -> Any:
        self.work()
        return super().do(task_id, try_number)

    def choose(self, choice: str, **answer: Any) -> Any:
        self.work()
        return super().choose(choice, **answer)

    def killed_before(self, task_id: str, *names: str) -> None:
        """A task that was killed before it had written these."""
        self.to(task_id)
        for name in names:
            forget(self.world.rounds, f"{self.folder.revision}/{name}")

    @property
    def stopped(self) -> Stopped:
        run = self.run
        conf = {"dispute": run.dispute, "round": str(run.round), "revision": run.revision, "account": "stripe_default"}
        if run.revision > 1:
            conf |= {"remark": self.remark, "claim": self.claim}
        due_by = self.stored["evidence_details"]["due_by"]
        return Stopped(f"respond_{self.reason}", str(run), conf, due_by, self.xcoms)


@dataclass(frozen=True)
class Stories:
    """Tells how a scenario came about.

    :param name: the scenario's; its dispute is `du_<name>`, its charge `ch_<name>`
    :param work: moves the time
    """

    world: World
    name: str
    work: Callable[[], None]

    def response(self, round_: str = "chargeback", revision: int = 1, **members: Any) -> Timed:
        """A run of this scenario's dispute."""
        return Timed(self.world, RunId(f"du_{self.name}", Round(round_), revision), work=self.work, **members)

    def bank(self, action: str) -> None:
        """The bank decides."""
        self.work()
        self.world.control("POST", f"disputes/du_{self.name}/{action}")

    def audit(self) -> None:
        """`audit_submissions`, of `dispute_outcomes`."""
        self.work()
        AuditSubmissionsOperator(task_id="it", rounds_uri=self.world.rounds_uri).execute({})

    def follow(self) -> None:
        """`follow_outcomes`, of `dispute_outcomes`."""
        self.work()
        FollowOutcomesOperator(task_id="it", rounds_uri=self.world.rounds_uri).execute(hourly())


@dataclass(frozen=True)
class Plan:
    """One scenario.

    :param story: see `load.Scenario`
    :param next: the task that comes next
    :param sell: writes the seeds of its dispute
    :param tell: lets it happen; where the run stopped
    :param try_number: of the next task
    """

    story: str
    next: str
    sell: Callable[[SeedsFolder, str], None]
    tell: Callable[[Stories], Stopped]
    try_number: int = 1


def _parcel(shop: SeedsFolder, name: str) -> None:
    """A parcel with three documents and a policy."""
    shop.parcel(name)


def _small(shop: SeedsFolder, name: str, **members: Any) -> None:
    """A parcel with one document, so that the records stay small; the policy approves it."""
    shop.parcel(name, {"proof_of_delivery.pdf": DOCUMENTS["proof_of_delivery.pdf"]}, **members)
    sent = {group: told for group, told in SENT.items() if group != "policy"}
    shop.facts(name, "physical_product", BOUGHT, sent)


def _dear(shop: SeedsFolder, name: str, **members: Any) -> None:
    """The same, dearer: a person is asked."""
    _small(shop, name, amount=DEAR, **members)
    shop.put(f"stripe/charges/ch_{name}.json", CHARGE | {"amount": DEAR})


def _inquiry(shop: SeedsFolder, name: str) -> None:
    _dear(shop, name, status="warning_needs_response", card={"case_type": "inquiry"})


def _appealed(shop: SeedsFolder, name: str) -> None:
    _dear(shop, name, script={"bank": "lost", "after": 0, "appeal": True})


def _compliance(shop: SeedsFolder, name: str) -> None:
    """A rule of the network: an answer costs a fee."""
    card = {"case_type": "compliance", "network_reason_code": None}
    _small(shop, name, code="", reason="noncompliant", card=card)


def _compelling(shop: SeedsFolder, name: str) -> None:
    shop.compelling(name)


def _warned(shop: SeedsFolder, name: str) -> None:
    """A charge that nobody has disputed, and of which an issuer has warned."""
    shop.put(f"stripe/charges/ch_{name}.json", CHARGE)
    shop.put(f"stripe/early_fraud_warnings/issfr_{name}.json", {"charge": f"ch_{name}", "created": "@-1h"})
    shop.facts(name, "physical_product", BOUGHT, {"checkout": SENT["checkout"]})


def _until(task: str) -> Callable[[Stories], Stopped]:
    def tell(stories: Stories) -> Stopped:
        response = stories.response()
        response.to(task)
        return response.stopped

    return tell


def _killed(task: str, *names: str) -> Callable[[Stories], Stopped]:
    def tell(stories: Stories) -> Stopped:
        response = stories.response()
        response.killed_before(task, *names)
        return response.stopped

    return tell


def _decided(
    choice: str, *, remark: str = "", round_: str = "chargeback", **members: Any
) -> Callable[[Stories], Stopped]:
    def tell(stories: Stories) -> Stopped:
        response = stories.response(round_, **members)
        _expect(response.to("stage"), "approve")
        response.choose(choice, remark=remark)
        return response.stopped

    return tell


def _expect(given: object, wanted: object) -> None:
    if given != wanted:
        raise ValueError(f"{given} came, {wanted} was expected")


def _sent_wrong(when: str) -> Callable[[Stories], Stopped]:
    """A submit whose connection broke, `before` Stripe got it or `after`."""

    def tell(stories: Stories) -> Stopped:
        response = stories.response()
        response.to("stage")
        stories.world.fault("reset", when, method="POST")
        with suppress(DisputeError):
            response.do("submit")
        _expect(response.submissions, 1 if when == "after" else 0)
        _expect(response.folder.round_record("receipt.json"), None)
        return response.stopped

    return tell


def _won(stories: Stories) -> Stopped:
    stopped = _until("submit")(stories)
    stories.audit()
    stories.bank("win")
    return stopped


def _lost(stories: Stories) -> Stopped:
    stopped = _until("submit")(stories)
    stories.audit()
    stories.bank("lose")
    stories.follow()
    return stopped


def _sent_back(stories: Stories) -> Timed:
    first = stories.response()
    _expect(first.to("stage"), "approve")
    _expect(first.choose("Send back", remark=REMARK), "send_back")
    first.do("send_back")
    return stories.response(revision=2, remark=REMARK)


def _gathered_again(stories: Stories) -> Stopped:
    second = _sent_back(stories)
    second.do("gather")
    return second.stopped


def _staged_again(stories: Stories) -> Stopped:
    second = _sent_back(stories)
    _expect(second.to("stage"), "approve")
    return second.stopped


def _appeal_approved(stories: Stories) -> Stopped:
    chargeback = stories.response()
    _expect(chargeback.to("stage"), "approve")
    chargeback.choose("Approve")
    chargeback.do("submit")
    stories.audit()
    _expect(chargeback.stored["status"], "appeal_needs_response")
    stories.follow()
    return _decided("Approve", round_="appeal")(stories)


def _warning_decided(stories: Stories) -> Stopped:
    """The run of a warning: `assess`, and a person's click in `ask`."""
    warning = f"issfr_{stories.name}"
    dag = DagBag(DAGS / f"{WARNINGS_DAG}.py", collect_dags=True).dags[WARNINGS_DAG]
    conf = {"warning": warning, "account": "stripe_default"}
    xcoms: dict[tuple[str, str], Any] = {}
    event = {
        "chosen_options": ["Refund in full"],
        "params_input": {},
        "responded_at": datetime.now(UTC),
        "responded_by_user": {"id": "1", "name": "ann"},
    }
    for task, run in (
        ("assess", lambda one, it: one.execute(it)),
        ("ask", lambda one, it: one.execute_complete(it, event)),
    ):
        stories.work()
        operator = copy(dag.get_task(task))
        instance = FakeTask(operator, xcoms, conf["warning"])
        var = {"value": VariableAccessor(deserialize_json=False)}
        context = {"ti": instance, "task_instance": instance, "params": conf, "var": var}
        operator.render_template_fields(context)
        with suppress(DownstreamTasksSkipped):
            run(operator, context)
    return Stopped(WARNINGS_DAG, warning, conf, None, xcoms)


REMARK = "Say in the letter that the parcel was left with a neighbour."
PLANS = {
    "gathered": Plan("Gathered.", "collect", _parcel, _until("gather")),
    "gathered_in_part": Plan(
        "Gather was killed after dispute.json.", "gather", _small, _killed("gather", "facts.json", "product.json"), 2
    ),
    "collected": Plan("Three documents and a policy are exhibits.", "render", _parcel, _until("collect")),
    "collected_in_part": Plan(
        "Collect was killed before exhibits.json.", "collect", _parcel, _killed("collect", "exhibits.json"), 2
    ),
    "rendered": Plan("The packet is made.", "upload", _parcel, _until("render")),
    "rendered_in_part": Plan(
        "Render was killed before manifest.json.", "render", _parcel, _killed("render", "manifest.json"), 2
    ),
    "uploaded": Plan("The files are at Stripe, on no dispute yet.", "stage", _parcel, _until("upload")),
    "uploaded_in_part": Plan(
        "Upload was killed: the receipt is at Stripe, its record is missing.",
        "upload",
        _parcel,
        _killed("upload", "uploads/receipt.json"),
        2,
    ),
    "staged_in_part": Plan(
        "Stripe has staged the packet, stage was killed before staged.json.",
        "stage",
        _dear,
        _killed("stage", "staged.json"),
        2,
    ),
    "staged": Plan("The packet is staged, a person is asked.", "approve", _dear, _until("stage")),
    "approved": Plan("Staged; ann has answered Approve.", "submit", _dear, _decided("Approve")),
    "sent_back": Plan(
        "Staged; ann has answered Send back, with a remark.", "send_back", _dear, _decided("Send back", remark=REMARK)
    ),
    "accepted": Plan("Staged; ann has answered Accept the loss.", "accept", _dear, _decided("Accept the loss")),
    "left": Plan("Staged; ann has answered Leave to a person.", "leave", _dear, _decided("Leave to a person")),
    "refund_decided": Plan(
        "An inquiry, staged; ann has answered Refund in full.",
        "refund",
        _inquiry,
        _decided("Refund in full", round_="inquiry"),
    ),
    "inquiry_approved": Plan(
        "An inquiry, staged; ann has answered Approve.", "submit", _inquiry, _decided("Approve", round_="inquiry")
    ),
    "fee_approved": Plan(
        "A compliance case, staged; ann has answered Approve and pay the network's fee.",
        "submit",
        _compliance,
        _decided("Approve and pay the network's fee", reason="noncompliant"),
    ),
    "appeal_approved": Plan(
        "The chargeback was submitted, audited and lost; its appeal is staged, ann has answered Approve.",
        "submit",
        _appealed,
        _appeal_approved,
    ),
    "approved_by_policy": Plan("Staged; the policy has approved.", "submit", _small, _until("stage")),
    "compelling_approved": Plan(
        "Visa's Compelling Evidence 3.0 is staged; ann has answered Approve.",
        "submit",
        _compelling,
        _decided("Approve", reason="fraudulent"),
    ),
    "submit_claimed": Plan(
        "Submit has written its request, which Stripe never got.", "submit", _small, _sent_wrong("before"), 2
    ),
    "answer_lost": Plan(
        "Stripe has the submission; its answer was lost, there is no receipt.",
        "submit",
        _small,
        _sent_wrong("after"),
        2,
    ),
    "submitted": Plan(
        "Submitted, with the receipt and in the index; not audited.", "audit_submissions", _small, _until("submit")
    ),
    "won": Plan("Submitted and audited, won at Stripe; no outcome yet.", "follow_outcomes", _small, _won),
    "lost": Plan(
        "Submitted, audited, lost, the outcome written; it may still be won late.", "follow_outcomes", _small, _lost
    ),
    "gathered_again": Plan("Sent back and un-staged; revision 2 is gathered.", "collect", _dear, _gathered_again),
    "staged_again": Plan("Sent back; revision 2 is staged, a person is asked.", "approve", _dear, _staged_again),
    "warning_refund_decided": Plan(
        "An early fraud warning; ann has answered Refund in full.", "refund", _warned, _warning_decided
    ),
}
