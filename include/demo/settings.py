"""Airflow's settings: one file of ``KEY=VALUE`` lines, and what only the start of a stack can know."""

from collections.abc import Mapping
from pathlib import Path

from demo.connections import AWS

AIRFLOW_ENV = Path(__file__).parents[1] / "airflow.env"
"""Settings for every deployment."""
LOCAL_EXECUTOR_ENV = AIRFLOW_ENV.with_name("local_executor.env")
"""Further settings for one machine without Celery."""
_OTHERS = ("AIRFLOW__", "PG")
"""Prefixes of names that would configure a second Airflow on the machine, or its connections to PostgreSQL."""


def read_settings(path: Path = AIRFLOW_ENV) -> dict[str, str]:
    """Return the settings of an env file, as Docker reads it: no quoting, no expansion, ``#`` starts a comment line.

    :raises ValueError: a line is not ``KEY=VALUE``, or a key is given twice; the text names file and line.
    """
    settings: dict[str, str] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        key, found, value = text.partition("=")
        if not found or not key.isidentifier():
            raise ValueError(f"{path}:{number}: not KEY=VALUE: {text!r}")
        if key in settings:
            raise ValueError(f"{path}:{number}: {key} is given twice")
        settings[key] = value
    return settings


def surroundings(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the caller's environment without what configures an Airflow, PostgreSQL or S3 other than the stack's own.

    Connections and variables (``AIRFLOW_CONN_…``, ``AIRFLOW_VAR_…``) stay: they say which Stripe and which bucket. A
    profile of AWS stays beside a connection to AWS. Requests to this machine go around any proxy.
    """
    dropped = {"AIRFLOW_HOME", "AIRFLOW_CONFIG"}
    if not environ.get(f"AIRFLOW_CONN_{AWS.upper()}"):
        dropped |= {"AWS_PROFILE", "AWS_DEFAULT_PROFILE"}
    kept = {key: value for key, value in environ.items() if not key.startswith(_OTHERS) and key not in dropped}
    for name in ("NO_PROXY", "no_proxy"):
        kept[name] = ",".join(part for part in (kept.get(name), "127.0.0.1", "localhost") if part)
    return kept
