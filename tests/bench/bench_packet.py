"""What packing costs, as ratios in one run: exhibits against bare pikepdf and Pillow calls, a letter against Typst.

    make bench-packet

The bare calls do the least that gives the same pages: no limits, nothing taken off, no caption. Beside a page of text,
what keeps a hostile document apart is most of the work: small PDFs are compared with bare calls that open and draw
each document in a separate fork. CPU time of this process and of its children is what is measured.
"""

import os
import resource
import sys
from collections.abc import Callable
from io import BytesIO
from itertools import count
from time import process_time

import pikepdf
import psutil
import pypdfium2
from PIL import Image, ImageOps
from tests.unit.disputes import pages

from disputes.exhibits.exhibits import compile_exhibits, make_exhibit
from disputes.exhibits.images import STEPS, reencode
from disputes.exhibits.sheets import Sheet
from disputes.exhibits.typesetting import typeset
from disputes.packet import letter as letters
from disputes.packet.letter import Listed, render_letter

A4 = Sheet("a4")
TIMES = 7
MOST = 2.0


def main() -> int:
    """Measure and print; 1 when something takes more than twice what the bare calls take."""
    photos = [pages.noise(3000, 2200, grain=3), pages.noise(1700, 2200, grain=2), pages.picture(1280, 900)]
    scans = [scanned(pages.noise(2480, 3508, grain=grain)) for grain in (5, 6, 7)]
    small = [typeset(f"#set page(width: 595pt, height: 842pt)\nReceipt {number}. #lorem(120)") for number in range(5)]
    rows = [
        ("three pictures as one exhibit file", lambda: packed(photos, "jpg"), lambda: bare_pictures(photos)),
        (
            "three PDFs of 300 dpi scans as one exhibit file",
            lambda: packed(scans, "pdf"),
            lambda: bare_documents(scans),
        ),
        ("five PDFs of a page of text, bare calls in forks", lambda: packed(small, "pdf"), lambda: bare_forks(small)),
        ("a letter of two pages", written, bare_letter()),
    ]
    too_much = False
    for name, ours, bare in rows:
        mine, least = timed(ours, bare)
        too_much = too_much or mine > MOST * least
        sys.stdout.write(f"{name:48} {mine * 1000:6.0f} ms of CPU, bare {least * 1000:6.0f} ms: {mine / least:.2f}x\n")
    return int(too_much)


def timed(ours: Callable[[], object], bare: Callable[[], object]) -> tuple[float, float]:
    """The CPU seconds of each, on average; the first time warms up."""
    taken = []
    for work in (ours, bare):
        work()
        start = spent()
        for _ in range(TIMES):
            work()
        taken.append((spent() - start) / TIMES)
    return taken[0], taken[1]


def spent() -> float:
    """CPU seconds of this process, and of those that it has started with the forks that have ended."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    running = psutil.Process().children(recursive=True)
    return process_time() + ended.ru_utime + ended.ru_stime + sum(sum(child.cpu_times()[:4]) for child in running)


def packed(documents: list[bytes], suffix: str) -> bytes:
    made = [make_exhibit("customer_messages", f"{number}.{suffix}", one) for number, one in enumerate(documents)]
    return compile_exhibits(None, list(enumerate(made, 1)), "a4")


def bare_pictures(documents: list[bytes]) -> bytes:
    """Pillow decodes, turns, reduces and encodes; pikepdf puts the pictures on pages."""
    target = pikepdf.new()
    for document in documents:
        image = ImageOps.exif_transpose(Image.open(BytesIO(document))).convert("RGB")
        scale = min(A4.width / image.width, A4.height / image.height)
        jpeg, (width, height) = reencode(image, STEPS[0], longest=max(image.size) * scale)
        picture = pikepdf.Stream(
            target, jpeg, Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=width, Height=height,
            ColorSpace=pikepdf.Name.DeviceRGB, BitsPerComponent=8, Filter=pikepdf.Name.DCTDecode,
        )  # fmt: skip
        A4.place_picture(target, picture, image.width * scale, image.height * scale)
    return saved(target)


def bare_documents(documents: list[bytes]) -> bytes:
    """pikepdf opens, puts the pages on sheets and saves; Pillow reduces the pictures in them."""
    target = pikepdf.new()
    for document in documents:
        for page in pikepdf.open(BytesIO(document)).pages:
            A4.place(target, target.copy_foreign(page.as_form_xobject()))
    for item in target.objects:
        if isinstance(item, pikepdf.Stream) and item.get("/Subtype") == pikepdf.Name.Image:
            jpeg, (item.Width, item.Height) = reencode(pikepdf.PdfImage(item).as_pil_image(), STEPS[0], longest=842)
            item.write(jpeg, filter=pikepdf.Name.DCTDecode)
    return saved(target)


def bare_forks(documents: list[bytes]) -> bytes:
    """A fork for each document opens it and draws its pages, so that nothing broken gets further."""
    for document in documents:
        child = os.fork()
        if not child:
            bare_documents([document])
            for page in pypdfium2.PdfDocument(document):
                page.get_textpage().get_text_range()
                page.render()
            os._exit(0)
        os.waitpid(child, 0)
    return bare_documents(documents)


def saved(target: pikepdf.Pdf) -> bytes:
    out = BytesIO()
    target.save(out)
    return out.getvalue()


def scanned(picture: bytes) -> bytes:
    """A PDF that is one scanned page."""
    target = pikepdf.new()
    image = pikepdf.Stream(
        target, picture, Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=2480, Height=3508,
        ColorSpace=pikepdf.Name.DeviceRGB, BitsPerComponent=8, Filter=pikepdf.Name.DCTDecode,
    )  # fmt: skip
    A4.place_picture(target, image, A4.width, A4.height)
    return saved(target)


LISTED = [
    Listed(number, pages.exhibit(name), ("receipt",)) for number, name in enumerate(("order_receipt", "mandate"), 1)
]
FACTS = pages.facts(pages.CHARGE, pages.ORDER, pages.SHIPMENT)


CASES = (pages.case(pages.dispute(id=f"du_{number}"), *LISTED) for number in count())


def written() -> None:
    """A letter to another dispute each time: Typst remembers what it has set before."""
    render_letter(next(CASES), FACTS, page_size="a4")


def bare_letter() -> Callable[[], object]:
    """Typst alone, with the source that a letter has."""
    seen: list[str] = []
    letters.typeset = lambda source: seen.append(source) or b""  # type: ignore[assignment,func-returns-value]
    written()
    letters.typeset = typeset
    ids = count()
    return lambda: typeset(seen[0].replace("du_0", f"dx_{next(ids)}"))


if __name__ == "__main__":
    sys.exit(main())
