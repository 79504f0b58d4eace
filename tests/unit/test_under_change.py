"""Each test that `docs/under-change.md` names exists."""

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
PAGE = TESTS.parent / "docs" / "under-change.md"
NAMED = sorted(set(re.findall(r"`(test_\w+\.py)(?:::(test_\w+))?`", PAGE.read_text())))


@pytest.mark.parametrize(("file", "test"), NAMED)
def test_each_test_named_for_a_promise_exists(file, test):
    sources = [path.read_text() for path in TESTS.rglob(file)]
    assert any(f"def {test or 'test_'}" in source for source in sources)
