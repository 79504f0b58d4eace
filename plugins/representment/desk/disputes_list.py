"""The list of all rounds that a user may see."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Form, Query, Request, Response

from disputes.desk.round_list import RoundList, Wanted
from disputes.desk.standing import Stage, find_standing
from disputes.record_format import read_record
from representment.desk.guard import SAME_ORIGIN, User, may_answer, readable_dags
from representment.desk.rendering import page
from representment.desk.rounds import Rounds
from representment.desk.store import now, on_own_thread, rounds_store
from representment.storage.record_names import END

if TYPE_CHECKING:
    from collections.abc import Iterable

    from disputes.desk.round_list import Row
    from representment.hooks.s3_store import S3Store

router = APIRouter()
ROUNDS = Rounds()


@router.get("/")
async def disputes(
    request: Request,
    user: User,
    stage: str = "",
    reason: str = "",
    account: str = "",
    mine: bool = False,
    number: Annotated[int, Query(alias="page")] = 1,
) -> Response:
    """All rounds, the most urgent first."""
    return await _listed(request, user, Wanted("", stage, reason, account, mine), number, names=False)


@router.post("/", dependencies=[SAME_ORIGIN])
async def search(
    request: Request,
    user: User,
    text: Annotated[str, Form(max_length=200)] = "",
    stage: Annotated[str, Form()] = "",
    reason: Annotated[str, Form()] = "",
    account: Annotated[str, Form()] = "",
    mine: Annotated[bool, Form()] = False,
    names: Annotated[bool, Form()] = False,
    number: Annotated[int, Form(alias="page")] = 1,
) -> Response:
    """The same, filtered. The search text is in the body, so that no URL or log contains it."""
    return await _listed(request, user, Wanted(text, stage, reason, account, mine), number, names=names)


async def _listed(request: Request, user: Any, wanted: Wanted, number: int, *, names: bool) -> Response:
    found = await on_own_thread(_look, user, wanted, number)
    template = "_rounds.html" if request.headers.get("hx-request") else "disputes.html"
    return page(request, template, list=found, wanted=wanted, names=names, now=now(), stages=list(Stage))


def _look(user: Any, wanted: Wanted, number: int) -> RoundList:
    store = rounds_store()
    rows = visible_rows(user, store)
    found = RoundList.of(asked_of(user, rows) if wanted.mine else rows, wanted, number)
    return replace(found, rows=tuple(_with_reasons(store, found.rows)))


def visible_rows(user: Any, store: S3Store) -> list[Row]:
    """The rounds of those DAGs whose runs a user may see."""
    rows = ROUNDS.rows(store)
    allowed = readable_dags(user, {row.dag_id for row in rows})
    return [row for row in rows if row.dag_id in allowed]


def asked_of(user: Any, rows: Iterable[Row]) -> list[Row]:
    """Those that wait for an answer which this user may give."""
    waiting = [row for row in rows if row.standing.stage is Stage.WAITS]
    may = cache(lambda dag_id, assigned: may_answer(user, dag_id, assigned))
    return [row for row in waiting if may(row.dag_id, row.assigned)]


def _with_reasons(store: S3Store, rows: tuple[Row, ...]) -> list[Row]:
    """Read the records of this page's runs that ended without a submission: they say how and why."""
    asked = [row for row in rows if row.standing.stage in (Stage.LEFT, Stage.MADE, Stage.OVER)]
    contents = store.read_each(f"{row.run_id.replace('__', '/')}/{END}" for row in asked)
    ends = {
        row.run_id: read_record(content, row.run_id)
        for row, content in zip(asked, contents, strict=True)
        if isinstance(content, bytes)
    }
    return [_with_end(row, ends.get(row.run_id)) for row in rows]


def _with_end(row: Row, end: dict[str, Any] | None) -> Row:
    if end is None:
        return row
    stands = find_standing(
        outcome=None, submitted=False, waits=False, run_state="failed", end=end["end"], reason=end.get("reason")
    )
    return replace(row, standing=stands)
