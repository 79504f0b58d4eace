"""The runs that answer disputes: their DAG, their parameters, which exist, and how to start one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from disputes.rounds import RunId, round_of
from disputes.rules.reasons import dags_of
from representment.airflow_internals.runs import UnknownDagError, start_run
from representment.settings import DEFAULT_ACCOUNT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from airflow.sdk.types import RuntimeTaskInstanceProtocol

    from disputes.dispute import Dispute
    from disputes.rounds import Round
    from representment.storage.revisions import Revision

ASKED_TOGETHER = 100


def existing_runs(
    instance: RuntimeTaskInstanceProtocol, dag_id: str, run_ids: Sequence[str], *, task_id: str = "gather"
) -> set[str]:
    """Which of these runs a DAG has; one request per 100, since they are in an address.

    :param instance: the task that asks
    :param task_id: the first task of that DAG
    """
    portions = (list(run_ids[at : at + ASKED_TOGETHER]) for at in range(0, len(run_ids), ASKED_TOGETHER))
    found = (instance.get_task_states(dag_id, task_ids=[task_id], run_ids=some) for some in portions)
    return {run_id for states in found for run_id in states}


def conf_of(revision: Revision, account: str, due_by: int | None) -> dict[str, Any]:
    """The parameters of a response run.

    :param account: connection of the Stripe account that the dispute is on
    :param due_by: Unix seconds, for the run's priority and patience; None where Stripe gives no deadline
    """
    run = revision.run
    return {
        "dispute": run.dispute,
        "round": str(run.round),
        "revision": run.revision,
        "account": account,
        "due_by": due_by,
        "remark": revision.remark,
        "claim": revision.claim,
    }


def first_run(dispute: Dispute) -> RunId:
    """The run that answers the round which is open now; only an open dispute has one."""
    return RunId(dispute.id, cast("Round", round_of(dispute.status)))


def start_response(revision: Revision, reason: str, account: str, due_by: int | None) -> bool:
    """Start a round's run in the first DAG that there is for its reason: see :mod:`disputes.rules.reasons`.

    If its DAG cannot be started, the round waits for it: the general DAG would ask a person about every packet.

    :param account: connection of the Stripe account that the dispute is on; noted on the run where it is another one
    :param due_by: Unix seconds; None where Stripe gives no deadline
    :raises UnknownDagError: there is none of these DAGs
    :raises UnstartableDagError: there is one, and it cannot be started
    """
    note = None if account == DEFAULT_ACCOUNT else f"Stripe account {account}"
    run_id, conf = str(revision.run), conf_of(revision, account, due_by)
    *own, general = dags_of(reason)
    for dag_id in own:
        try:
            return start_run(dag_id, run_id, conf, note=note)
        except UnknownDagError:
            continue
    return start_run(general, run_id, conf, note=note)
