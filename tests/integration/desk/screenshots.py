"""Pictures of the desk in `docs/screenshots/`: `make screenshots`.

`python -m tests.integration.desk.screenshots http://127.0.0.1:8777/desk/` takes them from a preview that runs already.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from playwright.sync_api import Browser

FOLDER = Path(__file__).parents[3] / "docs" / "screenshots"
PORT = 8779
PAGES = {"disputes": "", "packet": "dags/respond_subscription_canceled/runs/du_1FP05Yearly__chargeback__1"}
WIDTHS = {"wide": (1400, 900), "narrow": (390, 844)}
LOOKS = (("light", "wide"), ("dark", "wide"), ("light", "narrow"))


def main(address: str | None = None) -> None:
    """Take them all.

    :param address: of a preview; None: one is started, which takes a minute or two
    """
    FOLDER.mkdir(exist_ok=True)
    if address:
        take(address)
        return
    command = [sys.executable, "-m", "tests.integration.desk.preview", str(PORT), "12"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as preview:
        try:
            take(next(line.strip() for line in preview.stdout or () if line.startswith("http://")))
        finally:
            preview.terminate()


def take(address: str) -> None:
    """Each page in each look."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for scheme, width in LOOKS:
            for name, path in PAGES.items():
                look_at(browser, address + path, scheme, width, FOLDER / f"{name}-{scheme}-{width}.png")
        browser.close()


def look_at(browser: Browser, address: str, scheme: str, width: str, file: Path) -> None:
    """One picture."""
    across, down = WIDTHS[width]
    context = browser.new_context(viewport={"width": across, "height": down}, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(address, wait_until="networkidle")
    page.screenshot(path=file)
    context.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
