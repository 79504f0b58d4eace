"""All internals of Airflow that we use still exist, and they are used in one package only."""

import ast
import inspect
from importlib import import_module
from pathlib import Path

import pytest
from airflow.sdk.types import RuntimeTaskInstanceProtocol

import representment

PACKAGE = Path(representment.__file__).parent
INTERNALS = {
    "airflow.assets.manager:asset_manager.register_asset_change": "the webhook stores nothing, and answers 503",
    "airflow.serialization.definitions.assets:SerializedAssetUniqueKey": "the webhook stores nothing, and answers 503",
    "airflow.utils.session:create_session": "the webhook stores nothing, and answers 503",
    "airflow.models.pool:Pool.pool": "tasks no longer find their account's pool",
    "airflow.sdk.execution_time.comms:ErrorResponse.error": "a run that exists already passes for one that was started",
    "airflow.sdk.execution_time.comms:TriggerDagRun": "the intake can start nothing",
    "airflow.sdk.execution_time.task_runner:SUPERVISOR_COMMS": "the intake can start nothing",
    "airflow.sdk.exceptions:ErrorType.DAGRUN_ALREADY_EXISTS": "a second start of a run is an error",
    "airflow.sdk.exceptions:AirflowRuntimeError": "a DAG that cannot be started keeps all others back",
    "airflow.models.hitl:HITLDetail.options": "the desk cannot show what a person is asked",
    "airflow.models.taskinstance:TaskInstance.state": "the desk does not know which rounds wait",
    "airflow.models.dagrun:DagRun.get_running_dag_runs_to_examine": "runs that only wait slow down the scheduler",
    "airflow.models.log:Log.run_id": "a remark outlives the person who was erased",
    "airflow.models.dagrun:DagRunNote.content": "a run's note does not say where its dispute stands",
    "airflow.models.dagrun:DagRun.state": "the desk does not know how a run stands",
    "airflow.models.dag:DagModel.is_paused": "`check` and `unpause` do not know which DAGs are paused",
    "airflow.models.dag:DagTag.dag_id": "`check` and `unpause` do not know which DAGs are ours",
    "airflow.models.errors:ParseImportError.stacktrace": "`check` does not see a DAG file that cannot be loaded",
    "airflow.models.pool:Pool.slots": "`check` does not see a pool that is missing",
    "airflow.utils.state:TaskInstanceState.AWAITING_INPUT": "the desk does not know which rounds wait",
}
"""Name -> what breaks without it."""
PRIVATE = (
    "airflow._shared",
    "airflow.assets",
    "airflow.models.hitl",
    "airflow.models.pool",
    "airflow.sdk._shared",
    "airflow.sdk.bases",
    "airflow.sdk.definitions",
    "airflow.sdk.execution_time",
    "airflow.serialization",
    "airflow.utils",
)


@pytest.mark.parametrize("name", INTERNALS)
def test_the_airflow_internals_that_we_use_still_exist(name):
    module, _, path = name.partition(":")
    found = import_module(module)
    for member in path.split("."):
        # A task's supervisor and a model's fields are only annotated.
        assert hasattr(found, member) or member in inspect.get_annotations(found), INTERNALS[name]
        found = getattr(found, member, found)


def test_airflow_accepts_the_fields_with_which_we_trigger_a_run():
    from airflow.sdk.execution_time.comms import TriggerDagRun

    given = {"dag_id", "run_id", "conf", "note", "logical_date"}
    assert given <= set(TriggerDagRun.model_fields), "the intake can start nothing"


def test_existing_runs_are_looked_up_through_the_public_interface():
    given = {"dag_id", "task_ids", "run_ids"}
    assert given <= set(inspect.signature(RuntimeTaskInstanceProtocol.get_task_states).parameters)


def imports(path):
    """Modules that a file imports when it runs; what only the type checker reads costs nothing."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.level == 0:
            yield str(node.module)
            yield from (f"{node.module}.{name.name}" for name in node.names)


def test_airflow_internals_are_used_nowhere_else():
    users = {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        if any(name.startswith(PRIVATE) for name in imports(path))
    }
    assert users == {
        f"airflow_internals/{name}.py" for name in ("assets", "database", "deployment", "runs", "scheduler")
    }
