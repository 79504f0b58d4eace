"""Loads what a release has left behind, so that a test can go on from there with the code as it is now.

`<release>/merchant/` is the account, its customers and the merchant's bucket; `<release>/<scenario>/` is one response,
stopped between two tasks: `scenario.json`, `bucket/` (what stands below `representment_rounds_uri`), `stripe/` (what
Stripe holds, as seeds of the sandbox). Knows the sandbox, and nothing of the product: the records outlive its modules.
"""

from __future__ import annotations

import json
import shutil
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sandbox import s3, seeds
from sandbox.clock import Clock
from sandbox.context import Sandbox
from sandbox.http.app import CONTROL, create_app
from sandbox.http.auth import Keys
from sandbox.http.server import Server

if TYPE_CHECKING:
    from collections.abc import Iterator

RECORDS = Path(__file__).parent
VIEWS = "current/"
"""Copies that the product makes anew. Each scenario has its own, so several together go without."""


@dataclass(frozen=True)
class Scenario:
    """One response as a release left it.

    :param release: `0.1.0`
    :param name: its folder
    :param story: what stands, and what has not happened yet
    :param dag_id: the DAG of its run
    :param run_id: its run; for a response `<dispute>__<round>__<revision>`
    :param next: the task that comes next; of `dispute_outcomes` where the run itself has ended
    :param try_number: of that task; 2 where a first try was killed
    :param at: the moment it was stopped, Unix seconds; a test freezes the time there
    :param due_by: the dispute's deadline then, Unix seconds; None where there is no dispute
    :param conf: the run's conf in Airflow
    :param xcoms: what its tasks had pushed, by task and key
    """

    release: str
    name: str
    story: str
    dag_id: str
    run_id: str
    next: str
    try_number: int
    at: int
    due_by: int | None
    conf: dict[str, Any]
    xcoms: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        """Where it stands."""
        return RECORDS / self.release / self.name

    @property
    def merchant(self) -> Path:
        """The merchant's folder of its release."""
        return RECORDS / self.release / "merchant"


@dataclass(frozen=True)
class Running:
    """Where a sandbox with some scenarios serves; the names are those of its line of JSON."""

    api_base: str
    control_url: str
    secret_key: str
    restricted_key: str


def releases() -> list[str]:
    """The releases that have left records."""
    return sorted(path.name for path in RECORDS.iterdir() if path.name[0].isdigit())


def scenarios(release: str) -> list[Scenario]:
    """The scenarios of a release, by name."""
    return [scenario(release, path.parent.name) for path in sorted((RECORDS / release).glob("*/scenario.json"))]


def scenario(release: str, name: str) -> Scenario:
    """One scenario."""
    return Scenario(release, name, **json.loads((RECORDS / release / name / "scenario.json").read_text("utf-8")))


def put(endpoint: str, bucket: str, *stopped: Scenario) -> tuple[str, str]:
    """Make a bucket with what the scenarios had written, and once for each release one with the merchant's documents.

    :param endpoint: of an S3 such as `sandbox.s3.serve` gives
    :param bucket: a name that this S3 has not got
    :param stopped: of one release; together they lack the views
    :return: the addresses for `representment_evidence_uri` and `representment_rounds_uri`
    """
    client = s3.client("s3", endpoint)
    client.create_bucket(Bucket=bucket)
    for one in stopped:
        for name, content in _below(one.folder / "bucket"):
            if len(stopped) == 1 or not name.startswith(VIEWS):
                client.put_object(Bucket=bucket, Key=f"rounds/{name}", Body=content)
    return _put_merchant(endpoint, stopped[0].merchant), f"s3://{bucket}/rounds"


@cache
def _put_merchant(endpoint: str, merchant: Path) -> str:
    """Make a bucket with the merchant's documents, which no task writes to; its address."""
    bucket = f"merchant-{merchant.parent.name}"
    client = s3.client("s3", endpoint)
    client.create_bucket(Bucket=bucket)
    for name, content in _below(merchant / "bucket"):
        client.put_object(Bucket=bucket, Key=name, Body=content)
    return f"s3://{bucket}"


def _below(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Name and content of each file."""
    for path in sorted(found for found in folder.rglob("*") if found.is_file()):
        yield path.relative_to(folder).as_posix(), path.read_bytes()


def held(folder: Path, *stopped: Scenario) -> seeds.Seeds:
    """All that Stripe holds in these scenarios, loaded; with the clock as it is now.

    Stripe's answers to earlier idempotency keys are not among it, as if the keys had expired, nor that a file which is
    on no dispute now was on one before.

    :param folder: an empty one, to put the seeds together in
    :param stopped: of one release
    """
    for source in (stopped[0].merchant, *(one.folder for one in stopped)):
        shutil.copytree(source, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("bucket", "scenario.json"))
    for path in (folder / "stripe" / "charges").glob("*.json"):
        _leave_disputed_to_the_sandbox(path)
    return seeds.load(folder, Clock())


def _leave_disputed_to_the_sandbox(charge: Path) -> None:
    """The sandbox of 0.1.0 did not mark an inquiry's charge as disputed; today's works it out from the disputes."""
    content = json.loads(charge.read_text("utf-8"))
    content.pop("disputed", None)
    charge.write_text(json.dumps(content), "utf-8")


@contextmanager
def serve(stripe: seeds.Seeds) -> Iterator[Running]:
    """Serve what Stripe holds from this process: where a test freezes the time, the sandbox has the same time."""
    keys = Keys("records", stripe.account.livemode)
    with closing(Sandbox.of(stripe, keys)) as sandbox, Server(create_app(sandbox)) as server:
        yield Running(server.base, server.base + CONTROL, keys.secret, keys.restricted)
