"""A long order as an exhibit: letter and fields show the first lines and say how many there are."""

from disputes.exhibits.block_setting import typeset_blocks
from disputes.exhibits.blocks import plain_block
from disputes.exhibits.exhibits import Exhibit
from disputes.exhibits.sheets import PageSize, Sheet
from disputes.facts.credentials import printable
from disputes.facts.facts import Facts
from disputes.facts.wording import money
from disputes.packet.describing import ORDER_ITEMS

_LONG = 20
"""Most lines of an order that the fields show in full."""


def list_of_items(facts: Facts, page_size: PageSize) -> Exhibit | None:
    """Every line of a long order, numbered; None for a short one."""
    items = facts["order.items"].value if "order.items" in facts else ()
    if len(items) <= _LONG:
        return None
    currency = next((facts[name].value for name in ("order.currency", "charge.currency") if name in facts), None)
    lines = [f"Items of the order, {len(items)} lines in total"]
    for number, item in enumerate(printable("order.items", items), 1):
        amount = f", {money(item.amount, currency)}" if item.amount is not None and currency else ""
        lines.append(f"{number}. {item.quantity} x {item.description}{amount}")
    return Exhibit.of(ORDER_ITEMS, "", typeset_blocks([plain_block("verbatim", "\n".join(lines))], Sheet(page_size)))
