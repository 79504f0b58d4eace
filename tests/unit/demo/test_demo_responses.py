from demo.responses import Response, Watch


class OneAirflow:
    def __init__(self, runs, tasks):
        self.found = {"runs": runs, "tasks": tasks}
        self.asked = []

    def runs(self, **query):
        return self.found["runs"]

    def task_instances(self, **query):
        self.asked.append(query)
        return self.found["tasks"]


def run(dag_id, run_id, state="running"):
    return {"dag_id": dag_id, "dag_run_id": run_id, "state": state}


def task(dag_id, run_id, task_id, state):
    return {"dag_id": dag_id, "dag_run_id": run_id, "task_id": task_id, "state": state}


def test_responses_are_read_from_runs_with_the_states_of_their_tasks():
    airflow = OneAirflow(
        runs=[
            run("dispute_intake", "scheduled__1"),
            run("respond_general", "manual__2026-11-24T00:00:00"),
            run("respond_general", "du_1__chargeback__2"),
        ],
        tasks=[
            task("respond_general", "du_1__chargeback__2", "gather", "success"),
            task("respond_general", "du_1__chargeback__2", "collect", None),
            task("dispute_intake", "scheduled__1", "start_responses", "success"),
        ],
    )
    assert Watch(airflow).read() == [
        Response("respond_general", "du_1__chargeback__2", "running", {"gather": "success"})
    ]


def test_a_run_id_contains_dispute_round_and_revision():
    response = Response("respond_general", "du_a__b__inquiry__12", "queued")
    assert (response.dispute, response.round, response.revision) == ("du_a__b", "inquiry", 12)


def test_the_leaf_is_the_final_task_that_ran():
    tasks = {"stage": "success", "approve": "success", "submit": "skipped", "send_back": "success", "leave": "skipped"}
    assert Response("d", "du__chargeback__1", "success", tasks).leaf == "send_back"


def test_a_run_without_a_final_task_has_no_leaf():
    assert Response("d", "du__chargeback__1", "failed", {"gather": "failed", "submit": "upstream_failed"}).leaf is None


def test_the_current_step_is_the_last_one_reached():
    tasks = {"gather": "success", "collect": "running", "submit": "upstream_failed", "leave": "skipped"}
    assert Response("d", "du__chargeback__1", "running", tasks).now == "collect running"
    assert Response("d", "du__chargeback__1", "queued").now == "queued"


def test_unchanged_runs_are_not_read_again():
    key = ("respond_general", "du_1__chargeback__1")
    airflow = OneAirflow([run(*key)], [task(*key, "gather", "success"), task(*key, "collect", "running")])
    watch = Watch(airflow)
    watch.read()
    airflow.found["tasks"] = [task(*key, "collect", "success")]
    assert watch.read() == [Response(*key, "running", {"gather": "success", "collect": "success"})]
    assert [set(query) for query in airflow.asked] == [set(), {"updated_at_gte"}]


def test_everything_is_read_again_when_a_run_has_started_or_ended():
    key = ("respond_general", "du_1__chargeback__1")
    airflow = OneAirflow([run(*key)], [task(*key, "gather", "success")])
    watch = Watch(airflow)
    watch.read()
    airflow.found = {"runs": [run(*key, "success")], "tasks": [task(*key, "gather", None)]}
    assert watch.read() == [Response(*key, "success", {})]
    assert airflow.asked == [{}, {}]
