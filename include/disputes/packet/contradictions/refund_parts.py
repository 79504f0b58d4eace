"""Several refunds of one charge: each by itself, and their sum."""

from collections.abc import Iterator

from disputes.facts.states import state
from disputes.facts.wording import day, instant, money, readable
from disputes.packet.contradictions.situation import Rule, Situation, contradiction
from disputes.packet.manifest import Contradiction

_PARTS = "refund.parts"


def _part_is_not_money(situation: Situation) -> Iterator[Contradiction]:
    """One of them was made as store credit or the like, or by a method outside the closed list."""
    for part in situation.value(_PARTS) or ():
        method = None if part.method is None else state("refund.method", part.method)
        if part.method is not None and method != "money":
            how = f'by "{readable(method)}"' if method else "in a way that is not known here"
            problem = f"the refund of {day(part.created_at)} was made {how}: nothing says that it gave money back"
            yield from contradiction("part_is_no_money", problem, _PARTS)
            return


def _parts_add_up(situation: Situation) -> Iterator[Contradiction]:
    parts, amount = situation.value(_PARTS), situation.value("refund.amount")
    currency = situation.value("charge.currency")
    if not parts or amount is None or currency is None:
        return
    total = sum(part.amount for part in parts)
    if total != amount:
        problem = (
            f"the refunds add up to {money(total, currency)}, but {money(amount, currency)} is recorded as refunded"
        )
        yield from contradiction("refunds_do_not_add_up", problem, _PARTS, "refund.amount")


def _part_after_dispute(situation: Situation) -> Iterator[Contradiction]:
    opened, parts = situation.value("dispute.created"), situation.value(_PARTS)
    if opened is None or not parts:
        return
    last = max((part.created_at for part in parts), key=instant)
    if instant(last) > instant(opened):
        problem = f"one of the refunds was made on {day(last)}, after the dispute was opened"
        yield from contradiction("refund_after_dispute", problem, _PARTS, "dispute.created")


RULES: tuple[Rule, ...] = (_part_is_not_money, _parts_add_up, _part_after_dispute)
