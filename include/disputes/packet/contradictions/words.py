"""What was written: our own words that concede the case, and the customer's that deny what we claim."""

from collections.abc import Iterator

from disputes.facts.types import Message
from disputes.facts.wording import before, by_day, day, shortened
from disputes.packet.contradictions.situation import Rule, Situation, contradiction
from disputes.packet.manifest import Contradiction
from disputes.rules.admissions import CUSTOMERS, OURS, Kind, passages
from disputes.rules.languages import is_in_known_language, is_in_known_script

_MOST = 240
"""Most characters of a message that are quoted."""
_SAYS = {
    "admits": "admits a fault",
    "apologises": "apologises",
    "promises": "promises money back",
    "changes": "says that the agreement was changed",
    "denies": "denies what we claim",
}
_TOLD_ELSEWHERE: dict[str, tuple[Kind, ...]] = {
    "support.offers": ("admits", "apologises"),
    "support.resolution": ("admits", "apologises", "promises"),
    "support.complaints": ("admits", "apologises", "promises"),
    "support.cancel_survey_answer": CUSTOMERS,
}


def _in_messages(situation: Situation) -> Iterator[Contradiction]:
    """The first message of each kind in `support.messages`."""
    found_kinds: set[str] = set()
    for message in situation.value("support.messages") or ():
        for kind, quoted in passages(message.text, OURS if message.author == "merchant" else CUSTOMERS):
            if kind in found_kinds or (kind == "denies" and _not_yet_delivered(message, situation)):
                continue
            if kind == "promises" and _kept(message, situation):
                continue
            found_kinds.add(kind)
            whose = "our own message" if message.author == "merchant" else "the customer's message"
            problem = f"{whose} of {day(message.at)} {_SAYS[kind]}"
            yield from contradiction(f"message_{kind}", problem, "support.messages", passage=quoted)


def _not_yet_delivered(message: Message, situation: Situation) -> bool:
    """Whether it was written before the delivery, when it was true that nothing had arrived."""
    delivered = situation.value("shipment.delivered_at")
    return delivered is not None and before(message.at, delivered)


def _kept(message: Message, situation: Situation) -> bool:
    """Whether money was refunded on the day of the promise, or later."""
    made = situation.value("refund.created_at")
    return bool(situation.refunded) and made is not None and by_day(message.at, made)


def _in_other_facts(situation: Situation) -> Iterator[Contradiction]:
    """What the merchant noted in its own words; an offer of a refund does not promise one."""
    for name, kinds in _TOLD_ELSEWHERE.items():
        value = situation.value(name)
        texts = [one.answer for one in value or ()] if name == "support.complaints" else [value or ""]
        found = next((passage for text in texts for passage in passages(text, kinds)), None)
        if found is not None:
            says = _SAYS[found.kind]
            yield from contradiction(f"told_{found.kind}", f"{name} {says}", name, passage=found.quoted)


def _in_documents(situation: Situation) -> Iterator[Contradiction]:
    """The first passage of each kind in the documents; a document does not say whose words they are."""
    found_kinds: set[str] = set()
    for written in situation.correspondence:
        for kind, quoted in passages(written.text, (*OURS, *CUSTOMERS)):
            if kind not in found_kinds:
                found_kinds.add(kind)
                problem = f"a passage in {written.filename} {_SAYS[kind]}"
                yield from contradiction(f"document_{kind}", problem, passage=quoted)


def _not_read(situation: Situation) -> Iterator[Contradiction]:
    """The first message, and the first document, in a language without patterns."""
    for message in situation.value("support.messages") or ():
        if not is_in_known_language(message.text):
            whose = "our own message" if message.author == "merchant" else "the customer's message"
            problem = f"{whose} of {day(message.at)} is in a language that we cannot search for admissions"
            yield from contradiction(
                "message_not_read", problem, "support.messages", passage=shortened(message.text, _MOST)
            )
            break
    for written in situation.correspondence:
        if not is_in_known_script(written.text):
            problem = f"{written.filename} is in a script that we cannot search for admissions"
            yield from contradiction("document_not_read", problem)
            break


RULES: tuple[Rule, ...] = (_in_messages, _in_other_facts, _in_documents, _not_read)
