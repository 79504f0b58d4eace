"""Text, logs and CSV as blocks."""

import pytest

from disputes.errors import DocumentError
from disputes.exhibits.blocks import Block
from disputes.exhibits.rows import LogFocus
from disputes.exhibits.texts import log, plain, table


def test_a_text_stays_as_it_is() -> None:
    assert plain(b"\na\tb\r\n  c\n") == [Block("verbatim", "a   b\n  c")]
    with pytest.raises(DocumentError, match="encoding"):
        plain("Привет".encode("cp1251"))


def test_a_long_log_says_how_many_lines_there_were() -> None:
    lines = [f"2026-09-{1 + n // 48:02}T{n // 2 % 24:02}:00:00 GET /{n}" for n in range(1000)]
    note, text = log("\n\n".join(lines).encode(), LogFocus())
    assert note.text == "96 of 1000 lines are shown: the first, the last and those that tell most."
    assert text.text.split("\n")[47:50] == [lines[47], "… 904 left out …", lines[952]]
    assert log(b"one\ntwo", LogFocus()) == [Block("verbatim", "one\ntwo")]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_a_table_is_read_whatever_its_delimiter(delimiter: str) -> None:
    content = f'time{delimiter}action\n\n2026-09-01{delimiter}"log{delimiter}\nin"\n'.encode()
    assert table(content, LogFocus()) == [
        Block("table", rows=(("time", "action"), ("2026-09-01", f"log{delimiter}\nin")))
    ]


def test_a_long_table_says_how_many_rows_there_were() -> None:
    rows = [f"2026-09-{1 + n // 24:02}T{n % 24:02}:00:00Z,203.0.113.{n % 9},view" for n in range(500)]
    note, found = table("\n".join(["at,ip,action", *rows]).encode(), LogFocus("203.0.113.7"))
    assert note.text == "120 of 500 rows are shown: the first, the last and those that tell most."
    assert found.rows[0] == ("at", "ip", "action")
    assert ("… 8 left out …",) in found.rows


@pytest.mark.parametrize(
    ("content", "problem"),
    [(b"\n \n", "no text"), (b",".join([b"x"] * 41), "41 columns"), (b'"' + b"x" * 1_000_001, "no CSV")],
)
def test_a_table_that_is_none_is_refused(content: bytes, problem: str) -> None:
    with pytest.raises(DocumentError, match=problem) as caught:
        table(content, LogFocus())
    assert caught.value.remedy
