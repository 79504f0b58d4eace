"""Fields, notes and marks on PDF pages."""

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Stream, String
from tests.unit.disputes.exhibits.pdfs import annotated, cleaned, document, drawn, field, looks, note, texts

from disputes.checking.pdf import pdf_problems
from disputes.errors import DocumentError

VALUE = "Jönsson Łódź 你好"


def shown(pdf: pikepdf.Pdf) -> str:
    (lines,) = texts(cleaned(pdf))
    return "\n".join(lines)


def marked(pdf: pikepdf.Pdf) -> pikepdf.Pdf:
    """A page on which there is something to see."""
    pdf.pages[0].obj.Contents = Stream(pdf, b"0 0 9 9 re f")
    return pdf


@pytest.mark.parametrize("anew", [True, False])
def test_values_of_fields_are_kept_whole_in_every_script(anew: bool) -> None:
    lines = String("line one\rline two\n" + "long " * 20)
    pdf = cleaned(annotated(field(String(VALUE)), field(lines, 700, Ff=1 << 12), NeedAppearances=anew))
    found = " ".join(texts(pdf)[0])
    assert VALUE in found
    assert "line one line two long" in found
    assert found.count("long") == 20
    assert pdf_problems(pdf, page_size="a4", letter_pages=0) == []  # its fonts are in it


@pytest.mark.parametrize(("anew", "text"), [(False, "as drawn"), (True, "Value")])
def test_a_stored_appearance_is_used_unless_the_form_says_otherwise(anew: bool, text: str) -> None:
    pdf = annotated(field(String("Value")), NeedAppearances=anew)
    pdf.pages[0].obj.Annots[0].AP = looks(pdf, "as drawn")
    assert shown(pdf) == text


@pytest.mark.parametrize(
    ("one", "text"),
    [
        (field(String("secret"), Ff=1 << 13), "******"),
        (field(String("b"), kind=Name.Ch, Opt=Array([Array([String("b"), String("Blue")]), String("red")])), "Blue"),
        (field(Array([String("a"), String("c")]), kind=Name.Ch), "a\nc"),
        (field(Name.Chosen, kind=Name.Ch), "/Chosen"),
        (field(String(" ")), ""),
        (field(String("x"), kind=Name.Btn), "✔"),
        (field(String("x"), kind=Name.Btn, Ff=1 << 16), ""),
        (field(String("is too long for one line " * 3), DA=String("/Helv 16 Tf 0 g")), "is too long for one line " * 3),
        (field(String("auto"), DA=String("/Helv 0 Tf 0 g"), Q=1), "auto"),
    ],
)
def test_a_field_shows_what_its_viewer_shows(one: Dictionary, text: str) -> None:
    assert shown(marked(annotated(one))).split() == text.split()


def test_a_value_inherited_from_a_parent_field_and_one_in_a_stream_are_found() -> None:
    pdf = annotated(note("Widget", 800), field(String("")))
    first, second = pdf.pages[0].obj.Annots
    first.Parent = pdf.make_indirect(Dictionary(FT=Name.Tx, T=String("a"), V=String("above")))
    second.V = Stream(pdf, b"stream")
    second.Rect = Array([350, 640, 50, 600])  # from right to left
    assert shown(pdf) == "above stream"


def test_a_field_without_height_shows_nothing() -> None:
    pdf = annotated(field(String("x")))
    pdf.pages[0].obj.Annots[0].Rect = Array([50, 700, 350, 700])
    assert shown(marked(pdf)) == ""


@pytest.mark.parametrize(("turn", "is_wide"), [(0, True), (90, False), (180, True), (270, False)])
def test_a_rotated_field_stays_rotated(turn: int, is_wide: bool) -> None:
    one = field(String("A long value in a field"), MK=Dictionary(R=turn))
    one.Rect = Array([100, 400, 300, 600])
    box = drawn(cleaned(annotated(one))).convert("L").point(lambda value: 255 - value).getbbox()
    assert box
    assert (box[2] - box[0] > box[3] - box[1]) is is_wide


def test_only_annotations_that_are_visible_on_the_screen_are_shown() -> None:
    pdf = annotated(
        *(note("FreeText", 800 - 50 * at, F=flags) for at, flags in enumerate((0, 4, 2, 36))), note("Link", 500)
    )
    for one, name in zip(pdf.pages[0].obj.Annots, ("screen", "both", "hidden", "print only", "link"), strict=True):
        one.AP = looks(pdf, name)
    pdf.pages[0].obj.Annots.append(pdf.make_indirect(Array()))
    assert shown(pdf) == "screen both"


def test_marks_and_notes_without_an_appearance_are_drawn() -> None:
    area = Array([50, 800, 350, 800, 50, 760, 350, 760])
    pdf = cleaned(
        annotated(
            note("Highlight", 800, QuadPoints=area, C=Array([1, 1, 0])),
            note("Ink", 700, InkList=Array([Array([50, 660, 350, 700])]), C=Array([1, 0, 0])),
            note("FreeText", 600, Contents=String("A note"), DA=String("/Helv 12 Tf")),
        )
    )
    assert texts(pdf) == [["A note"]]
    colours = {colour for _, colour in drawn(pdf).getcolors(100_000)}
    assert any(red > 200 and blue < 100 for red, _, blue in colours)
    assert any(red > 200 and green > 200 and blue < 50 for red, green, blue in colours)


@pytest.mark.parametrize("kind", ["Line", "Polygon", "PolyLine", "Stamp"])
def test_a_drawing_that_only_some_viewers_show_is_refused(kind: str) -> None:
    pdf = annotated(note(kind, 800))
    with pytest.raises(DocumentError, match=r"not every viewer shows. Print it"):
        cleaned(pdf)
    pdf.pages[0].obj.Annots[0].AP = looks(pdf, "drawn")
    assert shown(pdf) == "drawn"


def test_annotations_of_a_cropped_page_stay_in_their_place() -> None:
    pdf = annotated(note("Square", 500, C=Array([1, 0, 0])))
    pdf.pages[0].obj.CropBox = Array([50, 400, 450, 600])
    page = drawn(cleaned(pdf)).convert("L").point(lambda value: 255 * (value < 200))
    box = page.getbbox()
    assert box
    assert (box[2] - box[0], box[3] - box[1]) == pytest.approx((300, 40), abs=3)


def test_the_same_form_gives_the_same_bytes() -> None:
    def form() -> bytes:
        return cleaned(annotated(field(String(VALUE)), note("Highlight", 600, C=Array([1, 1, 0]))))

    assert form() == form()


def test_a_pdf_with_a_hidden_layer_is_refused() -> None:
    def layered(off: list[int]) -> pikepdf.Pdf:
        show = "/OC /L{0} BDC BT /F1 20 Tf 50 {1} Td (layer {0}) Tj ET EMC"
        pdf = document(" ".join(show.format(number, 700 - 100 * number) for number in range(2)))
        layers = [pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String(str(number)))) for number in range(3)]
        pdf.pages[0].obj.Resources.Properties = Dictionary(L0=layers[0], L1=layers[1])
        pdf.Root.OCProperties = Dictionary(
            OCGs=Array(layers), D=Dictionary(OFF=Array([layers[number] for number in off]))
        )
        return pdf

    with pytest.raises(DocumentError, match=r"layers that are hidden. Print it"):
        cleaned(layered([1]))
    assert texts(cleaned(layered([])))[0] == ["layer 0", "layer 1"]
    assert texts(cleaned(layered([2])))[0] == ["layer 0", "layer 1"]  # nothing is in it
