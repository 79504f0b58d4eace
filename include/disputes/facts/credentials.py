"""Secrets that people write where they do not belong: a password, an API key, a card's number or code.

None of them may reach a bank, so they are visibly removed from every text that a customer or the shop wrote.
"""

import re
from typing import Any

from pydantic import BaseModel

from disputes.facts.members import IDENTIFIERS, STRIPES_OWN

REMOVED = "[removed]"
_IS = r"(?:\s+(?:is|was))?[\s:=(#]*"
_LOGIN = r"\b(?:passwor[dt]|passcode|passphrase|pwd)"
# Words that may follow "password is" without being the password.
_STATE = "not?|wrong|incorrect|invalid|expired|never|too|still|now|the|a|in|on|re?set|changed|lost|needed|required|sent"
_SECRETS = re.compile(
    "|".join(
        (
            # Recognised by their own shape: keys of Stripe, AWS, GitHub and Slack, JSON web tokens.
            r"\b(?:[spr]k_(?:live|test)|whsec|gh[opsu]|xox[abprs])[_-]\w[\w-]{5,}",
            r"\bA[KS]IA[A-Z0-9]{16}\b",
            r"\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*",
            # Recognised by the word before them, which stays.
            r"(\bbearer\s+)[\w.~+/=-]{8,}",
            rf"(\b(?:api|access|secret)[ _-]?(?:key|token){_IS})(?=\S*\d)[\w.~+/=-]{{8,}}",
            rf"({_LOGIN}\s*[:=]\s*)\S+",
            rf"({_LOGIN}\s+(?:is|was)\s*:?\s+)(?!(?:{_STATE})\b)\S+",
            rf"({_LOGIN}\s+)(?=\S*\d)(?=\S*[a-z])\S{{6,}}",
            rf"(\b(?:cv[cv]2?|csc|security code|card code){_IS})\d{{3,4}}\b",
            rf"(\bpin(?: code| number)?{_IS})\d{{4,6}}\b",
        )
    ),
    re.IGNORECASE,
)
_LONG = re.compile(r"\d(?:[ -]?\d){12}")
# Numbers of 13 to 19 digits, written in groups or not; the look-ahead finds those that overlap too.
_NUMBERS = tuple(re.compile(rf"(?<!\d)(?=(\d(?:[ -]?\d){{{length - 1}}})(?!\d))", re.ASCII) for length in range(13, 20))
_BRANDS = re.compile(
    r"4(?:\d{12}|\d{15}|\d{18})"  # Visa
    r"|(?:5[1-5]|2[2-7])\d{14}"  # Mastercard
    r"|3[47]\d{13}"  # American Express
    r"|3(?:0[0-5]|[68]\d)\d{11}"  # Diners
    r"|35\d{14}"  # JCB
    r"|6(?:011|2\d\d|4[4-9]\d|5\d\d)\d{12,15}"  # Discover, UnionPay
)


def printable(name: str, value: Any) -> Any:
    """A fact's value as it may be printed. Values from Stripe and identifiers stay as they are.

    :param name: the fact's
    """
    return value if name in STRIPES_OWN | IDENTIFIERS else _without(value)


def _without(value: Any) -> Any:
    """The same value; secrets are replaced in each of its texts."""
    if isinstance(value, str):
        return without_secrets(value)
    if isinstance(value, tuple):
        return tuple(map(_without, value))
    if isinstance(value, BaseModel):
        return value.model_copy(update={member: _without(held) for member, held in value})
    return value


def without_secrets(text: str) -> str:
    """The text with `[removed]` in place of each secret."""
    text = _SECRETS.sub(lambda found: (found[found.lastindex] if found.lastindex else "") + REMOVED, text)
    if not _LONG.search(text):
        return text
    cards = {found[1] for number in _NUMBERS for found in number.finditer(text) if _is_card(found[1])}
    for card in sorted(cards, key=len, reverse=True):
        text = text.replace(card, REMOVED)
    return text


def _is_card(written: str) -> bool:
    """Whether a brand has such numbers and the check digit is right, unlike numbers of orders and parcels."""
    digits = re.sub(r"\D", "", written)
    doubled = (int(digit) * 2 if at % 2 else int(digit) for at, digit in enumerate(reversed(digits)))
    return bool(_BRANDS.fullmatch(digits)) and sum(sum(divmod(number, 10)) for number in doubled) % 10 == 0
