"""Facts, and the document in which a merchant gives them."""

import json
from datetime import UTC, date, datetime

import pytest

from disputes.errors import InputError
from disputes.facts.facts import Fact, Facts, read_merchant_facts
from disputes.facts.members import MEMBERS, STRIPES_OWN
from disputes.facts.types import Address

AT = {"source": "shop order record", "at": "2026-09-01T12:00:00Z"}


def document(facts: object = None, **changes: object) -> bytes:
    content = {"charge": "ch_1", "product_type": "physical_product", "facts": facts or {}} | changes
    return json.dumps(content).encode()


def read(facts: object) -> Facts:
    return read_merchant_facts(document(facts), charge="ch_1").facts


def test_each_value_gets_the_type_of_its_member() -> None:
    facts = read(
        {
            "order": {"id": {"value": " 1001 ", **AT}, "total": {"value": 1999, **AT}},
            "shipment": {
                "shipped_at": {"value": "2026-09-02", **AT},
                "delivered_at": {"value": "2026-09-03T09:30:00+02:00", **AT},
                "delivered_address": {"value": {"line1": "1 Main St", "city": "Springfield"}, **AT},
            },
            "checkout": {"ip": {"value": "2001:DB8::1", **AT}},
            "return": {"none_recorded": {"value": True, **AT}},
        }
    )
    assert facts["order.id"] == Fact("1001", "shop order record", datetime(2026, 9, 1, 12, tzinfo=UTC))
    assert facts["order.total"].value == 1999
    assert facts["shipment.shipped_at"].value == date(2026, 9, 2)
    assert type(facts["shipment.shipped_at"].value) is date
    assert facts["shipment.delivered_at"].value == datetime(2026, 9, 3, 7, 30, tzinfo=UTC)
    assert facts["shipment.delivered_address"].value == Address(line1="1 Main St", city="Springfield")
    assert facts["checkout.ip"].value == "2001:db8::1"
    assert facts["return.none_recorded"].value is True
    assert "shipment.carrier" not in facts
    assert len(facts) == 7


def test_a_document_without_facts_is_valid() -> None:
    assert not read({})
    assert not read_merchant_facts(b'{"charge": "ch_1", "product_type": "offline_service"}', charge="ch_1").facts


@pytest.mark.parametrize(
    ("facts", "problem"),
    [
        (
            {"order": {"placed_on": {"value": "2026-09-01", **AT}}},
            "order.placed_on is not known, did you mean order.placed_at?",
        ),
        ({"ordr": {"id": {"value": "1", **AT}}}, "ordr.id is not known, did you mean order.id?"),
        (
            {"order": {"id": {"value": "1", "sorce": "x", "at": "2026-09-01"}}},
            "order.id.sorce is not known, did you mean source?",
        ),
        ({"order": {"id": {"value": "1", "source": "x"}}}, "order.id.at: Field required"),
        ({"order": {"id": "1001"}}, "order.id: Input should be a valid dictionary"),
        ({"order": {"id": {"value": "", **AT}}}, "order.id.value: String should have at least 1 character"),
        ({"order": {"total": {"value": 19.99, **AT}}}, "order.total.value: Input should be a valid integer"),
        ({"order": {"total": {"value": "1999", **AT}}}, "order.total.value: Input should be a valid integer"),
        ({"order": {"placed_at": {"value": 1790000000, **AT}}}, "write it as 2026-09-01 or 2026-09-01T12:00:00Z"),
        ({"order": {"placed_at": {"value": "20261021", **AT}}}, "write it as 2026-09-01 or 2026-09-01T12:00:00Z"),
        ({"order": {"placed_at": {"value": "1790000000", **AT}}}, "write it as 2026-09-01 or 2026-09-01T12:00:00Z"),
        ({"order": {"placed_at": {"value": "+1.79e9", **AT}}}, "write it as 2026-09-01 or 2026-09-01T12:00:00Z"),
        ({"service": {"date": {"value": "20261021", **AT}}}, "service.date.value: write it as 2026-09-01"),
        ({"order": {"id": {"value": "1", "source": "x", "at": "20261021"}}}, "order.id.at: write it as 2026-09-01"),
        ({"order": {"placed_at": {"value": "0001-01-01T00:00:00+14:00", **AT}}}, "is outside the years 1 to 9999 in"),
        ({"order": {"placed_at": {"value": "9999-12-31T23:59:59-12:00", **AT}}}, "is outside the years 1 to 9999 in"),
        ({"order": {"placed_at": {"value": "2026-09-01T12:00:00", **AT}}}, "should have timezone info"),
        ({"order": {"currency": {"value": "dollars", **AT}}}, "order.currency.value: String should match pattern"),
        (
            {"order": {"items": {"value": [{"descripton": "Mug"}], **AT}}},
            "order.items.value.0.descripton is not known, did you mean",
        ),
        ({"checkout": {"ip": {"value": "1.2.3", **AT}}}, "does not appear to be an IPv4 or IPv6 address"),
        ({"return": {"none_recorded": {"value": "yes", **AT}}}, "Input should be a valid boolean"),
        ({"charge": {"last4": {"value": "4242", **AT}}}, "charge.last4: only Stripe knows them. Leave them out"),
        ({"dispute": {"amount": {"value": 1, **AT}}}, "dispute.amount: only Stripe knows them"),
        ({"zzz": {"qqq": {"value": 1, **AT}}}, "zzz.qqq is not known; use one of access.count, access.downloads"),
        ({"order": []}, "expected groups of facts, each an object"),
        ([1], "expected groups of facts, each an object"),
    ],
)
def test_a_problem_is_named_with_its_place(facts: object, problem: str) -> None:
    with pytest.raises(InputError) as raised:
        read(facts)
    assert problem in str(raised.value)


def test_every_problem_is_named_at_once() -> None:
    with pytest.raises(InputError) as raised:
        read({"order": {"totl": {"value": 1, **AT}, "total": {"value": "x", **AT}, "id": {"value": 1, **AT}}})
    assert str(raised.value).count(";") == 2


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (b"{", "facts.json: is not JSON"),
        (b"\xff\xff", "facts.json: is not JSON"),
        (
            b'{"charge": "ch_1", "product_type": "event_ticket", "facts": {"order": {}, "order": {}}}',
            "facts.json: order: written twice in one object. Leave one",
        ),
        (b"[]", "facts.json: Input should be a valid dictionary"),
        (document(product_type="car"), "facts.json: product_type: car is not known; use one of booking_reservation, "),
        (document(product_type="event_tiket"), "event_tiket is not known, did you mean event_ticket?"),
        (document(product_typ="car"), "facts.json: product_typ is not known, did you mean product_type?"),
        (document(charge="ch_2"), "facts.json: is about ch_2, not about ch_1"),
    ],
)
def test_a_document_that_cannot_be_used_is_refused_as_a_whole(text: bytes, problem: str) -> None:
    with pytest.raises(InputError) as raised:
        read_merchant_facts(text, charge="ch_1")
    assert problem in str(raised.value)


@pytest.mark.parametrize("written", ["2026-09-01", "2026-09-01T12:00Z", "2026-09-01t14:00:00+02:00", "0001-01-01"])
def test_a_time_may_be_a_day_or_have_its_zone(written: str) -> None:
    assert read({"order": {"placed_at": {"value": written, **AT}}})["order.placed_at"].value.year in (1, 2026)


def test_the_merchant_may_give_the_claim_as_a_person_read_it() -> None:
    assert STRIPES_OWN.isdisjoint({"dispute.claim_text", "dispute.withdrawn_at"})
    assert (
        read({"dispute": {"claim_text": {"value": "never arrived", **AT}}})["dispute.claim_text"].value
        == "never arrived"
    )


def test_merging_prefers_the_other_facts_where_both_have_a_value() -> None:
    at = date(2026, 9, 1)
    stripes = Facts({"customer.name": Fact("J. Roe", "stripe", at), "charge.last4": Fact("4242", "stripe", at)})
    merged = stripes.merged(Facts({"customer.name": Fact("Jane Roe", "shop", at)}))
    assert {name: fact.value for name, fact in merged.items()} == {"customer.name": "Jane Roe", "charge.last4": "4242"}
    assert stripes["customer.name"].value == "J. Roe"


def test_facts_are_read_back_as_written() -> None:
    facts = read(
        {
            "access": {
                "entries": {"value": [{"at": "2026-09-02T10:00:00Z", "ip": "203.0.113.9", "action": "log-in"}], **AT},
                "count": {"value": 3, **AT},
            },
            "service": {
                "period": {"value": {"start": "2026-09-01", "end": "2026-09-30"}, **AT},
                "hours": {"value": 1.5, **AT},
            },
        }
    )
    assert Facts.from_json(facts.to_json()) == facts
    assert Facts.from_json(facts.to_json()).to_json() == facts.to_json()
    assert b'"at":"2026-09-01T12:00:00Z"' in facts.to_json()


def test_every_member_has_a_group() -> None:
    assert all(name.count(".") == 1 for name in MEMBERS)
    assert MEMBERS.keys() > STRIPES_OWN
