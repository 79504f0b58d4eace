"""A document's own style sheets, put into its elements. Only ever called inside the isolated process of
:mod:`.isolation`.

Nothing is fetched. Rules only for paper or for narrow screens are left out: the reader had an ordinary screen.
"""

import re

import css_inline

from disputes.errors import DocumentError
from disputes.exhibits.additions import with_additions

_SHEET = re.compile(r"(<style\b)([^>]*)>(.*?)(?=</style)", re.IGNORECASE | re.DOTALL)
_MEDIA_OF_SHEET = re.compile(r"\bmedia\s*=\s*[\"']?([^\"'>]*)", re.IGNORECASE)
_MEDIA_RULE = re.compile(r"@media([^{;]*)\{", re.IGNORECASE)
_ON_SCREEN = re.compile(r"\s*(?:only\s+)?(?:all|screen)?\s*", re.IGNORECASE)

_INLINER = css_inline.CSSInliner(load_remote_stylesheets=False, keep_link_tags=True, resolve_css_variables=True)


def inline_styles(markup: str, more: str = "") -> str:
    """The document as a browser reads it, each element with the styles that apply to it.

    :param more: style sheets that came with the document
    :raises DocumentError: when it cannot be read
    """
    sheet = f"<style>{with_additions(more)}</style>" if more else ""
    try:
        return _INLINER.inline(_SHEET.sub(_keep_screen, markup) + sheet)
    except css_inline.InlineError as error:
        raise DocumentError(f"has a style sheet that cannot be read: {error}", remedy="Print it to a PDF") from None


def _keep_screen(sheet: re.Match[str]) -> str:
    media = _MEDIA_OF_SHEET.search(sheet.group(2))
    if media is not None and not _is_on_screen(media.group(1)):
        return "<style>"
    return f"<style>{with_additions(_unwrap_media(sheet.group(3)))}"


def _unwrap_media(rules: str) -> str:
    """Rules for every screen without the `@media` around them; the inliner leaves out all others."""
    kept, at = [], 0
    while (found := _MEDIA_RULE.search(rules, at)) is not None:
        end = _end_of_block(rules, found.end())
        inside = rules[found.end() : end - 1] if _is_on_screen(found.group(1)) else ""
        kept += [rules[at : found.start()], inside]
        at = end
    return "".join([*kept, rules[at:]])


def _end_of_block(rules: str, at: int) -> int:
    """Where the block that is open at a place ends."""
    depth = 1
    while depth and at < len(rules):
        depth += {"{": 1, "}": -1}.get(rules[at], 0)
        at += 1
    return at + 1 if depth else at


def _is_on_screen(media: str) -> bool:
    """Whether one of several media means every screen."""
    return any(_ON_SCREEN.fullmatch(one) for one in media.split(","))
