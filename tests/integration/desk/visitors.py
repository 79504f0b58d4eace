"""The desk's app mounted as Airflow mounts it, and visitors with Airflow's own roles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow.api_fastapi.app import create_auth_manager
from airflow.api_fastapi.auth.managers.simple.user import SimpleAuthManagerUser
from airflow.api_fastapi.core_api.security import get_user
from fastapi import FastAPI, HTTPException, Request

from representment.desk.app import app

if TYPE_CHECKING:
    from collections.abc import Callable

ROLES = {"analyst": "USER", "viewer": "VIEWER", "stranger": None}


def visitor(name: str) -> Any:
    """A user of the simple auth manager; a stranger has no role."""
    return SimpleAuthManagerUser(username=name, role=ROLES[name])


def mounted(who: Callable[[Request], str | None]) -> FastAPI:
    """Airflow's app with the desk in it.

    :param who: tells who asks, or None: nobody is logged in
    """
    create_auth_manager()

    async def user(request: Request) -> Any:
        name = who(request)
        if name is None:
            raise HTTPException(401)
        return visitor(name)

    app.dependency_overrides[get_user] = user
    airflow = FastAPI()
    airflow.mount("/desk", app)
    return airflow
