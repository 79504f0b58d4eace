"""How large the text of a picture is on paper. Only ever called inside the process of :mod:`.isolation`.

Only a picture with an even background is judged, such as a screenshot or a scan: there a line of text is a run of rows
that hold something, and a blank row is above and below it.
"""

from collections.abc import Iterator
from itertools import groupby
from statistics import median

from PIL import Image

from disputes.exhibits.refusal import LeftOut

_SMALLEST = 7.0
"""Points: smaller print is illegible."""
_LINE = 0.95
"""Height of a line, from the top of an l to the foot of a p, as a share of the font size."""
_SPECK = 5
"""Fewer rows than this are a rule, or dust on a scan."""
_EVEN = 0.6
"""Least share of the dots that belong to an even background."""
_FEWEST = 8
"""A picture with fewer lines is not taken for a page of text."""
_FAINT = 48
"""A dot that differs from the background by fewer levels, of 255, counts as background."""


def small_text(image: Image.Image, scale: float) -> LeftOut | None:
    """The text of a picture, where it comes out too small to be read.

    :param scale: points on the page of one of its dots
    """
    lines = [height for height in _line_heights(image.convert("L")) if height >= _SPECK]
    if len(lines) < _FEWEST:
        return None
    size = median(lines) * scale / _LINE
    if size >= _SMALLEST:
        return None
    return LeftOut(
        "text of the picture",
        f"comes out at about {size:.0f} points, too small to read. "
        "Supply the relevant part as a separate picture, or the page as a PDF",
    )


def _line_heights(image: Image.Image) -> Iterator[int]:
    """Rows of dots of each line of text, from the top; nothing where the background is not even."""
    counts = image.histogram()
    background = max(range(256), key=counts.__getitem__)
    near = sum(counts[max(0, background - _FAINT // 4) : background + _FAINT // 4 + 1])
    if near < _EVEN * image.width * image.height:
        return
    marks = image.point([255 if abs(level - background) > _FAINT else 0 for level in range(256)])
    rows = marks.reduce((image.width, 1)) if image.width > 1 else marks
    for is_marked, run in groupby(rows.tobytes(), lambda level: level > 0):
        if is_marked:
            yield len(list(run))
