import pytest
from botocore.exceptions import ProfileNotFound

from demo.connections import Connection, sandbox_aws
from demo.ports import free_ports, is_local
from demo.resources import EVIDENCE, ROUNDS, given, s3_client, variables_environ

STRIPE = "stripe://:sk@/"
AWS = "aws://"


@pytest.mark.parametrize(
    ("environ", "needed"),
    [
        ({}, True),
        ({"AIRFLOW_CONN_STRIPE_DEFAULT": STRIPE}, True),
        ({"AIRFLOW_CONN_AWS_DEFAULT": AWS}, True),
        ({"AIRFLOW_CONN_STRIPE_DEFAULT": STRIPE, "AIRFLOW_CONN_AWS_DEFAULT": AWS}, False),
    ],
)
def test_the_sandbox_is_needed_unless_stripe_and_s3_are_given(environ, needed):
    assert given(environ).needs_sandbox is needed


def test_environment_variables_override_the_sandboxs():
    told = given({"AIRFLOW_VAR_REPRESENTMENT_EVIDENCE_URI": "s3://mine", "AIRFLOW_VAR_OTHER": "x"})
    assert told.variables == {EVIDENCE: "s3://mine", ROUNDS: "s3://representment/rounds"}
    assert variables_environ(told) == {
        "AIRFLOW_VAR_REPRESENTMENT_EVIDENCE_URI": "s3://mine",
        "AIRFLOW_VAR_REPRESENTMENT_ROUNDS_URI": "s3://representment/rounds",
    }


def test_free_ports_are_all_different():
    assert len(set(free_ports(20))) == 20


@pytest.mark.parametrize(
    ("url", "local"),
    [("http://127.0.0.1:80/x", True), ("http://localhost", True), ("https://api.stripe.com", False), ("", False)],
)
def test_a_url_of_this_machine_is_recognised(url, local):
    assert is_local(url) is local


def test_the_sandboxes_s3_needs_no_profile(monkeypatch):
    monkeypatch.setenv("AWS_PROFILE", "missing")
    assert s3_client(sandbox_aws("http://127.0.0.1:80")).meta.endpoint_url == "http://127.0.0.1:80"
    with pytest.raises(ProfileNotFound):
        s3_client(Connection("aws", extra={"region_name": "us-east-1"}))
