"""An e-mail, ready to send, that asks the cardholder to withdraw the dispute. A person decides whether to send it.

A withdrawal does not replace an answer: the bank still needs one. Source: Stripe, Dispute withdrawals.
"""

from disputes.facts.facts import Facts
from disputes.packet.statements import sentences
from disputes.rules.claims import Claim

_NEEDED = frozenset({"customer.name", "customer.email", "dispute.amount", "dispute.currency"})
_HEAD = ("to", "subject")


def withdrawal_email(facts: Facts, claim: Claim) -> str | None:
    """The whole e-mail with its headers, made only of facts; None if the customer's name or address is not known."""
    if not facts.keys() >= _NEEDED:
        return None
    paragraphs: dict[str, list[str]] = {}
    for sentence in sentences("email/withdrawal.txt.j2", facts, {"claim": claim.name, "exhibits": ()}):
        text = sentence.text.replace("\n", " ")  # a line end in a name must not start another header
        paragraphs.setdefault(sentence.section, []).append(text)
    head = [" ".join(paragraphs.pop(section)) for section in _HEAD]
    return "\n".join(head) + "\n\n" + "\n\n".join(" ".join(paragraph) for paragraph in paragraphs.values()) + "\n"
