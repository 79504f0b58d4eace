"""Everything that a report says, as figures."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import median

from disputes.facts.wording import money
from disputes.reporting.tally import LOST, OPEN, Section, Tally, tally_by, tally_fields
from disputes.response.outcome_records import OutcomeRecord

OURS, SMART = "manual", "smart_disputes"


@dataclass(frozen=True)
class Month:
    """The rounds of the disputes that the bank opened in a month.

    :param name: like `2026-11`
    """

    name: str
    tally: Tally

    @property
    def is_open(self) -> bool:
        """Whether its figures will still change."""
        return self.tally.counts[OPEN] > 0


@dataclass(frozen=True)
class Figures:
    """A report.

    :param livemode: False: there are only rounds of Stripe's test mode, in which no bank decides
    :param ours: rounds that we answered, and those that wait for us
    :param smart: rounds that Smart Disputes answered
    :param days_to_answer: median, from the dispute's creation to our submission; None where we submitted nothing
    :param days_to_outcome: the same, to the outcome
    :param missed: lost because the deadline came without an answer
    :param fees: by currency, in words
    """

    livemode: bool
    ours: Tally
    smart: Tally
    sections: tuple[Section, ...]
    months: tuple[Month, ...]
    days_to_answer: float | None
    days_to_outcome: float | None
    missed: Tally
    fees: str
    net: str


def count_up(records: Iterable[OutcomeRecord]) -> Figures:
    """All figures of some rounds; those that are open have the outcome `open`.

    Where there are rounds of live mode, only they count. A late win takes the place of its loss.
    """
    every = _latest(records)
    livemode = any(one.livemode for one in every)
    counted = [one for one in every if bool(one.livemode) is livemode]
    smart = [one for one in counted if one.submission_method == SMART]
    ours = [one for one in counted if one.submission_method != SMART]
    answered = [one for one in ours if one.submitted_at is not None]
    return Figures(
        livemode=livemode,
        ours=Tally.of("answered by us", answered),
        smart=Tally.of("answered by Smart Disputes", smart),
        sections=_sections(answered),
        months=_months(counted),
        days_to_answer=_median([one.days_to_submission for one in answered]),
        days_to_outcome=_median([one.days_to_outcome for one in answered if one.outcome != OPEN]),
        missed=Tally.of("lost without an answer", [one for one in ours if _is_missed(one)]),
        fees=_sum((one.balance_currency, one.fees) for one in counted),
        net=_sum((one.balance_currency, one.net) for one in counted),
    )


def _latest(records: Iterable[OutcomeRecord]) -> list[OutcomeRecord]:
    ordered = sorted(records, key=lambda one: (one.outcome != OPEN, one.seen_at))
    return list({one.response: one for one in ordered}.values())


def _sections(answered: Sequence[OutcomeRecord]) -> tuple[Section, ...]:
    return (
        tally_by("claim", "By claim", answered, lambda one: one.claim),
        tally_by("product_type", "By product type", answered, lambda one: one.product_type),
        tally_by("network", "By network", answered, lambda one: one.network),
        tally_by("version", "By version of templates and playbooks", answered, lambda one: one.version),
        tally_fields(answered),
    )


def _months(records: Sequence[OutcomeRecord]) -> tuple[Month, ...]:
    section = tally_by("month", "", records, lambda one: datetime.fromtimestamp(one.opened_at, UTC).strftime("%Y-%m"))
    return tuple(Month(one.label, one) for one in sorted(section.tallies, key=lambda one: one.label))


def _is_missed(record: OutcomeRecord) -> bool:
    return record.outcome == LOST and record.submitted_at is None and record.past_due


def _median(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return round(median(known), 1) if known else None


def _sum(moved: Iterable[tuple[str | None, int | None]]) -> str:
    sums: Counter[str] = Counter()
    for currency, amount in moved:
        if currency and amount is not None:
            sums[currency] += amount
    return " + ".join(money(amount, currency) for currency, amount in sorted(sums.items())) or "none known"
