"""Connections to Stripe and to S3: given by the environment, or to the sandbox."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

STRIPE = "stripe_default"
AWS = "aws_default"


@dataclass(frozen=True)
class Connection:
    """What Airflow keeps under a connection's id, as far as Stripe's and AWS's need it."""

    conn_type: str
    login: str | None = None
    password: str | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, str | None]:
        """The body of Airflow's REST API, without the id."""
        return {
            "conn_type": self.conn_type,
            "login": self.login,
            "password": self.password,
            "extra": json.dumps(self.extra),
        }


def from_environment(connection_id: str, environ: Mapping[str, str]) -> Connection | None:
    """Return the connection of ``AIRFLOW_CONN_<ID>``, JSON or a URI, as Airflow reads it; None when it is not set.

    https://airflow.apache.org/docs/apache-airflow/stable/howto/connection.html

    :raises ValueError: it is neither
    """
    name = f"AIRFLOW_CONN_{connection_id.upper()}"
    text = environ.get(name)
    if not text:
        return None
    from airflow.sdk import Connection as AirflowConnection  # heavy: only where a connection is given

    try:
        read = AirflowConnection.from_json if text.lstrip().startswith("{") else AirflowConnection.from_uri
        given = read(text, conn_id=connection_id)
    except ValueError as error:
        raise ValueError(f"{name} is not valid JSON: {error}") from None
    if not given.conn_type:
        raise ValueError(f"{name} is neither JSON nor a URI")
    return Connection(given.conn_type, given.login or None, given.password or None, given.extra_dejson)


def sandbox_stripe(base: str, key: str, mode: str, webhook_secret: str = "") -> Connection:
    """The sandbox's Stripe; files go to the same address."""
    secrets = {"webhook_secrets": webhook_secret} if webhook_secret else {}
    return Connection("stripe", password=key, extra={"base_url": base, "files_url": base, "mode": mode} | secrets)


def sandbox_aws(endpoint: str) -> Connection:
    """The sandbox's S3, which takes any key."""
    extra = {"endpoint_url": endpoint, "region_name": "us-east-1"}
    return Connection("aws", login="sandbox", password="sandbox", extra=extra)  # noqa: S106
