"""What became of a dispute: answered once, with what was approved, or reported to a person."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx

if TYPE_CHECKING:
    from tests.faults.traffic import Request, Traffic

    from demo.rounds import Rounds
    from demo.sandbox_process import Sandbox

PACKET_KEY = "representment_packet"
SUBMITTED_KEY = "representment_submitted"
UNANSWERED = ("needs_response", "warning_needs_response")


@dataclass(frozen=True)
class Verdict:
    """One dispute after a fault.

    :param answered: submitted to the bank, or its loss accepted, with a record of it in the bucket
    :param doubled: sent to the bank more than once, or submitted and closed
    :param wrong: in what the submitted packet differs from the approved one
    """

    dispute: str
    answered: bool
    doubled: bool
    wrong: tuple[str, ...]


@dataclass(frozen=True)
class Judge:
    """Compares what Stripe holds with what the bucket says.

    :param rounds: the bucket, without a gate
    """

    sandbox: Sandbox
    rounds: Rounds
    traffic: Traffic

    def verdict(self, dispute: str) -> Verdict:
        """Judge a dispute."""
        held = self.stripe(f"disputes/{dispute}").json()
        sent = {request.key for request in self.traffic.taken(dispute, _submits)}
        closed = {request.key for request in self.traffic.taken(dispute, _closes)}
        count = held["evidence_details"]["submission_count"]
        receipt = self.rounds.read_json(f"{dispute}/chargeback/receipt.json")
        recorded = receipt is not None and bool(self.rounds.names(f"submitted/{dispute}__"))
        wrong = self._wrong(held, receipt) if count else ()
        return Verdict(
            dispute,
            answered=recorded if count else bool(closed),
            doubled=count > 1 or len(sent) > 1 or len(closed) > 1 or bool(count and closed),
            wrong=wrong,
        )

    def stripe(self, path: str, **query: Any) -> httpx.Response:
        """Read what Stripe holds, without a gate."""
        answer = httpx.get(
            f"{self.sandbox.api_base}/v1/{path}",
            params=query,
            auth=(self.sandbox.secret_key, ""),
            trust_env=False,
            timeout=60,
        )
        return answer.raise_for_status()

    def _wrong(self, held: dict[str, Any], receipt: dict[str, Any] | None) -> tuple[str, ...]:
        """In what a submitted dispute differs from the packet that was approved."""
        if receipt is None:
            return ()  # counted as lost: nobody follows it to its outcome
        _, round_, revision = receipt["response"].split("__")
        below = f"{held['id']}/{round_}/{revision}/"
        content = self.rounds.read(f"{below}manifest.json") or b"{}"
        manifest, sha256 = json.loads(content), hashlib.sha256(content).hexdigest()
        approvals = [self.rounds.read_json(name) or {} for name in sorted(self.rounds.names(f"{below}approvals/"))]
        approved = approvals[-1].get("packet_sha256") if approvals else None
        metadata = held["metadata"]
        named = {
            "approved": approved,
            "receipt": receipt["packet_sha256"],
            "staged": metadata.get(PACKET_KEY),
            "submitted": metadata.get(SUBMITTED_KEY),
        }
        wrong = [f"{name} {value}, the manifest is {sha256}" for name, value in named.items() if value != sha256]
        evidence = {field: value for field, value in held["evidence"].items() if value and not _is_empty(value)}
        for field in sorted(evidence.keys() | manifest["fields"].keys() | manifest["files"].keys()):
            wrong += self._differs(field, evidence.get(field), manifest)
        return tuple(wrong)

    def _differs(self, field: str, value: Any, manifest: dict[str, Any]) -> list[str]:
        if field in manifest["files"]:
            content = self.stripe(f"files/{value}/contents").content if value else b""
            digest = hashlib.sha256(content).hexdigest()
            return [] if digest == manifest["files"][field]["sha256"] else [f"{field}: other bytes than approved"]
        approved = manifest["fields"].get(field) or manifest["kept"].get(field) or manifest["structured"].get(field)
        return [] if value == approved else [f"{field}: another text than approved"]


def _submits(request: Request) -> bool:
    return request.submits


def _closes(request: Request) -> bool:
    return request.closes


def _is_empty(value: Any) -> bool:
    """Whether a nested field holds nothing."""
    return isinstance(value, dict) and not any(_is_set(each) for each in value.values())


def _is_set(value: Any) -> bool:
    return any(map(_is_set, value.values())) if isinstance(value, dict) else bool(value)
