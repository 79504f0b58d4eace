"""What is found in messages, measured on messages made for it."""

from pathlib import Path

import pytest
from tests.bench.messages import measure, table

from disputes.rules.admissions import CUSTOMERS, OURS, confirms, passages

README = Path(__file__).parents[4] / "include" / "disputes" / "README.md"


def test_nearly_all_admissions_are_found_and_few_harmless_messages_are_stopped() -> None:
    measured = list(measure())
    admissions = [one for one in measured if one.part == "admissions"]
    harmless = [one for one in measured if one.part == "harmless"]
    assert [sum(len(one.texts) for one in part) for part in (admissions, harmless)] == [60, 200]
    missed = [text for one in admissions for text in one.texts if text not in one.stopped]
    wrongly = [text for one in harmless for text in one.stopped]
    in_documents = [text for one in harmless for text in one.in_documents]
    assert len(missed) <= 3, missed
    assert len(wrongly) <= 4, wrongly
    assert len(in_documents) <= 8, in_documents


def test_most_messages_that_the_patterns_were_extended_for_are_found() -> None:
    unseen = [one for one in measure() if one.part.startswith("unseen")]
    missed = [
        text for one in unseen if one.part == "unseen admissions" for text in one.texts if text not in one.stopped
    ]
    wrongly = [text for one in unseen if one.part == "unseen harmless" for text in one.stopped]
    assert len(missed) <= 5, missed
    assert len(wrongly) <= 2, wrongly


def test_the_readme_says_what_was_measured() -> None:
    assert table() in README.read_text("utf-8")


@pytest.mark.parametrize(
    ("text", "kind", "quoted"),
    [
        ("Hello. You\u2019re right. Bye.", "admits", "You're right."),
        ("Hello\nWe   will refund you today", "promises", "We will refund you today"),
        ("We apologise for the delay!", "apologises", "We apologise for the delay!"),
        ("If it was our fault, tell us. We apologise.", "apologises", "We apologise."),
        (f"By mistake {'word ' * 100}", "admits", None),
        ("Se perdió el paquete en el transporte.", "admits", "Se perdió el paquete en el transporte."),
    ],
)
def test_the_sentence_is_quoted(text: str, kind: str, quoted: str | None) -> None:
    found = next(passages(text, OURS))
    assert found.kind == kind
    assert found.quoted == quoted if quoted else (len(found.quoted) < 250 and "By mistake" in found.quoted)


@pytest.mark.parametrize(
    "text",
    [
        "The box arrived but it was empty.",
        "The wrong lamp arrived.",
        "You sent me someone else's parcel.",
        "The parcel came, and inside was a toaster instead.",
        "I got the lamp, but only one of two",
        "The parcel came. Where is the second one?",
        "Ich habe das Paket erhalten, aber der Karton war leer.",
        "Das Paket ist angekommen, es fehlt die Lampe.",
        "J'ai bien reçu le colis. Le carton était vide.",
        "He recibido el paquete, pero me falta una lámpara",
        "Ho ricevuto il pacco, ne manca uno",
        "Ik heb het pakket ontvangen, maar de doos was leeg",
        "Otrzymałem paczkę, ale brakuje lampy",
        "Recebi a encomenda, mas a caixa veio vazia",
    ],
)
def test_an_empty_or_partial_delivery_confirms_nothing(text: str) -> None:
    assert any(passages(text, CUSTOMERS))
    assert not confirms(text)


@pytest.mark.parametrize(
    "text",
    [
        "Received, thanks!",
        "Arrived today, thank you",
        "They're here :)",
        "Danke, ist angekommen.",
        "Alles gut angekommen, danke!",
        "Paket erhalten. Vielen Dank!",
        "Das Paket kam gestern an.",
        "Bien reçu, merci !",
        "Colis bien reçu",
        "Tout est bien arrivé, merci.",
        "Recibido, muchas gracias",
        "Ya lo tengo, gracias",
        "Ricevuto, grazie mille!",
        "Tutto arrivato, grazie",
        "Goed ontvangen, bedankt!",
        "Pakketje binnen, dank je",
        "Dotarło, dziękuję!",
        "Dostałam paczkę, dziękuję",
        "Recebido, obrigada",
        "Já a tenho, obrigado!",
    ],
)
def test_a_short_confirmation_counts_as_one(text: str) -> None:
    assert confirms(text)


@pytest.mark.parametrize(
    "text",
    [
        "Received your e-mail, thanks.",
        "I got the invoice, where is the lamp?",
        "Ich habe Ihre Nachricht erhalten.",
        "Es kam nicht an.",
        "Das Paket kam nie an!",
        "J'ai bien reçu votre message.",
        "Bien reçu ?",
        "Colis non reçu",
        "Recibí su correo, gracias",
        "No recibido",
        "Ho ricevuto la vostra fattura",
        "Non ricevuto",
        "Uw mail goed ontvangen",
        "Niet ontvangen",
        "Otrzymałem wiadomość, dziękuję",
        "Nie dostałam paczki",
        "Recebi a vossa fatura",
        "Não recebido",
        "Erhalten Sie das Paket zurück, melden Sie sich.",
    ],
)
def test_the_arrival_of_a_mail_or_a_bill_does_not_confirm_a_parcel(text: str) -> None:
    assert not confirms(text)
