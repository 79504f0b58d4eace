"""How items of lists are counted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disputes.exhibits.lists import write_number
from disputes.exhibits.markup import read_html


@pytest.mark.parametrize(
    ("markup", "markers"),
    [
        ("<ol start=5><li>a<li>b</ol>", ["5.", "6."]),
        ("<ol start=0><li>a<li value=7>b<li>c</ol>", ["0.", "7.", "8."]),
        ("<ol start='-1'><li>a<li>b</ol>", ["-1.", "0."]),
        ("<ol start=x><li>a<li value>b</ol>", ["1.", "2."]),
        (f"<ol start={'9' * 5000}><li>a</ol>", ["1."]),
        ("<ul start=5><li value=5>a</ul>", ["•"]),
        ("<ol type=a><li>a<li>b</ol>", ["a.", "b."]),
        ("<ol type=A start=26><li>a<li>b</ol>", ["Z.", "AA."]),
        ("<ol type=i><li>a<li value=4>b</ol>", ["i.", "iv."]),
        ("<ol type=I start=4><li>a<li>b</ol>", ["IV.", "V."]),
        ("<ol type=1><li>a<li type=a>b</ol>", ["1.", "b."]),
        ("<ol reversed><li>a<li>b<li>c</ol>", ["3.", "2.", "1."]),
        ("<ol reversed start=9><li>a<li>b</ol>", ["9.", "8."]),
        ("<ol reversed><li>a<li hidden>b<li>c</ol>", ["2.", "1."]),
        ("<ul type=square><li>a</ul>", ["▪"]),
        ("<style>ol{list-style-type:upper-roman}</style><ol><li>a<li>b</ol>", ["I.", "II."]),
        ("<style>ol{list-style:lower-greek inside}</style><ol><li>a<li>b</ol>", ["\u03b1.", "β."]),
        ("<style>ol{list-style:none}</style><ol><li>a</ol>", [""]),
        ("<style>ul{list-style-type:'§ '}</style><ul><li>a</ul>", ["§"]),
        ("<style>ol{list-style-type:decimal-leading-zero}</style><ol><li>a</ol>", ["01."]),
        ("<ol type=a start=0><li>a</ol>", ["0."]),
    ],
)
def test_items_keep_their_markers(markup: str, markers: list[str]) -> None:
    assert [block.marker for block in read_html(markup.encode())] == markers


@given(st.integers(1, 3999))
def test_roman_numerals_read_back_as_their_number(number: int) -> None:
    values = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100, "d": 500, "m": 1000}
    found = [values[letter] for letter in write_number(number, "lower-roman")[:-1]]
    assert sum(-one if one < after else one for one, after in zip(found, [*found[1:], 0], strict=True)) == number
    assert write_number(number, "upper-roman") == write_number(number, "lower-roman").upper()


def test_a_number_too_large_for_roman_numerals_is_written_in_figures() -> None:
    assert write_number(4000, "lower-roman") == "4000."


@given(st.integers(1, 100_000))
def test_letters_read_back_as_their_number(number: int) -> None:
    value = 0
    for letter in write_number(number, "lower-alpha")[:-1]:
        value = value * 26 + ord(letter) - ord("a") + 1
    assert value == number
