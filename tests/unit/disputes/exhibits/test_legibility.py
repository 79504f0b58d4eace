"""How large the text of a picture comes out on paper."""

from io import BytesIO

import pytest
from PIL import Image, ImageDraw
from tests.unit.disputes.pages import noise

from disputes.exhibits.exhibits import make_exhibit
from disputes.exhibits.legibility import small_text


def screenshot(width: int, *, size: int = 14, lines: int = 30, colours: tuple[str, str] = ("black", "white")) -> bytes:
    image = Image.new("RGB", (width, lines * size * 2), colours[1])
    draw = ImageDraw.Draw(image)
    for line in range(lines):
        draw.text((40, line * size * 2), f"Typed on the page, line {line}", fill=colours[0], font_size=size)
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize("colours", [("black", "white"), ("white", "black")])
def test_small_text_is_named_with_what_to_supply(colours: tuple[str, str]) -> None:
    part = small_text(Image.open(BytesIO(screenshot(2560, colours=colours))), 523 / 2560)
    assert part is not None
    assert part.filename == "text of the picture"
    assert part.reason.startswith("comes out at about 3 points, too small to read. Supply the relevant part")


def test_an_exhibit_lists_small_text_as_left_out() -> None:
    (part,) = make_exhibit("checkout_screenshot", "page.png", screenshot(2560)).left_out
    assert part.filename == "text of the picture"


@pytest.mark.parametrize(
    ("picture", "scale"),
    [
        (screenshot(600), 0.75),  # as on the screen
        (screenshot(2480, size=50), 523 / 2480),  # a scan at 300 dpi
        (screenshot(2560, lines=5), 523 / 2560),  # too few lines to judge
        (noise(1200, 900), 523 / 1200),  # a photograph
    ],
)
def test_other_pictures_are_left_alone(picture: bytes, scale: float) -> None:
    assert small_text(Image.open(BytesIO(picture)), scale) is None
