"""Two hundred documents of mixed kinds and sizes, 40 MB in all, pack within every limit."""

from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage
from io import BytesIO
from random import Random

import pikepdf
from pikepdf import Dictionary, Name, Stream
from PIL import Image
from tests.unit.disputes.pages import dispute, packet

from disputes.exhibits.exhibits import make_exhibit
from disputes.exhibits.making import page_count
from disputes.limits import ALL_BYTES, MASTERCARD_PAGES, PAGES, text_pages

ESSENTIAL = ("proof_of_delivery", "customer_messages")
OTHERS = ("shipping_label", "delivery_photo", "signed_delivery", "order_receipt", "order_confirmation", "refund_policy")
TOTAL = 40_000_000


def photo(random: Random, kind: str, size: int) -> bytes:
    """An image of about this many bytes."""
    side = max(40, int((size * (0.8 if kind == "JPEG" else 0.33)) ** 0.5))
    noisy = Image.frombytes("RGB", (side, side), random.randbytes(side * side * 3))
    out = BytesIO()
    noisy.save(out, kind, **({"quality": 80} if kind == "JPEG" else {}))
    return out.getvalue()


def scan(random: Random, pages: int, size: int) -> bytes:
    """A PDF of scanned pages."""
    pdf, each = pikepdf.new(), photo(random, "JPEG", size // pages)
    side = Image.open(BytesIO(each)).width
    image = Stream(
        pdf, each, Type=Name.XObject, Subtype=Name.Image, Width=side, Height=side, BitsPerComponent=8,
        ColorSpace=Name.DeviceRGB, Filter=Name.DCTDecode,
    )  # fmt: skip
    for _ in range(pages):
        page = pdf.add_blank_page(page_size=(595, 842))
        page.obj.Resources = Dictionary(XObject=Dictionary(Im=image))
        page.obj.Contents = Stream(pdf, b"q 500 0 0 500 40 200 cm /Im Do Q")
    out = BytesIO()
    pdf.save(out)
    return out.getvalue()


def words(random: Random, count: int) -> str:
    return " ".join("".join(random.choices("aeinorst", k=random.randint(2, 9))) for _ in range(count))


def mail(random: Random, size: int) -> bytes:
    made = EmailMessage()
    made["From"], made["Subject"] = "ana@example.com", "Order 1001"
    made.set_content(words(random, 80))
    made.add_attachment(photo(random, "JPEG", size), maintype="image", subtype="jpeg", filename="photo.jpg")
    return bytes(made)


def document(number: int) -> tuple[str, bytes]:
    """A document; a few are large, as in real life."""
    random = Random(number)
    size = 2_080_000 if number % 8 == 0 else random.randint(2_000, 110_000)
    text = words(random, random.randint(20, 900))
    kinds = {
        "jpg": lambda: photo(random, "JPEG", size),
        "png": lambda: photo(random, "PNG", size),
        "pdf": lambda: scan(random, random.randint(1, 4), size),
        "eml": lambda: mail(random, size),
        "webp": lambda: photo(random, "JPEG", size),
        "tiff": lambda: photo(random, "TIFF", size),
        "txt": text.encode,
        "html": f"<h1>Order</h1><p>{text}</p>".encode,
        "md": f"# Order\n\n{text}".encode,
        "csv": lambda: "\n".join(["at,ip", *(f"2026-09-01,203.0.113.{n % 250}" for n in range(size // 100))]).encode(),
    }
    suffix = list(kinds)[number // 8 % 6 if number % 8 == 0 else number % 10]
    name = ESSENTIAL[number] if number < len(ESSENTIAL) else OTHERS[number % len(OTHERS)]
    return f"{name}-{number}.{suffix}", kinds[suffix]()


def test_two_hundred_documents_pack_within_every_limit() -> None:
    documents = [document(number) for number in range(200)]
    assert TOTAL * 0.9 < sum(len(content) for _, content in documents) <= TOTAL
    with ThreadPoolExecutor(2) as pool:
        exhibits = list(pool.map(lambda one: make_exhibit(one[0].partition("-")[0], *one), documents))
    for network, code, limit in (("visa", "10.4", PAGES), ("mastercard", "4837", MASTERCARD_PAGES)):
        made = packet(*exhibits, of=dispute(network=network, code=code))
        manifest = made.manifest
        pages = sum(page_count(pdf) for pdf in made.files.values()) + text_pages(manifest.fields)
        assert sum(map(len, made.files.values())) <= ALL_BYTES
        assert limit - 4 <= pages <= limit
        dropped = {one.filename for one in manifest.dropped}
        held = {one.filename for entry in manifest.files.values() for one in entry.exhibits}
        assert held | dropped == {name for name, _ in documents}
        assert not held & dropped
        assert {documents[0][0], documents[1][0]} <= held
