"""Reports what a packet contains and lacks, for a terminal, and how two packets differ."""

from collections.abc import Iterable
from difflib import get_close_matches

from disputes.dispute import Dispute
from disputes.facts.wording import count_pages, quoted
from disputes.packet.manifest import Contradiction, FileEntry, Manifest, packet_sha256
from disputes.packet.scoring import score_line, share_lines, would_help
from disputes.response.approval import why_a_person
from disputes.response.decision import describe_recommendation
from disputes.rules.claims import Claim
from disputes.rules.playbook import Playbook


def report(manifest: Manifest, *, claim: Claim, playbook: Playbook, unused: Iterable[str]) -> list[str]:
    """The lines of the report.

    :param unused: files of the input that are not part of the packet
    """
    return [
        f"Packet of {manifest.dispute}, round {manifest.round}, revision {manifest.revision}",
        f"Claim: {_claim(claim)}",
        f"Product type: {manifest.product_type or 'not known (no facts.json)'}",
        *_section("Against us", [_against(one) for one in manifest.contradictions]),
        score_line(manifest),
        "Fields:",
        *(f"  {line}" for line in share_lines(manifest)),
        "Files:",
        *(f"  {_file(entry)}" for entry in manifest.files.values()),
        *_section("Visa Compelling Evidence 3.0", filter(None, [manifest.compelling_evidence])),
        *_section("Network's fee, which a person must acknowledge", filter(None, [manifest.fee])),
        *_section("Kept, already on the dispute", sorted(manifest.kept)),
        *_section("Refused", [f"{one.filename}: {one.reason}" for one in manifest.refused]),
        *_section("Without room", [f"{one.filename}, in {one.field}: {one.reason}" for one in manifest.dropped]),
        *_section(
            "Made smaller", [f"{one.filename}: {one.before:,} to {one.after:,} bytes" for one in manifest.reduced]
        ),
        *_section("Cut", [f"{one.field}: {one.kept:,} of {one.characters:,} characters" for one in manifest.shortened]),
        *_section(
            "Characters that none of our fonts has: empty boxes in the letter", filter(None, [manifest.unprintable])
        ),
        *_section("Not used", unused),
        *_section("Would help most", would_help(manifest, playbook)),
        f"Packet sha256: {packet_sha256(manifest.to_json())}",
    ]


def _against(one: Contradiction) -> str:
    return f"{one.problem}: {quoted(one.passage)}" if one.passage else one.problem


def verdict(dispute: Dispute, manifest: Manifest, playbook: Playbook) -> dict[str, str]:
    """What the policy recommends and who approves, each in one line: `recommended` and `approval`."""
    said = (
        describe_recommendation(manifest.decision)
        if manifest.decision
        else "Recommended: nothing, since the policy was not applied"
    )
    reason = why_a_person(playbook, dispute, manifest)
    return {
        "recommended": said.partition(": ")[2],
        "approval": "policy" if reason is None else f"a person, because {reason}",
    }


def list_unused(names: Iterable[str], used: Iterable[str], playbook: Playbook, product_type: str | None) -> list[str]:
    """Documents and policies that the packet does not take, each with the reason.

    :param names: `documents/…` and `policies/…`
    :param used: those that were taken
    """
    known = {wish.document for wish in playbook.documents(product_type)}
    return [f"{name}: {_why(name, known)}" for name in names if name not in set(used)]


def differences(one: Manifest, other: Manifest) -> list[str]:
    """In which members two manifests differ; for fields and files, in which evidence fields."""
    mine, theirs = one.model_dump(mode="json"), other.model_dump(mode="json")
    found = []
    for name in Manifest.model_fields:
        if mine[name] == theirs[name]:
            continue
        if isinstance(mine[name], dict):
            keys = sorted(key for key in {*mine[name], *theirs[name]} if mine[name].get(key) != theirs[name].get(key))
            found.append(f"{name}: {', '.join(keys)}")
        elif isinstance(mine[name], list):
            only = [sum(part not in others for part in parts) for parts, others in _both(mine[name], theirs[name])]
            found.append(f"{name}: {only[0]} only in the manifest, {only[1]} only in the packet made now")
        else:
            found.append(f"{name}: {mine[name]} in the manifest, {theirs[name]} now")
    return found


def _both(one: list[object], other: list[object]) -> tuple[tuple[list[object], list[object]], ...]:
    return (one, other), (other, one)


def _claim(claim: Claim) -> str:
    code = " ".join(part for part in (claim.network, claim.code) if part)
    others = f"; the code also fits {', '.join(claim.alternatives)}" if claim.alternatives else ""
    return f"{claim.name}{f' ({code})' if code else ''}{others}"


def _file(entry: FileEntry) -> str:
    held = sum(exhibit.pages for exhibit in entry.exhibits)
    parts = [*(["letter"] if entry.pages > held else []), *(exhibit.filename for exhibit in entry.exhibits)]
    return f"{entry.name}: {count_pages(entry.pages)}, {entry.bytes:,} bytes ({', '.join(parts)})"


def _section(title: str, lines: Iterable[str]) -> list[str]:
    found = [f"  {line}" for line in lines]
    return [f"{title}:", *found] if found else []


def _why(name: str, known: set[str]) -> str:
    kind, _, within = name.partition("/")
    if kind == "policies":
        return "not the version in policy.refund_version or policy.cancellation_version"
    document = within.rpartition("/")[2].partition(".")[0].partition("-")[0]
    close = get_close_matches(document, known, n=1)
    return f"this claim's playbook does not ask for {document}{f', did you mean {close[0]}?' if close else ''}"
