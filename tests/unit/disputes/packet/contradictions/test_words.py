"""What customer and merchant wrote, in messages and in documents."""

from tests.unit.disputes.builders import dispute
from tests.unit.disputes.packet.contradictions.finding import OPENED
from tests.unit.disputes.pages import facts

from disputes.packet.contradictions import contradictions
from disputes.packet.contradictions.situation import Written
from disputes.rules.claims import Claim

CLAIM = Claim(name="product_unacceptable", network=None, code=None, demand=None)
ADMITS = "It was our fault."
PROMISES = "We will refund you today."
DENIES = "I never received the parcel."


def message(text: str, author: str = "merchant", at: str = "2026-09-10T10:00:00Z") -> dict[str, str]:
    return {"at": at, "author": author, "text": text}


def asked(*messages: dict[str, str], **known: object) -> list[tuple[str, str | None]]:
    """The contradictions in messages, with the passages that are quoted."""
    held = {name.replace("__", "."): value for name, value in known.items()}
    found = contradictions(dispute(), facts(OPENED, {"support.messages": list(messages)}, held), CLAIM)
    return [(one.name, one.passage) for one in found if one.name.startswith("message_")]


def test_admissions_and_denials_in_messages_are_found_and_quoted() -> None:
    assert asked(message(f"Hello. {ADMITS}"), message(DENIES, "customer")) == [
        ("message_admits", ADMITS),
        ("message_denies", DENIES),
    ]


def test_each_kind_is_reported_once_with_its_first_message() -> None:
    assert asked(message(ADMITS), message("You are right, our mistake.")) == [("message_admits", ADMITS)]


def test_a_denial_from_before_the_delivery_is_ignored() -> None:
    assert asked(message(DENIES, "customer"), shipment__delivered_at="2026-09-12T10:00:00Z") == []
    assert asked(message(DENIES, "customer"), shipment__delivered_at="2026-09-08T10:00:00Z") != []


def test_a_promise_that_was_kept_is_ignored() -> None:
    refund = {"refund__amount": 100, "refund__created_at": "2026-09-11"}
    assert asked(message(PROMISES), **refund) == []
    assert asked(message(PROMISES)) == [("message_promises", PROMISES)]
    assert asked(message(PROMISES), **refund | {"refund__created_at": "2026-09-09"}) != []


def test_the_first_passage_of_each_kind_in_documents_is_quoted() -> None:
    written = (Written("mail.eml", f"{ADMITS}\n{DENIES}"), Written("chat.txt", ADMITS))
    told = contradictions(dispute(), facts(OPENED), CLAIM, None, written)
    assert [(one.name, one.passage) for one in told] == [("document_admits", ADMITS), ("document_denies", DENIES)]
    assert "mail.eml" in told[0].problem


def test_text_in_a_language_without_patterns_is_reported_as_not_read() -> None:
    thread = (message("Merhaba"), message("Paketim hala gelmedi.", "customer"), message("Özür dileriz, iade edeceğiz."))
    assert asked(*thread) == [("message_not_read", "Paketim hala gelmedi.")]
    assert asked(thread[0], thread[2]) == [("message_not_read", "Özür dileriz, iade edeceğiz.")]
    written = (Written("a.eml", "Посылка не пришла."), Written("b.eml", "申し訳ございません"))
    told = contradictions(dispute(), facts(OPENED), CLAIM, None, written)
    assert [(one.name, one.problem.split()[0]) for one in told] == [("document_not_read", "a.eml")]
