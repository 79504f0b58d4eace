"""Every letter as PDF and PNG, with a page that shows them all; only what changed is made again.

make gallery
"""

import sys
from pathlib import Path
from time import perf_counter

from tests.gallery.exhibits import Exhibits
from tests.gallery.index import Entry, page
from tests.gallery.keys import PROJECT, letter_key
from tests.gallery.letters import images, letter

from disputes.exhibits.exhibits import Exhibit
from disputes.exhibits.refusal import Refusal
from sandbox import seed_matrix
from sandbox.seed_matrix import Cell

DOTS_AN_INCH = 100


def main(folder: Path) -> int:
    """Bring the gallery in this folder up to date."""
    started = perf_counter()
    exhibits = Exhibits(folder / "exhibits")
    cells = list(seed_matrix.cells())
    made = [cell for cell in cells if _made(cell, folder, exhibits)]
    (folder / "index.html").write_text(page([_entry(cell, folder) for cell in cells]), "utf-8")
    took = perf_counter() - started
    print(f"{len(made)} of {len(cells)} letters made in {took:.1f} s: {(folder / 'index.html').resolve().as_uri()}")
    return 0


def _made(cell: Cell, folder: Path, exhibits: Exhibits) -> bool:
    """Whether the letter had to be made."""
    place = folder / cell.claim
    key, kept = letter_key(cell), place / f"{cell.product_type}.key"
    if kept.exists() and kept.read_text() == key:
        return False
    place.mkdir(exist_ok=True)
    for old in place.glob(f"{cell.product_type}[.-]*"):
        old.unlink()
    parts = exhibits.of(cell)
    refused = [one for one in parts if isinstance(one, Refusal)]
    pdf = letter(cell, [one for one in parts if isinstance(one, Exhibit)], refused)
    (place / f"{cell.product_type}.pdf").write_bytes(pdf)
    for number, image in enumerate(images(pdf, dots_an_inch=DOTS_AN_INCH), 1):
        image.save(place / f"{cell.product_type}-{number}.png")
    kept.write_text(key)
    print(f"{cell.claim}, {cell.product_type}")
    return True


def _entry(cell: Cell, folder: Path) -> Entry:
    pages = sorted((folder / cell.claim).glob(f"{cell.product_type}-*.png"))
    places = tuple(path.relative_to(folder).as_posix() for path in pages)
    return Entry(cell.claim, cell.product_type, f"{cell.claim}/{cell.product_type}.pdf", places)


if __name__ == "__main__":
    sys.exit(main(PROJECT / "build" / "gallery"))
