"""Text, logs and CSV as blocks."""

from datetime import UTC, datetime

import pytest

from disputes.errors import DocumentError
from disputes.exhibits.blocks import Block, plain_block, plain_table
from disputes.exhibits.rows import LogFocus
from disputes.exhibits.texts import log, plain, table, text_of


def rows_of(block: Block) -> list[list[str]]:
    rows: dict[int, list[str]] = {}
    for cell in block.cells:
        rows.setdefault(cell.row, []).append(cell.text)
    return list(rows.values())


def test_terminal_colours_are_left_out_and_form_feeds_end_lines() -> None:
    assert text_of(b"\x1b[1;32mok\x1b[0m done\x0cnext") == "ok done\nnext"


def test_a_text_stays_as_it_is() -> None:
    assert plain(b"\na\tb\r\n  c\n") == [plain_block("verbatim", "a   b\n  c")]


def test_a_text_whose_encoding_is_not_known_is_refused_in_plain_words() -> None:
    with pytest.raises(DocumentError, match=r"has a text encoding that cannot be determined.*UTF-8"):
        plain("Привет".encode("cp1251"))
    with pytest.raises(DocumentError, match=r"is labelled utf-8, but is not in that text encoding.*UTF-8"):
        text_of("Привет".encode("cp1251"), "utf-8")


def test_a_long_log_says_how_many_lines_there_were() -> None:
    lines = [f"2026-09-{1 + n // 48:02}T{n // 2 % 24:02}:00:00 GET /{n}" for n in range(1000)]
    note, text = log("\n\n".join(lines).encode(), LogFocus())
    assert note.text == "96 of 1000 lines are shown: the first, the last and the most relevant."
    assert text.text.split("\n")[47:50] == [lines[47], "… 904 left out …", lines[952]]
    assert log(b"one\ntwo", LogFocus()) == [plain_block("verbatim", "one\ntwo")]


def test_the_relevant_line_of_a_long_log_is_found_by_time_and_address() -> None:
    lines = [
        f"203.0.113.{n % 200} - - [{1 + n // 24:02}/Sep/2026:{n % 24:02}:00:00 +0000] GET /{n}" for n in range(600)
    ]
    lines[250] = lines[250].replace("203.0.113.50", "::ffff:198.51.100.7")
    _, text = log("\n".join(lines).encode(), LogFocus("198.51.100.7", datetime(2026, 9, 15, 9, 30, tzinfo=UTC)))
    assert lines[250] in text.text
    assert "[15/Sep/2026:09:00:00 +0000]" in text.text


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_a_table_is_read_whatever_its_delimiter(delimiter: str) -> None:
    content = f'time{delimiter}action\n\n2026-09-01{delimiter}"log{delimiter}\nin"\n'.encode()
    assert table(content, LogFocus()) == [plain_table([("time", "action"), ("2026-09-01", f"log{delimiter}\nin")])]


def test_text_above_a_table_is_not_its_head() -> None:
    rows = b"Time;IP address\r\n2026-09-01;203.0.113.7\r\n2026-09-02;203.0.113.7\r\n"
    above, found = table(b'\xef\xbb\xbfsep=;\r\nReport of "Shop", Inc.\r\n\r\n' + rows, LogFocus())
    assert above == plain_block("paragraph", 'Report of "Shop", Inc.')
    assert rows_of(found)[0] == ["Time", "IP address"]


def test_a_long_table_says_how_many_rows_there_were() -> None:
    rows = [f"2026-09-{1 + n // 24:02}T{n % 24:02}:00:00Z,203.0.113.{n % 9},view" for n in range(500)]
    note, found = table("\n".join(["at,ip,action", *rows]).encode(), LogFocus("203.0.113.7"))
    assert note.text == "120 of 500 rows are shown: the first, the last and the most relevant."
    assert rows_of(found)[0] == ["at", "ip", "action"]
    assert ["… 8 left out …"] in rows_of(found)


@pytest.mark.parametrize(
    ("content", "problem"),
    [(b"\n \n", "no text"), (b",".join([b"x"] * 41), "41 columns"), (b'"' + b"x" * 1_000_001, "read as CSV")],
)
def test_text_that_is_not_a_table_is_refused(content: bytes, problem: str) -> None:
    with pytest.raises(DocumentError, match=problem) as caught:
        table(content, LogFocus())
    assert caught.value.remedy
