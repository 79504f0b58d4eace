"""The buyer and the order, by which an analyst searches."""

from disputes.facts.facts import Facts


def find_customer(facts: Facts) -> str:
    """The name that the shop knows the buyer by, else the e-mail address, else nothing."""
    return _first(facts, "customer.name", "customer.email")


def find_order(facts: Facts) -> str:
    """The order's number, or nothing."""
    return _first(facts, "order.id")


def _first(facts: Facts, *names: str) -> str:
    return next((str(facts[name].value) for name in names if name in facts), "")
