"""What all tests share: which modules `make check` leaves out, and which examples property tests use."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from collections.abc import Iterable

settings.register_profile("suite", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("fuzz", max_examples=1_000, deadline=None, print_blob=True)
settings.load_profile("suite")

SLOW = {
    "tests/integration/representment/test_checks.py",
    "tests/integration/representment/test_deadlines.py",
    "tests/integration/representment/test_desk.py",
    "tests/integration/representment/test_desk_in_a_browser.py",
    "tests/integration/representment/test_erasing.py",
    "tests/integration/representment/test_history.py",
    "tests/integration/representment/test_intake.py",
    "tests/integration/representment/test_judging_faults.py",
    "tests/integration/representment/test_metrics.py",
    "tests/integration/representment/test_other_releases.py",
    "tests/integration/representment/test_outcomes.py",
    "tests/integration/representment/test_rebuilding.py",
    "tests/integration/representment/test_records.py",
    "tests/integration/representment/test_report.py",
    "tests/integration/representment/test_rounds.py",
    "tests/integration/representment/test_since_landed.py",
    "tests/integration/representment/test_snapshots.py",
    "tests/integration/representment/test_sweep.py",
    "tests/integration/representment/test_waiting.py",
    "tests/integration/sandbox/test_command.py",
    "tests/integration/test_wheel.py",
    "tests/simulation/test_histories.py",
    "tests/simulation/test_mutants.py",
    "tests/unit/demo/test_demo_executors.py",
    "tests/unit/disputes/commands/test_check.py",
    "tests/unit/disputes/exhibits/test_isolation.py",
    "tests/unit/disputes/exhibits/test_many_documents.py",
    "tests/unit/disputes/packet/test_every_claim.py",
    "tests/unit/disputes/packet/test_gallery_pages.py",
    "tests/unit/test_adding_a_reason.py",
}
"""Modules of which a test takes seconds, by the median of three runs: the mark `slow`."""


def pytest_collection_modifyitems(items: Iterable[pytest.Item]) -> None:
    """Mark the slow tests."""
    for item in items:
        if item.path.relative_to(item.config.rootpath).as_posix() in SLOW:
            item.add_marker(pytest.mark.slow)
