"""What `make bench` writes from its measurements."""

from __future__ import annotations

from typing import Any

from tests.bench.pages import write_pages

TASKS = ("gather", "collect", "render", "upload", "stage", "submit")


def backlog(a_minute: float, **members: Any) -> dict[str, Any]:
    measured = {"disputes": 60, "seconds": 80.0, "a minute": a_minute, "CPU s a dispute": 1.5, "peak PSS MB": 1400}
    measured["CPU s in tasks"] = a_minute / 100
    return measured | {"single": {"seconds": 2.6, "six empty tasks": 2.0}} | members


SUMMARY = {
    "quick": True,
    "cores": 2,
    "load before": 0.1,
    "took": 400,
    "parsing": {
        "respond_product_not_received": 0.15,
        "dispute_intake": 0.07,
        "bench_empty": 0.05,
        "respond_usual": 4.5,
    },
    "script": {"disputes": 20, "seconds": 4.0, "a minute": 300.0, "CPU s a dispute": 0.17},
    "usual": backlog(12.0),
    "ours": backlog(66.0, **{"six empty tasks, CPU s": 1.0, "Stripe": {"files": 5, "other calls": 5}}),
    "celery": backlog(60.0),
    "webhooks": {"events": 20, "median": 0.3, "p95": 0.6},
    "parked": [{"waiting": 0, "seconds": 2.6}, {"waiting": 300, "seconds": 2.9, "answer to end": 0.8}],
    "profile": {task: {"CPU s": 0.15, "S3 calls": 8} for task in TASKS},
}


def test_the_measurements_are_on_both_pages(tmp_path):
    write_pages(SUMMARY, tmp_path / "index.html", tmp_path / "performance.md")
    plots, docs = (tmp_path / name for name in ("index.html", "performance.md"))
    assert plots.read_text().count("<svg") == 7
    assert "| disputes a minute | 300.0 | 12.0 | 66.0 | 60.0 |" in docs.read_text()
    assert "| 5x the usual DAG's disputes a minute | 5.5x |" in docs.read_text()
    assert "| Celery's tasks, 1.2x the processor seconds of LocalExecutor's | 0.9x; in all 1.0x" in docs.read_text()
    assert "95th percentile | 0.6 s (median 0.3 s, 20 events)" in docs.read_text()
    assert "| `submit` | 0.15 | 8 |" in docs.read_text()
    assert "was not idle" not in docs.read_text()


def test_a_run_can_leave_the_docs_unchanged(tmp_path):
    write_pages(SUMMARY | {"load before": 3.0}, tmp_path / "index.html", None)
    assert [file.name for file in tmp_path.iterdir()] == ["index.html"]
