"""The list of all rounds: one row each, filtered, sorted by time left, counted, and paged."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from disputes.desk.customers import find_customer, find_order
from disputes.desk.standing import Stage, Standing
from disputes.facts.facts import Facts
from disputes.facts.wording import money, readable
from disputes.packet.manifest import Manifest
from disputes.packet.scoring import score
from disputes.response.looking_back import list_missing

PAGE = 50
_UNDATED = 2**40


@dataclass(frozen=True)
class Row:
    """One round, by its newest revision.

    :param run_id: of that revision
    :param due_by: the bank's deadline, Unix seconds; None where there is none
    :param amount: minor units of `currency`; None in a round that an earlier release opened
    :param score: completeness, 0 to 100; None before a packet was made
    :param recommendation: what the policy says; None before
    :param missing: evidence fields that the packet lacks, the most important first
    :param assigned: ids of the only users who are asked; empty: everybody who may answer
    """

    run_id: str
    dag_id: str
    dispute: str
    round: str
    account: str
    standing: Standing
    reason: str = ""
    claim: str = ""
    amount: int | None = None
    currency: str = ""
    due_by: int | None = None
    charge: str = ""
    customer: str = ""
    order: str = ""
    score: int | None = None
    recommendation: str | None = None
    missing: tuple[str, ...] = ()
    assigned: tuple[str, ...] = ()

    @property
    def price(self) -> str:
        """The amount in words."""
        return "" if self.amount is None else money(self.amount, self.currency)

    @property
    def masked(self) -> str:
        """The customer as initials, without the name."""
        return " ".join(f"{part[0]}•••" for part in self.customer.split())

    @property
    def deadline(self) -> int | None:
        """When an answer must be there; None once nothing is owed."""
        return None if self.standing.answered else self.due_by


@dataclass(frozen=True)
class Wanted:
    """What somebody looks for; empty means everything.

    :param text: in dispute, charge, order or customer
    :param mine: only what waits for an answer that the reader may give; Airflow decides who may
    """

    text: str = ""
    stage: str = ""
    reason: str = ""
    account: str = ""
    mine: bool = False

    def fits(self, row: Row) -> bool:
        """Whether a row is looked for."""
        return (
            (not self.stage or row.standing.stage.name.lower() == self.stage)
            and (not self.reason or row.reason == self.reason)
            and (not self.account or row.account == self.account)
            and (not self.text or self._in_words(row))
        )

    def _in_words(self, row: Row) -> bool:
        text = self.text.casefold().strip()
        return any(text in held.casefold() for held in (row.dispute, row.charge, row.order, row.customer))


@dataclass(frozen=True)
class Count:
    """The number of rounds in a state, and the amounts.

    :param stakes: one amount per currency
    """

    stage: Stage
    rounds: int
    stakes: tuple[str, ...]


@dataclass(frozen=True)
class RoundList:
    """A page of the list.

    :param found: how many rounds fit
    :param number: of this page, from 1
    :param reasons: that occur, to choose from
    """

    rows: tuple[Row, ...]
    found: int
    number: int
    pages: int
    counts: tuple[Count, ...]
    reasons: tuple[str, ...]
    accounts: tuple[str, ...]

    @classmethod
    def of(cls, rows: Sequence[Row], wanted: Wanted, number: int) -> Self:
        """The page with this number; the last one where there are fewer."""
        fitting = sort_by_time_left(row for row in rows if wanted.fits(row))
        pages = max(1, -(-len(fitting) // PAGE))
        number = min(max(1, number), pages)
        return cls(
            rows=tuple(fitting[(number - 1) * PAGE : number * PAGE]),
            found=len(fitting),
            number=number,
            pages=pages,
            counts=_counts(rows),
            reasons=tuple(sorted({row.reason for row in rows if row.reason})),
            accounts=tuple(sorted({row.account for row in rows})),
        )


def sort_by_time_left(rows: Iterable[Row]) -> list[Row]:
    """What waits for a person first, then by deadline; what is answered comes last."""
    return sorted(rows, key=lambda row: (row.standing.answered, row.deadline or _UNDATED, row.run_id))


@dataclass(frozen=True)
class Queue:
    """The rounds that wait for a person, seen from one of them.

    :param place: of this one, from 1; None where it does not wait
    """

    waiting: int
    place: int | None
    before: Row | None
    after: Row | None

    @classmethod
    def of(cls, rows: Iterable[Row], run_id: str) -> Self:
        """The neighbours by deadline; of a round that does not wait, the first that does comes next."""
        queue = sort_by_time_left(row for row in rows if row.standing.stage is Stage.WAITS)
        at = next((place for place, row in enumerate(queue) if row.run_id == run_id), None)
        if at is None:
            return cls(len(queue), None, None, queue[0] if queue else None)
        following = queue[at + 1] if at + 1 < len(queue) else None
        return cls(len(queue), at + 1, queue[at - 1] if at else None, following)


def summarise_packet(manifest: Manifest, facts: Facts) -> dict[str, Any]:
    """What the list shows of a packet, for an index over all of them."""
    return {
        "response": str(manifest.run_id),
        "claim": manifest.claim,
        "score": score(manifest.completeness),
        "recommendation": manifest.decision.choice if manifest.decision else None,
        "order": find_order(facts),
        "customer": find_customer(facts),
        "missing": list_missing(manifest),
    }


def make_row(
    run_id: str,
    dag_id: str,
    stands: Standing,
    opened: Mapping[str, Any],
    packet: Mapping[str, Any],
    assigned: tuple[str, ...] = (),
) -> Row:
    """A row from what the indexes hold.

    :param opened: of the round, as it was claimed
    :param packet: see :func:`summarise_packet`; empty before one was made
    :param assigned: ids of the only users who are asked
    """
    dispute, round_, _ = run_id.split("__")
    return Row(
        run_id=run_id,
        dag_id=dag_id,
        dispute=dispute,
        round=round_,
        account=opened.get("account") or "",
        standing=stands,
        reason=readable(opened.get("reason") or ""),
        claim=readable(packet.get("claim") or ""),
        amount=opened.get("amount"),
        currency=opened.get("currency") or "",
        due_by=opened.get("due_by") or None,
        charge=opened.get("charge") or "",
        customer=packet.get("customer") or "",
        order=packet.get("order") or "",
        score=packet.get("score"),
        recommendation=packet.get("recommendation"),
        missing=tuple(packet.get("missing") or ()),
        assigned=assigned,
    )


def _counts(rows: Iterable[Row]) -> tuple[Count, ...]:
    numbers: Counter[Stage] = Counter()
    amounts: Counter[tuple[Stage, str]] = Counter()
    for row in rows:
        stage = row.standing.stage
        numbers[stage] += 1
        if row.amount is not None:
            amounts[stage, row.currency] += row.amount
    return tuple(
        Count(
            stage,
            numbers[stage],
            tuple(money(total, currency) for (of, currency), total in sorted(amounts.items()) if of is stage),
        )
        for stage in Stage
        if numbers[stage]
    )
