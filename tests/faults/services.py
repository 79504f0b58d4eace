"""S3 and Stripe are unreachable, refuse, fail, or lose their answers."""

from __future__ import annotations

import signal
import time
from functools import partial
from typing import TYPE_CHECKING

from tests.faults.field import Trial
from tests.faults.traffic import S3, Rule

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.e2e.rehearsal import Run
    from tests.faults.field import Field, Row
    from tests.faults.gate import Gate
    from tests.faults.traffic import Request

AWAY = 120.0
"""Seconds."""
SILENT = 90.0
"""Seconds: longer than the clients of Stripe and S3 wait for an answer."""
OFTEN = 12
"""More refusals than botocore itself retries."""
WHOLE_RUN = "seconds are those of the whole run"
STRIPE_FAULTS = (
    {"kind": "429"},
    {"kind": "lock_timeout"},
    {"kind": "500", "when": "before"},
    {"kind": "500", "when": "after"},
    {"kind": "reset", "when": "before"},
    {"kind": "reset", "when": "after"},
    {"kind": "hang", "when": "before", "seconds": 5},
    {"kind": "hang", "when": "after", "seconds": 5},
)
S3_FAULTS = (
    {"status": 503, "when": "before"},
    {"status": 500, "when": "before"},
    {"status": 500, "when": "after"},
    {"when": "before"},
    {"when": "after"},
)
"""Without a status the connection ends without an answer."""


def s3_away(field: Field, seconds: float = AWAY) -> list[Row]:
    """Nobody answers at S3's address."""
    return [_away(field, field.stack.s3_gate, f"S3 unreachable for {seconds:.0f} s", seconds)]


def stripe_away(field: Field, seconds: float = AWAY) -> list[Row]:
    """Nobody answers at Stripe's address."""
    return [_away(field, field.stack.stripe_gate, f"Stripe unreachable for {seconds:.0f} s", seconds)]


def both_silent(field: Field) -> list[Row]:
    """S3 and Stripe accept connections but do not answer: every request times out."""
    runs = field.mixture()
    field.wait_for_middle(runs)
    process = field.stack.child("sandbox").process
    process.send_signal(signal.SIGSTOP)
    try:
        time.sleep(SILENT)
    finally:
        process.send_signal(signal.SIGCONT)
    struck = time.time()
    field.settle(runs)
    return [field.row(Trial(f"S3 and Stripe silent for {SILENT:.0f} s", runs, struck))]


def stripe_errors(field: Field) -> list[Row]:
    """Stripe refuses, fails, or its answer is lost: at each upload, stage and submit."""
    stages, submits = (field.disputes("plain", len(STRIPE_FAULTS)) for _ in range(2))
    rules = [(run, rule, {"count": 1}) for run, rule in zip(stages, STRIPE_FAULTS, strict=True)]
    # Stage is the first update of a dispute and submit the second; a third one is the next try's.
    rules += [(run, rule, {"every": 2}) for run, rule in zip(submits, STRIPE_FAULTS, strict=True)]
    for run, rule, measure in rules:
        _order(field, rule, f"/v1/disputes/{run.dispute}", **measure)
    rows = [
        _through(field, "stage: 429, lock, 500, no answer, before and after its effect", stages),
        _through(field, "submit: 429, lock, 500, no answer, before and after its effect", submits),
    ]
    field.sandbox.control("DELETE", "faults")
    for rule in STRIPE_FAULTS:
        _order(field, rule, "/v1/files", count=1)
    rows.append(
        _through(
            field,
            "upload: 429, lock, 500, no answer, before and after its effect",
            field.disputes("parcel", field.number(8)),
        )
    )
    field.sandbox.control("DELETE", "faults")
    return [*rows, *stripe_errors_anywhere(field)]


def stripe_errors_anywhere(field: Field) -> list[Row]:
    """Every third request to Stripe fails, in each way in turn."""
    _order(field, {"kind": "mixed", "seconds": 5}, "/v1/*", every=3, method="*")
    runs = field.disputes("parcel", field.number(8))
    struck = time.time()
    field.start(runs)
    field.settle(runs)
    field.sandbox.control("DELETE", "faults")  # the verdict is read from Stripe too, and must not fail
    return [field.row(Trial("every third request to Stripe fails", runs, struck, notes=WHOLE_RUN))]


def s3_errors(field: Field) -> list[Row]:
    """S3 refuses, fails, or its answer is lost: once, which botocore repeats by itself, and until our task fails."""
    rows = []
    for times, what in ((1, "once"), (OFTEN, "until the task fails")):
        runs = field.disputes("parcel", len(S3_FAULTS))
        for run, how in zip(runs, S3_FAULTS, strict=True):
            for first in range(1, 40, 7 if times == 1 else 20):
                matches = partial(_is_write, run.dispute)
                field.traffic.order(Rule(matches, first, times, **how))  # type: ignore[arg-type]
        rows.append(_through(field, f"writes to S3: 503, 500, no answer, before and after their effect, {what}", runs))
        field.traffic.clear()
    runs = field.disputes("parcel", field.number(8))
    names = {run.dispute for run in runs}
    every: Callable[[Request], bool] = lambda request: request.service == S3 and any(map(request.is_about, names))  # noqa: E731
    for first in range(5, 400, 9):
        field.traffic.order(Rule(every, first, status=503))
    rows.append(_through(field, "every ninth request to S3 is a 503", runs))
    field.traffic.clear()
    return rows


def _is_write(dispute: str, request: Request) -> bool:
    return request.service == S3 and request.writes and request.is_about(dispute)


def _away(field: Field, gate: Gate, what: str, seconds: float) -> Row:
    runs = field.mixture()
    field.wait_for_middle(runs)
    gate.is_open = False
    try:
        time.sleep(seconds)
    finally:
        gate.is_open = True
    struck = time.time()
    field.settle(runs)
    return field.row(Trial(what, runs, struck))


def _through(field: Field, what: str, runs: list[Run]) -> Row:
    """Start disputes that meet their faults on the way."""
    struck = time.time()
    field.start(runs)
    field.settle(runs)
    return field.row(Trial(what, runs, struck, notes=WHOLE_RUN))


def _order(field: Field, rule: dict[str, object], path: str, **measure: object) -> None:
    field.sandbox.control("POST", "faults", {"path": path, "method": "POST"} | rule | measure)
