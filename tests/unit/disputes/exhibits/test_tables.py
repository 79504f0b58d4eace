"""Where cells of tables are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disputes.exhibits.blocks import Block
from disputes.exhibits.markup import read_html


def table(rows: str) -> Block:
    (found,) = read_html(f"<table>{rows}</table>".encode())
    return found


def grid(found: Block) -> list[str]:
    """The rows, each a string of the one-letter cells that are in its columns."""
    width = max(cell.column + cell.columns for cell in found.cells)
    height = max(cell.row + cell.rows for cell in found.cells)
    rows = [["."] * width for _ in range(height)]
    for cell in found.cells:
        for row in range(cell.row, cell.row + cell.rows):
            for column in range(cell.column, cell.column + cell.columns):
                assert rows[row][column] == "."
                rows[row][column] = cell.text or "_"
    return ["".join(row) for row in rows]


@pytest.mark.parametrize(
    ("rows", "shown", "head"),
    [
        ("<tr><th>a<th>b<tr><td>c<td>d", ["ab", "cd"], 1),
        ("<tr><th colspan=2>a<th>b<tr><td>c<td>d<td>e", ["aab", "cde"], 1),
        ("<tr><th rowspan=2>a<th colspan=2>b<tr><th>c<th>d<tr><td>1<td>2<td>3", ["abb", "acd", "123"], 2),
        ("<tr><th rowspan=2>a<th colspan=2>b<tr><td>c<td>d<tr><td>1<td>2<td>3", ["abb", "acd", "123"], 2),
        ("<tr><th rowspan=2>a<th>b<tr><td>c", ["ab", "ac"], 0),
        ("<tr><td rowspan=2>a<td>b<tr><td>c<tr><td>d<td>e", ["ab", "ac", "de"], 0),
        ("<tr><td rowspan=0>a<td>b<tr><td>c<tr><td>d", ["ab", "ac", "ad"], 0),
        ("<tr><td rowspan=99>a<td>b<tr><td>c", ["ab", "ac"], 0),
        ("<tr><td colspan=9>a<tr><td>b<td>c", ["aa", "bc"], 0),
        ("<tr><td>a<td rowspan=2>b<td>c<tr><td colspan=3>d<td>e", ["abc", "dbe"], 0),
        ("<tr><td>a<tr><td>b<td>c", ["a.", "bc"], 0),
        (
            "<tfoot><tr><td>f<td>g</tfoot><tbody><tr><td>a<td>b</tbody><thead><tr><td>h<td>i</thead>",
            ["hi", "ab", "fg"],
            1,
        ),
        ("<thead><tr><th rowspan=5>h<th>i</thead><tbody><tr><td>a<td>b</tbody>", ["hi", "ab"], 1),
        ("<tr><th>a<td>b<tr><th>c<td>d", ["ab", "cd"], 0),
        ("<tr><th>a<th>b<tr><th>c<th>d", ["ab", "cd"], 0),
        ("<tr hidden><td>x<td>y<tr><td>a<td>b<td hidden>z<tr><td>c<td>d", ["ab", "cd"], 0),
        ("<tr><td colspan=x>a<td colspan=-3>b<tr><td colspan=0>c<td>d", ["ab", "cd"], 0),
    ],
)
def test_cells_are_placed_where_a_browser_puts_them(rows: str, shown: list[str], head: int) -> None:
    found = table(rows)
    assert (grid(found), found.head) == (shown, head)


SPANS = st.tuples(st.integers(0, 4), st.integers(0, 4))


@given(st.lists(st.lists(SPANS, min_size=1, max_size=4), min_size=2, max_size=4))
def test_no_two_cells_share_a_place(rows: list[list[tuple[int, int]]]) -> None:
    cells = ["".join(f"<th colspan={across} rowspan={down}>x" for across, down in row) for row in rows]
    found = table("<tr><td>a<td>b" + "".join(f"<tr>{row}" for row in cells))
    assert len(grid(found)) >= len(rows)


def test_the_content_of_a_cell_keeps_its_structure_and_style() -> None:
    found = table(
        "<tr><th>a<th>b<tbody style='text-decoration:line-through'><tr><td><ol type=a><li>c</ol><td>d</tbody>"
    )
    (item,), (text,) = found.cells[2].blocks, found.cells[3].blocks
    assert (item.kind, item.marker, text.runs[0].styles) == ("item", "a.", ("strike",))
