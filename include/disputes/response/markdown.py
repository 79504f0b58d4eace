"""Our Markdown around other people's words, which cannot become links, pictures or columns."""

import re
from collections.abc import Iterable, Sequence

_SPECIAL = re.compile(r"[\\`*\[\]<>|@]|:(?=//)|(?<=www)\.", re.IGNORECASE)


def escape(text: str) -> str:
    """Somebody's words on one line, as they are."""
    return _SPECIAL.sub(r"\\\g<0>", " ".join(text.split()))


def list_bullets(lines: Iterable[str]) -> str:
    """The lines as a list; an empty string without lines."""
    return "\n".join(f"- {line}" for line in lines)


def section(title: str, text: str) -> str:
    """The text under its title; an empty string without text."""
    return f"### {title}\n\n{text}" if text else ""


def table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """The rows as a table; an empty string without rows."""
    if not rows:
        return ""
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
