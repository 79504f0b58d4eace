"""Whether an image of a PDF still looks the same when it is written again.

Only ever called inside the isolated process of :mod:`.isolation`.
"""

from io import BytesIO

import pikepdf
import pypdfium2
from pikepdf import Dictionary, Name, Stream
from PIL import ImageChops

_SIDE = 120
"""Length in pixels of the longer side at which both are compared."""
_DIFFERENT = 48
"""Greatest difference of a colour channel at any point, of 255; the last step of quality reaches 16 on scanned text."""


def is_same_picture(item: pikepdf.Stream, jpeg: bytes, size: tuple[int, int]) -> bool:
    """Whether a viewer draws an image of a PDF as it draws a JPEG in its place.

    :param size: of the JPEG, in pixels
    """
    scale = _SIDE / max(size)
    shown = max(1, round(size[0] * scale)), max(1, round(size[1] * scale))
    pdf = pikepdf.new()
    before, after = pdf.copy_foreign(item), pdf.copy_foreign(item)
    after.write(jpeg, filter=Name.DCTDecode)
    after.Width, after.Height = size
    for image in (before, after):
        page = pdf.add_blank_page(page_size=shown)
        page.obj.Resources = Dictionary(XObject=Dictionary(Im=image))
        page.obj.Contents = Stream(pdf, f"{shown[0]} 0 0 {shown[1]} 0 0 cm /Im Do".encode())
    content = BytesIO()
    pdf.save(content, compress_streams=False)
    document = pypdfium2.PdfDocument(content)
    one, other = (page.render().to_pil().convert("RGB") for page in document)
    parts = ImageChops.difference(one, other).split()
    return all(part.point(lambda value: value >= _DIFFERENT).getbbox() is None for part in parts)
