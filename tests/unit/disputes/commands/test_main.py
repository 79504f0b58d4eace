"""`python -m disputes` as a process."""

import os
import sys

import pytest

from disputes.__main__ import run


def test_the_command_ends_quietly_when_its_output_pipe_is_closed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    read, write = os.pipe()
    os.close(read)
    monkeypatch.setattr(sys, "argv", ["disputes", "schema"])
    with os.fdopen(write, "w") as unread:
        monkeypatch.setattr(sys, "stdout", unread)
        assert run() == 1
    assert capsys.readouterr().err == ""


def test_the_exit_status_is_returned_when_all_output_is_read(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["disputes", "check", "nowhere"])
    assert run() == 2
    assert "manifest.json: is missing" in capsys.readouterr().err
