"""Photographs from phones: read with the extra, refused with what to supply without it."""

from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest

from disputes.errors import DocumentError
from disputes.exhibits import heic
from disputes.exhibits.cleaning import clean_image
from disputes.exhibits.exhibits import make_exhibit
from disputes.exhibits.images import STEPS
from disputes.exhibits.sheets import Sheet

A4 = Sheet("a4")
PHOTO = (Path(__file__).parents[3] / "data" / "photo.heic").read_bytes()


@pytest.mark.parametrize(
    "make",
    [
        lambda: make_exhibit("delivery_photo", "IMG_0042.HEIC", PHOTO).pdf,
        lambda: clean_image(PHOTO, A4, STEPS[0]).content,
    ],
    ids=["guarded", "in this process"],
)
def test_a_photograph_becomes_a_page(make: Callable[[], bytes]) -> None:
    document = pypdfium2.PdfDocument(make())
    colours = document[0].render(scale=1).to_pil().convert("RGB").getcolors(1_000_000)
    red = sum(count for count, (red, green, _) in colours if red > 150 > 2 * green)
    assert len(document) == 1
    assert red > 100


def test_a_broken_photograph_is_refused() -> None:
    with pytest.raises(DocumentError, match=r"IMG\.heic: is a broken picture"):
        make_exhibit("delivery_photo", "IMG.heic", PHOTO[:200])


def test_without_the_library_a_photograph_is_refused_with_what_to_supply(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heic, "find_spec", lambda name: None)
    with pytest.raises(DocumentError, match=r"IMG\.heic: is a picture in a format .* as JPEG or PNG"):
        make_exhibit("delivery_photo", "IMG.heic", PHOTO)
