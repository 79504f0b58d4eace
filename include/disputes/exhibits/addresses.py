"""IP addresses in the rows of logs, compared by value rather than spelling."""

import re
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address, ip_address

Address = IPv4Address | IPv6Address

_WRITTEN = re.compile(r"(?<![\w.])[0-9a-fA-F:.]{2,}(?:%\w+)?")


def address(text: str) -> Address | None:
    """The address in a text, also with a port, in brackets or with a zone; None if the text is not an address."""
    text = text.strip().strip("[]")
    for written in (text, text.rstrip(".:"), text.lstrip(":"), text.partition("]")[0], _without_port(text)):
        try:
            found = ip_address(written)
        except ValueError:
            continue
        plain = found.ipv4_mapped if isinstance(found, IPv6Address) else None
        return plain or (IPv6Address(int(found)) if isinstance(found, IPv6Address) else found)
    return None


def holds(text: str, wanted: Address) -> bool:
    """Whether a text names an address, in any spelling."""
    return any(found == wanted for found in _addresses(text))


def _addresses(text: str) -> Iterator[Address]:
    return (found for match in _WRITTEN.finditer(text) if (found := address(match.group())) is not None)


def _without_port(text: str) -> str:
    """An IPv4 address without what follows its colon."""
    before, _, port = text.rpartition(":")
    return before if port.isdigit() and "." in before else text
