"""Letters look as they did when somebody last looked at them."""

from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from tests.gallery import baselines
from tests.gallery.__main__ import main
from tests.gallery.index import Entry, page

from sandbox import seed_matrix
from sandbox.seed_matrix import Cell

DIFFERENT = Path(__file__).parents[4] / "build" / "gallery_differences"
TOLERATED = 5
"""Pixels of a page; a digit that is another one changes more."""


@pytest.mark.parametrize("cell", list(baselines.chosen()), ids=lambda cell: f"{cell.claim} {cell.product_type}")
def test_the_first_page_of_each_claims_letter_looks_as_it_did(cell: Cell) -> None:
    pixels, sheet = baselines.differing(baselines.first_page(cell), kept(cell))
    if pixels > TOLERATED:
        DIFFERENT.mkdir(parents=True, exist_ok=True)
        seen = DIFFERENT / f"{cell.claim}.png"
        sheet.save(seen)
        pytest.fail(
            f"{pixels} pixels of the first page differ. Before, difference and now, side by side: {seen}\n"
            "If it is meant to look so: make gallery-baselines, and commit tests/gallery/baselines/",
            pytrace=False,
        )


def test_a_changed_digit_is_noticed_and_the_rounding_of_a_baseline_is_not() -> None:
    before = kept(next(baselines.chosen()))
    assert baselines.differing(before.point([level ^ 8 for level in range(256)]), before)[0] == 0
    changed = before.copy()
    ImageDraw.Draw(changed).text((200, 300), "7", fill=128, font_size=8)
    assert baselines.differing(changed, before)[0] > TOLERATED


def test_every_claim_has_a_baseline_and_baselines_are_small() -> None:
    files = list(baselines.FOLDER.glob("*.png"))
    assert {file.stem for file in files} == {cell.claim for cell in baselines.chosen()}
    assert sum(file.stat().st_size for file in files) < 400_000


def test_the_index_links_every_page_and_has_no_script() -> None:
    entries = [Entry("duplicate", of, f"duplicate/{of}.pdf", (f"duplicate/{of}-1.png",)) for of in ("a", "b")]
    html = page(entries)
    for entry in entries:
        assert f'href="{entry.pdf}"' in html
        assert f'src="{entry.pages[0]}"' in html
    assert "<script" not in html


def test_only_what_changed_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    cells = [cell for cell in seed_matrix.cells() if cell.claim == "general"][:2]
    monkeypatch.setattr(seed_matrix, "cells", lambda: cells)
    for expected in ("2 of 2", "0 of 2"):
        assert main(tmp_path) == 0
        assert f"{expected} letters made" in capsys.readouterr().out
    made = tmp_path / "general" / cells[0].product_type
    assert made.with_suffix(".pdf").read_bytes().startswith(b"%PDF-")
    assert f"{made.name}-1.png" in (tmp_path / "index.html").read_text()
    cells[0].facts["facts"]["order"]["id"]["value"] = "FP-99999"
    main(tmp_path)
    assert "1 of 2 letters made" in capsys.readouterr().out


def kept(cell: Cell) -> Image.Image:
    return Image.open(baselines.baseline(cell)).convert("L")
