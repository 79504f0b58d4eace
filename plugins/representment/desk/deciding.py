"""The question of a run, who may answer it, and whose answer counts.

The answer itself goes from the browser to Airflow's own route, `PATCH …/hitlDetails`, with its permission and its
*already answered*. If two answers arrive at the same instant, Airflow takes both and the later one counts: so the page
reads again.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request, Response

from disputes.response.approval import APPROVE
from representment.airflow_internals.database import read_question
from representment.branches import ACCEPT, LEAVE, PAY_FEE, REFUND, SEND_BACK
from representment.desk.guard import READ, User, may_answer
from representment.desk.rendering import page
from representment.desk.store import on_own_thread
from representment.task_ids import Task

if TYPE_CHECKING:
    from representment.airflow_internals.database import Question

router = APIRouter(prefix="/dags/{dag_id}/runs/{run_id}", dependencies=[READ])
MEANS = {
    APPROVE: "This packet goes to the bank. That is final.",
    PAY_FEE: "This packet goes to the bank, and the network's fee is paid. That is final.",
    SEND_BACK: "The next revision is made with your remark, and somebody is asked to approve it.",
    ACCEPT: "The dispute is closed as lost. That is final.",
    REFUND: "The customer gets a full refund, and the inquiry ends.",
    LEAVE: "The packet is removed from the dispute; somebody has to answer in Stripe's Dashboard.",
}
KEYS = {APPROVE: "a", PAY_FEE: "a", SEND_BACK: "s", ACCEPT: "x", REFUND: "r", LEAVE: "l"}
SETTLES = 3.0
"""Seconds after the question during which Airflow may lose an answer."""


@dataclass(frozen=True)
class Choice:
    """One of the answers, what it does, and its key."""

    name: str
    means: str
    key: str


@dataclass(frozen=True)
class Decision:
    """The state of a run's question, for one user.

    :param mine: whether the answer that counts is this user's
    """

    question: Question | None
    allowed: bool
    mine: bool

    @property
    def open(self) -> bool:
        """Whether it waits for a person."""
        return self.question is not None and self.question.answered_at is None

    @property
    def choices(self) -> tuple[Choice, ...]:
        """The same answers as in Airflow's own form."""
        options = self.question.options if self.question else ()
        return tuple(Choice(name, MEANS.get(name, ""), KEYS.get(name, "")) for name in options)

    @property
    def wait_ms(self) -> int:
        """How long the page waits before it sends an answer."""
        asked = self.question.asked_at if self.question else 0.0
        return max(0, int((asked + SETTLES - time.time()) * 1000))


def read_decision(user: Any, dag_id: str, run_id: str) -> Decision:
    """The present state of a run's question."""
    question = read_question(dag_id, run_id, Task.APPROVE)
    if question is None:
        return Decision(None, allowed=False, mine=False)
    mine = question.by is not None and question.by == user.get_name()
    return Decision(question, may_answer(user, dag_id, question.assigned), mine)


@router.get("/decision")
async def decision(request: Request, user: User, dag_id: str, run_id: str) -> Response:
    """The decision part of the page, as of now."""
    found = await on_own_thread(read_decision, user, dag_id, run_id)
    return page(request, "_decision.html", decision=found, dag_id=dag_id, run_id=run_id, claims=())
