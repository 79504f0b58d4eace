"""`python -m disputes packet`."""

import json
from argparse import Namespace
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import get_args

from disputes.case.assembly import assemble
from disputes.case.exhibiting import exhibit_or_refusal
from disputes.case.gathered import Gathered, choose_files
from disputes.checking.report import differences, list_unused, report, verdict
from disputes.commands import Commands
from disputes.commands.input_folder import InputFolder
from disputes.commands.terminal import say
from disputes.dispute import Dispute
from disputes.errors import InputError, PersonNeededError
from disputes.exhibits.exhibits import Exhibit
from disputes.exhibits.refusal import Refusal
from disputes.exhibits.sheets import PageSize
from disputes.facts.facts import Facts
from disputes.packet.folder import manifest_sha256, read_manifest, write_packet
from disputes.packet.manifest import Manifest, packet_sha256
from disputes.packet.packet import Packet
from disputes.response.decision import ClosedRounds
from disputes.rounds import RunId, answerable, round_of

DIFFERENT = 5
"""Exit status if the packet made again differs."""
_OPENED_SIDE_BY_SIDE = 2


def add(commands: Commands) -> None:
    """Declare the command."""
    parser = commands.add_parser("packet", help="make a packet from a folder, or make one again from its manifest")
    parser.add_argument("folder", nargs="?", type=Path, help="contains dispute.json, facts.json, documents/, policies/")
    parser.add_argument("--input", type=Path, help="the same as FOLDER")
    parser.add_argument("--out", type=Path, required=True, help="folder for the packet")
    parser.add_argument("--page-size", choices=get_args(PageSize), help="default: the manifest's, or a4")
    parser.add_argument("--from-manifest", type=Path, metavar="MANIFEST", help="make this packet again, and compare")
    parser.add_argument("--json", action="store_true", help="report as one JSON object")
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> int:
    """Make the packet and report on it; 5 when it is not the manifest's."""
    if (arguments.folder is None) == (arguments.input is None):
        raise InputError("one input folder is needed", remedy="Name it once: `packet FOLDER --out DIR`")
    stored: Path | None = arguments.from_manifest
    manifest, sha256 = (read_manifest(stored), manifest_sha256(stored)) if stored else (None, "")
    folder = InputFolder(arguments.folder or arguments.input)
    gathered = folder.gathered(_chosen(manifest))
    round_id = _answerable(gathered) if manifest is None else manifest.run_id
    page_size = arguments.page_size or (manifest.page_size if manifest else "a4")
    taken = choose_files(gathered, documents=folder.documents, policies=folder.policies)
    closed = None if manifest is None else ClosedRounds.as_in(manifest)
    packet = _packet(folder, gathered, taken, round_id, page_size, closed)
    write_packet(packet, arguments.out)
    lines = _report(folder, gathered, taken, packet.manifest)
    status, compared = (0, []) if manifest is None else _compare(manifest, sha256, packet.manifest)
    lines += compared
    last = verdict(gathered.dispute, packet.manifest, gathered.playbook)
    if arguments.json:
        say([json.dumps({"sha256": packet_sha256(packet.manifest.to_json()), "report": lines, **last})])
    else:
        say([*lines, *(f"{name.capitalize()}: {said}" for name, said in last.items())])
    return status


def _answerable(gathered: Gathered) -> RunId:
    """The round that the packet answers. The clock is not read: a past deadline does not change a packet."""
    dispute, claim = gathered.dispute, gathered.claim
    current = round_of(dispute.status)
    if current is None or not answerable(dispute.status):
        raise PersonNeededError(
            f"status {dispute.status} takes no evidence", dispute=dispute.id, subject="dispute.json"
        )
    if obstacle := claim.obstacle or _no_answer(dispute):
        raise PersonNeededError(
            obstacle, dispute=dispute.id, subject="dispute.json", remedy="A person has to look at it"
        )
    return RunId(dispute.id, current)


def _no_answer(dispute: Dispute) -> str | None:
    return "the bank accepts no answer (due_by is 0)" if dispute.evidence_details.due_by == 0 else None


def _chosen(manifest: Manifest | None) -> str | None:
    """The claim that the manifest's packet answers, if the code did not fit several."""
    return None if manifest is None or manifest.alternatives else manifest.claim


def _packet(
    folder: InputFolder,
    gathered: Gathered,
    taken: list[tuple[str, str]],
    round_id: RunId,
    page_size: PageSize,
    closed: ClosedRounds | None,
) -> Packet:
    def made(one: tuple[str, str]) -> Exhibit | Refusal:
        return _made(folder, *one, gathered.facts, page_size)

    with ThreadPoolExecutor(_OPENED_SIDE_BY_SIDE) as pool:
        found = list(pool.map(made, taken))
    return assemble(
        gathered,
        exhibits=[one for one in found if isinstance(one, Exhibit)],
        refused=[one for one in found if isinstance(one, Refusal)],
        round_id=round_id,
        page_size=page_size,
        closed=closed,
    )


def _made(folder: InputFolder, document: str, name: str, facts: Facts, page_size: PageSize) -> Exhibit | Refusal:
    try:
        content = folder.read(name)
    except InputError as error:
        filename = name.rpartition("/")[2].encode("utf-8", "replace").decode()
        return Refusal(document, filename, f"{error.problem}. {error.remedy}")
    return exhibit_or_refusal(document, name, content, facts=facts, page_size=page_size)


def _report(folder: InputFolder, gathered: Gathered, taken: list[tuple[str, str]], manifest: Manifest) -> list[str]:
    playbook = gathered.playbook
    names = [*(f"documents/{name}" for name in folder.documents), *(f"policies/{name}" for name in folder.policies)]
    left = list_unused(names, [name for _, name in taken], playbook, gathered.product_type)
    left += [f"{name}: this claim's playbook does not read it" for name in folder.not_read(playbook.related)]
    return report(manifest, claim=gathered.claim, playbook=playbook, unused=left)


def _compare(manifest: Manifest, sha256: str, made: Manifest) -> tuple[int, list[str]]:
    """The exit status, with its explanation."""
    if sha256 == packet_sha256(made.to_json()):
        return 0, ["The same packet as the manifest's"]
    found = differences(manifest, made)
    if not found:
        return 0, [
            f"The same packet as the manifest's, but another release wrote that manifest, with the sha256 {sha256}"
        ]
    said = [f"Not the same packet as the manifest's, {sha256}:"]
    return DIFFERENT, [*said, *(f"  {line}" for line in found)]
