"""Typst in a sandbox: only our own templates and fonts, no network, and values only as string literals."""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from threading import Lock

import typst

FONTS = Path(str(files("disputes") / "fonts"))
TEXT = """#set text(
  font: ("Noto Sans", "Droid Sans Fallback", "NanumGothicCoding", "Noto Emoji"),
  size: 12pt, lang: "en", hyphenate: false, ligatures: false, fallback: true,
)
"""
"""How all our texts are set: 12 pt, as banks ask; Typst finds the fonts of the other scripts by itself."""

# Marks that turn the reading order around: harmless in an editor, misleading on a page.
_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"})


def visible(text: str) -> str:
    """The text without control characters, lone surrogates and bidirectional overrides; line ends become `\\n`."""
    text = re.sub(r"\r\n?|[\v\f\x1c-\x1e\u0085\u2028\u2029]", "\n", text)
    kept = (c for c in text if c in "\n\t" or (unicodedata.category(c) not in ("Cc", "Cs") and c not in _BIDI))
    return "".join(kept).replace("\ufeff", "")


def literal(text: str, longest: int = 40) -> str:
    """A Typst string literal that means this text and nothing else.

    :param longest: characters after which a word may break; Typst breaks none, and an endless one would leave the page
    """
    breakable = re.sub(rf"(\S{{{longest}}})(?=\S)", "\\1\u200b", visible(text))
    return f'"{breakable.translate(_ESCAPES)}"'


# The compiler keeps one document; documents are made in several threads.
_ONE_AT_A_TIME = Lock()


@lru_cache(maxsize=1)
def _compiler() -> typst.Compiler:
    # The root holds fonts and their licences only, so that a path in a template finds nothing else.
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])
    return typst.Compiler(
        root=FONTS, font_paths=fonts, ignore_system_fonts=True, package_path=FONTS, package_cache_path=FONTS
    )


def typeset(source: str, files: Mapping[str, str] | None = None) -> bytes:
    """Set a page as PDF. The same source gives the same bytes: no date, no time zone, no locale gets in.

    :param source: Typst markup; values in it are made with :func:`literal`
    :param files: what the markup may read beside our fonts, by name
    :raises typst.TypstError: when the markup is wrong, which is a bug of ours
    """
    sources = {name: text.encode() for name, text in {"main.typ": source, **(files or {})}.items()}
    with _ONE_AT_A_TIME:
        # Its types leave out that it takes several files.
        pdf = _compiler().compile(input=sources, format="pdf", timestamp=0, pdf_tags=False)  # type: ignore[type-var]
    assert isinstance(pdf, bytes)  # noqa: S101  (a list only for image formats)
    return pdf
