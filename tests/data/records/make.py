"""Makes the records of a release: what it leaves in S3 and at Stripe, stopped after every task.

    python -m tests.data.records.make 0.1.0

It is run once a release, with the code of that release:

| release | code | made on |
| --- | --- | --- |
| 0.1.0 | commit f7c84557eb7a927ee618d59046e9c2df1742e23b, with files in the sandbox's seeds | 27 November 2026 |

The records of a release that is out are never made anew, whatever changes: they are what stands in people's buckets,
which every later release must read. A new release gets a folder of its own, and one that is there is refused.

The real operators run against the sandbox and moto's S3, all in this process, in a time that moves ten seconds a task
and stands still in between. `load.py` says how the folders are laid out, `plans.py` what is in them. Each scenario is
loaded again at the end, and must give the very objects at Stripe that it was written from.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import time_machine
from airflow.sdk.execution_time import task_runner
from tests.data.records import load
from tests.data.records.plans import PLANS, Plan, Stopped, Stories
from tests.integration.representment.conftest import Supervisor
from tests.integration.representment.seeds_folder import SeedsFolder
from tests.integration.representment.steps import World

from representment.hooks.s3_store import S3Store
from sandbox import s3, seeds
from sandbox.clock import Clock

if TYPE_CHECKING:
    from sandbox.state import State

BEGIN = datetime(2026, 11, 27, 12, tzinfo=UTC)
SECONDS_A_TASK = 10


def make(root: Path) -> None:
    """Write all scenarios of a release.

    :param root: its folder, not there yet
    """
    root.mkdir()
    logging.getLogger("werkzeug").setLevel(logging.WARNING)  # or moto's server tells of every request
    task_runner.SUPERVISOR_COMMS = Supervisor()
    with time_machine.travel(BEGIN, tick=False) as time, TemporaryDirectory() as folder:
        stripe = seeds.load(_shop(Path(folder)), Clock())
        _write_merchant(root / "merchant", stripe)
        with s3.serve(stripe.bucket) as endpoint, load.serve(stripe) as running:
            client = s3.client("s3", endpoint)
            S3Store.client = property(lambda _: client)  # making one takes longer than most tasks
            told = {"s3_endpoint": endpoint, **vars(running)}
            for name, plan in PLANS.items():
                world = World(**told, rounds_uri=f"s3://representment/{name}")
                _connect(world)
                before = set(stripe.state.collections["files"])
                stories = Stories(world, name, lambda: time.shift(timedelta(seconds=SECONDS_A_TASK)))
                stopped = plan.tell(stories)
                time.shift(timedelta(seconds=SECONDS_A_TASK))
                _write(root / name, plan, stopped, int(datetime.now(UTC).timestamp()))
                _write_bucket(root / name / "bucket", world)
                _write_stripe(root / name / "stripe", name, stripe.state, before)
                _check(root.name, name, stripe.state)


def _shop(folder: Path) -> Path:
    """The seeds of a shop with one dispute a plan."""
    shop = SeedsFolder(folder)
    shop.put("account.json", {"id": "acct_1", "smart_disputes": True, "appeals": True})
    shop.put("stripe/customers/cus_ann.json", {"created": "@-90d", "email": "ann@example.com", "name": "Ann Lee"})
    shop.put("stripe/customers/cus_bea.json", {"created": "@-400d", "email": "bea@example.com", "name": "Bea Ray"})
    shop.put("bucket/policies/refund_policy/v1.txt", b"Refunds within 30 days.\n")
    for name, plan in PLANS.items():
        plan.sell(shop, name)
    (folder / "script.yaml").write_text(json.dumps(shop.script))
    return folder


def _connect(world: World) -> None:
    s3_extra = {"endpoint_url": world.s3_endpoint, "region_name": "us-east-1"}
    stripe_extra = {"base_url": world.api_base, "files_url": world.api_base, "mode": "submit"}
    os.environ |= {
        "AIRFLOW_CONN_AWS_DEFAULT": json.dumps(
            {"conn_type": "aws", "login": "sandbox", "password": "sandbox", "extra": s3_extra}
        ),
        "AIRFLOW_CONN_STRIPE_DEFAULT": json.dumps(
            {"conn_type": "stripe", "password": world.secret_key, "extra": stripe_extra}
        ),
        "AIRFLOW_VAR_REPRESENTMENT_EVIDENCE_URI": "s3://evidence",
        "AIRFLOW_VAR_REPRESENTMENT_ROUNDS_URI": world.rounds_uri,
    }


def _write(folder: Path, plan: Plan, stopped: Stopped, at: int) -> None:
    xcoms: dict[str, dict[str, Any]] = {}
    for (task, key), value in stopped.xcoms.items():
        xcoms.setdefault(task, {})[key] = value
    told = {
        "story": plan.story,
        "dag_id": stopped.dag_id,
        "run_id": stopped.run_id,
        "next": plan.next,
        "try_number": plan.try_number,
        "at": at,
        "due_by": stopped.due_by,
        "conf": stopped.conf,
        "xcoms": xcoms,
    }
    _put(folder / "scenario.json", told)


def _write_merchant(folder: Path, stripe: seeds.Seeds) -> None:
    account = {
        "id": stripe.account.id,
        "smart_disputes": stripe.account.smart_disputes,
        "appeals": stripe.account.appeals,
    }
    _put(folder / "account.json", account)
    for customer in stripe.state.collections["customers"].values():
        _put(folder / "stripe" / "customers" / f"{customer['id']}.json", customer)
    for name, content in stripe.bucket.items():
        _put(folder / "bucket" / name, content)


def _write_bucket(folder: Path, world: World) -> None:
    for name in world.rounds.names(""):
        _put(folder / name, world.rounds.need(name))


def _write_stripe(folder: Path, name: str, state: State, before: set[str]) -> None:
    """What Stripe holds of this scenario.

    :param before: the files of the scenarios before it
    """
    charges = {f"ch_{name}", f"ch_{name}_a", f"ch_{name}_b"}
    for collection in ("charges", "disputes", "early_fraud_warnings", "refunds"):
        for one in state.collections[collection].values():
            if {one["id"], one.get("charge")} & charges:
                _put(folder / collection / f"{one['id']}.json", one)
    for file_id in set(state.collections["files"]) - before:
        file = state.collections["files"][file_id]
        _put(folder / "files" / f"{file_id}.json", file)
        _put(folder / "files" / f"{file_id}.{file['type']}", state.contents[file_id])


def _put(path: Path, content: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content, indent=2).encode() + b"\n")


def _check(release: str, name: str, state: State) -> None:
    """Load the scenario again.

    :raises ValueError: an object is not as it was
    """
    with TemporaryDirectory() as folder:
        again = load.held(Path(folder), load.scenario(release, name)).state
    for collection in ("charges", "customers", "disputes", "files", "early_fraud_warnings", "refunds"):
        for object_id, one in again.collections[collection].items():
            if one != state.collections[collection][object_id]:
                raise ValueError(f"{name}: {object_id} is loaded as {one}")
    for file_id, content in again.contents.items():
        if content != state.contents[file_id]:
            raise ValueError(f"{name}: {file_id} is not loaded as it was")


if __name__ == "__main__":
    make(load.RECORDS / sys.argv[1])
