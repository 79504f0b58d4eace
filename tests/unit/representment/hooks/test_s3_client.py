"""S3 clients share botocore's service descriptions, and nothing of an account."""

import json

import pytest
from airflow.providers.amazon.aws.hooks.base_aws import BaseSessionFactory

from representment.hooks import s3_client
from representment.hooks.s3_client import SharingS3Hook, prepare_session


class OwnFactory(BaseSessionFactory):
    """A merchant's own session factory."""

    def _create_basic_session(self, session_kwargs):
        assert set(session_kwargs) <= {"aws_access_key_id", "aws_secret_access_key", "region_name"}
        return super()._create_basic_session(session_kwargs)


def session(monkeypatch: pytest.MonkeyPatch, **connection: object) -> object:
    known = {"conn_type": "aws", "extra": {"region_name": "eu-west-1"}} | connection
    monkeypatch.setenv("AIRFLOW_CONN_AWS_DEFAULT", json.dumps(known))
    return SharingS3Hook().get_session("eu-west-1")


def test_each_of_two_accounts_has_its_own_key_despite_the_prepared_session(monkeypatch):
    prepare_session()
    first = session(monkeypatch, login="key of the first", password="secret")
    second = session(monkeypatch, login="key of the second", password="secret")
    assert first.get_credentials().access_key == "key of the first"
    assert second.get_credentials().access_key == "key of the second"


def test_a_session_with_the_machines_role_shares_the_service_descriptions_too(monkeypatch):
    key = session(monkeypatch, login="key", password="secret")
    role = session(monkeypatch)
    assert key._session.get_component("data_loader") is role._session.get_component("data_loader")


def test_a_custom_session_factory_gets_airflows_arguments(monkeypatch):
    prepare_session()
    monkeypatch.setattr(s3_client, "SessionFactory", OwnFactory)
    assert session(monkeypatch, login="key", password="secret").get_credentials().access_key == "key"
