"""Which of the merchant's files are the documents that the playbook asks for, by their names alone."""

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePosixPath

from disputes.facts.facts import Fact
from disputes.rules.playbook import DocumentWish

VERSIONS = {"refund_policy": "policy.refund_version", "cancellation_policy": "policy.cancellation_version"}
"""The merchant's policies -> the fact with the version that was in force at purchase."""


def choose_documents(names: Iterable[str], wishes: Sequence[DocumentWish]) -> tuple[tuple[DocumentWish, str], ...]:
    """The order's documents that the playbook asks for, in its order, then by name, `-2` before `-10`.

    :param names: file names, `<document>.<ext>` or `<document>-<anything>.<ext>`
    """
    ordered = sorted(names, key=_natural)
    return tuple((wish, name) for wish in wishes for name in ordered if _document(name) == wish.document)


def choose_policies(
    names: Iterable[str], wishes: Sequence[DocumentWish], facts: Mapping[str, Fact]
) -> tuple[tuple[DocumentWish, str], ...]:
    """The policies that were in force at purchase; none when the version is not known, never another one.

    :param names: names in the library, `refund_policy/<version>.<ext>` or `cancellation_policy/<version>.<ext>`
    """
    ordered = sorted(names, key=_natural)
    return tuple(
        (wish, name)
        for wish in wishes
        if (version := facts.get(VERSIONS.get(wish.document, ""))) is not None
        for name in ordered
        if str(PurePosixPath(name).with_suffix("")) == f"{wish.document}/{version.value}" and PurePosixPath(name).suffix
    )


def _natural(name: str) -> tuple[str, str]:
    """The sort key of a name: a number in it counts as a number."""
    return re.sub(r"[0-9]+", lambda number: number.group().zfill(20), name), name


def _document(name: str) -> str:
    """`proof_of_delivery` for `proof_of_delivery-2.pdf`."""
    return PurePosixPath(name).name.partition(".")[0].partition("-")[0]
