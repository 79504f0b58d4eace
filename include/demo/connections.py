"""Connections to Stripe and to S3: given by the environment, or to the sandbox."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

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
    """Return the connection of ``AIRFLOW_CONN_<ID>``, which is JSON or a URI, or None.

    https://airflow.apache.org/docs/apache-airflow/stable/howto/connection.html

    :raises ValueError: it is neither.
    """
    name = f"AIRFLOW_CONN_{connection_id.upper()}"
    text = environ.get(name)
    if not text:
        return None
    if text.lstrip().startswith("{"):
        return _from_json(name, text)
    parts = urlsplit(text)
    if not parts.scheme:
        raise ValueError(f"{name} is neither JSON nor a URI")
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    extra = json.loads(query["__extra__"]) if "__extra__" in query else query
    login, password = (unquote(part) if part else None for part in (parts.username, parts.password))
    return Connection(parts.scheme, login, password, extra)


def _from_json(name: str, text: str) -> Connection:
    try:
        value = json.loads(text)
        extra = value.get("extra") or {}
        extra = json.loads(extra) if isinstance(extra, str) else extra
    except json.JSONDecodeError as error:
        raise ValueError(f"{name} is no valid JSON: {error}") from None
    return Connection(value.get("conn_type", ""), value.get("login"), value.get("password"), extra)


def sandbox_stripe(base: str, key: str, mode: str, webhook_secret: str = "") -> Connection:
    """The sandbox's Stripe; files go to the same address."""
    secrets = {"webhook_secrets": webhook_secret} if webhook_secret else {}
    return Connection("stripe", password=key, extra={"base_url": base, "files_url": base, "mode": mode} | secrets)


def sandbox_aws(endpoint: str) -> Connection:
    """The sandbox's S3, which takes any key."""
    extra = {"endpoint_url": endpoint, "region_name": "us-east-1"}
    return Connection("aws", login="sandbox", password="sandbox", extra=extra)  # noqa: S106
