"""IP addresses in logs."""

from ipaddress import IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disputes.exhibits.addresses import address, holds


@pytest.mark.parametrize(
    "text",
    ["203.0.113.7", "::ffff:203.0.113.7", "::FFFF:cb00:7107", "203.0.113.7:443", "[::ffff:203.0.113.7]:80",
     "ip=203.0.113.7", "source:203.0.113.7", "(203.0.113.7)", "203.0.113.7.",
     "x, 203.0.113.7:5123 a", "203.0.113.7/32"],
)  # fmt: skip
def test_an_address_is_found_in_every_spelling(text: str) -> None:
    assert holds(text, ip_address("203.0.113.7"))


@pytest.mark.parametrize("text", ["203.0.113.70", "1203.0.113.7", "203.0.113.7.1", "10:00:00", "::", ""])
def test_an_address_is_not_found_inside_another(text: str) -> None:
    assert not holds(text, ip_address("203.0.113.7"))


@given(st.ip_addresses(v=6), st.sampled_from(["{}", "[{}]:443", "client {}, next", "{}%eth0"]))
def test_an_ipv6_address_is_found_in_every_spelling(wanted: IPv6Address, around: str) -> None:
    plain = wanted.ipv4_mapped or wanted
    for spelling in (str(wanted), wanted.exploded, wanted.compressed.upper()):
        assert holds(around.format(spelling), plain)


def test_text_that_is_not_an_address_is_not_read_as_one() -> None:
    assert address("somewhere") is None
