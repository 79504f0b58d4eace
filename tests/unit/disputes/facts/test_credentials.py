"""Secrets that people record where they do not belong."""

import pytest

from disputes.facts.credentials import printable
from disputes.facts.types import Item, Message

STRIPE_KEY = "sk_" + "live_51HabcdEFGH"  # in two parts, so that key scanners do not report it


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("My password is hunter2, thanks", "My password is [removed] thanks"),
        ("password: Sword.fish!", "password: [removed]"),
        ("user ann pwd=abc", "user ann pwd=[removed]"),
        ("my password hunter2 fails", "my password [removed] fails"),
        (f"the key {STRIPE_KEY}.", "the key [removed]."),
        ("rk_" + "test_51HabcdEFGH", "[removed]"),
        ("AKIA" + "IOSFODNN7EXAMPLE", "[removed]"),
        ("api key: 9f8e7d6c5b4a", "api key: [removed]"),
        ("Authorization: Bearer abc.def-123", "Authorization: Bearer [removed]"),
        ("eyJhbGciOiJI.eyJzdWIiOiIx.c2ln", "[removed]"),
        ("cvc 123 and CVV: 4321", "cvc [removed] and CVV: [removed]"),
        ("the security code is 123", "the security code is [removed]"),
        ("PIN is 4711", "PIN is [removed]"),
        ("card 4242 4242 4242 4242 123", "card [removed] 123"),
        ("4242424242424242 12/27", "[removed] 12/27"),
        ("1234 5555-5555-5555-4444", "1234 [removed]"),
        ("3782 822463 10005", "[removed]"),
        ("30569309025904", "[removed]"),
        ("3530111333300000", "[removed]"),
        ("6011111111111117", "[removed]"),
    ],
)
def test_secrets_are_visibly_removed(written: str, printed: str) -> None:
    assert printable("support.offers", written) == printed
    assert printable("support.offers", printed) == printed


@pytest.mark.parametrize(
    "written",
    [
        "The password is not working, and my password was reset.",
        "order 4242424242424243",
        "order 1234567890128",
        "parcel 9400111899223197428490 with 794644790138",
        "spinning 1234, shopping",
        "Ticket 4711 for the API",
    ],
)
def test_other_words_and_numbers_stay(written: str) -> None:
    assert printable("support.offers", written) == written


def test_every_text_inside_a_value_is_searched() -> None:
    bought = (Item(description="Card 4242424242424242", quantity=2),)
    assert printable("order.items", bought) == (Item(description="Card [removed]", quantity=2),)
    wrote = (Message(at="2026-09-01", author="customer", text="cvc 123"),)
    assert printable("support.messages", wrote)[0].text == "cvc [removed]"


@pytest.mark.parametrize("name", ["order.id", "shipment.tracking_number", "charge.authorization_code"])
def test_identifiers_that_look_like_card_numbers_stay(name: str) -> None:
    assert printable(name, "4242424242424242") == "4242424242424242"
