"""OpenLineage hears which objects in S3 a packet was made from, and nothing about a person."""

import json

import pytest

from representment.lineage import STEPS, made_from, operator_lineage
from representment.response_dag import response_dag


@pytest.fixture
def running(running_few):
    return running_few


@pytest.fixture
def operators(world):
    """The tasks of a parcel's dispute that was submitted, by id."""
    response = world.staged("parcel")
    response.do("submit")
    return response, {task_id: response.task(task_id)[0] for task_id in (*STEPS, "stage")}


def test_a_packet_is_traced_back_to_the_evidence(world, operators):
    response, tasks = operators
    charge, packet = (
        f"s3://evidence/charges/{response.stored['charge']}",
        f"{world.rounds_uri}/{response.folder.revision}",
    )
    assert {task_id: made_from(task) for task_id, task in tasks.items()} == {
        "gather": ([f"{charge}/facts.json"], [f"{packet}/case.json"]),
        "collect": (
            [f"{charge}/documents/", "s3://evidence/policies/", f"{packet}/case.json"],
            [f"{packet}/exhibits.json"],
        ),
        "render": ([f"{packet}/case.json", f"{packet}/exhibits.json"], [f"{packet}/manifest.json"]),
        "submit": ([f"{packet}/manifest.json"], [f"{world.rounds_uri}/{response.folder.round}/receipt.json"]),
        "stage": ([], []),
    }
    kept = set(world.rounds.names(""))
    for task in tasks.values():
        assert all(one.removeprefix(f"{world.rounds_uri}/") in kept for one in made_from(task)[1])


def test_a_task_without_output_reports_no_lineage(world):
    task, _ = world.response(world.take("plain")).task("gather")
    assert made_from(task) == ([], [])


def test_the_lineage_steps_are_tasks_of_a_response():
    assert set(STEPS) <= set(response_dag("fraudulent", doc="# Test").task_ids)


def test_the_openlineage_provider_gets_the_lineage_with_the_packets_hash(operators):
    pytest.importorskip("airflow.providers.openlineage", reason="pip install apache-airflow-providers-openlineage")
    from airflow.providers.openlineage.extractors.base import DefaultExtractor

    response, tasks = operators
    told = DefaultExtractor(tasks["render"]).extract_on_complete(None)
    assert told == operator_lineage(tasks["render"])
    (made,) = told.outputs
    assert made.namespace == "s3://representment"
    assert made.facets["documentation"].description == f"packet {response.folder.packet().sha256}"
    assert "Lee" not in json.dumps([str(one) for one in (*told.inputs, *told.outputs)])
