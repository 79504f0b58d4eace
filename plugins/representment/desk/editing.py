"""A person changes a packet: the changes are recorded, and the packet is sent back so that the next one includes them.

The page first writes the changes here, then answers Airflow's question with *Send back* and the record's sha256. If
two people do so at the same instant, Airflow decides whose answer counts; the other's record is never read.
"""

from __future__ import annotations

from hashlib import sha256
from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, File, Form, Request, Response, UploadFile
from fastapi.responses import JSONResponse

from disputes.desk.editing import MOST_BYTES, read_changes, say_length
from disputes.errors import InputError, LimitError
from disputes.rules.loading import playbook_for
from representment.desk.deciding import read_decision
from representment.desk.documents import MOST_OF_A_DOCUMENT, keep_document, name_document
from representment.desk.guard import ANSWER, READ, SAME_ORIGIN, User
from representment.desk.packet import find_run, found
from representment.desk.rendering import page
from representment.desk.store import now, on_own_thread, packet_of
from representment.exceptions import StorageError

if TYPE_CHECKING:
    from disputes.packet.manifest import Manifest

router = APIRouter(prefix="/dags/{dag_id}/runs/{run_id}", dependencies=[READ, ANSWER, SAME_ORIGIN])
TOO_LARGE = "These changes do not fit into a packet."


@router.post("/edits/check")
async def check_length(
    request: Request, field: Annotated[str, Form(max_length=100)], text: Annotated[str, Form()] = ""
) -> Response:
    """The length of a text and its limit, while somebody types it."""
    said, fits = say_length(field, text)
    return page(request, "_length.html", said=said, fits=fits)


@router.post("/edits")
async def keep_edits(request: Request, user: User, dag_id: str, run_id: str) -> Response:
    """Record what was changed; the sha256 with which the packet is sent back."""
    if int(request.headers.get("content-length") or MOST_BYTES + 1) > MOST_BYTES:
        return _refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, TOO_LARGE)
    content = await request.body()
    return await on_own_thread(_keep_edits, user, dag_id, run_id, content)


def _keep_edits(user: Any, dag_id: str, run_id: str, content: bytes) -> Response:
    folder, packet = found(packet_of, find_run(run_id), dag_id)
    try:
        _must_be_asked(user, dag_id, run_id)
        edits = read_changes(content, packet.manifest, by=user.get_name(), at=now())
    except (InputError, LimitError) as error:
        return _refused(HTTPStatus.UNPROCESSABLE_ENTITY, str(error))
    return JSONResponse({"edits": folder.keep_edits(edits)})


@router.post("/documents")
async def add_document(
    request: Request,
    user: User,
    dag_id: str,
    run_id: str,
    document: Annotated[str, Form(max_length=100)],
    file: Annotated[UploadFile, File()],
) -> Response:
    """Add a document to the shop's own; the next revision includes it."""
    content = await file.read(MOST_OF_A_DOCUMENT + 1)
    said = await on_own_thread(_add, user, dag_id, run_id, document, file.filename or "", content)
    return page(request, "_added.html", **said)


def _add(user: Any, dag_id: str, run_id: str, document: str, given: str, content: bytes) -> dict[str, Any]:
    _, packet = found(packet_of, find_run(run_id), dag_id)
    manifest = packet.manifest
    try:
        _must_be_asked(user, dag_id, run_id)
        _must_be_wanted(document, manifest)
        name = name_document(document, given)
        keep_document(manifest.charge, name, content)
    except (InputError, LimitError, StorageError) as error:
        return {"problem": str(error), "added": None}
    return {"problem": None, "added": {"document": document, "filename": name, "sha256": sha256(content).hexdigest()}}


def _must_be_wanted(document: str, manifest: Manifest) -> None:
    wishes = playbook_for(manifest.claim).documents(manifest.product_type)
    if document not in {wish.document for wish in wishes}:
        raise InputError("is not a document that the playbook asks for", subject=document)


def _must_be_asked(user: Any, dag_id: str, run_id: str) -> None:
    """Raise if the question has been answered, or this user may not answer it."""
    decision = read_decision(user, dag_id, run_id)
    if not decision.open:
        raise InputError("has already been answered", subject=run_id, remedy="Reload the page")
    if not decision.allowed:
        raise InputError("may be answered only by other users", subject=run_id)


def _refused(status: HTTPStatus, problem: str) -> JSONResponse:
    return JSONResponse({"problem": problem}, status)
