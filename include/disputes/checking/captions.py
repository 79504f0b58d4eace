"""Whether each exhibit is in a file where the manifest says, under the caption that names it."""

import re
from collections.abc import Iterator, Sequence

from disputes.checking.tracing import pattern, plain
from disputes.exhibits.exhibits import heading, purpose
from disputes.packet.exhibit_numbers import Numbered, number_exhibits
from disputes.packet.manifest import Manifest

_LONG_NAME = 60
"""Length of a file name above which the caption shows only its two ends."""


def misnamed_pages(pages: Sequence[str], field: str, manifest: Manifest) -> Iterator[str]:
    """Pages of exhibits with a wrong caption.

    :param pages: the text of each page of the field's file
    """
    listed = {(one.exhibit.document, one.exhibit.filename): one for one in number_exhibits(manifest)}
    entry = manifest.files[field]
    at = letter_pages(field, manifest)
    for exhibit in entry.exhibits:
        one = listed.get((exhibit.document, exhibit.filename))
        for number in range(1, exhibit.pages + 1):
            at += 1
            if one and at <= len(pages) and not any(_says(pages[at - 1], it) for it in _captions(one, number)):
                yield f"page {at} is not {_captions(one, number)[0]}"


def letter_pages(field: str, manifest: Manifest) -> int:
    """Pages that no exhibit accounts for: our letter, which comes first."""
    entry = manifest.files[field]
    return max(0, entry.pages - sum(exhibit.pages for exhibit in entry.exhibits))


def _captions(one: Numbered, number: int) -> tuple[str, ...]:
    """The caption as pages show it; 0.1.0 said what an exhibit shows even if a sentence cites it."""
    exhibit = one.listed.exhibit
    if number > 1:
        return (f"Exhibit {one.number}: {exhibit.title}, page {number} of {exhibit.pages}",)
    name = heading(one.number, exhibit)
    supplied = exhibit.filename if len(exhibit.filename) <= _LONG_NAME else exhibit.filename[: _LONG_NAME // 2]
    abouts = (*([purpose(exhibit, one.proves)] if one.proves else []), f"{exhibit.shows}.")
    return tuple(f"{name}. {about} File supplied: {supplied}" for about in abouts) if supplied else (name,)


def _says(page: str, caption: str) -> bool:
    return re.search(pattern(caption), plain(page)) is not None
