"""The limits of a packet."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disputes.errors import LimitError
from disputes.limits import ALL_BYTES, FILE_BYTES, Size, check, page_limit, text_pages


def within(fields=None, files=None, network="visa", kept_bytes=0) -> None:
    check(fields or {}, files or {}, dispute="du_1", network=network, kept_bytes=kept_bytes)


def test_a_packet_at_every_limit_passes() -> None:
    long_fields = ("access_activity_log", "product_description", "uncategorized_text", "cancellation_rebuttal")
    within(dict.fromkeys(long_fields, "x" * 20_000) | {"customer_name": "x" * 5_000}, {"receipt": Size(ALL_BYTES, 10)})


@pytest.mark.parametrize(
    ("packet", "subject", "problem"),
    [
        ({"files": {"receipt": Size(FILE_BYTES + 1, 1)}}, "receipt", "for one file"),
        ({"files": {"a": Size(1, 1), "b": Size(ALL_BYTES, 1)}}, "b", "all files together"),
        ({"files": {"a": Size(1, 1)}, "kept_bytes": ALL_BYTES}, "a", "all files together"),
        ({"kept_bytes": ALL_BYTES + 1}, "kept files", "all files together"),
        ({"files": {"a": Size(1, 49), "b": Size(1, 1)}}, "a", "about 50 pages, more than 49"),
        ({"files": {"a": Size(1, 19)}, "fields": {"x": "y"}, "network": "mastercard"}, "a", "20 pages, more than 19"),
        ({"fields": {"uncategorized_text": "x" * 20_001}}, "uncategorized_text", "more than 20000"),
        ({"fields": {"customer_name": "x" * 5_001}}, "customer_name", "more than 5000"),
        ({"fields": {f"f{n}": "x" * 5_000 for n in range(31)}}, "f0", "155000 characters, more than 150000"),
        ({"fields": {f"f{n}": "\n" * 3_000 for n in range(2)}}, "text", "pages, more than 49"),
    ],
)
def test_the_field_over_a_limit_is_named(packet: dict, subject: str, problem: str) -> None:
    with pytest.raises(LimitError, match=problem) as caught:
        within(**packet)
    assert (caught.value.subject, caught.value.dispute) == (subject, "du_1")
    assert caught.value.remedy


def test_mastercard_takes_fewer_pages() -> None:
    assert (page_limit("mastercard"), page_limit("visa"), page_limit(None)) == (19, 49, 49)


@given(st.dictionaries(st.text("abc", min_size=1), st.text("word \n"), max_size=4), st.text("word \n"))
def test_more_text_never_takes_fewer_pages(fields: dict[str, str], more: str) -> None:
    assert text_pages({}) == 0
    assert text_pages(fields) <= text_pages({**fields, "one_more": more})
