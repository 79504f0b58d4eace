"""The desk's own style, scripts and icon."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from fastapi import APIRouter, HTTPException, Response

TYPES = {
    "desk.css": "text/css; charset=utf-8",
    "desk.js": "text/javascript; charset=utf-8",
    "htmx.min.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}
router = APIRouter()


@router.get("/static/{name}")
async def static_file(name: str) -> Response:
    """One of the known files; no path leads anywhere else."""
    if name not in TYPES:
        raise HTTPException(404)
    return Response(_content(name), media_type=TYPES[name], headers={"Cache-Control": "private, max-age=300"})


@cache
def _content(name: str) -> bytes:
    return (files("representment.desk") / "static" / name).read_bytes()
