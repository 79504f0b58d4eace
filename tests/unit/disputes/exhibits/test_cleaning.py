"""What is done to untrusted documents; called here without the isolated process around it."""

from io import BytesIO
from random import Random

import pikepdf
import pypdfium2
import pytest
from pikepdf import Array, Dictionary, Name, Stream, String
from PIL import Image, ImageCms
from tests.unit.disputes.pages import noise, page_text, picture

from disputes.errors import DocumentError
from disputes.exhibits import cleaning, picture_limit
from disputes.exhibits.cleaning import shrink_pdf
from disputes.exhibits.images import STEPS, Quality, shrink_images
from disputes.exhibits.sheets import MARGIN, Sheet

A4 = Sheet("a4")


def clean_pdf(content: bytes, sheet: Sheet, quality: Quality) -> bytes:
    return cleaning.clean_pdf(content, sheet, quality).content


def clean_image(content: bytes, sheet: Sheet, quality: Quality) -> bytes:
    return cleaning.clean_image(content, sheet, quality).content


def pages(pdf: bytes) -> list[tuple[float, float]]:
    return [page.get_size() for page in pypdfium2.PdfDocument(pdf)]


def drawn(pdf: bytes, page: int = 0) -> Image.Image:
    return pypdfium2.PdfDocument(pdf)[page].render(scale=1).to_pil().convert("L")


def written(pdf: pikepdf.Pdf, **how) -> bytes:
    out = BytesIO()
    pdf.save(out, **how)
    return out.getvalue()


def document(count: int = 1, size: tuple[float, float] = (595, 842), text: str = "Hello") -> pikepdf.Pdf:
    pdf = pikepdf.new()
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    for _ in range(count):
        page = pdf.add_blank_page(page_size=size)
        page.obj.Resources = Dictionary(Font=Dictionary(F1=font))
        page.obj.Contents = Stream(pdf, f"BT /F1 24 Tf 50 {size[1] - 60} Td ({text}) Tj ET".encode())
    return pdf


def test_a_landscape_document_is_placed_on_portrait_sheets() -> None:
    cleaned = clean_pdf(written(document(2, size=(1190, 842))), A4, STEPS[0])
    assert [tuple(map(round, size)) for size in pages(cleaned)] == [(595, 842)] * 2
    assert page_text(cleaned).count("Hello") == 2


def test_a_rotated_page_is_shown_upright() -> None:
    pdf = document(size=(842, 595))
    pdf.pages[0].obj.Rotate = 90
    box = drawn(clean_pdf(written(pdf), A4, STEPS[0])).point(lambda value: 255 - value).getbbox()
    assert box
    assert box[3] - box[1] > box[2] - box[0]


def test_no_active_content_is_left() -> None:
    pdf = document()
    script = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))
    link = Dictionary(
        Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 100, 100]),
        A=Dictionary(S=Name.URI, URI=String("https://evil.example")),
    )  # fmt: skip
    field = Dictionary(
        Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, T=String("name"), V=String("Filled in"),
        Rect=Array([50, 500, 300, 530]), DA=String("/Helv 12 Tf 0 g"), F=4,
    )  # fmt: skip
    page = pdf.pages[0].obj
    page.Annots = Array([pdf.make_indirect(link), pdf.make_indirect(field)])
    page.AA = Dictionary(O=script)
    pdf.Root.OpenAction = script
    helvetica = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    pdf.Root.AcroForm = Dictionary(
        Fields=Array([page.Annots[1]]), NeedAppearances=True, DR=Dictionary(Font=Dictionary(Helv=helvetica))
    )
    pdf.attachments["virus.exe"] = b"MZ"
    image = Stream(pdf, b"\0" * 3, Type=Name.XObject, Subtype=Name.Image, Width=1, Height=1, BitsPerComponent=8,
                   ColorSpace=Name.DeviceRGB, Metadata=Stream(pdf, b"<x:secret/>"))  # fmt: skip
    page.Resources.XObject = Dictionary(Im=image)
    with pdf.open_outline() as outline:
        outline.root.append(pikepdf.OutlineItem("Title", 0))
    cleaned = clean_pdf(written(pdf), A4, STEPS[0])
    plain = written(pikepdf.open(BytesIO(cleaned)), qdf=True, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    for word in (b"JavaScript", b"evil", b"/URI", b"/Annots", b"EmbeddedFile", b"virus", b"secret", b"/Outlines"):
        assert word not in plain
    assert "Filled in" in page_text(cleaned)


def test_a_damaged_file_is_repaired() -> None:
    whole = written(document(), object_stream_mode=pikepdf.ObjectStreamMode.disable)
    assert "Hello" in page_text(clean_pdf(whole[: whole.rindex(b"startxref")] + b"startxref\n1\n%%EOF", A4, STEPS[0]))


def test_a_damaged_file_that_has_its_end_is_called_blank_rather_than_cut_off() -> None:
    page = b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]>>endobj\n"
    tree = b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    with pytest.raises(DocumentError, match="is blank: nothing can be seen"):
        clean_pdf(b"%PDF-1.4\n" + page + tree + b"trailer<</Root 1 0 R>>\n%%EOF\n", A4, STEPS[0])


def test_the_rest_of_a_damaged_file_is_not_sent_as_the_whole() -> None:
    whole = written(document(3), object_stream_mode=pikepdf.ObjectStreamMode.disable)
    for content in (whole[: len(whole) // 2], whole[: whole.rindex(b"endobj") - 30], scan(600, 800)[:-2000]):
        with pytest.raises(DocumentError, match=r"is cut off.*whole file"):
            clean_pdf(content, A4, STEPS[0])
    lost = document()
    lost.pages[0].obj.Resources.Font.F2 = lost.make_indirect(Dictionary(Type=Name.Font))
    content = written(lost, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    again = pikepdf.open(BytesIO(content))
    number = again.pages[0].obj.Resources.Font.F2.objgen[0]
    assert clean_pdf(content, A4, STEPS[0])
    with pytest.raises(DocumentError, match="is cut off"):
        clean_pdf(content.replace(f"\n{number} 0 obj".encode(), b"\n99 0 obj")[: content.rindex(b"xref")], A4, STEPS[0])


def test_an_empty_page_in_a_sound_file_is_not_damage() -> None:
    pdf = document(2)
    del pdf.pages[1].obj.Contents
    assert len(pages(clean_pdf(written(pdf), A4, STEPS[0]))) == 2


def test_a_pdf_that_cannot_be_used_is_refused_with_the_reason() -> None:
    locked = written(document(), encryption=pikepdf.Encryption(owner="a", user="b"))
    cases = {"encrypted": locked, "has no pages": written(pikepdf.new()), "60 pages": written(document(60))}
    for problem, content in cases.items():
        with pytest.raises(DocumentError, match=problem) as caught:
            clean_pdf(content, A4, STEPS[0])
        assert caught.value.remedy


def scan(width: int, height: int, **how) -> bytes:
    """A PDF that is one image."""
    pdf = document()
    image = Stream(pdf, noise(width, height), Type=Name.XObject, Subtype=Name.Image, Width=width, Height=height,
                   BitsPerComponent=8, ColorSpace=Name.DeviceRGB, Filter=Name.DCTDecode)  # fmt: skip
    for key, value in how.items():
        image[f"/{key}"] = value(pdf) if callable(value) else value
    page = pdf.pages[0].obj
    page.Resources.XObject = Dictionary(Im=image)
    page.Contents = Stream(pdf, b"q 595 0 0 842 0 0 cm /Im Do Q")
    return written(pdf)


def profile(pdf: pikepdf.Pdf) -> Array:
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return Array([Name.ICCBased, pdf.make_indirect(Stream(pdf, srgb, N=3))])


@pytest.mark.parametrize("space", [Name.DeviceRGB, profile])
def test_a_large_scan_shrinks_and_stays_readable(space: object) -> None:
    content = scan(2480, 3508, ColorSpace=space)
    cleaned = clean_pdf(content, A4, STEPS[0])
    smaller = shrink_pdf(cleaned, STEPS[-1])
    assert len(smaller) < len(cleaned) < len(content)
    pdf = pikepdf.open(BytesIO(smaller))
    (image,) = [one for one in pdf.objects if isinstance(one, Stream) and "/Width" in one]
    assert image.Height == round(841.89 / 72 * STEPS[-1].dpi)


@pytest.mark.parametrize(
    "how",
    [
        {"ColorSpace": lambda pdf: Array([Name.Indexed, Name.DeviceGray, 255, String(bytes(256))])},
        {"Decode": Array([1, 0, 1, 0, 1, 0])},
        {"Mask": Array([0, 1, 0, 1, 0, 1])},
        {"SMask": lambda pdf: Stream(pdf, b"\0", Subtype=Name.Image, Width=1, Height=1, Matte=Array([0, 0, 0]))},
        {"BitsPerComponent": 16},
        {"ColorSpace": lambda pdf: Array([Name.ICCBased, pdf.make_indirect(Stream(pdf, b"broken", N=3))])},
    ],
)
def test_an_image_that_cannot_be_stored_as_jpeg_is_left_alone(how: dict) -> None:
    pdf = pikepdf.open(BytesIO(scan(2480, 3508, **how)))
    shrink_images(pdf, STEPS[0])
    assert [one.Width for one in pdf.objects if isinstance(one, Stream) and one.get("/Width", 1) > 1] == [2480]


def test_an_image_that_would_grow_is_left_alone() -> None:
    small = BytesIO()
    Image.open(BytesIO(noise(700, 900))).save(small, "JPEG", quality=5)
    pdf = pikepdf.open(BytesIO(scan(700, 900)))
    (image,) = [one for one in pdf.objects if isinstance(one, Stream) and "/Width" in one]
    image.write(small.getvalue(), filter=Name.DCTDecode)
    shrink_images(pdf, STEPS[0])
    assert image.read_raw_bytes() == small.getvalue()


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16"])
def test_an_image_of_any_depth_is_shown(mode: str) -> None:
    kind = "JPEG" if mode == "CMYK" else "PNG"
    content = picture(400, 200, "L", kind)
    if mode == "I;16":
        wide = Image.frombytes("I;16", (256, 2), b"".join(bytes((0, value)) for value in range(256)) * 2)
        out = BytesIO()
        wide.resize((400, 200)).save(out, "PNG")
        content = out.getvalue()
    elif mode != "L":
        content = picture(400, 200, mode, kind)
    page = drawn(clean_image(content, A4, STEPS[0]))
    row = [page.getpixel((round(MARGIN + A4.width / 2 + offset), 150)) for offset in (-140, 140)]
    assert max(row) > 150 > 100 > min(row)


def test_every_page_of_a_fax_is_shown() -> None:
    def fax(count: int) -> bytes:
        sheets = [Image.new("1", (50, 40 + page), 1) for page in range(count)]
        sheets[-1].putpixel((9, 9), 0)
        out = BytesIO()
        sheets[0].save(out, "TIFF", save_all=True, append_images=sheets[1:])
        return out.getvalue()

    assert len(pages(clean_image(fax(3), A4, STEPS[0]))) == 3
    with pytest.raises(DocumentError, match="has 50 pages"):
        clean_image(fax(50), A4, STEPS[0])


@pytest.mark.parametrize(
    ("dpi", "height"), [((204, 98), 208), ((204, 196), 104), ((200, 200), 100), ((98, 204), 100), ((204, 1), 100)]
)
def test_a_fax_with_unequal_resolutions_keeps_its_height(dpi: tuple[int, int], height: int) -> None:
    out, dark = BytesIO(), Image.new("1", (300, 100), 0)
    dark.paste(1, (100, 40, 200, 60))
    dark.save(out, "TIFF", dpi=dpi)
    box = drawn(clean_image(out.getvalue(), A4, STEPS[0])).point(lambda value: 255 - value).getbbox()
    assert box
    assert (box[3] - box[1]) * 96 / 72 == pytest.approx(height, abs=3)


def test_a_broken_picture_is_refused() -> None:
    with pytest.raises(DocumentError, match=r"broken picture.*save it as JPEG"):
        clean_image(b"\x89PNG\r\n\x1a\n", A4, STEPS[0])


def test_a_picture_of_noise_is_shown() -> None:
    noisy = Image.frombytes("RGB", (600, 600), Random(1).randbytes(600 * 600 * 3))
    out = BytesIO()
    noisy.save(out, "PNG")
    assert len(pages(clean_image(out.getvalue(), A4, STEPS[0]))) == 1


@pytest.mark.parametrize(
    ("mode", "most"), [("I", 255), ("I", 65_535), ("I", 2_000_000_000), ("F", 1), ("F", 255), ("F", 1e9)]
)
def test_a_32_bit_picture_is_not_black(mode: str, most: float) -> None:
    out = BytesIO()
    Image.linear_gradient("L").convert(mode).point(lambda value: value * (most / 255) + 0).save(out, "TIFF")
    assert drawn(clean_image(out.getvalue(), A4, STEPS[0])).crop((230, 110, 370, 250)).getextrema()[1] > 150
    assert drawn(clean_image(out.getvalue(), A4, STEPS[0])).getextrema()[0] < 50


def test_transparent_areas_are_white() -> None:
    out, clear = BytesIO(), Image.new("RGBA", (100, 100), (0, 0, 0, 0))
    clear.paste((0, 0, 0, 255), (40, 40, 60, 60))
    clear.save(out, "PNG")
    page = drawn(clean_image(out.getvalue(), A4, STEPS[0]))
    assert page.histogram()[0] == pytest.approx(15 * 15, abs=40)
    clear.paste((255, 255, 255, 255), (40, 40, 60, 60))
    clear.save(out := BytesIO(), "PNG")
    with pytest.raises(DocumentError, match=r"is a blank picture: .* Supply the picture again"):
        clean_image(out.getvalue(), A4, STEPS[0])


def test_a_photo_is_shown_upright() -> None:
    exif = Image.Exif()
    exif[0x112] = 6
    content = picture(300, 100, kind="JPEG", exif=exif)
    box = drawn(clean_image(content, A4, STEPS[0])).point(lambda value: 255 * (value < 200)).getbbox()
    assert box
    assert box[3] - box[1] > box[2] - box[0]


def test_a_screenshot_is_kept_without_loss_and_a_photo_as_jpeg() -> None:
    def kept(content: bytes) -> str:
        pdf = pikepdf.open(BytesIO(clean_image(content, A4, STEPS[0])))
        return str(pdf.pages[0].obj.Resources.XObject.Exhibit.Filter)

    flat, shot = BytesIO(), Image.new("RGB", (400, 300), "teal")
    shot.paste("white", (50, 50, 350, 80))
    shot.save(flat, "PNG")
    assert kept(flat.getvalue()) == "/FlateDecode"
    assert kept(noise(400, 300)) == "/DCTDecode"


def test_a_large_photo_is_reduced_to_the_sheet() -> None:
    pdf = pikepdf.open(BytesIO(clean_image(noise(4000, 1000), A4, STEPS[0])))
    assert pdf.pages[0].obj.Resources.XObject.Exhibit.Width == round(A4.width / 72 * STEPS[0].dpi)


def test_a_very_tall_screenshot_is_spread_over_several_sheets() -> None:
    assert len(pages(clean_image(picture(300, 2000), A4, STEPS[0]))) > 3
    assert len(pages(clean_image(picture(300, 600), A4, STEPS[0]))) == 1
    assert len(pages(clean_image(picture(20, 2000), A4, STEPS[0]))) == 1
    with pytest.raises(DocumentError, match="so tall"):
        clean_image(picture(100, 20_000, "1"), A4, STEPS[0])


def test_an_image_that_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picture_limit, "in_force", 10_000)
    with pytest.raises(DocumentError, match="has 200 x 100 pixels"):
        clean_image(picture(200, 100), A4, STEPS[0])


def test_a_scan_over_several_sheets_is_reduced_no_further_than_one_on_a_single_sheet() -> None:
    content = scan(1000, 6000)
    pdf = pikepdf.open(BytesIO(content))
    pdf.pages[0].mediabox = [0, 0, 400, 2400]
    pdf.pages[0].obj.Resources.XObject.Again = pdf.pages[0].obj.Resources.XObject.Im
    pdf.pages[0].obj.Contents = Stream(pdf, b"q 400 0 0 2400 0 0 cm /Im Do Q")
    cleaned = clean_pdf(written(pdf), A4, STEPS[0])
    assert len(pages(cleaned)) == 4
    for made in (cleaned, shrink_pdf(cleaned, STEPS[-1])):
        pdf = pikepdf.open(BytesIO(made))
        (image,) = [one for one in pdf.objects if isinstance(one, Stream) and "/Width" in one]
        assert image.Height > 2400 / 72 * STEPS[-1].dpi


def test_the_same_document_gives_the_same_bytes() -> None:
    content = written(document(), deterministic_id=True)
    assert clean_pdf(content, A4, STEPS[0]) == clean_pdf(content, A4, STEPS[0])
    assert clean_image(noise(300, 200), A4, STEPS[0]) == clean_image(noise(300, 200), A4, STEPS[0])
