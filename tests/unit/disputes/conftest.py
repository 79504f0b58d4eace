"""Fixtures of all tests of the domain."""

from pathlib import Path

import pytest
from tests.unit.disputes.own_rules import OwnRules


@pytest.fixture
def own_rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> OwnRules:
    return OwnRules(tmp_path / "own-rules", monkeypatch)
