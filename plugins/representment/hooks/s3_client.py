"""S3 clients that share botocore's description of the service: reading it takes longer than most of our tasks."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from airflow.providers.amazon.aws.hooks.s3 import S3Hook
from botocore.loaders import Loader
from botocore.session import Session

if TYPE_CHECKING:
    import boto3


class SharingS3Hook(S3Hook):
    """The amazon provider's hook; its sessions share the service description of S3."""

    def get_session(self, *args: Any, **kwargs: Any) -> boto3.session.Session:
        """The provider's session.

        boto3 takes a session of botocore's only where it makes one itself, which the provider does for it.
        """
        session = super().get_session(*args, **kwargs)
        session._session.register_component("data_loader", _descriptions())  # noqa: SLF001
        return session

    def _get_caller(self, target_function_name: str = "execute") -> str:
        """Who calls, for the user agent: the provider looks for it in the stack, which takes longer than a call."""
        return "Representment"


def load_descriptions() -> None:
    """Read the service description of S3, by making a client that sends nothing."""
    session = Session()
    session.register_component("data_loader", _descriptions())
    # A dummy key: without one botocore would look for a real one.
    client = session.create_client(
        "s3",
        region_name="us-east-1",
        aws_access_key_id="nobody",
        aws_secret_access_key="nobody",  # noqa: S106
    )
    client.get_paginator("list_objects_v2")


@cache
def _descriptions() -> Loader:
    return Loader()
