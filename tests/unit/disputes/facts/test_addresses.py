"""Two addresses: the same place, different places, or nobody can tell."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disputes.facts.addresses import differ
from disputes.facts.types import Address

HOME = {
    "line1": "12 Elm Street",
    "line2": "Apt 3",
    "city": "Springfield",
    "state": "IL",
    "postal_code": "62701",
    "country": "US",
}
PARTS = tuple(HOME)


def place(**changes: Any) -> Address:
    return Address.model_validate(HOME | changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"line1": "12 ELM ST.", "line2": "#3"},
        {"line1": "12 Elm Street, Apartment 3", "line2": None},
        {"line1": "Apt. 3, 12 elm st", "line2": None},
        {"line2": None},
        {"postal_code": "62701-1234"},
        {"country": "USA"},
        {"country": "United States"},
        {"country": "Vereinigte Staaten"},
        {"city": "Springfield City", "state": "Illinois"},
        {"city": "spring field", "postal_code": None},
        {"line1": "Acme Ltd, 12 Elm Street"},
        {"line1": "12 Élm Street"},
    ],
)
def test_another_spelling_of_an_address_is_the_same_place(changes: dict[str, Any]) -> None:
    assert not differ(place(), place(**changes))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hauptstraße 5", "Haupt Str. 5"),
        ("Müllerstr. 7a", "Muellerstrasse 7 A"),
        ("3rd Avenue 10", "10 Third Ave"),
        ("P.O. Box 9", "PO Box 9"),
        ("12 N Main St", "12 North Main Street"),
        ("12 N Main St", "12 Main Street"),
        ("ul. Тверская 7", "Tverskaya 7"),
        ("7 rue de l'Église", "7, Rue de l\u2019Eglise"),
        ("Court Place", "12 Elm Street"),
    ],
)
def test_addresses_that_cannot_be_told_apart_do_not_differ(one: str, other: str) -> None:
    assert not differ(Address(line1=one), Address(line1=other))


@pytest.mark.parametrize(
    "changes",
    [
        {"line1": "14 Elm Street"},
        {"line1": "12 Oak Street"},
        {"line2": "Apt 4"},
        {"postal_code": "62704"},
        {"country": "CA"},
        {"postal_code": None, "city": "Chicago"},
    ],
)
def test_another_number_name_code_or_country_is_another_place(changes: dict[str, Any]) -> None:
    assert differ(place(), place(**changes))


def test_north_is_not_south_but_a_dropped_zero_is_the_same_code() -> None:
    assert differ(Address(line1="12 N Main St"), Address(line1="12 South Main St"))
    assert not differ(Address(postal_code="05401"), Address(postal_code="5401"))
    assert not differ(Address(postal_code="D-80331"), Address(postal_code="80331"))


TEXT = st.text("abcXYZéß 0123.,-'", min_size=1).filter(str.strip) | st.none()
ADDRESSES = st.builds(Address, **dict.fromkeys(PARTS, TEXT))


@given(ADDRESSES, ADDRESSES, st.sets(st.sampled_from(PARTS)))
def test_a_missing_part_never_makes_a_difference_and_order_does_not_matter(
    one: Address, other: Address, missing: set[str]
) -> None:
    assert differ(one, other) == differ(other, one)
    assert not differ(one, one.model_copy(update=dict.fromkeys(missing)))
    assert not differ(one, Address())


@given(ADDRESSES)
def test_case_and_punctuation_make_no_difference(one: Address) -> None:
    loud = {part: value and value.upper().replace(",", " ,; ") for part, value in one.model_dump().items()}
    assert not differ(one, Address.model_validate(loud))
