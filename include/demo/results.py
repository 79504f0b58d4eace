"""How each dispute ended, and whether that is what the script says."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from demo.responses import Response
from demo.rounds import Rounds
from demo.scenes import Scene
from demo.stripe_reader import StripeReader


@dataclass(frozen=True)
class PacketFile:
    """One PDF of a packet. `pages` and `bytes` are its size."""

    field: str
    pages: int
    bytes: int


@dataclass(frozen=True)
class Result:
    """One round of one dispute, at its latest revision; without a run, the dispute alone.

    :param amount: in minor units of `currency`.
    :param status: the dispute's at Stripe.
    :param fields: the text fields that the packet fills.
    :param given: evidence fields that the packet gives, of those that the playbook recommends.
    :param recommended: evidence fields that the playbook recommends.
    :param submitted_at: Unix seconds, None when we did not submit.
    :param run: the run's state. :param leaf: the task that it ended with.
    """

    dispute: str
    reason: str
    amount: int
    currency: str
    status: str
    submission_count: int
    submission_method: str | None
    dag: str | None = None
    round: str | None = None
    revision: int | None = None
    run_id: str | None = None
    run: str | None = None
    leaf: str | None = None
    fields: tuple[str, ...] = ()
    given: int = 0
    recommended: int = 0
    files: tuple[PacketFile, ...] = ()
    packet_sha256: str | None = None
    approved_by: str | None = None
    submitted_at: int | None = None
    outcome: str | None = None
    findings: tuple[str, ...] = ()

    @property
    def submitted(self) -> bool:
        """Whether we submitted this packet."""
        return self.submitted_at is not None


def collect(
    responses: Sequence[Response], scenes: Mapping[str, Scene], *, stripe: StripeReader, rounds: Rounds
) -> list[Result]:
    """Read the end of every round that has a run, and of every dispute of the script."""
    latest = {(response.dispute, response.round): response for response in sorted(responses, key=lambda r: r.revision)}
    disputes = sorted({response.dispute for response in latest.values()} | set(scenes))
    results = []
    for dispute_id in disputes:
        dispute = stripe.dispute(dispute_id)
        own = [response for (owner, _), response in latest.items() if owner == dispute_id]
        results += [Result(**_dispute(dispute), **_round(response, rounds)) for response in own]
        if not own:
            results.append(Result(**_dispute(dispute)))
    return results


def deviations(results: Sequence[Result], scenes: Mapping[str, Scene]) -> list[str]:
    """Compare the ends with the script's and return a line for each that differs.

    If a dispute has several rounds, the last one counts, and `rounds` are those that were submitted. Whatever an
    audit found is always a deviation.
    """
    last = {result.dispute: result for result in results}
    lines = []
    for scene in scenes.values():
        found_ends = asdict(last[scene.dispute]) | {"rounds": _submitted_rounds(results, scene.dispute)}
        for name, wanted in scene.ends.items():
            found = found_ends[name]
            if found != wanted:
                lines.append(f"{scene.dispute}: {name} is {found!r}, expected {wanted!r}")
    lines += [f"{result.run_id}: the audit found: {finding}" for result in results for finding in result.findings]
    return lines


def _submitted_rounds(results: Sequence[Result], dispute: str) -> list[str | None]:
    return [result.round for result in results if result.dispute == dispute and result.submitted]


def trespasses(results: Sequence[Result], scenes: Mapping[str, Scene], writes: Sequence[str]) -> list[str]:
    """Name what must not happen where the mode is not `submit`; the script's ends do not hold there.

    :param writes: the requests that changed something although none may (mode `shadow`).
    """
    lines = [f"written to Stripe: {write}" for write in writes]
    for result in results:
        wanted = scenes.get(result.dispute, Scene(result.dispute)).ends.get("run")
        if result.submitted:
            lines.append(f"{result.run_id}: submitted")
        if result.run == "failed" and wanted != "failed":
            lines.append(f"{result.run_id}: failed")
    return lines


def _dispute(dispute: Mapping[str, Any]) -> dict[str, Any]:
    details = dispute["evidence_details"]
    return {
        "dispute": dispute["id"],
        "reason": dispute["reason"],
        "amount": dispute["amount"],
        "currency": dispute["currency"],
        "status": dispute["status"],
        "submission_count": details["submission_count"],
        "submission_method": details.get("submission_method"),
    }


def _round(response: Response, rounds: Rounds) -> dict[str, Any]:
    round_ = f"{response.dispute}/{response.round}"
    manifest = rounds.read(f"{round_}/{response.revision}/manifest.json")
    approvals = rounds.names(f"{round_}/{response.revision}/approvals/")
    approval = (rounds.read_json(max(approvals)) if approvals else None) or {}
    receipt = rounds.read_json(f"{round_}/receipt.json") or {}
    ours = receipt.get("response") == response.run_id
    return {
        "dag": response.dag_id,
        "round": response.round,
        "revision": response.revision,
        "run_id": response.run_id,
        "run": response.state,
        "leaf": response.leaf,
        **(_packet(manifest) if manifest else {}),
        "approved_by": approval.get("by") if str(approval.get("choice")).startswith("Approve") else None,
        "submitted_at": receipt.get("submitted_at") if ours else None,
        "outcome": (rounds.read_json(f"outcomes/{response.run_id}.json") or {}).get("outcome"),
        "findings": tuple((rounds.read_json(f"audits/{response.run_id}.json") or {}).get("findings", ())),
    }


def _packet(manifest: bytes) -> dict[str, Any]:
    content = json.loads(manifest)
    files = content["files"].items()
    shares = content["completeness"].values()
    return {
        "fields": tuple(sorted(content["fields"])),
        "given": sum(len(share["given"]) for share in shares),
        "recommended": sum(len(share["expected"]) for share in shares),
        "files": tuple(PacketFile(field, entry["pages"], entry["bytes"]) for field, entry in files),
        # The packet's hash is that of the manifest as it is written.
        "packet_sha256": hashlib.sha256(manifest).hexdigest(),
    }
