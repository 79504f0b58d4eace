"""The limits of a packet.

Stripe: Dispute evidence best practices, and the error `dispute_evidence_page_limit_exceeded`, which counts the
compiled packet, text fields included, on staging too. Checked here so that the
merchant learns early which field or file is too large.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from disputes.errors import LimitError

FILE_BYTES = 5_000_000
ALL_BYTES = 4_500_000
PAGES = 49
MASTERCARD_PAGES = 19
SHORT_TEXT = 5_000
LONG_TEXT = 20_000
ALL_TEXT = 150_000

LONG_FIELDS = frozenset(
    {
        "access_activity_log",
        "cancellation_policy_disclosure",
        "cancellation_rebuttal",
        "duplicate_charge_explanation",
        "product_description",
        "reason_for_filing",  # of an appeal; no limit is documented
        "refund_policy_disclosure",
        "refund_refusal_explanation",
        "uncategorized_text",
    }
)

# We cannot measure Stripe's compiled page: a cautious guess at 12 pt on its smaller page.
_LINE = 80
_LINES_A_PAGE = 42
_HEADING = 2


class TooManyPagesError(LimitError):
    """Files and text make too many pages; less text may help."""


@dataclass(frozen=True)
class Size:
    """A file's bytes and pages."""

    bytes: int
    pages: int


def text_limit(field: str) -> int:
    """The most characters of a text field."""
    return LONG_TEXT if field in LONG_FIELDS else SHORT_TEXT


def page_limit(network: str | None) -> int:
    """The most pages that this network takes."""
    return MASTERCARD_PAGES if network == "mastercard" else PAGES


def text_pages(fields: Mapping[str, str]) -> int:
    """Pages that the text fields take in the compiled packet, estimated with margin."""
    lines = sum(
        _HEADING + sum(max(1, math.ceil(len(line) / _LINE)) for line in text.split("\n")) for text in fields.values()
    )
    return math.ceil(lines / _LINES_A_PAGE)


def check(
    fields: Mapping[str, str], files: Mapping[str, Size], *, dispute: str, network: str | None, kept_bytes: int = 0
) -> None:
    """Compare a packet with every limit.

    :param fields: text by evidence field
    :param files: sizes by evidence field
    :param kept_bytes: files that are on the dispute already and stay there, as far as their size is known
    :raises LimitError: naming the field and what to do
    """
    _check_text(fields, dispute)
    pages, limit = sum(size.pages for size in files.values()) + text_pages(fields), page_limit(network)
    if pages > limit:
        raise TooManyPagesError(
            f"files and text make about {pages} pages, more than {limit}",
            dispute=dispute,
            subject=max(files, key=lambda field: files[field].pages, default="text"),
            remedy="This has the most pages: supply only the relevant ones",
        )
    for field, size in files.items():
        if size.bytes > FILE_BYTES:
            raise LimitError(
                f"{size.bytes} bytes are more than {FILE_BYTES} for one file",
                dispute=dispute,
                subject=field,
                remedy="Supply fewer pages, or smaller scans",
            )
    total = sum(size.bytes for size in files.values()) + kept_bytes
    if total > ALL_BYTES:
        raise LimitError(
            f"all files together have {total} bytes, more than {ALL_BYTES}",
            dispute=dispute,
            subject=max(files, key=lambda field: files[field].bytes, default="kept files"),
            remedy="This is the largest file: supply fewer pages, or smaller scans",
        )


def _check_text(fields: Mapping[str, str], dispute: str) -> None:
    for field, text in fields.items():
        limit = text_limit(field)
        if len(text) > limit:
            raise LimitError(
                f"{len(text)} characters are more than {limit}",
                dispute=dispute,
                subject=field,
                remedy="Shorten the facts it is made from, or supply them as a document",
            )
    total = sum(map(len, fields.values()))
    if total > ALL_TEXT:
        raise LimitError(
            f"all text fields together have {total} characters, more than {ALL_TEXT}",
            dispute=dispute,
            subject=max(fields, key=lambda field: len(fields[field])),
            remedy="This is the longest: supply it as a document",
        )
