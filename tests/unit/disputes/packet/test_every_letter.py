"""Every letter of the gallery, checked for words that run together, missing spaces and internal names."""

import re

import pypdfium2
import pytest
from tests.gallery.cells import gathered
from tests.unit.disputes.pages import exhibit

from disputes.case.gathered import choose_files
from disputes.dispute import PaymentMethodDetails
from disputes.packet.letter import Case, Listed, render_letter
from disputes.packet.statements import sentences
from disputes.packet.text_fields import fact_text, template_text
from sandbox import seed_matrix

CELLS = list(seed_matrix.cells())
LIBRARY = ("refund_policy/v3.pdf", "cancellation_policy/v2.pdf")
BAD = {
    "two blanks": r"  ",
    "a blank before a sign": r" [,.;:)]",
    "no blank after a sign": r"[a-z][,;:][A-Za-z]",
    "a bracket without a blank": r"\w\(",
    "a state as it is kept": r"\b(took_place|store_credit|past_due|duty_unpaid|is took)\b",
    "two full stops": r"\.\.",
    "nothing where a value belongs": r"\bNone\b|\{\{|\bUndefined\b",
    "a colon that leads nowhere": r":$",
}
WRITTEN = re.compile(r"“[^”]*”|\S+@\S+|https?:\S+|\d{2}:\d{2}|\b(ch|du|py|re)_\w+")
"""What others wrote, addresses, times and Stripe's ids are left out."""


@pytest.mark.parametrize("cell", CELLS, ids=lambda cell: f"{cell.claim} {cell.product_type}")
def test_every_sentence_is_joined_properly(cell: seed_matrix.Cell) -> None:
    held = gathered(cell)
    case = Case(held.dispute, held.claim, held.product_type)
    texts = [one.text for one in sentences(case.template, held.facts, {"case": case, "exhibits": ()})]
    for field, plan in held.playbook.plan(held.product_type).items():
        if plan.template and field not in ("access_activity_log", "billing_address"):
            texts += [one.text for one in template_text(plan.template, case, held.facts).statements]
        elif plan.fact:
            texts.append(fact_text(plan.fact, held.facts).text)
    for text in filter(None, texts):
        ours = WRITTEN.sub("X", text)
        assert [name for name, bad in BAD.items() if re.search(bad, ours)] == [], text


@pytest.mark.parametrize("cell", CELLS, ids=lambda cell: f"{cell.claim} {cell.product_type}")
def test_nobody_is_called_a_cardholder_where_no_card_was_charged(cell: seed_matrix.Cell) -> None:
    held = gathered(cell)
    paid = held.dispute.model_copy(update={"payment_method_details": PaymentMethodDetails(type="klarna")})
    case = Case(paid, held.claim, held.product_type)
    texts = [one.text for one in sentences(case.template, held.facts, {"case": case, "exhibits": ()})]
    for plan in held.playbook.plan(held.product_type).values():
        if plan.template:
            texts += [one.text for one in template_text(plan.template, case, held.facts).statements]
    assert [text for text in texts if "cardholder" in WRITTEN.sub("", text).casefold()] == []


@pytest.mark.parametrize("cell", CELLS, ids=lambda cell: f"{cell.claim} {cell.product_type}")
def test_a_letter_has_two_pages_before_its_exhibits_and_says_what_each_proves(cell: seed_matrix.Cell) -> None:
    held = gathered(cell)
    taken = choose_files(held, documents=[f"{name}.pdf" for name in cell.documents], policies=LIBRARY)
    exhibits = [
        Listed(number, exhibit(document, name.rpartition("/")[2]), ("receipt",))
        for number, (document, name) in enumerate(dict.fromkeys(taken), 1)
    ]
    case = Case(held.dispute, held.claim, held.product_type, tuple(exhibits))
    plans = held.playbook.plan(held.product_type).values()
    fields = [
        one for plan in plans if plan.template for one in template_text(plan.template, case, held.facts).statements
    ]
    letter = render_letter(case, held.facts, page_size="a4", fields=fields)
    texts = [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(letter.pdf)]
    assert any(re.search(r"(?m)^Exhibits\b", text) for text in texts[:2])
    assert [one.exhibit.document for one in letter.exhibits if not one.proves] == []
