"""Pictures inside texts."""

import base64
from io import BytesIO
from urllib.parse import quote

import pytest
from PIL import Image
from tests.unit.disputes.pages import noise, picture

from disputes.exhibits.blocks import Picture
from disputes.exhibits.markup import read_html
from disputes.exhibits.pictures import Pictures

PNG = picture(80, 40)
DATA = f"data:image/png;base64,{base64.b64encode(PNG).decode()}"


def shown(markup: str, **beside: bytes) -> list[Picture]:
    pictures = Pictures({f"cid:{name}": content for name, content in beside.items()})
    blocks = read_html(markup.encode(), pictures=pictures)
    return [run.picture for block in blocks for run in block.runs if run.picture]


@pytest.mark.parametrize(
    ("look", "size"),
    [
        ("", (60, 30)), ("width=160", (120, 60)), ("height=80", (120, 60)), ("width=160 height=160", (120, 120)),
        ("style='width:2in'", (144, 72)), ("width='100%'", (60, 30)), ("width=160 style='width:40px'", (30, 15)),
    ],
)  # fmt: skip
def test_a_picture_in_the_document_is_shown_at_the_size_it_asks_for(look: str, size: tuple[float, float]) -> None:
    (found,) = shown(f"<img src='{DATA}' {look}>")
    assert (found.width, found.height) == size
    assert Image.open(BytesIO(found.content)).size == (80, 40)


def test_a_picture_supplied_with_the_document_is_shown() -> None:
    assert len(shown("<img src='cid:a%20b'> <img src='cid:c'> <img src='cid:d'>", **{"a b": PNG, "c": PNG})) == 2


def test_a_large_picture_is_reduced() -> None:
    (found,) = shown("<img src='cid:a' width=200>", a=noise(2000, 1000))
    assert Image.open(BytesIO(found.content)).width == round(150 / 72 * 200)


@pytest.mark.parametrize(
    "address",
    [
        "https://example.com/1.png", "file:///etc/passwd", "data:image/png;base64,x", "data:image/png,%89PNG",
        "data:image/svg+xml,<svg/>", "data:text/html,x", "", f"data:image/png,{quote(PNG)[:-200]}",
    ],
)  # fmt: skip
def test_a_picture_that_is_missing_or_broken_is_named(address: str) -> None:
    blocks = read_html(f"<img src='{address}'>".encode())
    assert [block.text for block in blocks] == ["[picture not shown]"]


def test_a_picture_written_without_base64_is_shown() -> None:
    assert len(shown(f"<img src='data:image/png,{quote(PNG)}'>")) == 1


def test_a_picture_in_a_table_stays_there() -> None:
    (table,) = read_html(f"<table><tr><th>a<th>b<tr><td><img src='{DATA}'><td>c</table>".encode())
    assert [block.has_picture for cell in table.cells for block in cell.blocks] == [False, False, True, False]
    assert table.has_picture


def test_a_picture_that_is_hidden_is_not_shown() -> None:
    assert shown(f"<p>x<img src='{DATA}' hidden><span style='visibility:hidden'><img src='{DATA}'></span>") == []
