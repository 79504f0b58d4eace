"""The text of the documents that hold messages, as their pages show it."""

from collections.abc import Iterable, Iterator

import pypdfium2

from disputes.exhibits.exhibits import Exhibit
from disputes.packet.contradictions.situation import Written

_HOLD_MESSAGES = frozenset({"customer_messages", "repair_or_replacement", "identity_link", "delivery_notices"})


def correspondence(exhibits: Iterable[Exhibit]) -> tuple[Written, ...]:
    """What customer and merchant wrote to each other; a scan has no text, so it adds nothing."""
    return tuple(
        Written(exhibit.filename, text)
        for exhibit in exhibits
        if exhibit.document in _HOLD_MESSAGES or exhibit.filename.casefold().endswith(".eml")
        for text in ["\n".join(_page_texts(exhibit.pdf))]
        if text.strip()
    )


def _page_texts(pdf: bytes) -> Iterator[str]:
    """The paragraphs, one by one; lines that the page broke are joined again."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        for page in document:
            lines = page.get_textpage().get_text_range().splitlines()
            yield "\n".join(_joined(lines))
    finally:
        document.close()


def _joined(lines: Iterable[str]) -> Iterator[str]:
    """A line that does not end a sentence goes on in the next one."""
    paragraph = ""
    for line in lines:
        paragraph = f"{paragraph} {line.strip()}".strip()
        if paragraph.endswith((".", "!", "?", ":")) or not line.strip():
            yield paragraph
            paragraph = ""
    yield paragraph
