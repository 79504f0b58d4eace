"""Text fields of the evidence."""

import pytest
from tests.unit.disputes.own_rules import OwnRules
from tests.unit.disputes.pages import ADDRESS, CHARGE, ORDER, SHIPMENT, case, everything, facts

from disputes.limits import LONG_TEXT
from disputes.packet.text_fields import SUMMARY, fact_text, template_text


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("customer.name", "Ana \x07Rivera", "Ana Rivera"),
        ("checkout.ip", "203.0.113.24", "203.0.113.24"),
        ("checkout.shipping_address", ADDRESS, "12 Elm Street, Springfield IL 62701, US"),
        ("shipment.shipped_at", "2026-09-02T23:00:00-05:00", "2 September 2026"),
        ("service.date", "2026-09-02", "2 September 2026"),
    ],
)
def test_a_field_can_be_a_fact(name: str, value: object, text: str) -> None:
    made = fact_text(name, facts({name: value}))
    assert made.text == text
    assert made.statements[0].facts == (name,)


@pytest.mark.parametrize(
    ("checks", "text"),
    [
        ({}, "12 Elm Street, Springfield IL 62701, US"),
        ({"charge.avs_line1": "unavailable"}, "12 Elm Street, Springfield IL 62701, US"),
        ({"charge.avs_line1": "fail", "charge.avs_postal_code": "pass"}, ""),
        ({"charge.avs_line1": "pass", "charge.avs_postal_code": "fail"}, ""),
    ],
)
def test_a_billing_address_that_the_issuer_did_not_confirm_is_not_given(checks: dict, text: str) -> None:
    held = facts({"checkout.billing_address": ADDRESS}, checks)
    assert template_text("billing_address", case(), held).text == text


def test_the_billing_address_is_the_one_that_was_checked() -> None:
    checked = {"charge.billing_address": ADDRESS | {"line1": "9 Dock Rd"}}
    held = facts({"checkout.billing_address": ADDRESS}, checked)
    assert template_text("billing_address", case(), held).text == "9 Dock Rd, Springfield IL 62701, US"


def test_a_field_whose_fact_is_missing_is_empty() -> None:
    assert fact_text("customer.name", facts()).text == ""
    assert template_text("product_description", case(), facts()).text == ""


def test_each_sentence_of_a_template_gets_its_own_line() -> None:
    made = template_text("product_description", case(), facts(ORDER))
    assert made.text == "Stoneware teapot.\nOrder 1001 of 1 September 2026: Teapot; 4 x Cup; 129.00 USD in total."
    assert [statement.text for statement in made.statements] == made.text.split("\n")


def test_the_argument_goes_into_uncategorized_text_under_headings() -> None:
    made = template_text("uncategorized_text", case(), facts(CHARGE, ORDER, SHIPMENT))
    lines = made.text.split("\n")
    assert [line for line in lines if line.endswith(":")] == [
        "The claim:",
        "Our answer:",
        "Why it does not hold:",
        "What we ask:",
    ]
    assert len(made.text) <= SUMMARY


def test_a_summary_leaves_out_arguments_first_and_never_the_request(own_rules: OwnRules) -> None:
    sentence = '{{% statement "{}" %}}{} {{{{ {} }}}}.{{% endstatement %}}'
    sections = ("claim", "answer", "argument", "close")
    facts_of = dict.fromkeys(sections, "order.id") | {"argument": "customer.name"}
    text = "".join(
        sentence.format(section, f"{section} {'word ' * 20}", facts_of[section])
        for section in sections
        for _ in range(8)
    )
    own_rules.write("templates/fields/summary.txt.j2", text)
    said = template_text("summary", case(), facts(ORDER)).text
    assert len(said) <= SUMMARY
    assert (said.count("claim "), said.count("answer "), said.count("close ")) == (8, 8, 8)
    assert 0 < said.count("argument ") < 8
    own_rules.write("templates/fields/summary.txt.j2", sentence.format("close", "word " * 1_000, "order.id"))
    assert len(template_text("summary", case(), facts(ORDER)).text) > SUMMARY


def test_a_long_log_shows_its_ends_and_most_relevant_rows_and_says_how_many_there_were() -> None:
    rows = [
        {
            "at": f"2026-09-{1 + n // 24:02}T{n % 24:02}:00:00Z",
            "action": "download" if n == 300 else f"use {n}",
            "ip": "203.0.113.24" if n == 200 else "198.51.100.7",
            "user": "c-1",
        }
        for n in range(600)
    ]
    held = {"access.entries": rows, "checkout.ip": "203.0.113.24", "dispute.created": "2026-09-18T12:30:00Z"}
    made = template_text("access_activity_log", case(), facts(held))
    lines = made.text.split("\n")
    assert lines[0] == "83 of 600 entries of the log are shown: the first, the last and the most relevant."
    assert (lines[1], lines[-1]) == (
        "2026-09-01 00:00:00 UTC | 198.51.100.7 | c-1 | use 0",
        "2026-09-25 23:00:00 UTC | 198.51.100.7 | c-1 | use 599",
    )
    assert lines[41:48] == [
        "… 160 left out …",
        "2026-09-09 08:00:00 UTC | 203.0.113.24 | c-1 | use 200",
        "… 99 left out …",
        "2026-09-13 12:00:00 UTC | 198.51.100.7 | c-1 | download",
        "… 119 left out …",
        "2026-09-18 12:00:00 UTC | 198.51.100.7 | c-1 | use 420",
        "… 139 left out …",
    ]
    assert len(made.text) < LONG_TEXT


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("cancellation_rebuttal", "The subscription was active when the charge was made on 3 September 2026."),
        (
            "cancellation_policy_disclosure",
            "accepted them on 3 September 2026, 10:00 UTC (pass), version pass.",
        ),
        ("refund_policy_disclosure", "The refund terms were shown pass."),
        ("refund_refusal_explanation", "129.00 USD was refunded on 3 September 2026, reference pass."),
        (
            "duplicate_charge_explanation",
            "The other charge, pass, of 3 September 2026, 10:00 UTC for 129.00 USD",
        ),
        ("access_activity_log", "The product was used from the IP address of the purchase, 203.0.113.24."),
    ],
)
def test_each_template_says_what_is_known(name: str, said: str) -> None:
    assert said in template_text(name, case(), everything()).text
