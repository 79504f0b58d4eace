"""One dispute's way as Airflow goes it: each task is a fork of a process that was warmed up. Prints what each costs.

`python -m tests.integration.representment.warm_way WORLD DISPUTE`, with a world's members as JSON: a line of JSON, task
-> the modules that it imported, what it read into caches of ours, its CPU seconds, its calls of S3.
"""

from __future__ import annotations

import json
import os
import sys

from representment.warm_up import warm_tasks

TASKS = ("gather", "collect", "render", "upload", "stage", "submit")


def _in_fork(world: dict[str, str], dispute: str, task: str, xcoms: dict[tuple[str, str], object]) -> dict[str, object]:
    """Run a task; what it imported and cached, its calls of S3, and what it left in XCom."""
    from tests.integration.representment.steps import World

    response = World(**world).response(dispute, xcoms=xcoms)
    calls: list[str] = []
    _count(calls)
    before, cached = set(sys.modules), _misses()
    response.do(task)
    return {
        "modules": sorted(set(sys.modules) - before),
        "cached": sorted(name for name, misses in _misses().items() if misses > cached.get(name, 0)),
        "s3": calls,
        "xcoms": [[*key, value] for key, value in response.xcoms.items()],
    }


def _misses() -> dict[str, int]:
    """How often each of our functions that keep their results had to work one out."""
    ours = {name: module for name, module in sys.modules.items() if name.startswith(("disputes.", "representment."))}
    return {
        f"{name}.{member}": value.cache_info().misses
        for name, module in ours.items()
        for member, value in vars(module).items()
        if hasattr(value, "cache_info") and value.__module__ == name
    }


def _count(calls: list[str]) -> None:
    from botocore.client import BaseClient

    call = BaseClient._make_api_call

    def counted(self: BaseClient, operation: str, params: dict[str, object]) -> object:
        calls.append(f"{operation} {params.get('Key') or params.get('Prefix')}")
        return call(self, operation, params)

    BaseClient._make_api_call = counted


def main(world: dict[str, str], dispute: str) -> dict[str, object]:
    """What each task costs."""
    import tests.integration.representment.steps  # noqa: F401  (not what a task imports)

    warm_tasks()
    found, xcoms = {}, {}
    for task in TASKS:
        reading, writing = os.pipe()
        child = os.fork()
        if not child:
            with os.fdopen(writing, "w") as answer:
                json.dump(_in_fork(world, dispute, task, xcoms), answer)
            os._exit(0)
        os.close(writing)
        with os.fdopen(reading) as answer:
            found[task] = json.load(answer)
        _, status, usage = os.wait4(child, 0)
        if status:
            raise SystemExit(f"{task} ended with {status}")
        xcoms |= {(task_id, key): value for task_id, key, value in found[task].pop("xcoms")}
        # A waited-for guard's time is in it too.
        found[task]["cpu"] = round(usage.ru_utime + usage.ru_stime, 3)
    return found


if __name__ == "__main__":
    json.dump(main(json.loads(sys.argv[1]), sys.argv[2]), sys.stdout)
