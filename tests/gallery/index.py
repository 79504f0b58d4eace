"""The page that shows all letters, a row a claim, a column a product type."""

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

_HEAD = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Letters</title>
<style>
  body { font: 14px sans-serif; margin: 16px }
  table { border-collapse: collapse }
  th, td { border: 1px solid #ccc; padding: 8px; text-align: left; vertical-align: top }
  img { width: 130px; border: 1px solid #ccc }
</style>
<h1>Letters</h1>
<p>Every claim of every product type, from the seeds. Pages open as PNG.</p>
"""


class Entry(NamedTuple):
    """A letter that was made.

    :param pdf: its place, relative to the page
    :param pages: places of its pages' images
    """

    claim: str
    product_type: str
    pdf: str
    pages: tuple[str, ...]


def page(entries: Sequence[Entry]) -> str:
    """HTML without scripts."""
    product_types = list(dict.fromkeys(entry.product_type for entry in entries))
    shown = {(entry.claim, entry.product_type): _letter(entry) for entry in entries}
    head = "".join(f"<th>{_words(of)}" for of in product_types)
    rows = (
        f"<tr><th>{_words(claim)}" + "".join(f"<td>{shown.get((claim, of), '')}" for of in product_types)
        for claim in dict.fromkeys(entry.claim for entry in entries)
    )
    return "\n".join([_HEAD + f"<table>\n<tr><th>{head}", *rows, "</table>\n</html>\n"])


def _letter(entry: Entry) -> str:
    about = f"{_words(entry.claim)}, {_words(entry.product_type)}"
    images = " ".join(
        f'<a href="{escape(place)}"><img src="{escape(place)}" alt="{about}, page {number}" loading="lazy"></a>'
        for number, place in enumerate(entry.pages, 1)
    )
    return f'{images}<br><a href="{escape(entry.pdf)}">PDF</a>'


def _words(name: str) -> str:
    return escape(name.replace("_", " "))
