"""The brake, which is stored in the bucket."""

from types import SimpleNamespace

import pytest
from airflow.dag_processing.dagbag import DagBag
from tests.unit.dags.test_dags import DAGS

from representment.exceptions import BrakeError
from representment.storage.brake import check_brake, set_brake


def pull(world, *, hold):
    dag = DagBag(DAGS / "submit_brake.py", collect_dags=True).dags["submit_brake"]
    (task,) = dag.tasks
    task.rounds_uri = world.rounds_uri
    return task.execute({"params": {"hold": hold}, "dag_run": SimpleNamespace(triggering_user_name="ann")})


def test_nothing_is_submitted_while_the_brake_is_on(world):
    response = world.staged()
    pull(world, hold=True)
    with pytest.raises(BrakeError, match="pulled by ann") as caught:
        response.do("submit")
    assert caught.value.passing
    assert response.submissions == 0
    pull(world, hold=False)
    response.do("submit")
    assert response.submissions == 1


def test_an_earlier_submission_is_completed_while_the_brake_is_on(world):
    response = world.staged()
    receipt = response.do("submit")
    pull(world, hold=True)
    assert response.do("submit") == receipt


def test_the_last_brake_set_counts_whatever_the_clocks_say(world):
    check_brake(world.rounds)
    set_brake(world.rounds, on=False, by="ann", at=2_000)
    set_brake(world.rounds, on=True, by="ben", at=1_000)
    with pytest.raises(BrakeError, match="ben"):
        check_brake(world.rounds)
    assert len(list(world.rounds.names("brake/"))) == 2
