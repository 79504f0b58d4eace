"""Images at a size that is readable on paper and small enough to send."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pikepdf
from pikepdf import Name
from PIL import Image, ImageFile

from disputes.exhibits.comparing import is_same_picture

_UNREADABLE = (
    pikepdf.PdfError,
    pikepdf.UnsupportedImageTypeError,
    OSError,
    ValueError,
    NotImplementedError,
    SyntaxError,
)
"""What pikepdf and Pillow raise on images that they cannot handle."""
_WORTHWHILE = 20_000
"""Streams smaller than this many bytes stay as they are."""


@dataclass(frozen=True)
class Quality:
    """How much an image may be reduced.

    :param dpi: dots per inch on the page, at most
    :param jpeg: JPEG quality
    """

    dpi: int
    jpeg: int


STEPS = (Quality(200, 80), Quality(150, 70), Quality(110, 60))
"""From the first to the last step: at 110 dpi, 8 pt print is still easy to read."""


def reencode(image: Image.Image, quality: Quality, *, longest: float) -> tuple[bytes, tuple[int, int]]:
    """As JPEG, no finer than the quality asks for.

    :param image: gray or RGB
    :param longest: the longer side as drawn on the page, in points
    :returns: the JPEG, and its size in pixels
    """
    factor = min(1.0, longest / 72 * quality.dpi / max(image.size))
    size = max(1, round(image.width * factor)), max(1, round(image.height * factor))
    smaller = image if size == image.size else image.resize(size, Image.Resampling.LANCZOS)
    out = BytesIO()
    # Pillow needs the whole image in one buffer to optimize it, and guesses too small a one for noisy pictures.
    ImageFile.MAXBLOCK = max(ImageFile.MAXBLOCK, 4 * size[0] * size[1])
    # 4:4:4, since coloured text frays when colour is kept at half the resolution
    smaller.save(out, "JPEG", quality=quality.jpeg, subsampling=0, optimize=True)
    return out.getvalue(), size


def embed(image: Image.Image, pdf: pikepdf.Pdf, quality: Quality, *, longest: float) -> pikepdf.Stream:
    """The image inside a PDF: as JPEG, or without loss where that is smaller, as it is for most screenshots.

    :param longest: the longer side as drawn on the page, in points
    """
    jpeg, size = reencode(image, quality, longest=longest)
    exact = _png_data(image) if size == image.size else None
    picture = pikepdf.Stream(pdf, exact if exact and len(exact) < len(jpeg) else jpeg)
    picture.Type, picture.Subtype = Name.XObject, Name.Image
    picture.Width, picture.Height = size
    picture.ColorSpace = Name.DeviceGray if image.mode == "L" else Name.DeviceRGB
    picture.BitsPerComponent = 8
    if exact and len(exact) < len(jpeg):
        picture.Filter = Name.FlateDecode
        colors = len(image.getbands())
        picture.DecodeParms = pikepdf.Dictionary(Predictor=15, Colors=colors, BitsPerComponent=8, Columns=size[0])
    else:
        picture.Filter = Name.DCTDecode
    return picture


def _png_data(image: Image.Image) -> bytes:
    """The image data of a PNG, which PDF's Flate filter with a PNG predictor reads as it is."""
    out = BytesIO()
    image.save(out, "PNG", optimize=True)
    png, data, at = out.getvalue(), b"", 8
    while at < len(png):
        length = int.from_bytes(png[at : at + 4], "big")
        if png[at + 4 : at + 8] == b"IDAT":
            data += png[at + 8 : at + 8 + length]
        at += length + 12
    return data


def shrink_images(pdf: pikepdf.Pdf, quality: Quality) -> None:
    """Reduce the larger gray and RGB images inside a PDF; line art, masks and printing colours stay as they are.

    The length of an image is taken to be that of all pages that show it, so that it is never reduced too far.
    """
    longest = max(float(page.mediabox[3]) for page in pdf.pages)
    pages = Counter(place for page in pdf.pages for place in _find_shown(page.obj, set()))
    images = [item for item in pdf.objects if isinstance(item, pikepdf.Stream) and item.get("/Subtype") == Name.Image]
    masks = {item.SMask.objgen for item in images if "/SMask" in item}
    for item in images:
        if item.objgen not in masks and _reducible(item):
            _shrink(item, quality, longest * max(1, pages[item.objgen]))


def _find_shown(form: Any, seen: set[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The images and forms inside a page or a form, each once."""
    for item in form.get("/Resources", {}).get("/XObject", {}).values():
        if item.objgen not in seen:
            seen.add(item.objgen)
            yield item.objgen
            yield from _find_shown(item, seen)


def _reducible(item: pikepdf.Stream) -> bool:
    return (
        item.get("/BitsPerComponent") == 8
        and _components(item.get("/ColorSpace")) in (1, 3)
        and not any(key in item for key in ("/Decode", "/Mask"))
        and "/Matte" not in item.get("/SMask", {})
        and len(item.read_raw_bytes()) > _WORTHWHILE
    )


def _components(space: pikepdf.Object | None) -> int:
    """Of the colour spaces that a JPEG can keep; 0 for every other."""
    if isinstance(space, pikepdf.Array) and space[0] == Name.ICCBased:
        return int(space[1].N)
    return {Name.DeviceGray: 1, Name.DeviceRGB: 3}.get(space, 0) if isinstance(space, pikepdf.Name) else 0


def _shrink(item: pikepdf.Stream, quality: Quality, longest: float) -> None:
    try:
        image = pikepdf.PdfImage(item).as_pil_image()
    except _UNREADABLE:
        return  # the page was drawn with it, so it may stay as it is
    if image.mode not in ("L", "RGB"):
        return
    jpeg, size = reencode(image, quality, longest=longest)
    if len(jpeg) < len(item.read_raw_bytes()) and is_same_picture(item, jpeg, size):
        item.write(jpeg, filter=Name.DCTDecode)
        item.Width, item.Height = size
