"""Sheets: portrait pages with a band at the top for the caption, and the exhibit's own content below it."""

from dataclasses import dataclass
from typing import Literal

import pikepdf
from pikepdf import Name

from disputes.errors import DocumentError
from disputes.limits import PAGES

PageSize = Literal["a4", "us-letter"]
POINTS: dict[PageSize, tuple[float, float]] = {"a4": (595.28, 841.89), "us-letter": (612.0, 792.0)}
"""Width and height of a portrait page, in points."""
MARGIN = 36.0
BAND = 62.0
"""Height of the caption's band below the upper margin, in points."""

_TALLEST = 2.0
"""Height in sheets up to which something is scaled down, at most by half, to fit on one."""


@dataclass(frozen=True)
class Sheet:
    """A page of one size.

    :param size: as in the setting
    """

    size: PageSize

    @property
    def width(self) -> float:
        """Of the space for content, in points."""
        return POINTS[self.size][0] - 2 * MARGIN

    @property
    def height(self) -> float:
        """Of the space for content, in points."""
        return POINTS[self.size][1] - 2 * MARGIN - BAND

    def place(self, pdf: pikepdf.Pdf, form: pikepdf.Object, *, is_part: bool = False) -> None:
        """Add a page that shows a form XObject as large as fits, never larger than it is.

        :param is_part: of something that is spread over several sheets: it goes right below the band
        """
        page = pdf.add_blank_page(page_size=POINTS[self.size])
        top, bottom = MARGIN + self.height, MARGIN
        if is_part:
            turned = pikepdf.Matrix(form.get("/Matrix", pikepdf.Matrix()))
            shown = turned.transform(pikepdf.Rectangle(*(float(edge) for edge in form.BBox)))
            bottom = top - shown.height * min(1.0, self.width / shown.width)
        box = pikepdf.Rectangle(MARGIN, bottom, MARGIN + self.width, top)
        placed = page.calc_form_xobject_placement(
            form, Name.Exhibit, box, invert_transformations=False, allow_shrink=True, allow_expand=False
        )
        self._show(pdf, page, form, placed)

    def place_picture(self, pdf: pikepdf.Pdf, picture: pikepdf.Object, width: float, height: float) -> None:
        """Add a page that shows an image below the band, in the middle.

        :param width: in points, as drawn
        """
        page = pdf.add_blank_page(page_size=POINTS[self.size])
        left, bottom = MARGIN + (self.width - width) / 2, MARGIN + self.height - height
        self._show(
            pdf, page, picture, f"q {width:.3f} 0 0 {height:.3f} {left:.3f} {bottom:.3f} cm /Exhibit Do Q".encode()
        )

    @staticmethod
    def _show(pdf: pikepdf.Pdf, page: pikepdf.Page, content: pikepdf.Object, stream: bytes) -> None:
        page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Exhibit=content))
        page.obj.Contents = pikepdf.Stream(pdf, stream)


def parts(height: int, sheet: int, overlap: int) -> range:
    """Where the parts of something cut to stay readable begin, from the top; only 0 if it stays whole.

    :param sheet: how much of it a sheet holds
    :param overlap: how much of the previous part each part repeats
    :raises DocumentError: when it makes too many
    """
    if height <= sheet * _TALLEST or sheet <= overlap:
        return range(1)
    tops = range(0, height - overlap, sheet - overlap)
    if len(tops) > PAGES:
        raise DocumentError(f"is so tall that it would fill {len(tops)} pages", remedy="Supply only the relevant part")
    return tops
