"""Find early fraud warnings, start a run for each, and see which kept ones became disputes."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from disputes.warnings.early_fraud_warnings import EarlyFraudWarning, read_warning
from representment.inbox.events import Topic
from representment.inbox.unread import read_unread
from representment.operators.base import RoundsOperator
from representment.runs import start_run
from representment.storage.warning_folder import AFTERWARDS, KEPT, LEDGER, WarningFolder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from airflow.sdk import Context

ANSWER = "answer_early_fraud_warning"
"""The DAG of which each warning is one run."""
WARNING_LOOKBACK = 120 * 86_400
"""Seconds back to which warnings are looked for: by then a cardholder has disputed, or will not."""


class FindWarningsOperator(RoundsOperator):
    """Start one run for each warning that can still be answered, and follow those whose charge was kept.

    One request per 100 warnings; one a warning where an event has told of it. Needs `inlets=HINTED`.
    """

    def execute(self, context: Context) -> list[str]:
        """Return the ids of the runs that were started."""
        unread = read_unread(context, self, lambda hint: hint.topic is Topic.EARLY_FRAUD_WARNING)
        if unread.polls:
            ledger = self._ledger("")
            stored = self.stripe.warnings_since(int(time.time()) - WARNING_LOOKBACK)
        else:
            ledger = {warning: names for one in unread.objects for warning, names in self._ledger(one).items()}
            found = (self.stripe.find_warning(one) for one in unread.objects)
            stored = (one for one in found if one is not None)
        started = list(self._started(stored, ledger))
        unread.mark_read()
        return started

    def _ledger(self, warning: str) -> dict[str, set[str]]:
        """Names of the records of each warning, or of one."""
        ledger: dict[str, set[str]] = {}
        for name in self.store.names(f"{LEDGER}/{warning}{'/' if warning else ''}"):
            _, found, record = name.split("/", 2)
            ledger.setdefault(found, set()).add(record)
        return ledger

    def _started(self, stored: Iterator[dict[str, Any]], ledger: dict[str, set[str]]) -> Iterator[str]:
        for warning in map(read_warning, stored):
            records = ledger.get(warning.id, set())
            if warning.actionable and not records:
                conf = {"warning": warning.id, "account": self.stripe_conn_id}
                if start_run(ANSWER, warning.id, conf):
                    yield warning.id
            elif not warning.actionable and KEPT in records and AFTERWARDS not in records:
                self._note_afterwards(warning)

    def _note_afterwards(self, warning: EarlyFraudWarning) -> None:
        """A charge that was kept was disputed, or refunded elsewhere."""
        disputes = [dispute["id"] for dispute in self.stripe.disputes_about(warning.charge_id)]
        became = "disputed" if disputes else "refunded"
        record = {"became": became, "disputes": disputes, "seen_at": int(time.time())}
        WarningFolder(self.store, warning.id).keep(AFTERWARDS, record)
        self.log.info("%s was kept, and its charge %s", warning.id, became)
