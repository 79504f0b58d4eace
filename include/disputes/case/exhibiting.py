"""Makes an exhibit from one of the merchant's documents, or refuses it."""

from pathlib import PurePosixPath

from disputes.errors import DocumentError
from disputes.exhibits.exhibits import Exhibit, make_exhibit
from disputes.exhibits.refusal import Refusal
from disputes.exhibits.rows import LogFocus
from disputes.exhibits.sheets import PageSize
from disputes.facts.facts import Facts
from disputes.facts.wording import instant


def exhibit_or_refusal(
    document: str, name: str, content: bytes, *, facts: Facts, page_size: PageSize
) -> Exhibit | Refusal:
    """Make a document into an exhibit; one that cannot be used is left out, and the packet goes on.

    :param document: the playbook's name for it
    :param name: where the merchant keeps it; only its last part is shown
    :param facts: say which rows of a long log matter
    """
    ip, dispute = facts.get("checkout.ip"), facts.get("dispute.created")
    focus = LogFocus(ip.value if ip else None, instant(dispute.value) if dispute else None)
    filename = PurePosixPath(name).name
    try:
        return make_exhibit(document, filename, content, page_size=page_size, focus=focus)
    except DocumentError as error:
        return Refusal(document, filename, f"{error.problem}. {error.remedy}")
