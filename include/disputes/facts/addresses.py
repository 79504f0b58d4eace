"""Whether two addresses certainly differ; another spelling, or a missing part, is not a difference."""

import re
import unicodedata
from typing import NamedTuple

from disputes.facts.types import Address

# Kinds of street, building and door, in several languages: each may be abbreviated, written out or left out, and number
# and name tell addresses apart without it.
_KINDS = frozenset(
    """
    apartment apt av ave avenida avenue bat batiment bd bldg blvd boulevard building c calle cir circle court ct dr
    drive etage fl flat floor highway hwy lane ln mount mt no nr number numero of parkway pkwy pl place platz plaza rd
    rm road room rue saint sankt sq square st ste str strasse street suite ter terrace the unit via weg wohnung
    """.split()  # noqa: SIM905
)
_DIRECTIONS = {"north": "n", "south": "s", "east": "e", "west": "w", "n": "n", "s": "s", "e": "e", "w": "w"}
_ORDINALS = dict(
    zip(
        "first second third fourth fifth sixth seventh eighth ninth tenth".split(),  # noqa: SIM905
        map(str, range(1, 11)),
        strict=True,
    )
)
_COUNTRIES = {"usa": "us", "unitedstates": "us", "unitedstatesofamerica": "us", "uk": "gb", "unitedkingdom": "gb"}


class _Street(NamedTuple):
    """What a street's lines hold, in no order."""

    numbers: frozenset[str]
    directions: frozenset[str]
    names: frozenset[str]


def differ(one: Address, other: Address) -> bool:
    """Whether these are two places: another country, postal code, house number or street name, known of both."""
    parts = [(_country(one), _country(other)), (_postal_code(one), _postal_code(other))]
    if not all(parts[1]):
        parts.append((_joined(one.city), _joined(other.city)))
    return any(_apart(*pair) for pair in parts) or _other_street(_street(one), _street(other))


def _apart(one: str, other: str) -> bool:
    """Whether both are known, in one script, and neither is the other's beginning (a ZIP code and its ZIP+4)."""
    comparable = bool(one and other) and one.isascii() == other.isascii()
    return comparable and not one.startswith(other) and not other.startswith(one)


def _other_street(one: _Street, other: _Street) -> bool:
    """Whether each has a number that the other lacks, or they have no name, or no direction, in common."""
    if one.numbers - other.numbers and other.numbers - one.numbers:
        return True
    named = [(one.directions, other.directions)]
    if _latin(one.names) == _latin(other.names):
        named.append((one.names, other.names))
    return any(ours and theirs and not ours & theirs for ours, theirs in named)


def _street(address: Address) -> _Street:
    folded = _folded(" ".join(line for line in (address.line1, address.line2) if line))
    words = re.findall(r"\d+|[^\W\d_]+", re.sub(r"(?<=\d)(st|nd|rd|th)\b", "", folded))
    words = [_ORDINALS.get(word, word) for word in words]
    names = {re.sub(r"(?<=\w)(strasse|str)$", "", word) for word in words if not word.isdigit()}
    return _Street(
        frozenset(word.lstrip("0") for word in words if word.isdigit()),
        frozenset(_DIRECTIONS[word] for word in words if word in _DIRECTIONS),
        frozenset(names - _KINDS - _DIRECTIONS.keys()),
    )


def _latin(names: frozenset[str]) -> bool:
    return all(name.isascii() for name in names)


def _country(address: Address) -> str:
    """The country's two letters; empty for an unknown name."""
    written = _joined(address.country)
    known = _COUNTRIES.get(written, written)
    return known if len(known) == 2 else ""


def _postal_code(address: Address) -> str:
    """Without a country's letters before the digits, and without zeros that a spreadsheet drops."""
    return re.sub(r"^[a-z]{1,2}(?=\d+$)", "", _joined(address.postal_code)).lstrip("0")


def _joined(text: str | None) -> str:
    return re.sub(r"[\W_]", "", _folded(text or ""))


def _folded(text: str) -> str:
    """Without case, accents, apostrophes and full stops; an umlaut may also be written with an e."""
    bare = "".join(part for part in unicodedata.normalize("NFKD", text) if not unicodedata.combining(part))
    return re.sub(r"(?<=[aou])e", "", re.sub("[\u2019'\u00b4`.]", "", bare).casefold())
