"""How large the text of a picture comes out on paper."""

from io import BytesIO

import pytest
from PIL import Image, ImageDraw
from tests.unit.disputes.pages import noise

from disputes.exhibits.exhibits import make_exhibit


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
    (part,) = make_exhibit("checkout_screenshot", "page.png", screenshot(2560, colours=colours)).left_out
    assert part.filename == "text of the picture"
    assert part.reason.startswith("comes out at about 3 points, too small to be read. Supply the part that matters")


@pytest.mark.parametrize(
    "picture",
    [
        screenshot(600),  # as on the screen
        screenshot(2480, size=50),  # a scan at 300 dpi
        screenshot(2560, lines=5),  # too few lines to judge
        noise(1200, 900),  # a photograph
    ],
)
def test_other_pictures_are_left_alone(picture: bytes) -> None:
    assert make_exhibit("checkout_screenshot", "page.png", picture).left_out == ()
