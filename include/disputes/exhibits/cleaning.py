"""Cleans untrusted documents: only ever called inside the isolated process of :mod:`.isolation`."""

import math
from io import BytesIO

import pikepdf
import pypdfium2
from PIL import Image

from disputes.errors import DocumentError
from disputes.exhibits.annotations import flatten
from disputes.exhibits.covers import name_attached, refuse_placeholder
from disputes.exhibits.image_files import name_further, open_images, shows_something
from disputes.exhibits.images import Quality, embed, shrink_images
from disputes.exhibits.layers import hides_layers
from disputes.exhibits.legibility import small_text
from disputes.exhibits.parts import Parts
from disputes.exhibits.refusal import LeftOut, Made
from disputes.exhibits.sheets import Sheet, parts
from disputes.limits import PAGES

_SCREEN_DPI = 96
_OVERLAP = 80
_END = b"%%EOF"
_TAIL = 1024
"""Bytes at the end of a PDF that contain its end mark. Source: PDF 32000-1, annex H.3."""
_NEW_PDF = "Print it to a new PDF"


def clean_pdf(content: bytes, sheet: Sheet, quality: Quality) -> Made:
    """Repair a PDF, leave only what is visible, and put its pages upright on portrait sheets.

    Scripts, links, forms, embedded files and outlines hang on the catalogue or on annotations; only the pages' own
    content is taken over, with visible annotations and filled-in fields drawn into it.

    :raises DocumentError: when it is encrypted, empty, blank, cut off, too long, stands for other documents, or cannot
        be drawn as a viewer shows it
    """
    source = _source(content)
    left_out = name_attached(source)
    if hides_layers(source):
        raise DocumentError("has layers that are hidden", remedy=_NEW_PDF)
    target = pikepdf.new()
    for form, is_part in Parts(flatten(source), sheet):
        sheet.place(target, target.copy_foreign(form), is_part=is_part)
    _drop_attachments(target)
    shrink_images(target, quality)
    pdf = save(target)
    _draw(pdf)
    return Made(pdf, left_out)


def _source(content: bytes) -> pikepdf.Pdf:
    try:
        source = pikepdf.open(BytesIO(content))
    except pikepdf.PasswordError:
        raise DocumentError("is encrypted", remedy="Supply it without a password") from None
    count = len(source.pages)
    if not count:
        raise DocumentError("has no pages", remedy="Supply the document again")
    if count > PAGES:
        raise DocumentError(f"has {count} pages, more than {PAGES}", remedy="Supply only the relevant pages")
    has_end = _END in content[-_TAIL:]
    if source.get_warnings() and not all(_is_whole(page, may_be_blank=has_end) for page in source.pages):
        raise DocumentError("is cut off: a part of a page is missing", remedy="Supply the whole file")
    return source


def _is_whole(page: pikepdf.Page, *, may_be_blank: bool) -> bool:
    """Whether a page of a damaged file still has its content."""
    shown = [] if may_be_blank and "/Contents" not in page.obj else [page.obj.get("/Contents")]
    for kind in ("/Font", "/XObject"):
        shown += [item for _, item in page.resources.get(kind, {}).items()]
    return all(item is not None and (not isinstance(item, pikepdf.Stream) or item.read_raw_bytes()) for item in shown)


def clean_image(content: bytes, sheet: Sheet, quality: Quality) -> Made:
    """Put an image upright on a portrait sheet, transparency on white; a very tall one is spread over several sheets.

    Each page of a TIFF becomes an image; of an animation, only the first picture does.

    :raises DocumentError: when it is broken, blank, unpacks to too much, or makes too many pages
    """
    target = pikepdf.new()
    is_blank = True
    small: list[LeftOut] = []
    for image in open_images(content):
        is_blank = is_blank and not shows_something(image)
        for part in _parts(image, sheet):
            wanted = min(part.width * 72 / _SCREEN_DPI, sheet.width), min(part.height * 72 / _SCREEN_DPI, sheet.height)
            scale = min(wanted[0] / part.width, wanted[1] / part.height)
            picture = embed(part, target, quality, longest=max(part.size) * scale)
            sheet.place_picture(target, picture, part.width * scale, part.height * scale)
            small += filter(None, [small_text(part, scale)])
    if is_blank:
        raise DocumentError("is a blank picture: it has one colour throughout", remedy="Supply the picture again")
    return Made(save(target), (*name_further(content), *small[:1]))


def shrink_pdf(content: bytes, quality: Quality) -> bytes:
    """Reduce the images of one of our exhibits further; it is already on its sheets."""
    pdf = pikepdf.open(BytesIO(content))
    shrink_images(pdf, quality)
    return save(pdf)


def save(pdf: pikepdf.Pdf) -> bytes:
    """Write a PDF so that the same content gives the same bytes."""
    out = BytesIO()
    pdf.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue()


def _parts(image: Image.Image, sheet: Sheet) -> list[Image.Image]:
    """The image; one much taller than a sheet is cut so that it stays readable, with some overlap."""
    step = math.floor(image.width * sheet.height / sheet.width)
    tops = parts(image.height, step, _OVERLAP)
    if len(tops) == 1:
        return [image]
    return [image.crop((0, top, image.width, min(top + step, image.height))) for top in tops]


def _drop_attachments(pdf: pikepdf.Pdf) -> None:
    """Remove files, metadata and alternates from the streams that were taken over."""
    for item in pdf.objects:
        if isinstance(item, pikepdf.Stream):
            for key in ("/AF", "/Metadata", "/PieceInfo", "/Ref", "/OPI", "/Alternates", "/PS"):
                if key in item:
                    del item[key]


def _draw(pdf: bytes) -> None:
    """Draw every page once, small: a page that would hang the reviewer's viewer hits our limits here.

    :raises DocumentError: when there is nothing to see
    """
    document = pypdfium2.PdfDocument(pdf)
    is_blank = True
    for number, page in enumerate(document):
        if not number:
            refuse_placeholder(page)
        bitmap = page.render(scale=0.25, grayscale=True)
        is_blank = is_blank and not shows_something(bitmap.to_pil())
        bitmap.close()
        page.close()
    document.close()
    if is_blank:
        raise DocumentError("is blank: nothing can be seen on its pages", remedy="Supply the document again")
