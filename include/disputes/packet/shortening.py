"""Shortens long texts: cuts at a sentence and moves the rest to separate pages; reader and manifest learn of it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from disputes.exhibits.block_setting import MAX_CHARACTERS, typeset_blocks
from disputes.exhibits.blocks import plain_block
from disputes.exhibits.exhibits import Exhibit
from disputes.exhibits.sheets import PageSize, Sheet
from disputes.limits import ALL_TEXT, LONG_FIELDS, LONG_TEXT
from disputes.packet.manifest import CONTINUATION

_NOTICE = 200
"""Characters reserved for the note about the rest."""
_SENTENCE = re.compile(r"[.!?…]['\"”\u2019)\]]*(?=\s)|[。\uff01\uff1f]|(?=\n)")
_WORD = re.compile(r"(?=\s)")


@dataclass(frozen=True)
class Cut:
    """A text field that is too long.

    :param kept: what stays in the field, without the notice
    :param rest: what comes after it
    """

    kept: str
    rest: str

    def notice(self, exhibit: int | None) -> str:
        """What the reader is told.

        :param exhibit: the number of the exhibit that holds the rest; None when the packet has no room for it
        """
        if exhibit is None:
            return f"[Shortened: the first {len(self.kept)} of {len(self.kept) + len(self.rest)} characters.]"
        return f"[Continued in Exhibit {exhibit}, in the uncategorized file.]"


def cuts(texts: Mapping[str, str], ranked: Sequence[str], room: int = ALL_TEXT) -> dict[str, Cut]:
    """The texts that have to be cut, by field: longer than a field's limit, or than the rest of the limit for all.

    :param texts: by evidence field
    :param ranked: the fields, the most important first: those get their room first
    :param room: characters of all text fields together
    """
    left = room - sum(map(len, texts.values()))
    long = {field: texts[field] for field in ranked if field in LONG_FIELDS and field in texts}
    if left >= 0 and all(len(text) <= LONG_TEXT for text in long.values()):
        return {}
    left += sum(map(len, long.values())) - _NOTICE * len(long)
    found = {}
    for field, text in long.items():
        most = min(LONG_TEXT - _NOTICE, left)
        if len(text) > min(LONG_TEXT, left):
            found[field] = cut(text, most)
        left -= len(found[field].kept if field in found else text)
    return found


def cut(text: str, most: int) -> Cut:
    """Cut a text after a sentence, or else after a word, but never inside one.

    :param most: characters
    """
    for end in (_SENTENCE, _WORD):
        places = [match.end() for match in end.finditer(text, 0, max(0, most) + 1) if match.end() <= most]
        if places and places[-1] > most // 2:
            break
    at = places[-1] if places else 0
    return Cut(text[:at].rstrip(), text[at:].strip())


def continuation(field: str, rest: str, page_size: PageSize) -> Exhibit | None:
    """The rest of a text field as an exhibit; None when it is longer than any file may be."""
    if len(rest) > MAX_CHARACTERS:
        return None
    pdf = typeset_blocks([plain_block("verbatim", rest)], Sheet(page_size))
    return Exhibit.of(f"{CONTINUATION}{field}", "", pdf)
