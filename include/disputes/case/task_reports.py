"""What a task found, used and left out, as lines of its log. They name facts, documents and fields, no person."""

from collections import Counter
from collections.abc import Collection, Iterator

from disputes.case.gathered import Gathered
from disputes.exhibits.refusal import Refusal
from disputes.packet.manifest import Manifest


def report_gathered(gathered: Gathered) -> Iterator[str]:
    """What is known about the purchase, and the sources."""
    groups = Counter(name.partition(".")[0] for name in gathered.facts)
    # A source is the merchant's free text, which may name a person.
    sources = Counter(
        "Stripe" if fact.source.startswith("stripe ") else "the merchant" for fact in gathered.facts.values()
    )
    yield f"Found {len(gathered.facts)} facts: {_counted(groups)}"
    yield f"From {_counted(sources)}"
    claim = gathered.claim
    code = " ".join(part for part in (claim.network, claim.code) if part)
    product = gathered.product_type or "not known"
    yield f"The claim is {claim.name}{f' ({code})' if code else ''}; product type {product}"
    if claim.alternatives:
        yield f"The network's code also fits {', '.join(claim.alternatives)}: a person chooses"
    yield from (f"Changed by hand: {line}" for line in gathered.edits.describe())


def report_collected(used: Collection[str], refused: Collection[Refusal], unasked: int) -> Iterator[str]:
    """Which documents are used, which are not, and why.

    :param used: the playbook's name of each file that is used
    :param refused: documents and parts of documents that cannot be used
    :param unasked: how many of the order's files the playbook does not ask for
    """
    yield f"Used {len(used)} documents: {_counted(Counter(used))}"
    yield from (f"Left out {one.filename}: {one.reason}" for one in refused)
    if unasked:
        yield f"Left out {unasked} of the order's documents, which the playbook does not ask for"


def report_staged(manifest: Manifest) -> Iterator[str]:
    """What is on the dispute after staging."""
    yield f"Saved on the dispute, not submitted: texts {_listed(manifest.fields)}; files {_listed(manifest.files)}"
    if manifest.kept:
        yield f"Kept as it was on the dispute: {_listed(manifest.kept)}"


def _counted(numbers: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in numbers.most_common()) or "none"


def _listed(fields: Collection[str]) -> str:
    return ", ".join(fields) or "none"
