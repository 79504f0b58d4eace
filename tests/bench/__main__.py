"""Three ways to answer the same disputes, side by side in one run: a plain script, a usual DAG, ours.

`make bench`; QUICK=1 takes fewer disputes. Writes `build/bench/summary.json`, `build/bench/index.html` and
`docs/performance.md`. Only ratios within one run mean anything.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.bench.contest import Contest
from tests.bench.pages import write_pages
from tests.bench.webhooks import webhook_delays
from tests.integration.representment.seeds_folder import SeedsFolder

from demo.executors import CeleryExecutor
from demo.rehearsal import INTAKE
from demo.stack import PROJECT, Stack

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from demo.sandbox_process import Sandbox

HERE = Path(__file__).parent
ROOT = PROJECT / "build" / "bench"
SUMMARY = ROOT / "summary.json"
PACKAGES = ROOT / "packages"
"""Where `make bench` installs what the usual DAG imports."""
OURS, USUAL = "respond_product_not_received", "respond_usual"
STOCK = {
    "AIRFLOW__CORE__PARALLELISM": "32",
    "AIRFLOW__WORKERS__MIN_HEARTBEAT_INTERVAL": "5",
    "AIRFLOW__SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "1",
    "AIRFLOW__SCHEDULER__MAX_DAGRUNS_PER_LOOP_TO_SCHEDULE": "20",
    "AIRFLOW__SCHEDULER__MAX_DAGRUNS_TO_CREATE_PER_LOOP": "10",
    "AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "30",
    "AIRFLOW__DATABASE__SQL_ALCHEMY_MAX_OVERFLOW": "10",
    "REPRESENTMENT_EXAMINE_WAITING_RUNS": "true",
    # Not the default of 30 s: on a slow machine sixteen imports of its file at once may take longer, and fail.
    "AIRFLOW__CORE__DAGBAG_IMPORT_TIMEOUT": "180",
    # An empty airflow_local_settings.py before ours: nothing is warmed up.
    "PYTHONPATH": f"{HERE / 'usual' / 'settings'}{os.pathsep}{PACKAGES}",
}
"""What the usual project runs with: Airflow's defaults in place of include/airflow.env, but for one in its favour."""
PARSED = (PROJECT / "dags" / f"{OURS}.py", PROJECT / "dags" / "dispute_intake.py", HERE / "empty" / "bench_empty.py")


def main() -> int:
    """Measure everything and write it down."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer disputes")
    parser.add_argument("--only", action="append", choices=MEASURES, help="measure this anew, and keep the rest")
    parser.add_argument("--no-docs", action="store_true", help="leave docs/performance.md as it is")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # what was started is stopped on the way out
    sizes = {"ours": 40, "usual": 8, "celery": 16, "single": 3, "events": 20, "parked": (0, 100)}
    if not options.quick:
        sizes = {"ours": 200, "usual": 60, "celery": 120, "single": 7, "events": 60, "parked": (0, 300, 1000)}
    begin = time.monotonic()
    summary: dict[str, Any] = {"quick": options.quick, "cores": os.cpu_count(), "load before": os.getloadavg()[0]}
    if options.only:
        kept = json.loads(SUMMARY.read_text())
        summary = kept | {"in pieces": True, "quick": kept["quick"] or options.quick}
    for measure in options.only or MEASURES:
        print(f"{time.monotonic() - begin:6.0f} s  {measure} …", flush=True)
        summary |= MEASURES[measure](sizes)
        SUMMARY.parent.mkdir(parents=True, exist_ok=True)
        SUMMARY.write_text(json.dumps(summary, indent=2) + "\n")
    summary["took"] = round(time.monotonic() - begin)
    print(json.dumps(summary, indent=2))
    write_pages(summary, ROOT / "index.html", None if options.no_docs else PROJECT / "docs" / "performance.md")
    return 0


def _ours(sizes: dict[str, Any]) -> dict[str, Any]:
    """Ours, the script in the same sandbox, and each task by itself."""
    count = sizes["ours"] + sizes["single"] + 3
    with _stack("ours", count, PROJECT, with_script=True) as (stack, contest):
        script = _script(stack.sandbox, 21)
        contest.prepare()
        single = contest.single(sizes["single"])
        calls = _stripe_calls(stack.sandbox, contest.answer, stack)
        backlog = contest.backlog(sizes["ours"])
        empty = contest.empty_cpu(30)
        profile = _profile(stack.sandbox)
    return {
        "script": script,
        "ours": backlog | {"single": single, "six empty tasks, CPU s": empty, "Stripe": calls},
        "profile": profile,
    }


def _parked(sizes: dict[str, Any]) -> dict[str, Any]:
    """One dispute of ours, and an answer, beside runs that wait for a person."""
    with _stack("parked", len(sizes["parked"]) * sizes["single"] + 1, PROJECT) as (_, contest):
        contest.prepare()
        return {"parked": [contest.parked(waiting, sizes["single"]) for waiting in sizes["parked"]]}


def _usual(sizes: dict[str, Any]) -> dict[str, Any]:
    count = sizes["usual"] + sizes["single"] + 2
    with _stack("usual", count, HERE / "usual", settings=STOCK, dag_id=USUAL) as (_, contest):
        contest.prepare()
        single = contest.single(sizes["single"])
        return {"usual": contest.backlog(sizes["usual"]) | {"single": single}}


def _celery(sizes: dict[str, Any]) -> dict[str, Any]:
    root = ROOT / "stacks" / "celery"
    count = sizes["celery"] + sizes["single"] + 2
    with _stack("celery", count, PROJECT, executor=CeleryExecutor.in_folder(root)) as (_, contest):
        contest.prepare()
        single = contest.single(sizes["single"])
        return {"celery": contest.backlog(sizes["celery"]) | {"single": single}}


def _webhooks(sizes: dict[str, Any]) -> dict[str, Any]:
    with _stack("webhooks", 1, PROJECT, dags=(OURS, INTAKE)) as (stack, _):
        return {"webhooks": webhook_delays(stack, "du_parcel0000", sizes["events"])}


@contextmanager
def _stack(
    name: str,
    count: int,
    project: Path,
    *,
    with_script: bool = False,
    dag_id: str = OURS,
    dags: Sequence[str] = ("respond_*",),
    **options: Any,
) -> Iterator[tuple[Stack, Contest]]:
    """An Airflow of a project, with so many parcels that are disputed."""
    root = ROOT / "stacks" / name
    seeds = ROOT / "seeds" / name
    shutil.rmtree(seeds, ignore_errors=True)
    _seed(seeds, ["parcel"] * count + (["script"] * 21 + ["profile"] if with_script else []))
    with Stack(root, project=_project(name, project, dags), seeds=seeds, environ=_environment(), **options) as stack:
        yield stack, Contest(stack, dag_id, (f"du_parcel{number:04d}" for number in range(count)))


def _project(name: str, project: Path, dags: Sequence[str]) -> Path:
    """A copy of some of a project's DAGs, those that measure among ours."""
    copy = ROOT / "projects" / name
    shutil.rmtree(copy, ignore_errors=True)
    (copy / "plugins").mkdir(parents=True)
    (copy / "dags").mkdir()
    for pattern in dags:
        for file in (project / "dags").glob(f"{pattern}.py"):
            shutil.copy(file, copy / "dags")
    if project == PROJECT:
        for file in (HERE / "empty").glob("*.py"):
            shutil.copy(file, copy / "dags")
    return copy


def _seed(root: Path, kinds: Sequence[str]) -> None:
    seeds = SeedsFolder(root)
    seeds.put("account.json", {"id": "acct_1"})
    seeds.put("stripe/customers/cus_ann.json", {"created": "@-90d", "email": "ann@example.com", "name": "Ann Lee"})
    seeds.put("bucket/policies/refund_policy/v1.txt", b"Refunds within 30 days.\n")
    numbers = dict.fromkeys(kinds, 0)
    for kind in kinds:
        (seeds.plain if kind == "profile" else seeds.parcel)(f"{kind}{numbers[kind]:04d}")
        numbers[kind] += 1


def _environment() -> dict[str, str]:
    """The caller's, without connections and variables of a real account."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW_CONN_", "AIRFLOW_VAR_"))}


def _script(sandbox: Sandbox, count: int) -> dict[str, float]:
    disputes = [f"du_script{number:04d}" for number in range(count)]
    told = _told("tests.bench.script", [json.dumps(asdict(sandbox)), *disputes])
    answered = count - 1
    return {
        "disputes": answered,
        "seconds": round(told["seconds"], 1),
        "a minute": round(60 * answered / told["seconds"], 1),
        "CPU s a dispute": round(told["cpu"] / answered, 2),
    }


def _profile(sandbox: Sandbox) -> dict[str, Any]:
    """Processor seconds and S3 calls of each task of a one-file dispute, in forks of a warm parent."""
    world = {name: getattr(sandbox, name) for name in ("api_base", "s3_endpoint", "secret_key", "restricted_key")}
    world |= {"control_url": sandbox.control_url, "rounds_uri": "s3://representment/profile"}
    costs = _told(
        "tests.integration.representment.warm_way",
        [json.dumps(world), "du_profile0000"],
        AIRFLOW_VAR_REPRESENTMENT_ROUNDS_URI=world["rounds_uri"],
        AIRFLOW_VAR_REPRESENTMENT_EVIDENCE_URI=f"s3://{sandbox.evidence_bucket}",
        AIRFLOW_CONN_STRIPE_DEFAULT=json.dumps(
            {
                "conn_type": "stripe",
                "password": sandbox.secret_key,
                "extra": {"base_url": sandbox.api_base, "files_url": sandbox.api_base, "mode": "submit"},
            }
        ),
        AIRFLOW_CONN_AWS_DEFAULT=json.dumps(
            {
                "conn_type": "aws",
                "login": "sandbox",
                "password": "sandbox",
                "extra": {"endpoint_url": sandbox.s3_endpoint, "region_name": "us-east-1"},
            }
        ),
    )
    return {task: {"CPU s": cost["cpu"], "S3 calls": len(cost["s3"])} for task, cost in costs.items()}


def _stripe_calls(sandbox: Sandbox, answer: Any, stack: Stack) -> dict[str, int]:
    """Files and other calls of one dispute."""
    before = len(sandbox.requests())
    answer()
    paths = [one["path"] for one in sandbox.requests()[before:]]
    files = sum(path == "/v1/files" for path in paths)
    return {"files": files, "other calls": len(paths) - files}


def _parsing(_: dict[str, Any]) -> dict[str, Any]:
    ours = _told("tests.bench.parsing", [str(file) for file in PARSED])
    usual = ["--cold", str(HERE / "usual" / "dags" / f"{USUAL}.py")]
    return {"parsing": ours | _told("tests.bench.parsing", usual, PYTHONPATH=STOCK["PYTHONPATH"])}


def _told(module: str, arguments: Sequence[str], **environ: str) -> dict[str, Any]:
    """What a module of ours prints as its last line."""
    env = _environment() | {"AIRFLOW_HOME": str(ROOT / "home")} | environ
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments], cwd=PROJECT, env=env, stdout=subprocess.PIPE, text=True, check=True
    )
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


MEASURES = {
    "parsing": _parsing,
    "ours": _ours,
    "parked": _parked,
    "usual": _usual,
    "celery": _celery,
    "webhooks": _webhooks,
}


if __name__ == "__main__":
    sys.exit(main())
