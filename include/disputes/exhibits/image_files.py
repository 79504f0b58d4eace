"""Picture files, opened: only ever called inside the isolated process of :mod:`.isolation`."""

from collections.abc import Iterator
from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

from disputes.errors import DocumentError
from disputes.exhibits import picture_limit
from disputes.exhibits.heic import is_heic, teach_pillow
from disputes.exhibits.refusal import LeftOut
from disputes.limits import PAGES

_FORMATS: tuple[str, ...] = ("JPEG", "PNG", "TIFF", "WEBP", "GIF", "BMP")
_TALLEST_DOT = 4
_RANGES = (1, 255, 65_535)
_BLANK = 8
"""Greatest difference between the lightest and the darkest dot of a blank page, of 255."""


def open_images(content: bytes) -> Iterator[Image.Image]:
    """The pages of a TIFF, the first picture of anything else, each upright and as gray or RGB.

    :raises DocumentError: when it is broken, has too many pages, or unpacks to too much
    """
    image = _open(content)
    count = getattr(image, "n_frames", 1) if image.format == "TIFF" else 1
    if count > PAGES:
        raise DocumentError(f"has {count} pages, more than {PAGES}", remedy="Supply only the relevant pages")
    for page in range(count):
        if page:
            image.seek(page)
        yield _upright(image)


def name_further(content: bytes) -> tuple[LeftOut, ...]:
    """The pictures of a file after the first, which are not shown; of a TIFF, every page is."""
    image = _open(content)
    count = 1 if image.format == "TIFF" else getattr(image, "n_frames", 1)
    if image.format == "MPO":  # what telephones put beside a photograph, like its depth, is smaller than it
        count = sum(size == image.size for size in _sizes(image, count))
    if count <= 1:
        return ()
    which = "picture 2" if count == 2 else f"pictures 2 to {count}"
    return (LeftOut(which, "only the first picture of the file is shown. Supply the others as separate files"),)


def shows_something(image: Image.Image) -> bool:
    """Whether a picture is more than one colour."""
    extrema = image.getextrema()
    ranges = extrema if isinstance(extrema[0], tuple) else (extrema,)
    return any(float(most) - float(least) > _BLANK for least, most in ranges)


def _sizes(image: Image.Image, count: int) -> list[tuple[int, int]]:
    sizes = []
    for number in reversed(range(count)):
        image.seek(number)
        sizes.append(image.size)
    return sizes


def _open(content: bytes) -> Image.Image:
    Image.MAX_IMAGE_PIXELS = None  # our own limit refuses, Pillow's would only warn at first
    formats = _FORMATS
    if is_heic(content):
        teach_pillow()
        formats = ("HEIF",)
    try:
        return Image.open(BytesIO(content), formats=formats)
    except UnidentifiedImageError:
        raise DocumentError("is a broken picture", remedy="Open it in a viewer and save it as JPEG or PNG") from None


def _upright(image: Image.Image) -> Image.Image:
    if image.width * image.height > picture_limit.in_force:
        raise DocumentError(
            f"has {image.width} x {image.height} pixels, more than {picture_limit.in_force // 1_000_000} million",
            remedy="Supply it at a lower resolution",
        )
    image.load()
    image = ImageOps.exif_transpose(_squared(image))
    if image.mode.startswith(("I", "F")):  # 16 bits per channel, or 32 with any range
        return _in_8_bits(image)
    if image.mode in ("1", "L"):
        return image.convert("L")
    if image.has_transparency_data:
        return Image.alpha_composite(Image.new("RGBA", image.size, "white"), image.convert("RGBA")).convert("RGB")
    return image.convert("RGB")


def _squared(image: Image.Image) -> Image.Image:
    """A fax, whose dots are not square, with the proportions of its paper; anything else as it is."""
    across, down = map(float, image.info.get("dpi", (1, 1)) if image.format == "TIFF" else (1, 1))
    if not 0 < down < across <= down * _TALLEST_DOT:
        return image
    return image.resize((image.width, round(image.height * across / down)), Image.Resampling.BICUBIC)


def _in_8_bits(image: Image.Image) -> Image.Image:
    """A gray picture of more than 8 bits, scaled from the range that it uses to 8 bits."""
    if image.mode.startswith("I;16"):
        most, image = 65_535.0, image.convert("I")
    else:
        most = float(str(image.getextrema()[1]))
    range_ = next((top for top in _RANGES if most <= top), most)
    return image.point(lambda value: value * (255 / range_) + 0).convert("L")
