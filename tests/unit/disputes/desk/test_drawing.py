"""Pages as pictures, drawn in a process of their own."""

import resource
import sys
from io import BytesIO
from types import SimpleNamespace

import pytest
from PIL import Image
from tests.unit.disputes.pages import exhibit

from disputes.desk import drawing
from disputes.desk.drawing import DPI, draw
from disputes.errors import DocumentError


def test_each_page_becomes_a_picture() -> None:
    pages = draw(exhibit("order_receipt", pages=2).pdf, "receipt.pdf")
    assert len(pages) == 2
    with Image.open(BytesIO(pages[1])) as picture:
        assert picture.format == "PNG"
        assert abs(picture.height - 297 / 25.4 * DPI) < 3


def test_a_file_that_cannot_be_drawn_must_be_downloaded() -> None:
    with pytest.raises(DocumentError, match=r"receipt.pdf: cannot be shown as pictures. Download it instead"):
        draw(b"not a PDF", "receipt.pdf")


def test_the_drawing_process_has_limited_time_and_memory(monkeypatch) -> None:
    limits, written = {}, BytesIO()
    monkeypatch.setattr(resource, "setrlimit", lambda kind, limit: limits.update({kind: limit}))
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=BytesIO(exhibit("order_receipt").pdf)))
    monkeypatch.setattr(sys, "stdout", SimpleNamespace(buffer=written))
    drawing.main()
    assert limits == {resource.RLIMIT_CPU: (40, 40), resource.RLIMIT_AS: (2 * 1024**3, 2 * 1024**3)}
    assert int.from_bytes(written.getvalue()[:4]) == len(written.getvalue()) - 4
