"""What is done to untrusted documents: only ever called inside the isolated process of :mod:`.isolation`."""

import math
from collections.abc import Iterator
from io import BytesIO

import pikepdf
import pypdfium2
from PIL import Image, ImageOps, UnidentifiedImageError

from disputes.errors import DocumentError
from disputes.exhibits.annotations import flattened
from disputes.exhibits.heic import is_heic, teach_pillow
from disputes.exhibits.images import Quality, embedded, shrink_images
from disputes.exhibits.layers import hides_layers
from disputes.exhibits.parts import Parts
from disputes.exhibits.sheets import Sheet, parts
from disputes.limits import PAGES

MAX_PIXELS = 60_000_000
"""A photo of 48 megapixels passes; what unpacks to more is refused before it is unpacked."""

_FORMATS: tuple[str, ...] = ("JPEG", "PNG", "TIFF", "WEBP", "GIF", "BMP")
_SCREEN_DPI = 96
_OVERLAP = 80
_TALLEST_DOT = 4
_END = b"%%EOF"
_TAIL = 1024
"""Bytes at the end of a PDF in which its end mark stands. Source: PDF 32000-1, annex H.3."""
_RANGES = (1, 255, 65_535)
_NEW_PDF = "Print it to a new PDF"


def clean_pdf(content: bytes, sheet: Sheet, quality: Quality) -> bytes:
    """Repair a PDF, leave only what is visible, and put its pages upright on portrait sheets.

    Scripts, links, forms, embedded files and outlines hang on the catalogue or on annotations; only the pages' own
    content is taken over, with visible annotations and filled-in fields drawn into it.

    :raises DocumentError: when it is encrypted, empty, cut off, too long, or cannot be drawn as a viewer shows it
    """
    source = _source(content)
    if hides_layers(source):
        raise DocumentError("has layers that are hidden", remedy=_NEW_PDF)
    target = pikepdf.new()
    for form, is_part in Parts(flattened(source), sheet):
        sheet.place(target, target.copy_foreign(form), is_part=is_part)
    _drop_attachments(target)
    shrink_images(target, quality)
    return _drawable(save(target))


def _source(content: bytes) -> pikepdf.Pdf:
    try:
        source = pikepdf.open(BytesIO(content))
    except pikepdf.PasswordError:
        raise DocumentError("is encrypted", remedy="Supply it without a password") from None
    count = len(source.pages)
    if not count:
        raise DocumentError("has no pages", remedy="Supply the document again")
    if count > PAGES:
        raise DocumentError(f"has {count} pages, more than {PAGES}", remedy="Supply only the pages that matter")
    has_end = _END in content[-_TAIL:]
    if source.get_warnings() and not all(_is_whole(page, may_be_blank=has_end) for page in source.pages):
        raise DocumentError("is cut off: a part of a page is missing", remedy="Supply the whole file")
    return source


def _is_whole(page: pikepdf.Page, *, may_be_blank: bool) -> bool:
    """Whether a page of a damaged file still has what it shows."""
    shown = [] if may_be_blank and "/Contents" not in page.obj else [page.obj.get("/Contents")]
    for kind in ("/Font", "/XObject"):
        shown += [item for _, item in page.resources.get(kind, {}).items()]
    return all(item is not None and (not isinstance(item, pikepdf.Stream) or item.read_raw_bytes()) for item in shown)


def clean_image(content: bytes, sheet: Sheet, quality: Quality) -> bytes:
    """Put an image upright on a portrait sheet, alpha on white; a very tall one goes over several sheets.

    Every page of a TIFF is one image; of an animation, the first picture is.

    :raises DocumentError: when it is broken, unpacks to too much, or makes too many pages
    """
    target = pikepdf.new()
    for image in _images(content):
        for part in _parts(image, sheet):
            wanted = min(part.width * 72 / _SCREEN_DPI, sheet.width), min(part.height * 72 / _SCREEN_DPI, sheet.height)
            scale = min(wanted[0] / part.width, wanted[1] / part.height)
            picture = embedded(part, target, quality, longest=max(part.size) * scale)
            sheet.place_picture(target, picture, part.width * scale, part.height * scale)
    return save(target)


def shrink_pdf(content: bytes, sheet: Sheet, quality: Quality) -> bytes:
    """Reduce the images of an exhibit of ours further; it stands on its sheets already."""
    pdf = pikepdf.open(BytesIO(content))
    shrink_images(pdf, quality)
    return save(pdf)


def save(pdf: pikepdf.Pdf) -> bytes:
    """Write a PDF so that the same content gives the same bytes."""
    out = BytesIO()
    pdf.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue()


def _images(content: bytes) -> Iterator[Image.Image]:
    """The pages of a TIFF, the first picture of anything else, each upright and as gray or RGB."""
    Image.MAX_IMAGE_PIXELS = None  # our own limit refuses, Pillow's would only warn at first
    formats = _FORMATS
    if is_heic(content):
        teach_pillow()
        formats = ("HEIF",)
    try:
        image: Image.Image = Image.open(BytesIO(content), formats=formats)
    except UnidentifiedImageError:
        raise DocumentError(
            "is a picture that cannot be read: it is broken", remedy="Open it in a viewer and save it as JPEG or PNG"
        ) from None
    count = getattr(image, "n_frames", 1) if image.format == "TIFF" else 1
    if count > PAGES:
        raise DocumentError(f"has {count} pages, more than {PAGES}", remedy="Supply only the pages that matter")
    for page in range(count):
        if page:
            image.seek(page)
        yield _upright(image)


def _upright(image: Image.Image) -> Image.Image:
    if image.width * image.height > MAX_PIXELS:
        raise DocumentError(
            f"has {image.width} x {image.height} pixels, more than {MAX_PIXELS // 1_000_000} million",
            remedy="Supply it in a smaller resolution",
        )
    image.load()
    image = ImageOps.exif_transpose(_squared(image))
    if image.mode.startswith(("I", "F")):  # 16 bits a channel, or 32 with any range
        return _in_8_bits(image)
    if image.mode in ("1", "L"):
        return image.convert("L")
    if image.has_transparency_data:
        return Image.alpha_composite(Image.new("RGBA", image.size, "white"), image.convert("RGBA")).convert("RGB")
    return image.convert("RGB")


def _squared(image: Image.Image) -> Image.Image:
    """A fax, whose dots are taller than wide, as it comes out of the machine; anything else as it is."""
    across, down = map(float, image.info.get("dpi", (1, 1)) if image.format == "TIFF" else (1, 1))
    if not 0 < down < across <= down * _TALLEST_DOT:
        return image
    return image.resize((image.width, round(image.height * across / down)), Image.Resampling.BICUBIC)


def _in_8_bits(image: Image.Image) -> Image.Image:
    """A gray picture of more bits, brought from the range that it uses to 8."""
    if image.mode.startswith("I;16"):
        most, image = 65_535.0, image.convert("I")
    else:
        most = float(str(image.getextrema()[1]))
    range_ = next((top for top in _RANGES if most <= top), most)
    return image.point(lambda value: value * (255 / range_) + 0).convert("L")


def _parts(image: Image.Image, sheet: Sheet) -> list[Image.Image]:
    """The image; one much taller than a sheet is cut so that it stays readable, with some overlap."""
    step = math.floor(image.width * sheet.height / sheet.width)
    tops = parts(image.height, step, _OVERLAP)
    if len(tops) == 1:
        return [image]
    return [image.crop((0, top, image.width, min(top + step, image.height))) for top in tops]


def _drop_attachments(pdf: pikepdf.Pdf) -> None:
    """Take files, metadata and alternates off the streams that were taken over."""
    for item in pdf.objects:
        if isinstance(item, pikepdf.Stream):
            for key in ("/AF", "/Metadata", "/PieceInfo", "/Ref", "/OPI", "/Alternates", "/PS"):
                if key in item:
                    del item[key]


def _drawable(pdf: bytes) -> bytes:
    """Draw every page once, small: what would keep the reviewer's viewer busy without end ends here, at our limits."""
    document = pypdfium2.PdfDocument(pdf)
    for page in document:
        page.render(scale=0.25).close()
        page.close()
    document.close()
    return pdf
