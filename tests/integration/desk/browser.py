"""The browser in which the desk is looked at."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

CHROMIUM = shutil.which("chromium")


@contextmanager
def open_chromium() -> Iterator[Browser]:
    """Debian's Chromium; a test that asks for it where there is none is skipped, and says what to install."""
    if CHROMIUM is None:
        pytest.skip("These tests need a browser: apt-get install chromium")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()
