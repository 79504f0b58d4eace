"""Sentences made of facts."""

from datetime import UTC, date, datetime

import pytest
from tests.unit.disputes.own_rules import OwnRules
from tests.unit.disputes.pages import case, everything, exhibit, facts

from disputes.errors import InputError
from disputes.facts.facts import Facts
from disputes.packet.letter import Listed
from disputes.packet.statements import Sentence, sentences, timeline
from disputes.packet.templates import template_names

CLAIMS = ("fraudulent", "product_not_received", "subscription_canceled", "general")


@pytest.fixture
def say(own_rules: OwnRules):
    """Render a template of a text field that is given as text."""

    def render(template: str, held: Facts, **context: object) -> tuple[Sentence, ...]:
        own_rules.write("templates/fields/t.txt.j2", template)
        return sentences("fields/t.txt.j2", held, {"exhibits": (), **context})

    return render


def test_a_statement_is_made_from_its_facts(say) -> None:
    (made,) = say(
        """outside {% statement "answer", at="order.placed_at" %}Order
           {{ order.id }} by {{ customer.name }}.{% endstatement %}""",
        facts({"order.id": "7", "order.placed_at": "2026-09-01", "customer.name": "Ana"}),
    )
    assert made == Sentence(
        "answer", "Order 7 by Ana.", ("order.placed_at", "order.id", "customer.name"), date(2026, 9, 1)
    )


def test_a_statement_whose_fact_is_missing_is_not_made(say) -> None:
    template = """{% statement %}A {{ order.id }}.{% endstatement %}
                  {% statement %}B {{ customer.name }}.{% endstatement %}"""
    assert [made.text for made in say(template, facts({"order.id": "7"}))] == ["A 7."]


@pytest.mark.parametrize("given", ['facts="customer.name"', 'at="order.placed_at"'])
def test_a_fact_named_by_the_statement_must_be_known_too(say, given: str) -> None:
    assert say("{% statement " + given + " %}A {{ order.id }}.{% endstatement %}", facts({"order.id": "7"})) == ()


def test_an_empty_statement_is_left_out(say) -> None:
    template = '{% statement %}{% if order.id == "8" %}Eight{% endif %}{% endstatement %}'
    assert say(template, facts({"order.id": "7"})) == ()


def test_optional_parts_are_tested_with_held(say) -> None:
    template = '{% statement "claim" %}A{% if held("order.id") %} {{ order.id }}{% endif %}.{% endstatement %}'
    assert [made.text for made in say(template, facts())] == ["A."]
    (made,) = say(template, facts({"order.id": "7"}))
    assert (made.text, made.facts) == ("A 7.", ("order.id",))


def test_a_fact_that_does_not_exist_is_an_error_however_it_is_named(say) -> None:
    with pytest.raises(InputError, match=r"t\.txt\.j2:1: the fact order\.idd is not known"):
        say('{% set name = "order.idd" %}{% if held(name) %}{% endif %}', facts())


def test_a_value_is_never_a_template_and_keeps_its_lines(say) -> None:
    hostile = "{{ 7*7 }} {% raw %}\nsecond \x00\x1b line"
    (made,) = say("{% statement %}A\n{{ order.id }}{% endstatement %}", facts({"order.id": hostile}))
    assert made.text == "A {{ 7*7 }} {% raw %}\nsecond line"


def test_exhibits_are_named_by_number(say) -> None:
    names = ("order_receipt", "refund_receipt", "shipping_label")
    listed = [Listed(number, exhibit(name), ("receipt",)) for number, name in enumerate(names, 1)]
    template = """{% statement "claim" %}A{{ see("order_receipt", "shipping_label") }}{{ see("refund_receipt") }}
        {{- see("ticket_scan") }}.{% endstatement %}"""
    assert say(template, facts(), exhibits=listed)[0].text == "A (Exhibits 1, 3) (Exhibit 2)."


def moment(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


def test_a_timeline_is_in_order_of_time() -> None:
    late, early, none = (
        Sentence("timeline", "late", (), moment(2026, 9, 2, 12)),
        Sentence("timeline", "early", (), moment(2026, 9, 2, 8)),
        Sentence("timeline", "none", ()),
    )
    before = Sentence("timeline", "before", (), date(2026, 9, 1))
    assert timeline([late, none, early, before]) == (before, early, late)


def test_a_day_without_a_time_keeps_its_place_among_that_days_sentences() -> None:
    placed = Sentence("timeline", "placed", (), moment(2026, 9, 2, 12))
    shipped = Sentence("timeline", "shipped", (), date(2026, 9, 2))
    assert timeline([placed, shipped]) == (placed, shipped)


@pytest.mark.parametrize("name", template_names())
def test_every_template_renders_without_facts_and_with_all_facts(name: str) -> None:
    """Each fact a shipped template names exists, and each value passes its filter."""
    context = {"case": case(), "exhibits": ()}
    for sentence in sentences(name, facts(), context):
        assert sentence.facts == ()
    assert sentences(name, everything(), context)


@pytest.mark.parametrize("claim", CLAIMS)
@pytest.mark.slow
def test_no_sentence_outlives_its_fact(claim: str) -> None:
    held = everything()
    for name in held:
        without = Facts({other: fact for other, fact in held.items() if other != name})
        for sentence in sentences(f"claims/{claim}.j2", without, {"case": case(), "exhibits": ()}):
            assert name not in sentence.facts
