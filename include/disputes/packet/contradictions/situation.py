"""What the rules look at, and how they answer."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from disputes.dispute import Dispute
from disputes.facts.facts import Facts
from disputes.facts.states import money_back, state
from disputes.facts.wording import before, money
from disputes.packet.manifest import Contradiction

_GAVE_NOTHING = ("failed", "cancelled")
_USES = (
    "access.last_at",
    "access.last_before_dispute",
    "service.performed_at",
    "service.date",
    "shipment.pickup_at",
    "booking.checked_in_at",
    "ticket.scanned_at",
)


class Sum(NamedTuple):
    """An amount of money.

    :param amount: minor units
    """

    amount: int
    currency: str

    def __str__(self) -> str:
        return money(self.amount, self.currency)


class Written(NamedTuple):
    """The text of a document that holds messages.

    :param filename: the merchant's name for it
    """

    filename: str
    text: str


@dataclass(frozen=True)
class Situation:
    """A dispute, its facts and its claim.

    :param correspondence: documents that hold what was written
    :param answered_by: what its playbook says answers the claim, by name
    """

    dispute: Dispute
    facts: Facts
    claim: str
    product_type: str | None
    correspondence: tuple[Written, ...] = ()
    answered_by: tuple[str, ...] = ()

    def value(self, name: str) -> Any:
        """A fact's value, None when it is not held."""
        fact = self.facts.get(name)
        return None if fact is None else fact.value

    def state_of(self, name: str) -> str | None:
        """What a fact says in the words of its closed list; None if it is unknown or not in the list."""
        written = self.value(name)
        return None if written is None else state(name, written)

    def held(self, *names: str) -> tuple[str, ...]:
        """Those of the names that are held."""
        return tuple(name for name in names if name in self.facts)

    def before(self, one: str, other: str) -> bool:
        """Whether one fact's moment is certainly before another's."""
        first, second = self.value(one), self.value(other)
        return first is not None and second is not None and before(first, second)

    def used_since(self, moment: date, *also: str) -> bool:
        """Whether something may have been used at that moment or after it. A delivery of ours is not use.

        :param also: other facts that count
        """
        uses = [self.value(name) for name in self.held(*_USES, *also)]
        uses += [entry.at for entry in self.value("access.entries") or ()]
        return not all(before(use, moment) for use in uses)

    @property
    def due(self) -> Sum | None:
        """What would settle the dispute, in the charge's currency, in which refunds are made; None if unknown."""
        charged = self.value("charge.currency")
        if charged in (None, self.dispute.currency):
            return Sum(self.dispute.amount, self.dispute.currency)
        amount = self.value("charge.amount")
        return None if amount is None else Sum(amount, charged)

    @property
    def refund_status(self) -> str | None:
        """What became of the refund, in the list's words; None if unknown or not in the list."""
        return self.state_of("refund.status")

    @property
    def _refund_gave_nothing(self) -> bool:
        """Whether what is called a refund gave no money back."""
        method = self.value("refund.method")
        return self.refund_status in _GAVE_NOTHING or (method is not None and not money_back(method))

    @property
    def _refund_made(self) -> bool:
        """Whether the refund was made, or only its amount is known."""
        stated = "refund.status" in self.facts
        return not self._refund_gave_nothing and (not stated or self.refund_status == "succeeded")

    @property
    def refunded(self) -> int:
        """The least refunded amount in minor units, through Stripe or not."""
        made = self.value("refund.amount") if self._refund_made else None
        return max(made or 0, self.value("charge.amount_refunded") or 0)

    @property
    def refunded_at_most(self) -> int | None:
        """The same if it is certain; None if Stripe says nothing, or more may have been or may still be refunded."""
        if "charge.amount_refunded" not in self.facts:
            return None
        elsewhere = any(name.startswith("refund.") for name in self.facts) and not self._refund_gave_nothing
        told = "refund.amount" in self.facts and self._refund_made
        return None if elsewhere and not told else self.refunded

    @property
    def kept(self) -> int | None:
        """What the merchant still holds of the charge; None where that is not known."""
        charged = self.value("charge.amount")
        return None if charged is None else max(0, charged - self.refunded)

    @property
    def gives_back_disputed(self) -> bool:
        """Whether exactly the disputed amount was refunded: the whole charge, or its disputed part in one refund."""
        due = self.due
        if due is None or self.refunded < due.amount:
            return False
        charged, parts = self.value("charge.amount"), self.value("refund.parts") or ()
        amounts = {part.amount for part in parts} or {self.value("refund.amount"), self.refunded}
        return charged is None or self.refunded >= charged or due.amount >= charged or due.amount in amounts

    def left_open(self, share: float) -> str | None:
        """How little was refunded, in words; None if it is at least that share of what is due, or unknown."""
        due, refunded = self.due, self.refunded_at_most
        if due is None or refunded is None or refunded >= due.amount * share:
            return None
        return f"only {Sum(refunded, due.currency)} of {due} was refunded" if refunded else "nothing was refunded"


Rule = Callable[[Situation], Iterator[Contradiction]]

REFUNDS = ("charge.amount_refunded", "refund.amount")
"""What `left_open` rests on."""


def contradiction(name: str, problem: str, *facts: str, passage: str | None = None) -> Iterator[Contradiction]:
    """One contradiction."""
    yield Contradiction(name=name, problem=problem, facts=facts, passage=passage)
