"""Pictures of PDFs keep their colours when they are written again."""

from io import BytesIO

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Stream
from PIL import Image
from tests.unit.disputes.exhibits.pdfs import A4, document, drawn

from disputes.exhibits.cleaning import clean_pdf
from disputes.exhibits.images import STEPS


def half_red(size: tuple[int, int] = (1600, 1200)) -> Image.Image:
    """Red at the left, green at the right, with a little noise so that it compresses badly."""
    image = Image.effect_noise(size, 60).convert("RGB")
    image = Image.blend(image, Image.new("RGB", size, (220, 0, 0)), 0.8)
    image.paste(Image.new("RGB", (size[0] // 2, size[1]), (0, 160, 0)), (size[0] // 2, 0))
    return image


def cleaned_image(content: bytes, **how: object) -> tuple[pikepdf.Pdf, bytes]:
    pdf = document("q 400 0 0 300 50 500 cm /Im Do Q")
    entries = {"Type": Name.XObject, "Subtype": Name.Image, "Width": 1600, "Height": 1200, "BitsPerComponent": 8,
               "ColorSpace": Name.DeviceRGB}  # fmt: skip
    pdf.pages[0].obj.Resources.XObject = Dictionary(Im=Stream(pdf, content, **entries | how))
    out = BytesIO()
    pdf.save(out)
    cleaned = clean_pdf(out.getvalue(), A4, STEPS[0]).content
    return pikepdf.open(BytesIO(cleaned)), cleaned


def jpeg(image: Image.Image, **how: object) -> bytes:
    out = BytesIO()
    image.save(out, "JPEG", quality=95, **how)
    return out.getvalue()


def filters(pdf: pikepdf.Pdf) -> list[str]:
    return [str(one.Filter) for one in pdf.objects if isinstance(one, Stream) and one.get("/Width") == 1600]


def assert_red_and_green(pdf: bytes) -> None:
    page = drawn(pdf)
    box = page.convert("L").point(lambda value: 255 - value).getbbox()
    assert box
    middle = (box[1] + box[3]) // 2
    left, right = page.getpixel((box[0] + 50, middle)), page.getpixel((box[2] - 50, middle))
    assert left[0] > 150 > 120 > left[1]
    assert right[1] > 120 > 80 > right[0]


def test_a_jpeg_whose_colours_only_the_pdf_describes_keeps_them() -> None:
    raw = jpeg(half_red(), keep_rgb=True).replace(b"Adobe", b"Other")
    _, cleaned = cleaned_image(raw, Filter=Name.DCTDecode, DecodeParms=Dictionary(ColorTransform=0))
    assert_red_and_green(cleaned)


def test_a_common_jpeg_is_reduced_and_keeps_its_colours() -> None:
    content = jpeg(half_red())
    _, cleaned = cleaned_image(content, Filter=Name.DCTDecode)
    assert_red_and_green(cleaned)
    assert len(cleaned) < len(content) * 0.6


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_a_jpeg_2000_image_is_accepted(mode: str) -> None:
    image = half_red().convert(mode)
    out = BytesIO()
    image.save(out, "JPEG2000")
    more = {"SMaskInData": 1} if mode == "RGBA" else {}
    _, cleaned = cleaned_image(out.getvalue(), Filter=Name.JPXDecode, **more)
    assert_red_and_green(cleaned)


def test_images_in_printing_colours_are_left_alone() -> None:
    content = jpeg(half_red().convert("CMYK"))
    pdf, cleaned = cleaned_image(
        content, Filter=Name.DCTDecode, ColorSpace=Name.DeviceCMYK, Decode=Array([1, 0, 1, 0, 1, 0, 1, 0])
    )
    assert filters(pdf) == ["/DCTDecode"]
    assert_red_and_green(cleaned)


def test_images_with_16_bits_a_colour_are_left_alone() -> None:
    small = half_red().tobytes()
    wide = bytearray(2 * len(small))
    wide[::2] = wide[1::2] = small
    pdf, cleaned = cleaned_image(bytes(wide), BitsPerComponent=16)
    assert len([one for one in pdf.objects if isinstance(one, Stream) and one.get("/BitsPerComponent") == 16]) == 1
    assert_red_and_green(cleaned)
