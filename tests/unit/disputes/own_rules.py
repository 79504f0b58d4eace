"""A merchant's own playbooks and templates, which replace the shipped ones."""

from pathlib import Path

import pytest

from disputes.rules.rule_files import RULES_DIR


class OwnRules:
    """Files of one merchant; every change makes a new folder, because a process reads a folder only once.

    :param folder: below which the folders are made
    """

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._below = folder
        self._monkeypatch = monkeypatch
        self._files: dict[str, bytes] = {}
        self._number = 0

    def write(self, name: str, text: str | bytes) -> Path:
        """Write a file, like `playbooks/lost_parcel.yaml`; where it is now."""
        self._files[name] = text.encode() if isinstance(text, str) else text
        self._number += 1
        folder = self._below / str(self._number)
        for each, content in self._files.items():
            path = folder / each
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        self._monkeypatch.setenv(RULES_DIR, str(folder))
        return folder / name
