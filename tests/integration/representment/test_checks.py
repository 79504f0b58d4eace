"""`python -m representment check` and `unpause`: problems are reported before anything runs."""

import json
import os
import subprocess
import sys

import pytest
from airflow.models.dag import DagModel, DagTag
from airflow.models.errors import ParseImportError
from airflow.models.pool import Pool
from airflow.providers.amazon.aws.hooks.sts import StsHook
from airflow.utils.session import create_session
from botocore.stub import Stubber
from sqlalchemy import delete, insert, update
from tests.integration.desk import airflow_rows
from tests.integration.representment.steps import connect

from representment import __main__ as program
from representment.checks.accounts import check_accounts
from representment.checks.buckets import check_buckets
from representment.checks.deployment import NEEDED
from representment.checks.finding import Findings
from representment.hooks.s3_client import SharingS3Hook
from representment.hooks.s3_store import S3Store
from representment.storage.brake import set_brake

PLAIN = {"notifier": "airflow.providers.http.notifications.HttpNotifier", "kwargs": {"http_conn_id": "desk"}}
VARIABLE = "AIRFLOW_VAR_REPRESENTMENT_{}"


@pytest.fixture
def deployment(tables, world, listed, monkeypatch):
    """A correct deployment, its DAGs paused as Airflow first finds them."""
    monkeypatch.setenv("_AIRFLOW_PROCESS_CONTEXT", "client")
    airflow_rows.forget_rows()
    airflow_rows.add_dags(*NEEDED)
    with create_session() as session:
        session.execute(delete(ParseImportError))
        session.execute(delete(DagTag))
        session.execute(delete(Pool))
        for dag_id in NEEDED:
            session.execute(insert(DagTag.__table__).values(dag_id=dag_id, name="representment"))
        session.execute(update(DagModel).values(is_paused=True))
        for name in ("submit", "stripe", "documents"):
            session.execute(insert(Pool.__table__).values(pool=name, slots=16, include_deferred=False))
    connect(world, monkeypatch, webhook_secrets="whsec_1")
    listed(PLAIN)
    return world


@pytest.fixture
def check(deployment, capsys):
    def run():
        status = program.main(["check"])
        return status, capsys.readouterr().out

    return run


def test_a_correct_deployment_passes(check):
    status, said = check()
    assert status == 0, said
    assert "wrong  " not in said
    assert said.endswith("Nothing is wrong\n")
    assert "connection stripe_default: Connected in mode submit" in said
    assert "refuses a second write" in said


def test_one_command_unpauses_every_dag(check, capsys):
    assert "DAGs: dispute_deadlines, dispute_intake" in check()[1]
    assert program.main(["unpause"]) == 0
    assert capsys.readouterr().out.startswith(f"{len(NEEDED)} DAGs unpaused: dispute_deadlines")
    assert f"DAGs: {len(NEEDED)}, none of them paused" in check()[1]
    program.main(["unpause"])
    assert capsys.readouterr().out == "0 DAGs unpaused\n"


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("ACCOUNTS", "stripe_default", "representment_accounts: 'stripe_default' is not a JSON list"),
        ("ACCOUNTS", '["nowhere"]', "connection nowhere: "),
        ("PAGE_SIZE", "a5", "representment_page_size: 'a5' is not a page size"),
        ("WARN_HOURS", "72", "representment_warn_hours: '72' is not a JSON list of whole hours"),
        ("TIME_ZONE", "Europe/Atlantis", "representment_time_zone: 'Europe/Atlantis' is not a time zone"),
        ("TIME_ZONE", "../etc", "representment_time_zone: '../etc' is not a time zone"),
        ("ASSIGNED_USERS", '[{"users": []}]', "representment_assigned_users: "),
        ("NOTIFIERS", "[]", "representment_notifiers: names no notifier"),
        ("NOTIFIERS", '[{"notifier": "no.such.Notifier"}]', "no.such.Notifier cannot be imported"),
        ("NOTIFIERS", json.dumps([PLAIN | {"kwargs": {"no_such": 1}}]), "does not take these kwargs"),
        ("EVIDENCE_URI", "evidence", "'evidence' is not an S3 address"),
        ("ROUNDS_URI", "s3://no-such-bucket/rounds", "s3://no-such-bucket/rounds/: S3 answered"),
    ],
)
def test_a_wrong_variable_is_named(check, monkeypatch, name, text, said):
    monkeypatch.setenv(VARIABLE.format(name), text)
    if name != "ACCOUNTS":
        monkeypatch.setattr(program, "CHECKS", [one for one in program.CHECKS if one is not check_accounts])
    status, lines = check()
    assert status == 1
    (wrong,) = [line for line in lines.splitlines() if line.startswith("wrong")]
    assert said in wrong
    assert lines.endswith("1 wrong\n")


def test_a_wrong_pixel_limit_is_named(check, monkeypatch):
    monkeypatch.setenv("REPRESENTMENT_MAX_MEGAPIXELS", "many")
    status, said = check()
    assert status == 1
    assert "REPRESENTMENT_MAX_MEGAPIXELS: 'many' is not a whole number from 1 to 60" in said


def test_a_key_that_lacks_a_permission_is_named(check, deployment, monkeypatch):
    connect(deployment, monkeypatch, key=deployment.restricted_key)
    status, said = check()
    assert status == 1
    assert "wrong  connection stripe_default: The key lacks permissions. mode stage needs it: " in said
    assert "note   connection stripe_default: has no webhook_secrets" in said


def test_a_connection_of_the_wrong_type_is_named(check, monkeypatch):
    monkeypatch.setenv("AIRFLOW_CONN_STRIPE_DEFAULT", json.dumps({"conn_type": "http", "password": "x"}))
    assert "wrong  connection stripe_default: its type is http, not stripe" in check()[1]


def test_wrong_pools_a_brake_that_is_on_and_unloadable_files_are_named(check, deployment):
    set_brake(deployment.rounds, on=True, by="ann", at=1)
    with create_session() as session:
        session.execute(delete(Pool).where(Pool.pool != "submit"))
        session.execute(update(Pool).values(slots=0))
        session.execute(delete(DagTag).where(DagTag.dag_id == "dispute_intake"))
        trace = {"filename": "dags/respond_mine.py", "stacktrace": "Traceback …\nSyntaxError: invalid syntax\n"}
        session.execute(insert(ParseImportError.__table__).values(trace))
    status, said = check()
    assert status == 1
    assert "note   pool submit: has 0 slots" in said
    assert "note   pool stripe: does not exist" in said
    assert "note   pool documents: does not exist" in said
    assert "the brake is on, pulled by ann" in said
    assert "wrong  dags/respond_mine.py: cannot be loaded: SyntaxError: invalid syntax" in said
    assert "wrong  DAGs: Airflow does not know dispute_intake." in said
    with create_session() as session:
        session.execute(delete(Pool))
    assert "wrong  pool submit: does not exist, so nothing is ever submitted" in check()[1]


def test_unset_addresses_are_named(check, monkeypatch):
    for name in ("EVIDENCE_URI", "ROUNDS_URI"):
        monkeypatch.delenv(VARIABLE.format(name))
    said = check()[1]
    assert "wrong  variable representment_evidence_uri: is not set." in said
    assert "wrong  variable representment_rounds_uri: is not set." in said


def test_without_airflows_database_the_check_prints_one_line(tmp_path):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AIRFLOW")}
    environment |= {"AIRFLOW_HOME": str(tmp_path), "AIRFLOW__CORE__UNIT_TEST_MODE": "False"}
    command = [sys.executable, "-m", "representment", "check"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    wrong = "wrong  Airflow's database: (sqlite3.OperationalError) no such table: slot_pool"
    assert done.stdout.splitlines()[-2:] == [wrong, "1 wrong"]


def test_a_store_that_allows_overwriting_is_refused(check, monkeypatch):
    monkeypatch.setattr(S3Store, "write_once", lambda store, name, content: True)
    assert "the store does not honour If-None-Match" in check()[1]


def test_a_bucket_without_versioning_or_content_is_noted(check, deployment, monkeypatch):
    client = deployment.rounds.client
    client.create_bucket(Bucket="kept-nothing")
    monkeypatch.setenv(VARIABLE.format("EVIDENCE_URI"), "s3://kept-nothing")
    monkeypatch.setenv(VARIABLE.format("ROUNDS_URI"), "s3://kept-nothing/rounds")
    status, said = check()
    assert status == 0
    assert "note   s3://kept-nothing/: is still empty" in said
    assert "note   bucket kept-nothing: has no versioning" in said
    client.put_bucket_versioning(Bucket="kept-nothing", VersioningConfiguration={"Status": "Enabled"})
    assert "has no versioning" not in check()[1]


@pytest.fixture
def at_aws(monkeypatch):
    """AWS' own S3 and STS, as far as their answers are recorded here."""
    connection = {"conn_type": "aws", "login": "AKIA", "password": "x", "extra": {"region_name": "eu-central-1"}}
    monkeypatch.setenv("AIRFLOW_CONN_AWS_DEFAULT", json.dumps(connection))
    s3, sts = Stubber(SharingS3Hook("aws_default").conn), Stubber(StsHook("aws_default").conn)
    monkeypatch.setattr(S3Store, "client", s3.client)
    monkeypatch.setattr(StsHook, "get_conn", lambda _: sts.client)
    sts.add_response("get_caller_identity", {"Account": "1", "UserId": "u", "Arn": "arn:aws:iam::1:user/us"})
    with s3, sts:
        yield s3


@pytest.mark.parametrize("bucket", ["evidence", "my-shop-evidence"])
def test_somebody_elses_bucket_is_refused_at_aws(at_aws, monkeypatch, bucket):
    monkeypatch.setenv(VARIABLE.format("EVIDENCE_URI"), f"s3://{bucket}")
    monkeypatch.setenv(VARIABLE.format("ROUNDS_URI"), "s3://representment/rounds")
    found = Findings()
    check_buckets(found)
    assert [f"{bucket}/ is an example" in str(found[0]), "rounds/ is an example" in str(found[1])] == [True, True]


@pytest.mark.parametrize(
    ("refused", "said"), [(False, "ok     bucket acme: belongs"), (True, "wrong  bucket acme: does")]
)
def test_a_bucket_of_another_account_is_refused(at_aws, monkeypatch, refused, said):
    monkeypatch.setenv(VARIABLE.format("EVIDENCE_URI"), "s3://acme")
    monkeypatch.delenv(VARIABLE.format("ROUNDS_URI"), raising=False)
    at_aws.add_response("list_objects_v2", {})
    if refused:
        at_aws.add_client_error("head_bucket", "403", http_status_code=403)
    else:
        at_aws.add_response("head_bucket", {}, {"Bucket": "acme", "ExpectedBucketOwner": "1"})
    found = Findings()
    check_buckets(found)
    assert str(found[1]).startswith(said)
