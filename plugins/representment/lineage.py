"""From evidence to packet for OpenLineage: which objects in S3 a task has made from which others.

It contains only addresses, ids and the packet's hash. It leaves out document names, which may identify a person.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from representment.hooks.s3_store import S3Store
from representment.storage.record_names import CASE, EXHIBITS, FACTS, MANIFEST, RECEIPT
from representment.task_ids import Task

if TYPE_CHECKING:
    from representment.operators.base import ResponseOperator


@dataclass(frozen=True)
class Step:
    """What a task reads and makes.

    :param evidence: names below the merchant's address
    :param reads: records of the packet
    :param makes: records of the packet
    :param makes_for_round: records of the round
    """

    evidence: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    makes: tuple[str, ...] = ()
    makes_for_round: tuple[str, ...] = ()


STEPS: dict[str, Step] = {
    Task.GATHER: Step(evidence=(f"charges/{{charge}}/{FACTS}",), makes=(CASE,)),
    Task.COLLECT: Step(evidence=("charges/{charge}/documents/", "policies/"), reads=(CASE,), makes=(EXHIBITS,)),
    Task.RENDER: Step(reads=(CASE, EXHIBITS), makes=(MANIFEST,)),
    Task.SUBMIT: Step(reads=(MANIFEST,), makes_for_round=(RECEIPT,)),
}


def made_from(operator: ResponseOperator) -> tuple[list[str], list[str]]:
    """The addresses that a task has read, and those that it has made."""
    step, folder = STEPS.get(operator.task_id), operator.folder
    if step is None or folder.find_case() is None:
        return [], []
    evidence = S3Store(operator.evidence_uri) if step.evidence else None  # type: ignore[attr-defined]
    charge = folder.dispute().charge_id
    read = [evidence.uri(name.format(charge=charge)) for name in step.evidence if evidence]
    read += [folder.store.uri(f"{folder.revision}/{name}") for name in step.reads]
    made = [folder.store.uri(f"{folder.revision}/{name}") for name in step.makes]
    return read, made + [folder.store.uri(f"{folder.round}/{name}") for name in step.makes_for_round]


def operator_lineage(operator: ResponseOperator) -> Any:
    """The same in the form that Airflow's OpenLineage provider expects; only that provider calls this."""
    from airflow.providers.common.compat.openlineage.facet import Dataset, DocumentationDatasetFacet
    from airflow.providers.openlineage.extractors import OperatorLineage

    packet = operator.folder.find_packet()

    def dataset(address: str) -> Any:
        bucket, _, name = address.removeprefix("s3://").partition("/")
        facets = {}
        if packet and name.endswith(f"/{MANIFEST}"):
            facets["documentation"] = DocumentationDatasetFacet(f"packet {packet.sha256}")
        return Dataset(namespace=f"s3://{bucket}", name=name, facets=facets)

    read, made = made_from(operator)
    return OperatorLineage(inputs=list(map(dataset, read)), outputs=list(map(dataset, made)))
