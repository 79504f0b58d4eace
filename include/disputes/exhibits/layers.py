"""Layers of a PDF that are switched off. Only ever called inside the isolated process of :mod:`.isolation`."""

from collections.abc import Iterator
from io import BytesIO

import pikepdf
import pypdfium2

_PIXELS = 1000
"""Pixels of the longer side of a page when pages are compared."""


def hides_layers(source: pikepdf.Pdf) -> bool:
    """Whether a page would show more, or less, if every layer were shown."""
    if "/OCProperties" not in source.Root:
        return False
    as_seen = _write(source)
    everything = pikepdf.open(as_seen)
    del everything.Root.OCProperties
    return any(seen != drawn for seen, drawn in zip(_draw(as_seen), _draw(_write(everything)), strict=True))


def _write(pdf: pikepdf.Pdf) -> BytesIO:
    content = BytesIO()
    pdf.save(content)
    return content


def _draw(pdf: BytesIO) -> Iterator[bytes]:
    document = pypdfium2.PdfDocument(pdf)
    for page in document:
        bitmap = page.render(scale=min(1, _PIXELS / max(page.get_size())))
        yield bytes(bitmap.buffer)
        bitmap.close()
        page.close()
    document.close()
