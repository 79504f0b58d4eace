"""Who may see and do what in the desk. The permissions are Airflow's, on the run and on its question."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated, Any

from airflow.api_fastapi.app import get_auth_manager
from airflow.api_fastapi.auth.managers.models.resource_details import DagAccessEntity, DagDetails
from airflow.api_fastapi.core_api.security import get_user, requires_access_dag
from fastapi import Depends, HTTPException, Request

if TYPE_CHECKING:
    from collections.abc import Iterable


def _must_be_ours(request: Request) -> None:
    if request.headers.get("sec-fetch-site") != "same-origin":
        raise HTTPException(HTTPStatus.FORBIDDEN)


LOGGED_IN = Depends(get_user)
READ = Depends(requires_access_dag("GET", DagAccessEntity.RUN))
"""The route's path must contain `dag_id`."""
ANSWER = Depends(requires_access_dag("PUT", DagAccessEntity.HITL_DETAIL))
"""Users who may answer Airflow's question may change the packet. The route's path must contain `dag_id`."""
SAME_ORIGIN = Depends(_must_be_ours)
"""For every route of ours that changes something: another port of this host shares the cookie."""
User = Annotated[Any, Depends(get_user)]


def readable_dags(user: Any, dag_ids: Iterable[str]) -> frozenset[str]:
    """The DAGs, among these, whose runs a user may see."""
    manager = get_auth_manager()
    allowed = manager.get_authorized_dag_ids(user=user, method="GET")
    return frozenset(
        dag_id
        for dag_id in dag_ids
        if dag_id in allowed
        and manager.is_authorized_dag(
            method="GET", access_entity=DagAccessEntity.RUN, details=DagDetails(id=dag_id), user=user
        )
    )


def may_answer(user: Any, dag_id: str, assigned: tuple[str, ...]) -> bool:
    """Whether Airflow would take this user's answer.

    :param assigned: the only ones who may; empty: everybody with the right
    """
    if assigned and str(user.get_id()) not in assigned:
        return False
    details = DagDetails(id=dag_id)
    return get_auth_manager().is_authorized_dag(
        method="PUT", access_entity=DagAccessEntity.HITL_DETAIL, details=details, user=user
    )
