"""The DAGs that answer disputes, and their tasks, by id. Imported in every process of Airflow's: light."""

from __future__ import annotations

from enum import StrEnum

RESPONSES = "respond_"
"""Prefix of the ids of the DAGs that answer disputes."""


class Task(StrEnum):
    """The tasks of a `respond_<reason>` DAG, by their ids."""

    GATHER = "gather"
    COLLECT = "collect"
    RENDER = "render"
    UPLOAD = "upload"
    STAGE = "stage"
    APPROVE = "approve"
    SUBMIT = "submit"
    SEND_BACK = "send_back"
    ACCEPT = "accept"
    REFUND = "refund"
    LEAVE = "leave"
    NOTHING_TO_ANSWER = "nothing_to_answer"
    CONFIRM = "confirm"
