"""What parsing a DAG file costs in a fork of a warm parent, as the DAG processor does it.

`python -m tests.bench.parsing [--cold] FILE…`: a line of JSON, file -> processor seconds, the median of several forks.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from statistics import median

from airflow.dag_processing.dagbag import DagBag
from airflow.serialization.serialized_objects import DagSerialization

TIMES = 5


def parse(file: Path) -> None:
    """Read and serialise the DAGs of a file."""
    bag = DagBag(dag_folder=file, load_op_links=False)
    if bag.import_errors:
        raise SystemExit(str(bag.import_errors))
    for dag in bag.dags.values():
        DagSerialization.to_dict(dag)


def cost(file: Path) -> float:
    """Processor seconds of a fork that parses a file."""
    child = os.fork()
    if not child:
        parse(file)
        os._exit(0)
    _, status, usage = os.wait4(child, 0)
    if status:
        raise SystemExit(f"{file} does not load")
    return usage.ru_utime + usage.ru_stime


def main(files: list[Path]) -> dict[str, float]:
    """Median by name."""
    return {file.stem: round(median(cost(file) for _ in range(TIMES)), 4) for file in files}


if __name__ == "__main__":
    names = sys.argv[1:]
    if names[0] == "--cold":
        names.pop(0)
    else:
        from representment.warm_up import warm_parsing

        warm_parsing()
    json.dump(main([Path(name) for name in names]), sys.stdout)
