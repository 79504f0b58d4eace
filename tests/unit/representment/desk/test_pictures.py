"""Each file's pages are drawn once, as long as there is room to remember them."""

import pytest

from representment.desk import pictures
from representment.desk.pictures import Pictures


@pytest.fixture
def drawn(monkeypatch):
    """The files that were drawn, each as two pages of ten bytes."""
    drawn = []

    def draw(pdf, name):
        drawn.append(name)
        return (pdf * 10, b"2" * 10)

    monkeypatch.setattr(pictures, "draw", draw)
    return drawn


def page(pictures, name, number=1):
    return pictures.page(f"sha256 of {name}", number, name, lambda: name[:1].encode())


def test_a_file_is_drawn_once_for_all_its_pages(drawn):
    kept = Pictures()
    assert (page(kept, "a"), page(kept, "a", 2)) == (b"a" * 10, b"2" * 10)
    assert drawn == ["a"]


@pytest.mark.parametrize("number", [0, 3, -1])
def test_a_missing_page_is_none(drawn, number):
    assert page(Pictures(), "a", number) is None


def test_the_least_recently_viewed_file_is_dropped_first(drawn):
    kept = Pictures(most_bytes=45)
    for name in ("a", "b", "a", "c", "a", "b"):
        page(kept, name)
    assert drawn == ["a", "b", "c", "b"]


def test_a_single_file_is_cached_even_if_it_is_too_large(drawn):
    kept = Pictures(most_bytes=1)
    page(kept, "a")
    page(kept, "a", 2)
    assert drawn == ["a"]
