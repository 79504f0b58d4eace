"""Finds early fraud warnings, starts a run for each, and records which kept charges became disputes."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from disputes.errors import InputError, PersonNeededError
from disputes.warnings.early_fraud_warnings import EarlyFraudWarning, read_warning
from representment.airflow_internals.runs import start_run
from representment.exceptions import StripeRefusedError
from representment.inbox.events import Topic
from representment.inbox.unread import read_unread
from representment.operators.base import RoundsOperator
from representment.runs import existing_runs
from representment.storage.record_names import request_record
from representment.storage.warning_folder import AFTERWARDS, KEPT, LEDGER, REFUND, WarningFolder

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from airflow.sdk import Context
    from airflow.sdk.types import RuntimeTaskInstanceProtocol

ANSWER = "answer_early_fraud_warning"
"""The DAG that has one run for each warning."""
WARNING_LOOKBACK = 120 * 86_400
"""Seconds for which warnings are followed: after that a cardholder hardly ever disputes the charge."""


class FindWarningsOperator(RoundsOperator):
    """Start one run for each warning that can still be answered, and follow those whose charge was kept.

    If Airflow has lost a warning's run, it is started again until the charge was kept or refunded; the ledger contains
    what the run had done. A problem of one warning does not hold up the others.

    One request per 100 warnings, or one for each warning that an event named. Needs `inlets=HINTED`.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.problems: list[str] = []

    def execute(self, context: Context) -> list[str]:
        """Return the ids of the runs that were started.

        :raises PersonNeededError: some warnings cannot be read or looked up; all others have been followed
        """
        unread = read_unread(context, self, lambda hint: hint.topic is Topic.EARLY_FRAUD_WARNING)
        if unread.polls:
            ledger = self._ledger("")
            stored = self.stripe.warnings_since(int(time.time()) - WARNING_LOOKBACK)
        else:
            ledger = {warning: names for one in unread.objects for warning, names in self._ledger(one).items()}
            stored = (found for one in unread.objects if (found := self.stripe.find_warning(one)) is not None)
        started = self._start(self._readable(stored), ledger, context["ti"])
        unread.mark_read()
        if self.problems:
            raise PersonNeededError("; ".join(self.problems))
        return started

    def _ledger(self, warning: str) -> dict[str, set[str]]:
        """Names of the records of each warning, or of one."""
        ledger: dict[str, set[str]] = {}
        for name in self.store.names(f"{LEDGER}/{warning}{'/' if warning else ''}"):
            _, found, record = name.split("/", 2)
            ledger.setdefault(found, set()).add(record)
        return ledger

    def _readable(self, stored: Iterable[dict[str, Any]]) -> Iterator[EarlyFraudWarning]:
        for one in stored:
            try:
                yield read_warning(one)
            except InputError as error:
                self.problems.append(str(error))

    def _start(
        self, warnings: Iterable[EarlyFraudWarning], ledger: dict[str, set[str]], instance: RuntimeTaskInstanceProtocol
    ) -> list[str]:
        waiting = []
        for warning in warnings:
            records = ledger.get(warning.id, set())
            if KEPT in records:
                if not warning.actionable and AFTERWARDS not in records:
                    self._note_afterwards(warning)
            elif REFUND not in records and (warning.actionable or request_record("refund", 1) in records):
                waiting.append(warning.id)
        there = existing_runs(instance, ANSWER, waiting, task_id="assess")
        missing = [one for one in waiting if one not in there]
        return [one for one in missing if start_run(ANSWER, one, {"warning": one, "account": self.stripe_conn_id})]

    def _note_afterwards(self, warning: EarlyFraudWarning) -> None:
        """A charge that was kept was disputed, or refunded elsewhere."""
        try:
            disputes = [dispute["id"] for dispute in self.stripe.disputes_about(warning.charge_id)]
        except StripeRefusedError as error:
            if error.passing:
                raise
            self.problems.append(str(error))
            return
        became = "disputed" if disputes else "refunded"
        record = {"became": became, "disputes": disputes, "seen_at": int(time.time())}
        WarningFolder(self.store, warning.id).keep(AFTERWARDS, record)
        self.log.info("%s was kept, and its charge %s", warning.id, became)
