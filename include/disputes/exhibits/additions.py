"""Text that a style sheet adds before or after an element. Only ever called inside the isolated process of
:mod:`.isolation`.

The inliner leaves such rules out, so they become properties of the element itself. Their values are written as hex:
styles are read in lower case, and a text may contain any character.
"""

import re
from collections.abc import Iterator
from typing import Any

_RULE = re.compile(
    r"([^{}]*::?(?:before|after)\b[^{}]*)\{((?:\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|[^{}\"'])*)\}",
    re.IGNORECASE | re.DOTALL,
)
_SELECTOR = re.compile(r"(.*?)::?(before|after)\s*", re.IGNORECASE | re.DOTALL)
_CONTENT = re.compile(
    r"(?:^|;)\s*content\s*:\s*((?:\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|[^;\"'])*)", re.IGNORECASE | re.DOTALL
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_IMPORTANT = re.compile(r"!\s*important\s*$", re.IGNORECASE)
_PART = re.compile(
    r"\"((?:[^\"\\]|\\.)*)\"|'((?:[^'\\]|\\.)*)'|attr\(\s*([\w-]+)\s*\)|([\w-]+(?:\([^)]*\))?)|/.*", re.DOTALL
)
_ESCAPE = re.compile(r"\\(?:([0-9a-fA-F]{1,6})\s?|(.))", re.DOTALL)
_WORDS = {
    "none": "",
    "normal": "",
    "open-quote": "\u201c",
    "close-quote": "\u201d",
    "no-open-quote": "",
    "no-close-quote": "",
}
_LAST_CHARACTER = 0x10FFFF


def with_additions(rules: str) -> str:
    """The rules, with what they add before and after elements as properties of those."""
    return _RULE.sub(lambda rule: rule.group() + "".join(_properties(*rule.groups())), rules)


def added(element: Any, where: str) -> str:
    """The text that a style sheet adds to an element whose styles are inlined.

    :param where: `before` or `after`
    """
    found = re.findall(rf"-added-{where}\s*:\s*([0-9a-f]+)", element.get("style") or "")
    return "".join(_texts(bytes.fromhex(found[-1]).decode(), element)) if found else ""


def _properties(selectors: str, declarations: str) -> Iterator[str]:
    content = _CONTENT.search(declarations)
    if content is None:
        return
    value = "none" if _HIDDEN.search(declarations) else _IMPORTANT.sub("", content.group(1)).strip()
    for selector in selectors.split(","):
        if (found := _SELECTOR.fullmatch(selector)) is not None:
            element, where = found.group(1).strip() or "*", found.group(2).lower()
            yield f" {element} {{ -added-{where}: {(value or 'none').encode().hex()} }}"


def _texts(value: str, element: Any) -> Iterator[str]:
    """The text to add; a counter or a picture is named as not shown."""
    for double, single, attribute, word in _PART.findall(value):
        if attribute:
            yield element.get(attribute) or ""
        elif word:
            yield _WORDS.get(word.lower(), "[added by the style sheet, not shown]")
        else:
            yield _ESCAPE.sub(_character, double or single)


def _character(escape: re.Match[str]) -> str:
    code, character = escape.groups()
    if code is None:
        return "" if character == "\n" else character
    number = int(code, 16)
    return chr(number) if 0 < number <= _LAST_CHARACTER else "\ufffd"
