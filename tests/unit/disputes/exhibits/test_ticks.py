"""Checkboxes and radio buttons."""

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Stream, String
from tests.unit.disputes.exhibits.pdfs import annotated, cleaned, drawn, field, looks, texts

from disputes.errors import DocumentError

RADIO = 1 << 15


def box(**more: object) -> Dictionary:
    one = field(more.pop("V", Name.Off), kind=Name.Btn, **more)
    one.Rect = Array([60, 600, 80, 620])
    return one


def shown(*boxes: Dictionary, **form: object) -> str:
    pdf = annotated(*boxes, **form)
    pdf.pages[0].obj.Contents = Stream(pdf, b"0 0 9 9 re f")
    return "".join(texts(cleaned(pdf))[0])


@pytest.mark.parametrize("form", [{}, {"NeedAppearances": True}])
@pytest.mark.parametrize(
    ("entries", "sign"),
    [
        ({"V": Name.Yes, "AS": Name.Yes}, "✔"),
        ({"V": Name.Yes}, "✔"),
        ({"V": "Yes"}, "✔"),
        ({"AS": Name.Yes, "MK": {"/CA": "8"}}, "✘"),
        ({"AS": Name.Yes, "MK": {"/CA": "?"}}, "✔"),
        ({"AS": Name.b, "Ff": RADIO, "V": Name.b}, "●"),
        ({"AS": Name.Off, "V": Name.Off}, ""),
        ({}, ""),
        ({"V": ""}, ""),
        ({"Ff": RADIO}, ""),
    ],
)
def test_a_tick_without_an_appearance_is_drawn(entries: dict, sign: str, form: dict) -> None:
    assert shown(box(**entries), **form) == sign


def test_the_line_around_a_box_is_drawn_whether_it_is_ticked_or_not() -> None:
    def dark(one: Dictionary) -> int:
        return sum(drawn(cleaned(annotated(one))).convert("L").histogram()[:128])

    empty = dark(box(MK=Dictionary(BC=Array([0]))))
    ticked = dark(box(AS=Name.Yes, MK=Dictionary(BC=Array([0]))))
    assert ticked > empty + 20 > 60


def test_a_stored_appearance_of_a_tick_is_used() -> None:
    pdf = pikepdf.new()
    ticked = looks(pdf, "my tick").N
    for one in (box(AS=Name.Yes), box(V=Name.Yes), box(Ff=RADIO, V=Name.Yes)):
        made = annotated(one)
        made.pages[0].obj.Annots[0].AP = Dictionary(N=Dictionary(Yes=made.copy_foreign(pdf.make_indirect(ticked))))
        assert texts(cleaned(made)) == [["my tick"]]


def test_an_appearance_of_another_state_is_not_used() -> None:
    made = annotated(box(AS=Name.Yes))
    made.pages[0].obj.Annots[0].AP = Dictionary(N=Dictionary(On=looks(made, "other").N))
    assert texts(cleaned(made)) == [["✔"]]


def test_a_single_appearance_for_every_state_is_used() -> None:
    made = annotated(box(AS=Name.Yes))
    made.pages[0].obj.Annots[0].AP = looks(made, "always")
    assert texts(cleaned(made)) == [["always"]]


def test_the_unticked_box_of_several_stays_empty() -> None:
    made = annotated(box(Ff=RADIO, V=Name.a), field(String("text"), 500))
    made.pages[0].obj.Annots[0].AP = Dictionary(N=Dictionary(b=looks(made, "b").N))
    assert texts(cleaned(made)) == [["text"]]


def test_boxes_that_do_not_show_which_one_is_ticked_are_refused() -> None:
    with pytest.raises(DocumentError, match=r"ticked box that not every viewer shows.*print it to a new PDF"):
        shown(box(Ff=RADIO, V=Name.a))
