"""The desk's app, mounted in Airflow's API server: logins, headers, and the pages for refused requests."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from airflow.api_fastapi.app import get_auth_manager
from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from disputes.errors import DisputeError
from representment.desk import deciding, disputes_list, editing, packet, static_files
from representment.desk.documents import MOST_OF_A_DOCUMENT
from representment.desk.guard import LOGGED_IN
from representment.desk.rendering import page

if TYPE_CHECKING:
    from starlette.middleware.base import RequestResponseEndpoint

MOST_OF_A_REQUEST = MOST_OF_A_DOCUMENT + 100_000
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "style-src-attr 'unsafe-inline'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "frame-ancestors 'self'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}

app = FastAPI(title="Disputes desk", dependencies=[LOGGED_IN], docs_url=None, redoc_url=None, openapi_url=None)
for routes in (disputes_list.router, packet.router, deciding.router, editing.router, static_files.router):
    app.include_router(routes)


@app.middleware("http")
async def add_headers(request: Request, call_next: RequestResponseEndpoint) -> Response:
    """Forbid scripts from elsewhere, and caching unless the route allows it."""
    response = _refuse_length(request) or await call_next(request)
    for name, value in HEADERS.items():
        response.headers[name] = value
    response.headers.setdefault("Cache-Control", "no-store")
    return response


def _refuse_length(request: Request) -> Response | None:
    """Refuse a request without a length, or longer than a document: its body is read before the login is checked."""
    length = request.headers.get("content-length", "")
    if request.method != "POST" or (length.isdigit() and int(length) <= MOST_OF_A_REQUEST):
        return None
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    return page(request, "refused.html", status=status, said=status.phrase)


@app.exception_handler(HTTPException)
async def refuse(request: Request, error: HTTPException) -> Response:
    """Redirect to the login if nobody is logged in; otherwise show a page that says what was refused."""
    if error.status_code != HTTPStatus.UNAUTHORIZED:
        return page(request, "refused.html", status=error.status_code, said=HTTPStatus(error.status_code).phrase)
    login = get_auth_manager().get_url_login(next_url=str(request.url))
    if request.headers.get("sec-fetch-dest") == "document":
        return RedirectResponse(login, HTTPStatus.SEE_OTHER)
    return page(request, "login.html", status=error.status_code, login=login)


@app.exception_handler(DisputeError)
async def answer_with(request: Request, error: DisputeError) -> Response:
    """Say what could not be read: S3 is out of reach, or a later release wrote the record."""
    return page(request, "problem.html", status=HTTPStatus.SERVICE_UNAVAILABLE, problem=str(error))
