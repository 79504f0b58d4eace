"""The names under which one round keeps its work, and what stands there. Nothing is ever written twice."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from disputes.case.gathered import Gathered
from disputes.dispute import Dispute, read_dispute
from disputes.errors import GuardError
from disputes.facts.facts import Facts
from disputes.packet.manifest import Manifest, packet_sha256
from disputes.response.submission import Opening
from disputes.rounds import Round, RunId
from representment.storage.record_names import APPROVALS, DISPUTE, FACTS, MANIFEST, OPENING, PRODUCT, upload_record
from representment.storage.records import Records, as_json

if TYPE_CHECKING:
    from representment.hooks.s3_store import S3Store


@dataclass(frozen=True)
class StoredPacket:
    """A packet as it stands in its folder.

    :param sha256: hex digest of the manifest's stored bytes: what is approved, and submitted
    :param content: those bytes
    """

    manifest: Manifest
    sha256: str
    content: bytes


class RoundFolder:
    """`<dispute>/<round>/` for what belongs to the round, `<dispute>/<round>/<revision>/` for one packet.

    :param store: where all rounds are kept
    :param run: which response this is
    """

    def __init__(self, store: S3Store, run: RunId) -> None:
        self.store = store
        self.run = run
        self.round = f"{run.dispute}/{run.round}"
        self.revision = f"{self.round}/{run.revision}"
        self.of_round = Records(store, self.round)
        self.of_revision = Records(store, self.revision)

    def open(self, opening: Opening) -> Opening:
        """Claim the round for this DAG; what stands there when it was claimed before.

        :raises GuardError: another DAG answers this round
        """
        name = f"{self.round}/{OPENING}"
        self.store.write_once(name, opening.model_dump_json(indent=2).encode())
        standing = Opening.model_validate_json(self.store.need(name))
        if standing.dag_id != opening.dag_id:
            raise GuardError(
                f"round {self.run.round} is answered by {standing.dag_id}, run {standing.run_id}",
                dispute=self.run.dispute,
                remedy="Look at that run; nothing is done here",
            )
        return standing

    def opening(self) -> Opening:
        """How the round stood when it was claimed."""
        return Opening.model_validate_json(self.store.need(f"{self.round}/{OPENING}"))

    def responses(self) -> list[RunId]:
        """The responses to this dispute that have been gathered, in whatever round and revision."""
        names = self.store.names(f"{self.run.dispute}/")
        gathered = [name.split("/") for name in names if name.endswith(f"/{DISPUTE}")]
        return [RunId(dispute, Round(round_), int(revision)) for dispute, round_, revision, _ in gathered]

    def dispute_json(self) -> dict[str, Any]:
        """The dispute as gathered, in Stripe's shape."""
        stored: dict[str, Any] = json.loads(self.store.need(f"{self.revision}/{DISPUTE}"))
        return stored

    def dispute(self) -> Dispute:
        """The dispute as gathered."""
        return read_dispute(self.dispute_json())

    def facts(self) -> Facts:
        """The facts as gathered."""
        return Facts.from_json(self.store.need(f"{self.revision}/{FACTS}"))

    def gathered(self) -> Gathered:
        """The dispute, its facts and the product type as gathered."""
        product = self.record(PRODUCT) or {}
        return Gathered(self.dispute(), self.facts(), product["product_type"], product.get("claim"))

    def packet(self) -> StoredPacket:
        """The packet that has been made."""
        return _stored(self.store.need(f"{self.revision}/{MANIFEST}"))

    def find_packet(self) -> StoredPacket | None:
        """The packet, or None where none has been made."""
        content = self.store.read(f"{self.revision}/{MANIFEST}")
        return None if content is None else _stored(content)

    def manifest(self) -> Manifest:
        """The packet's manifest."""
        return self.packet().manifest

    def file_ids(self, manifest: Manifest) -> dict[str, str]:
        """Evidence field -> id at Stripe, for those files of the packet that are uploaded."""
        records = {field: self.record(upload_record(field)) for field in manifest.files}
        return {field: str(record["id"]) for field, record in records.items() if record}

    def record(self, name: str) -> dict[str, Any] | None:
        """A JSON record below the revision, or None."""
        return self.of_revision.record(name)

    def keep(self, name: str, value: dict[str, Any]) -> dict[str, Any]:
        """Write a JSON record below the revision, once; what stands there afterwards."""
        return self.of_revision.keep(name, value)

    def decide(self, decision: dict[str, Any]) -> None:
        """Write down a decision on this packet; asked again after a clear, the later one counts.

        :param decision: `packet_sha256`, `choice`, `by`, `at` (Unix seconds), `remark`
        """
        self.of_revision.keep_latest(APPROVALS, decision)

    def decide_by_policy(self, packet: StoredPacket, choice: str) -> None:
        """Write down that the playbook's policy decided."""
        now = int(time.time())
        self.decide({"packet_sha256": packet.sha256, "choice": choice, "by": "policy", "at": now, "remark": ""})

    def decision(self) -> dict[str, Any] | None:
        """The latest decision on this packet, or None."""
        return self.of_revision.latest(APPROVALS)

    def round_record(self, name: str) -> dict[str, Any] | None:
        """A JSON record of the whole round, or None."""
        return self.of_round.record(name)

    def keep_for_round(self, name: str, value: dict[str, Any]) -> dict[str, Any]:
        """Write a JSON record of the whole round, once; what stands there afterwards."""
        return self.of_round.keep(name, value)

    def list_in_index(self, index: str, value: dict[str, Any]) -> None:
        """Enter this response into an index over all rounds (`submitted`, `audits`, `outcomes`)."""
        self.store.write_once(f"{index}/{self.run}.json", as_json(value))


def _stored(content: bytes) -> StoredPacket:
    return StoredPacket(Manifest.from_json(content), packet_sha256(content), content)
