"""How the first page of each claim's letter looked when it was last looked at.

make gallery-baselines
"""

from collections.abc import Iterator
from pathlib import Path

from PIL import Image, ImageChops
from tests.gallery.cells import gathered
from tests.gallery.letters import images, letter
from tests.unit.disputes.pages import exhibit

from disputes.case.gathered import choose_files
from sandbox import seed_matrix
from sandbox.seed_matrix import Cell

FOLDER = Path(__file__).parent / "baselines"
GREYS = 16
"""Of a baseline: enough to see what differs, and small."""
_DOTS_AN_INCH = 60
_LIBRARY = ("refund_policy/v3.pdf", "cancellation_policy/v2.pdf")
_SEEN = 2 * 256 // GREYS
"""Levels of 256 by which a pixel has to differ; less is the rounding to few greys."""


def chosen() -> Iterator[Cell]:
    """A cell of each claim, the product types in turn."""
    by_claim: dict[str, list[Cell]] = {}
    for cell in seed_matrix.cells():
        by_claim.setdefault(cell.claim, []).append(cell)
    for number, cells in enumerate(by_claim.values()):
        yield cells[number % len(cells)]


def first_page(cell: Cell) -> Image.Image:
    """Of the letter that lists all the cell's documents; a blank page stands for each, whatever is in it."""
    known = gathered(cell)
    names = [f"{name}.pdf" for name in cell.documents]
    taken = choose_files(known, documents=names, policies=_LIBRARY)
    exhibits = [exhibit(document, name.rpartition("/")[2]) for document, name in taken]
    return next(images(letter(cell, exhibits), dots_an_inch=_DOTS_AN_INCH))


def baseline(cell: Cell) -> Path:
    """Where the cell's is kept."""
    return FOLDER / f"{cell.claim}.png"


def differing(page: Image.Image, before: Image.Image) -> tuple[int, Image.Image]:
    """Pixels that differ, and the two pages with the difference, black, between them."""
    if page.size != before.size:
        raise ValueError(f"the page is {page.size} pixels, its baseline {before.size}")
    apart = ImageChops.difference(page, before).point([255 if level > _SEEN else 0 for level in range(256)])
    sheet = Image.new("L", (3 * page.width, page.height))
    for number, image in enumerate((before, ImageChops.invert(apart), page)):
        sheet.paste(image, (number * page.width, 0))
    return apart.histogram()[255], sheet


def main() -> None:
    """Make the baselines again."""
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.glob("*.png"):
        old.unlink()
    for cell in chosen():
        first_page(cell).quantize(GREYS).save(baseline(cell), optimize=True)


if __name__ == "__main__":
    main()
