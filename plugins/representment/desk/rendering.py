"""Renders pages from Jinja templates. Every value is escaped, since customers wrote some of them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse

from disputes.facts.wording import apart, readable
from representment.links.stripe_links import DASHBOARD

if TYPE_CHECKING:
    from fastapi import Request

MOUNTED_AT = "/desk"
_BIDI = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
"""Characters that change the writing direction: in a customer's text they could disguise its meaning."""


def _as_text(value: Any) -> Any:
    return value.translate(_BIDI) if isinstance(value, str) else value


def _iso(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _utc(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%-d %b %Y, %H:%M UTC")


def _left(at: float, now: float) -> str:
    return apart(datetime.fromtimestamp(at, UTC), datetime.fromtimestamp(now, UTC))


ENVIRONMENT = Environment(
    loader=PackageLoader("representment.desk"),
    autoescape=True,
    undefined=StrictUndefined,
    finalize=_as_text,
    trim_blocks=True,
    lstrip_blocks=True,
)
ENVIRONMENT.filters |= {
    "iso": _iso,
    "utc": _utc,
    "left": _left,
    "readable": readable,
    "in_path": lambda part: quote(part, safe=""),
}
ENVIRONMENT.globals |= {"stripe_dashboard": DASHBOARD}


def page(request: Request, template: str, *, status: int = 200, **context: Any) -> HTMLResponse:
    """Fill a template.

    :param context: its values
    """
    desk = str(request.scope.get("root_path", "")).rstrip("/")
    places = {"desk": desk, "airflow": desk.removesuffix(MOUNTED_AT)}
    return HTMLResponse(ENVIRONMENT.get_template(template).render(**places, **context), status_code=status)
