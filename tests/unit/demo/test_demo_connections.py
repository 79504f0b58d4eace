import json

import pytest

from demo.connections import Connection, from_environment, sandbox_aws, sandbox_stripe

EXTRA = {"base_url": "http://127.0.0.1:1", "mode": "shadow"}


@pytest.mark.parametrize("extra", [EXTRA, json.dumps(EXTRA)])
def test_a_connection_given_as_json(extra):
    environ = {
        "AIRFLOW_CONN_STRIPE_DEFAULT": json.dumps({"conn_type": "stripe", "password": "sk_test_1", "extra": extra})
    }
    assert from_environment("stripe_default", environ) == Connection("stripe", password="sk_test_1", extra=EXTRA)


def test_a_connection_given_as_uri():
    environ = {
        "AIRFLOW_CONN_AWS_DEFAULT": "aws://AKIA:se%2Fcret@/?endpoint_url=http%3A%2F%2F127.0.0.1%3A9&region_name=eu"
    }
    found = from_environment("aws_default", environ)
    assert found == Connection("aws", "AKIA", "se/cret", {"endpoint_url": "http://127.0.0.1:9", "region_name": "eu"})


def test_the_extra_of_a_uri_may_be_json():
    environ = {"AIRFLOW_CONN_STRIPE_DEFAULT": "stripe://:sk_test_1@/?__extra__=%7B%22mode%22%3A%20%22stage%22%7D"}
    assert from_environment("stripe_default", environ) == Connection("stripe", None, "sk_test_1", {"mode": "stage"})


@pytest.mark.parametrize("environ", [{}, {"AIRFLOW_CONN_AWS_DEFAULT": ""}])
def test_an_unset_connection_is_none(environ):
    assert from_environment("aws_default", environ) is None


@pytest.mark.parametrize(("text", "problem"), [("nonsense", "neither JSON nor a URI"), ("{oops", "not valid JSON")])
def test_an_invalid_connection_is_refused_by_name(text, problem):
    with pytest.raises(ValueError, match=f"AIRFLOW_CONN_AWS_DEFAULT is {problem}"):
        from_environment("aws_default", {"AIRFLOW_CONN_AWS_DEFAULT": text})


def test_connections_to_the_sandbox_contain_its_addresses():
    stripe = sandbox_stripe("http://127.0.0.1:1", "sk_test_1", "stage").as_json()
    assert stripe["password"] == "sk_test_1"
    assert json.loads(stripe["extra"]) == {
        "base_url": "http://127.0.0.1:1",
        "files_url": "http://127.0.0.1:1",
        "mode": "stage",
    }
    assert json.loads(sandbox_aws("http://127.0.0.1:2").as_json()["extra"])["endpoint_url"] == "http://127.0.0.1:2"
