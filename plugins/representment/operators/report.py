"""The week's report: won, lost and open, written to S3 and sent to people."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from disputes.errors import PersonNeededError
from disputes.response.deadlines import in_zone
from representment.notifying import Delivery, notify_where_set_up
from representment.operators.base import RoundsOperator
from representment.settings import TIME_ZONE
from representment.storage.record_names import NOTIFIED, REPORTS
from representment.storage.records import as_json
from representment.storage.reported_rounds import read_ended, read_open

if TYPE_CHECKING:
    from airflow.sdk import Context

    from disputes.reporting.figures import Figures

PERIOD = timedelta(days=365)
"""How far back a report goes."""


class ReportOperator(RoundsOperator):
    """Write the report of the last twelve months as one HTML file and a CSV per table, and notify people.

    Each week has its report, which a later run of the same week makes again; people are notified about it once. Without
    a notifier the report is written all the same.

    :param time_zone: in which its time is shown (templated)
    """

    template_fields = (*RoundsOperator.template_fields, "time_zone")

    def __init__(self, *, time_zone: str = TIME_ZONE, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.time_zone = time_zone

    def execute(self, context: Context) -> str:
        """Return the report's address.

        :raises NotifierError: every notifier has failed; the next try notifies people
        :raises PersonNeededError: a round cannot be read, so the report lacks it, or a notifier has failed
        """
        from disputes.reporting.figures import count_up  # only this task needs it

        now = datetime.now(UTC)
        problems: list[str] = []
        ended = read_ended(self.store, f"{now - PERIOD:%Y-%m}", problems)
        figures = count_up([*ended, *read_open(self.store, now=int(now.timestamp()), problems=problems)])
        week = f"{REPORTS}/{now:%G-W%V}"
        address = self._write(figures, week, now)
        problems += self._notify(figures, week, address)
        if problems:
            raise PersonNeededError("; ".join(problems), subject=address)
        return address

    def _write(self, figures: Figures, week: str, now: datetime) -> str:
        from disputes.reporting.page import write_csv, write_page

        title = f"Disputes, 12 months to {now.day} {now:%B %Y}"
        page = write_page(figures, title=title, made_at=in_zone(int(now.timestamp()), self.time_zone))
        for section in figures.sections:
            self.store.overwrite(f"{week}/{section.name}.csv", write_csv(section).encode())
        self.store.overwrite(f"{week}/report.html", page.encode())
        self.log.info("Written: %s", self.store.uri(f"{week}/report.html"))
        return self.store.uri(f"{week}/report.html")

    def _notify(self, figures: Figures, week: str, address: str) -> list[str]:
        if self.store.read(f"{week}/{NOTIFIED}") is not None:
            self.log.info("People were already notified about this week's report")
            return []

        def mark(delivery: Delivery) -> None:
            record = {"at": int(time.time()), "told_by": list(delivery.taken)}
            self.store.write_once(f"{week}/{NOTIFIED}", as_json(record))

        subject = f"Disputes: {figures.ours.words} of the decided rounds won"
        return notify_where_set_up(subject, _summarise(figures, address), mark)


def _summarise(figures: Figures, address: str) -> str:
    """The report in a few lines of figures."""
    lines = [
        f"{one.label}: {one.words}, {one.counts['won']} won ({one.amount('won')}), "
        f"{one.counts['lost']} lost ({one.amount('lost')}), {one.counts['open']} open ({one.amount('open')})"
        for one in (figures.ours, figures.smart)
    ]
    missed = f"lost without an answer: {figures.missed.counts['lost']} ({figures.missed.amount('lost')})"
    return "\n".join([*lines, missed, f"fees: {figures.fees}", address])
