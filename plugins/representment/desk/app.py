"""The desk's app, mounted beside Airflow's own: logins, headers, and what a refused request sees."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from airflow.api_fastapi.app import get_auth_manager
from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from disputes.errors import DisputeError
from representment.desk import deciding, disputes_list, editing, packet, static_files
from representment.desk.guard import LOGGED_IN
from representment.desk.rendering import page

if TYPE_CHECKING:
    from starlette.middleware.base import RequestResponseEndpoint

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
    """No page runs a script of anybody else's, and none is kept unless its route says so."""
    response = await call_next(request)
    for name, value in HEADERS.items():
        response.headers[name] = value
    response.headers.setdefault("Cache-Control", "no-store")
    return response


@app.exception_handler(HTTPException)
async def refuse(request: Request, error: HTTPException) -> Response:
    """Send to the login where nobody is logged in; else say in a page what is refused."""
    if error.status_code != HTTPStatus.UNAUTHORIZED:
        return page(request, "refused.html", status=error.status_code, said=HTTPStatus(error.status_code).phrase)
    login = get_auth_manager().get_url_login(next_url=str(request.url))
    if request.headers.get("sec-fetch-dest") == "document":
        return RedirectResponse(login, HTTPStatus.SEE_OTHER)
    return page(request, "login.html", status=error.status_code, login=login)


@app.exception_handler(DisputeError)
async def tell(request: Request, error: DisputeError) -> Response:
    """Say what could not be read: S3 is away, or a record is of a later release."""
    return page(request, "problem.html", status=HTTPStatus.SERVICE_UNAVAILABLE, problem=str(error))
