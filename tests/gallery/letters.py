"""The letter of a cell, as it is in its packet, and its pages as images."""

from collections.abc import Iterator, Sequence
from io import BytesIO

import pikepdf
import pypdfium2
from PIL import Image
from tests.gallery.cells import gathered

from disputes.case.assembly import assemble
from disputes.exhibits.exhibits import Exhibit
from disputes.exhibits.refusal import Refusal
from disputes.rounds import Round, RunId
from sandbox.seed_matrix import Cell


def letter(cell: Cell, exhibits: Sequence[Exhibit], refused: Sequence[Refusal] = ()) -> bytes:
    """The first pages of the file that carries the letter; the exhibits after it are left off."""
    known = gathered(cell)
    round_id = RunId(known.dispute.id, Round.CHARGEBACK)
    packet = assemble(known, exhibits=exhibits, refused=refused, round_id=round_id, page_size="a4")
    (field,) = (field for field, how in known.playbook.plan(known.product_type).items() if how.letter)
    after = sum(exhibit.pages for exhibit in packet.manifest.files[field].exhibits)
    out = BytesIO()
    with pikepdf.open(BytesIO(packet.files[field])) as pdf:
        del pdf.pages[len(pdf.pages) - after :]
        pdf.save(out, deterministic_id=True)
    return out.getvalue()


def images(pdf: bytes, *, dots_an_inch: int) -> Iterator[Image.Image]:
    """Every page, in grey."""
    for page in pypdfium2.PdfDocument(pdf):
        yield page.render(scale=dots_an_inch / 72, grayscale=True).to_pil().convert("L")
