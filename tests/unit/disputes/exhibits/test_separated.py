"""Rows of CSV, whatever separates their columns."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disputes.errors import DocumentError
from disputes.exhibits.separated import read_rows


@pytest.mark.parametrize(
    ("text", "head"),
    [
        ("sep=;\nTime;IP, address\n1;2\n", ("Time", "IP, address")),
        ('"sep=|"\na|b\n', ("a", "b")),
        ("sep=,", None),
        ('"Surname, name; title",Amount\n"Doe, J; Dr",1\n"Roe, K; Ms",2\n', ("Surname, name; title", "Amount")),
        ("Day;Amount\n1.9.;1,50\n2.9.;2,50\n", ("Day", "Amount")),
        ("Report, made today\n\nDay;Amount;Note\n1.9.;1,50;a\n2.9.;2,50;b\n", ("Day", "Amount", "Note")),
        ('Day,Note\n1,"first\nsecond; third; fourth"\n2,"x"\n', ("Day", "Note")),
        ("only one column\nand no more\n", ("only one column",)),
    ],
)
def test_the_head_of_a_table_is_found(text: str, head: tuple[str, ...] | None) -> None:
    if head is None:
        with pytest.raises(DocumentError, match="no text"):
            read_rows(text)
    else:
        assert read_rows(text)[1][0] == head


CELL = st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), min_size=1).map(str.strip).filter(bool)


@given(st.lists(st.lists(CELL, min_size=3, max_size=3), min_size=2, max_size=9), st.sampled_from(",;\t|"))
def test_quoted_cells_come_out_as_they_went_in(rows: list[list[str]], delimiter: str) -> None:
    text = "\n".join(delimiter.join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows)
    above, found = read_rows(text)
    assert [list(row) for row in (*above, *found)] == rows
