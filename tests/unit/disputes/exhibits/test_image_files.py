"""Files that hold several pictures."""

from io import BytesIO

import pytest
from PIL import Image
from tests.unit.disputes.pages import picture

from disputes.exhibits.exhibits import make_exhibit
from disputes.exhibits.image_files import name_further


def several(kind: str, *sizes: tuple[int, int]) -> bytes:
    """Pictures of these sizes, none like another."""
    first, *others = [Image.open(BytesIO(picture(*size))) for size in sizes]
    for number, one in enumerate(others):
        one.putpixel((number, 0), (255, 0, 0))
    out = BytesIO()
    first.save(out, kind, save_all=True, append_images=others)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP", "MPO"])
def test_the_pictures_after_the_first_are_named(kind: str) -> None:
    (part,) = make_exhibit("delivery_photo", "a", several(kind, (60, 40), (60, 40))).left_out
    assert part.filename == "picture 2"
    assert "only the first picture of the file is shown" in part.reason


def test_several_further_pictures_are_named_together() -> None:
    assert [part.filename for part in name_further(several("GIF", *[(60, 40)] * 3))] == ["pictures 2 to 3"]


def test_pages_of_a_tiff_are_all_shown() -> None:
    made = make_exhibit("delivery_photo", "a.tiff", several("TIFF", (60, 40), (50, 40), (60, 40)))
    assert (made.pages, made.left_out) == (3, ())


def test_a_preview_that_a_phone_stores_with_a_photograph_is_not_named() -> None:
    assert name_further(several("MPO", (60, 40), (30, 20))) == ()
