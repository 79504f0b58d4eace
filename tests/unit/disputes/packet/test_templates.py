"""What a template may say, and what is said about a broken one: file, line and what was meant."""

import pytest
from tests.unit.disputes.own_rules import OwnRules
from tests.unit.disputes.pages import case, facts

from disputes.errors import InputError
from disputes.packet.letter import LETTER_SECTIONS
from disputes.packet.statements import sentences
from disputes.packet.template_checks import FIELD_SECTIONS
from disputes.packet.templates import template, template_names, with_included
from disputes.packet.text_fields import _HEADINGS
from disputes.rules.rule_files import rule_files

HELD = facts({"order.id": "7", "order.placed_at": "2026-09-01", "refund.status": "succeeded"})


def refusal(own_rules: OwnRules, text: str, name: str = "claims/lost_parcel.j2") -> str:
    """What is said about a template when it is used, without its folder."""
    path = own_rules.write(f"templates/{name}", text)
    with pytest.raises(InputError) as raised:
        sentences(name, HELD, {"case": case(), "exhibits": ()})
    said = str(raised.value)
    assert said.startswith(f"{path}:")
    return said.replace(f"{path}:", "")


@pytest.mark.parametrize("name", template_names())
def test_every_shipped_template_passes_its_checks(name: str) -> None:
    assert template(name).name == name


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            '\n{% statement "answers" %}Order {{ order.id }}.{% endstatement %}',
            "2: section answers is not known, did you mean answer?",
        ),
        (
            "{% statement %}Order {{ order.id }}.{% endstatement %}",
            "1: section text is not known; use one of answer, argument, claim,",
        ),
        (
            '{% statement "answer" %}{{ order.id }}{{ see("organizer_notice", "order_reciept") }}{% endstatement %}',
            "1: document order_reciept is not known, did you mean order_receipt?; 1: document organizer_notice is",
        ),
        (
            '{% statement "answer" %}{{ shipment.carier }}{% endstatement %}',
            "1: fact shipment.carier is not known, did",
        ),
        ('{% if held("order.idd") %}{% endif %}', "1: fact order.idd is not known, did you mean order.id?"),
        ('{% statement "answer", facts="order.idd" %}A.{% endstatement %}', "1: fact order.idd is not known, did you"),
        ('{% statement "timeline", at="order.placed" %}A.{% endstatement %}', "1: fact order.placed is not known, did"),
        (
            '{% statement "timeline" %}{{ order.id }}{% endstatement %}',
            "1: a timeline's sentence needs its time, like",
        ),
        (
            '{% statement "answer" %}We are right.{% endstatement %}',
            "1: this sentence rests on no fact, which only the cl",
        ),
        (
            '{% statement "answer" %}{% if held("order.id") %}A.{% endif %}{% endstatement %}',
            "1: this sentence rests on",
        ),
        (
            '{% statement "answer" %}A.{% if case.claim.name == "x" %}{{ order.id }}{% endif %}{% endstatement %}',
            "1: this sentence rests on no fact",
        ),
        ('{% statement "ans" ~ "wer" %}{{ order.id }}{% endstatement %}', "1: section, at and facts must"),
        ('{% statement "answer", fact="order.id" %}A.{% endstatement %}', "1: a statement takes a section, at=… and f"),
        ("{% if shipmnt.carrier %}{% endif %}", "1: shipmnt is not known, did you mean shipment?"),
        ('{% include "claims/_clam.j2" %}', "1: template claims/_clam.j2 is not known, did you mean claims/_claim.j2?"),
        ("{% if order.id is befor(order.id) %}{% endif %}", "1: test befor is not known, did you mean before?"),
        (
            '{% statement "answer" %}{{ order.placed_at | dai }}{% endstatement %}',
            "1: filter dai is not known, did you",
        ),
        ('\n\n{% statement "answer" %}{{ order.id }}', "3: Unexpected end of template"),
        ("{% if order.id %}", "1: Unexpected end of template"),
        ('\n{% statement "answer" %}{{ order.placed_at }}{% endstatement %}', "2: date needs a filter, like day"),
        (
            "\n\n{% if shipment.carrier %}{% endif %}",
            "3: shipment.carrier is used outside a statement, but is not known",
        ),
        ("{% include case.claim.name %}", "1: the template fraudulent does not exist"),
        (
            '{% statement "answer" %}{{ order.id | day }}{% endstatement %}',
            "1: a filter or a test here does not support this",
        ),
        ('{% statement "answer" %}{{ order.id }}{{ case.clam }}{% endstatement %}', "1: "),
    ],
)
def test_a_broken_template_is_refused_with_file_line_and_what_was_meant(
    own_rules: OwnRules, text: str, problem: str
) -> None:
    assert problem in refusal(own_rules, text)


def test_a_text_field_takes_no_messages_and_needs_no_section(own_rules: OwnRules) -> None:
    text = "{% statement %}Order {{ order.id }}.{% endstatement %}"
    own_rules.write("templates/fields/own.txt.j2", text)
    assert [one.text for one in sentences("fields/own.txt.j2", HELD, {"case": case(), "exhibits": ()})] == ["Order 7."]
    said = refusal(own_rules, text.replace("statement %}O", 'statement "message" %}O'), "fields/own.txt.j2")
    assert "section message is not known" in said


def test_every_section_that_is_allowed_is_printed() -> None:
    assert [*FIELD_SECTIONS] == ["text", *_HEADINGS]
    assert set(_HEADINGS) <= set(LETTER_SECTIONS)


def test_a_value_is_never_shown_in_an_error(own_rules: OwnRules) -> None:
    own_rules.write("templates/claims/own.j2", '{% statement "answer" %}{{ order.id | day }}{% endstatement %}')
    with pytest.raises(InputError) as raised:
        sentences("claims/own.j2", facts({"order.id": "Ann Lee"}), {"case": case(), "exhibits": ()})
    assert "Ann Lee" not in str(raised.value)


def test_a_macro_may_be_called_with_a_body(own_rules: OwnRules) -> None:
    text = (
        '{% macro twice() %}{{ caller() }}{{ caller() }}{% endmacro %}{% statement "answer" %}'
        "{% call twice() %}{{ order.id }}{% endcall %}{% endstatement %}"
    )
    own_rules.write("templates/claims/lost_parcel.j2", text)
    (made,) = sentences("claims/lost_parcel.j2", HELD, {"case": case(), "exhibits": ()})
    assert made.text == "77"


def test_a_template_may_set_a_variable_before_using_it(own_rules: OwnRules) -> None:
    own_rules.write(
        "templates/claims/own.j2",
        '{% if held("order.id") %}{% set known = true %}{% endif %}'
        '{% statement "answer" %}{% if known %}Order {{ order.id }}.{% endif %}{% endstatement %}',
    )
    (made,) = sentences("claims/own.j2", HELD, {"case": case(), "exhibits": ()})
    assert made.text == "Order 7."


def test_a_template_may_cite_what_a_merchants_own_playbook_asks_for(own_rules: OwnRules) -> None:
    shipped = rule_files()["playbooks/general.yaml"].content.decode()
    own_rules.write("playbooks/general.yaml", shipped.replace("price_breakdown", "organiser_notice"))
    own_rules.write(
        "templates/claims/general.j2",
        '{% statement "answer" %}Order {{ order.id }}{{ see("organiser_notice") }}.{% endstatement %}',
    )
    assert sentences("claims/general.j2", HELD, {"case": case(), "exhibits": ()})
    assert "did you mean organiser_notice?" in refusal(
        own_rules, '{% statement "answer" %}{{ order.id }}{{ see("organizer_notice") }}{% endstatement %}'
    )


def test_included_templates_belong_to_the_one_that_includes_them() -> None:
    found = with_included(["claims/general.j2"])
    assert {"claims/general.j2", "claims/_claim.j2", "claims/_timeline.j2"} <= found
    assert with_included(["claims/general.j2", "claims/_claim.j2"]) == found
    assert "claims/fraudulent.j2" not in found
