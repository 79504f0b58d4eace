"""`python -m disputes` as a process."""

import os
import sys

import pytest

from disputes.__main__ import run


def test_a_reader_that_has_seen_enough_ends_it_quietly(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    read, write = os.pipe()
    os.close(read)
    monkeypatch.setattr(sys, "argv", ["disputes", "schema"])
    with os.fdopen(write, "w") as unread:
        monkeypatch.setattr(sys, "stdout", unread)
        assert run() == 1
    assert capsys.readouterr().err == ""


def test_one_that_reads_to_the_end_gets_the_status(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["disputes", "check", "nowhere"])
    assert run() == 2
    assert "manifest.json: is missing" in capsys.readouterr().err
