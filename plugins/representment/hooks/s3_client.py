"""S3 clients that share botocore's description of S3: reading it takes longer than most of our tasks."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from airflow.providers.amazon.aws.hooks.base_aws import BaseSessionFactory, SessionFactory
from airflow.providers.amazon.aws.hooks.s3 import S3Hook
from botocore.loaders import Loader
from botocore.session import Session

if TYPE_CHECKING:
    import boto3


class SharingS3Hook(S3Hook):
    """The amazon provider's hook; its sessions share the service description of S3."""

    def get_session(self, region_name: str | None = None, deferrable: bool = False) -> boto3.session.Session:
        """The provider's session, on a botocore session that the task's parent process prepared if there is one."""
        # A factory of the merchant's own may do anything with what it is given.
        factory = _SharingSessionFactory if SessionFactory is BaseSessionFactory else SessionFactory
        session = factory(conn=self.conn_config, region_name=region_name, config=self.config).create_session(deferrable)
        session._session.register_component("data_loader", _descriptions())  # noqa: SLF001
        return session

    def _get_caller(self, target_function_name: str = "execute") -> str:
        """The caller's name in the user agent: the provider searches the stack for it, slower than a call to S3."""
        return "Representment"


class _SharingSessionFactory(BaseSessionFactory):
    def _create_basic_session(self, session_kwargs: dict[str, Any]) -> boto3.session.Session:
        return super()._create_basic_session({**session_kwargs, "botocore_session": _take_session()})


def prepare_session() -> None:
    """Prepare a botocore session for a fork to use, and create a client that sends nothing, to load what all share."""
    # A dummy key: without one botocore would look for a real one.
    client = _session().create_client(
        "s3",
        region_name="us-east-1",
        aws_access_key_id="nobody",
        aws_secret_access_key="nobody",  # noqa: S106
    )
    client.get_paginator("list_objects_v2")
    _prepared.append(_session())  # another one: the first has read the machine's AWS settings, which may change


_prepared: list[Session] = []
"""At most one session that nobody has used yet: a session keeps what it is given, such as a key."""


def _take_session() -> Session:
    return _prepared.pop() if _prepared else _session()


def _session() -> Session:
    session = Session()
    session.register_component("data_loader", _descriptions())
    return session


@cache
def _descriptions() -> Loader:
    return Loader()
