"""Which Stripe and which bucket a stack works with, and how Airflow learns of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import boto3
import botocore.session
from botocore.config import Config
from botocore.exceptions import ClientError

from demo import connections
from demo.connections import AWS, STRIPE, Connection
from demo.ports import is_local
from demo.rest import Rest, RestError

EVIDENCE = "representment_evidence_uri"
ROUNDS = "representment_rounds_uri"
DEFAULTS = {EVIDENCE: "s3://evidence", ROUNDS: "s3://representment/rounds"}
POOLS = {
    "submit": (16, "0 slots hold back every submit"),
    "stripe": (16, "Tasks that call Stripe at the same time"),
    "documents": (4, "Tasks that open documents: one slot for every 2 GiB"),
}
"""Name -> slots, meaning. 16 are as many tasks as run at once: one pool is a brake, one a limit for larger machines."""
_NO_PROFILE = {"profile": (None, None, None, None)}
"""In botocore's words: no variable of the environment names a profile."""


@dataclass(frozen=True)
class Given:
    """What the environment says; a connection that is None is the sandbox's.

    :param variables: the addresses of both buckets, the sandbox's where the environment does not say
    """

    stripe: Connection | None
    aws: Connection | None
    variables: Mapping[str, str]

    @property
    def needs_sandbox(self) -> bool:
        """Whether Stripe or S3 has to come from the sandbox."""
        return self.stripe is None or self.aws is None


def given(environ: Mapping[str, str]) -> Given:
    """Read connections and variables from the environment, in Airflow's own form.

    :raises ValueError: a connection is neither JSON nor a URI.
    """
    return Given(
        stripe=connections.from_environment(STRIPE, environ),
        aws=connections.from_environment(AWS, environ),
        variables={name: environ.get(_key(name)) or uri for name, uri in DEFAULTS.items()},
    )


def variables_environ(given: Given) -> dict[str, str]:
    """The variables as Airflow reads them from its environment: a task then need not ask the API server for them."""
    return {_key(name): uri for name, uri in given.variables.items()}


def create(rest: Rest, given: Given, *, stripe: Connection, aws: Connection) -> None:
    """Create in Airflow what the environment does not give it already, and the pools."""
    if given.stripe is None:
        rest.post("/connections", {"connection_id": STRIPE} | stripe.as_json())
    if given.aws is None:
        rest.post("/connections", {"connection_id": AWS} | aws.as_json())
    for name, (slots, meaning) in POOLS.items():
        try:
            rest.post("/pools", {"name": name, "slots": slots, "description": meaning})
        except RestError as error:
            if error.status != 409:  # a database that was used before has it
                raise


def _key(variable: str) -> str:
    return f"AIRFLOW_VAR_{variable.upper()}"


def s3_client(aws: Connection) -> Any:
    """A boto3 client for a connection. For an S3 on this machine it reads neither a profile nor a proxy's settings."""
    local = is_local(aws.extra.get("endpoint_url") or "")
    session = botocore.session.Session(_NO_PROFILE if local else None)
    return boto3.Session(botocore_session=session).client(
        "s3",
        endpoint_url=aws.extra.get("endpoint_url"),
        region_name=aws.extra.get("region_name"),
        aws_access_key_id=aws.login,
        aws_secret_access_key=aws.password,
        config=Config(proxies={} if local else None),
    )


def ensure_bucket(s3: Any, uri: str) -> None:
    """Make the bucket of an `s3://` address unless it is there."""
    bucket = urlsplit(uri).netloc
    try:
        s3.head_bucket(Bucket=bucket)
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] != 404:
            raise
        s3.create_bucket(Bucket=bucket)
