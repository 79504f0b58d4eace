"""Contradictions between the charged, disputed and refunded amounts."""

from collections import Counter
from collections.abc import Iterator

from disputes.facts.states import paid
from disputes.facts.types import Item
from disputes.facts.wording import day, instant, money, readable
from disputes.packet.contradictions.situation import REFUNDS, Rule, Situation, Sum, contradiction
from disputes.packet.manifest import Contradiction

_AT_ONCE = 3600
"""Two charges that are fewer seconds apart count as the same charge made twice."""
_PART = 0.5
"""Share that suffices as a refund where part may be right: damaged or incomplete goods, or a promise of part."""


def _already_refunded(situation: Situation) -> Iterator[Contradiction]:
    due, made = situation.due, situation.value("refund.amount")
    if due is None or not situation.gives_back_disputed:
        return
    answers = situation.before("refund.created_at", "dispute.created") and (made is None or made >= due.amount)
    if answers and "refunded" in situation.answered_by:
        return
    has_it = made is not None and made >= due.amount
    so = (
        "the customer has the money"
        if has_it
        else "the customer has the money, or will have it once the refund completes"
    )
    problem = f"{Sum(situation.refunded, due.currency)} was refunded, at least the disputed amount: {so}"
    yield from contradiction("already_refunded", problem, *(name for name in REFUNDS if situation.value(name)))


def _refund_of_something_else(situation: Situation) -> Iterator[Contradiction]:
    """A part is disputed, and another amount was refunded."""
    due, kept, charged = situation.due, situation.kept, situation.value("charge.amount")
    if due is None or kept is None or not situation.refunded or situation.gives_back_disputed or due.amount >= charged:
        return
    refunded, left = Sum(situation.refunded, due.currency), Sum(kept, due.currency)
    problem = f"{refunded} was refunded and we still have {left}: that refund does not cover the {due} in dispute"
    facts = (*(name for name in REFUNDS if situation.value(name)), "charge.amount")
    yield from contradiction("refund_of_something_else", problem, *facts)


def _no_money(situation: Situation) -> Iterator[Contradiction]:
    method = situation.state_of("refund.method")
    if method is not None and method != "money":
        problem = f"the refund was made as {readable(method)}: the customer got no money back"
        yield from contradiction("no_money_back", problem, "refund.method")


def _refund_above_charge(situation: Situation) -> Iterator[Contradiction]:
    refunded, charged = situation.value("refund.amount"), situation.value("charge.amount")
    if refunded is not None and charged is not None and refunded > charged:
        problem = "more was refunded than was charged: the refund is not for this charge alone"
        yield from contradiction("refund_above_charge", problem, "refund.amount", "charge.amount")


def _disputed_above_charge(situation: Situation) -> Iterator[Contradiction]:
    """More is disputed than was charged; a part of it is common."""
    disputed, charged = situation.value("dispute.amount"), situation.value("charge.amount")
    currency = situation.value("dispute.currency")
    if disputed is None or charged is None or currency is None or currency != situation.value("charge.currency"):
        return
    if disputed > charged:
        problem = f"{Sum(disputed, currency)} is disputed, more than the {Sum(charged, currency)} of the charge"
        facts = ("dispute.amount", "dispute.currency", "charge.amount", "charge.currency")
        yield from contradiction("disputed_above_charge", problem, *facts)


def _refund_owed(situation: Situation) -> Iterator[Contradiction]:
    """Goods came back, or a refund was promised in writing, and nothing or little was paid."""
    left_open = situation.left_open(_PART)
    for fact, name, what in (
        ("return.received_at", "returned_not_refunded", "the goods came back"),
        ("support.refund_promised_at", "refund_promised", "a refund was promised in writing"),
    ):
        if left_open and fact in situation.facts:
            problem = f"{what} on {day(situation.value(fact))}, and {left_open}"
            yield from contradiction(name, problem, fact, *situation.held(*REFUNDS))


def _came_back(situation: Situation) -> Iterator[Contradiction]:
    """A return's status says that the goods are back, or rejected; nothing says when."""
    if situation.state_of("return.status") != "received" or "return.received_at" in situation.facts:
        return
    if left_open := situation.left_open(_PART):
        problem = f"the goods came back, and {left_open}"
        yield from contradiction("returned_not_refunded", problem, "return.status", *situation.held(*REFUNDS))


def _refund_failed(situation: Situation) -> Iterator[Contradiction]:
    begun, refunded = situation.value("refund.amount"), situation.refunded_at_most
    if situation.refund_status == "failed" and begun is not None and refunded is not None and refunded < begun:
        facts = ("refund.status", "refund.amount", "charge.amount_refunded")
        yield from contradiction("refund_failed", "a refund was started, but it failed", *facts)


def _real_duplicate(situation: Situation) -> Iterator[Contradiction]:
    order, status = situation.value("order.id"), situation.value("other_charge.status")
    if situation.claim != "duplicate" or order is None or situation.value("other_charge.order_id") != order:
        return
    if status is not None and paid(status) and not _in_parts(situation) and (left_open := situation.left_open(1)):
        problem = f"both charges are for the same order, and for this one {left_open}"
        facts = ("order.id", "other_charge.order_id", "other_charge.status", *situation.held(*REFUNDS))
        yield from contradiction("real_duplicate", problem, *facts)


def _same_moment(situation: Situation) -> Iterator[Contradiction]:
    """Two charges of the same amount, minutes apart, without a second order."""
    one, other = situation.value("charge.created"), situation.value("other_charge.created")
    amounts = (situation.value("charge.amount"), situation.value("other_charge.amount"))
    status = situation.value("other_charge.status")
    if situation.claim != "duplicate" or None in (one, other, *amounts) or amounts[0] != amounts[1]:
        return
    if (status is not None and not paid(status)) or _has_own_order(situation):
        return
    if abs((instant(one) - instant(other)).total_seconds()) < _AT_ONCE:
        orders = "for the same items" if "other_charge.order_id" in situation.facts else "with no second order"
        problem = f"two charges of the same amount were made within an hour, {orders}: a true duplicate"
        facts = ("charge.created", "charge.amount", "other_charge.created", "other_charge.amount")
        yield from contradiction("true_duplicate", problem, *facts)


def _has_own_order(situation: Situation) -> bool:
    """Whether the other charge has an order that is not just this one, sent twice by a double click."""
    items, others = situation.value("order.items"), situation.value("other_charge.items")
    again = items is not None and others is not None and _counted(items) == _counted(others)
    return "other_charge.order_id" in situation.facts and not again


def _total_differs(situation: Situation) -> Iterator[Contradiction]:
    """The order's total, or its items where no total is given, is not what was charged."""
    charged, currency = situation.value("charge.amount"), situation.value("charge.currency")
    if charged is None or currency is None or _in_parts(situation):
        return
    total, items = situation.value("order.total"), situation.value("order.items") or ()
    ordered_in = situation.value("order.currency") or currency
    if ordered_in != currency:
        if total is not None:
            problem = (
                f"the order's total is {money(total, ordered_in)}, and {money(charged, currency)} was charged: "
                "nothing says at what rate"
            )
            yield from contradiction("other_currency", problem, "order.total", "order.currency", "charge.amount")
        return
    if total is not None and total != charged:
        problem = f"the order's total is {money(total, currency)}, and {money(charged, currency)} was charged"
        yield from contradiction("total_differs", problem, "order.total", "charge.amount")
    amounts = [item.amount for item in items]
    if total is None and None not in amounts and sum(amounts) > charged:
        problem = (
            f"the order's items add up to {money(sum(amounts), currency)}, and {money(charged, currency)} was charged"
        )
        yield from contradiction("items_above_charge", problem, "order.items", "charge.amount")


def _in_parts(situation: Situation) -> bool:
    """Whether one order may be charged in two parts: different items, instalments, or no more than its total."""
    items, others = situation.value("order.items"), situation.value("other_charge.items")
    if items is not None and others is not None and _counted(items) != _counted(others):
        return True
    one, other, total = (situation.value(name) for name in ("charge.amount", "other_charge.amount", "order.total"))
    comparable = situation.value("order.currency") in (None, situation.value("charge.currency"))
    within = comparable and None not in (one, other, total) and one + other <= total
    return within or bool(situation.value("subscription.is_installment"))


def _counted(items: tuple[Item, ...]) -> Counter[str]:
    """The number of each item over all lines."""
    counted: Counter[str] = Counter()
    for item in items:
        counted[item.description.casefold()] += item.quantity
    return counted


RULES: tuple[Rule, ...] = (
    _already_refunded,
    _refund_of_something_else,
    _no_money,
    _refund_above_charge,
    _disputed_above_charge,
    _refund_owed,
    _came_back,
    _refund_failed,
    _real_duplicate,
    _same_moment,
    _total_differs,
)
