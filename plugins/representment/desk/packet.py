"""The page of one response, with its pictures and downloads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, HTTPException, Path, Request, Response

from disputes.desk.last_ten import find_last_ten
from disputes.desk.packet_page import PacketPage, make_packet_page
from disputes.desk.round_list import Queue
from disputes.desk.standing import Standing, find_standing
from disputes.errors import InputError
from disputes.rounds import RunId
from representment.airflow_internals.database import read_failed_tasks, read_run_state
from representment.desk.deciding import Decision, read_decision
from representment.desk.disputes_list import asked_of, visible_rows
from representment.desk.documents import may_add_documents
from representment.desk.guard import READ, User
from representment.desk.pictures import Pictures
from representment.desk.rendering import page
from representment.desk.store import (
    Stored,
    claimed_by,
    email_of,
    file_of,
    now,
    on_own_thread,
    packet_of,
    read_response,
    rounds_store,
)
from representment.exceptions import StorageError

if TYPE_CHECKING:
    from disputes.desk.last_ten import LastTen

router = APIRouter(prefix="/dags/{dag_id}/runs/{run_id}", dependencies=[READ])
PICTURES = Pictures()
FOR_EVER = {"Cache-Control": "private, max-age=31536000, immutable"}
Digest = Annotated[str, Path(pattern="^[0-9a-f]{64}$")]


@router.get("")
async def response(request: Request, user: User, dag_id: str, run_id: str) -> Response:
    """What the bank will see, how complete it is, and the decision to make."""
    run = _run(run_id)
    if run is None:
        return page(request, "nothing.html")
    stored = await on_own_thread(read_response, run)
    if claimed_by(stored) != dag_id:
        return page(request, "nothing.html")
    shown, decision, queue, last_ten, failed = await on_own_thread(_shown, user, dag_id, stored)
    return page(
        request,
        "packet.html",
        page=shown,
        stored=stored,
        decision=decision,
        queue=queue,
        last_ten=last_ten,
        failed=failed,
        may_add=decision.open and decision.allowed and may_add_documents(),
        dag_id=dag_id,
        now=now(),
    )


def _shown(
    user: Any, dag_id: str, stored: Stored
) -> tuple[PacketPage, Decision, Queue, LastTen | None, tuple[tuple[str, int], ...]]:
    run_id = str(stored.run)
    decision = read_decision(user, dag_id, run_id)
    packet, records = stored.packet, stored.records
    shown = make_packet_page(
        stored.run,
        _standing(dag_id, stored, waits=decision.open),
        gathered=stored.gathered,
        stored=stored.dispute,
        manifest=packet.manifest if packet else None,
        packet_sha256=packet.sha256 if packet else None,
        records=records,
        revisions=stored.revisions,
    )
    rows = visible_rows(user, rounds_store())
    queue = Queue.of(asked_of(user, rows), run_id)
    last_ten = find_last_ten(rows, shown.head.claim) if shown.head else None
    return shown, decision, queue, last_ten, read_failed_tasks(dag_id, run_id)


def _standing(dag_id: str, stored: Stored, *, waits: bool) -> Standing:
    records = stored.records
    end, outcome = (records and records.end) or {}, (records and records.outcome) or {}
    return find_standing(
        outcome=outcome.get("outcome"),
        submitted=bool(records and records.receipt),
        waits=waits,
        run_state=read_run_state(dag_id, str(stored.run)),
        end=end.get("end"),
        reason=end.get("reason"),
    )


@router.get("/pages/{sha256}/{number}.png")
async def picture(dag_id: str, run_id: str, sha256: Digest, number: int) -> Response:
    """A page of a file of this packet."""
    content = await on_own_thread(_picture, find_run(run_id), dag_id, sha256, number)
    if content is None:
        raise HTTPException(404)
    return Response(content, media_type="image/png", headers=FOR_EVER)


def _picture(run: RunId, dag_id: str, sha256: str, number: int) -> bytes | None:
    fields = found(packet_of, run, dag_id)[1].manifest.files
    field = next((field for field, entry in fields.items() if entry.sha256 == sha256), None)
    if field is None:
        return None
    return PICTURES.page(sha256, number, fields[field].name, lambda: file_of(run, dag_id, field))


@router.get("/files/{field}.pdf")
async def download_file(dag_id: str, run_id: str, field: str) -> Response:
    """The PDF of an evidence field, as it will be sent."""
    run = find_run(run_id)
    content = await on_own_thread(found, file_of, run, dag_id, field)
    return _download(content, f"{run}-{field}.pdf", "application/pdf")


@router.get("/manifest.json")
async def download_manifest(dag_id: str, run_id: str) -> Response:
    """The manifest, byte for byte: its digest is what a person approves."""
    run = find_run(run_id)
    _, packet = await on_own_thread(found, packet_of, run, dag_id)
    return _download(packet.content, f"{run}-manifest.json", "application/json")


@router.get("/withdrawal.txt")
async def download_email(dag_id: str, run_id: str) -> Response:
    """The e-mail that asks the cardholder to withdraw, ready to send."""
    run = find_run(run_id)
    content = await on_own_thread(found, email_of, run, dag_id)
    return _download(content, f"{run}-withdrawal.txt", "text/plain; charset=utf-8")


def _download(content: bytes, name: str, media_type: str) -> Response:
    # The name is made of ids and of fields that exist: nothing in it is a customer's.
    return Response(content, media_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def found(call: Any, *arguments: Any) -> Any:
    """The result of a call, or a 404.

    :raises HTTPException: it does not exist
    """
    try:
        return call(*arguments)
    except (LookupError, StorageError) as error:
        if isinstance(error, StorageError) and error.passing:
            raise
        raise HTTPException(404) from error


def _run(run_id: str) -> RunId | None:
    try:
        return RunId.parse(run_id)
    except InputError:
        return None


def find_run(run_id: str) -> RunId:
    """The response that a run id names.

    :raises HTTPException: it names none
    """
    run = _run(run_id)
    if run is None:
        raise HTTPException(404)
    return run
