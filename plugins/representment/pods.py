"""With KubernetesExecutor: how much memory the pods of the two heavy tasks get."""

from __future__ import annotations

from typing import Any

from airflow.policies import hookimpl

from representment.task_ids import RESPONSES

MEMORY = {"collect": "3Gi", "render": "2Gi"}
"""Task -> memory: `collect` opens documents in isolated processes that may take 2 GiB. All other tasks have the memory
of the pod template."""
CONTAINER = "base"
"""The container in which the task runs; Airflow requires this name."""


@hookimpl
def pod_mutation_hook(pod: Any) -> None:
    """Entry point `airflow.policy`: set request and limit alike, so that the node has what the task may take.

    :param pod: a `V1Pod` of the Kubernetes client
    """
    labels = pod.metadata.labels or {}
    memory = MEMORY.get(labels.get("task_id", ""))
    if memory is None or not labels.get("dag_id", "").startswith(RESPONSES):
        return
    from kubernetes.client.models import V1ResourceRequirements

    for container in pod.spec.containers:
        if container.name == CONTAINER:
            resources = container.resources or V1ResourceRequirements()
            resources.requests = {**(resources.requests or {}), "memory": memory}
            resources.limits = {**(resources.limits or {}), "memory": memory}
            container.resources = resources
