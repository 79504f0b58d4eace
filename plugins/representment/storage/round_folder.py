"""Reads and writes the records of one round. Nothing is ever written twice."""

from __future__ import annotations

import time
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from disputes.dispute import read_dispute
from disputes.errors import GuardError, InputError, PersonNeededError
from disputes.packet.edits import NO_EDITS, Edits
from disputes.packet.manifest import Manifest, packet_sha256
from disputes.record_format import read_model
from disputes.response.submission import Opening
from disputes.rounds import Round, RunId
from representment.storage.case import Case, Collected
from representment.storage.record_names import (
    APPROVALS,
    CASE,
    CASE_OF_0_1,
    DISPUTE,
    EXHIBITS,
    MANIFEST,
    OPENING,
    PRODUCT,
    REQUESTED,
    WITHDRAWAL_OF_0_1,
    edits_record,
    evidence_file,
    upload_record,
    withdrawal_email,
)
from representment.storage.records import Records, as_json, check_digest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from disputes.case.gathered import Gathered
    from disputes.dispute import Dispute
    from disputes.packet.manifest import FileEntry
    from disputes.packet.packet import Packet
    from representment.hooks.s3_store import S3Store
    from representment.storage.case import CollectedExhibit


@dataclass(frozen=True)
class StoredPacket:
    """A packet as stored.

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
        """Claim the round for this DAG; the stored claim if it was claimed before.

        :raises GuardError: another DAG answers this round
        """
        standing = self.of_round.keep_model(OPENING, opening)
        if standing.dag_id != opening.dag_id:
            raise GuardError(
                f"round {self.run.round} is answered by {standing.dag_id}, run {standing.run_id}",
                dispute=self.run.dispute,
                remedy="Look at that run; this one does nothing",
            )
        return standing

    def opening(self) -> Opening:
        """The dispute's state when the round was claimed."""
        return self.of_round.need_model(Opening, OPENING)

    def listed_once(self) -> AbstractContextManager[None]:
        """Within this context, one listing of the dispute's records shows which are missing."""
        return self.store.listed_once(f"{self.run.dispute}/")

    def responses(self) -> list[RunId]:
        """The responses to this dispute that have been gathered, in any round and revision."""
        names = [name.split("/") for name in self.store.names(f"{self.run.dispute}/")]
        gathered = dict.fromkeys(tuple(parts[:3]) for parts in names if parts[3:] in ([CASE], [DISPUTE]))
        return [RunId(dispute, Round(round_), int(revision)) for dispute, round_, revision in gathered]

    def find_case(self) -> Case | None:
        """Everything gathered, as of one moment; None if `gather` has not finished."""
        case = self.of_revision.model(Case, CASE)
        if case or self.record(PRODUCT) is None:
            return case
        dispute, facts, product = (self.of_revision.need(name) for name in CASE_OF_0_1)
        chosen = product.get("claim")
        return Case(dispute=dispute, facts=facts, product_type=product.get("product_type"), chosen_claim=chosen)

    def case(self) -> Case:
        """What has been gathered."""
        return self.find_case() or self.of_revision.need_model(Case, CASE)

    def keep_case(self, case: Case) -> None:
        """Record what was gathered, once."""
        self.of_revision.keep_model(CASE, case)

    def dispute_json(self) -> dict[str, Any]:
        """The dispute as gathered, in Stripe's shape."""
        return self.case().dispute

    def dispute(self) -> Dispute:
        """The dispute as gathered."""
        return read_dispute(self.dispute_json())

    def gathered(self) -> Gathered:
        """The dispute, its facts and the product type as gathered.

        :raises PersonNeededError: they have another shape than this release knows
        """
        try:
            return self.case().gathered()
        except InputError as error:
            raise PersonNeededError(
                error.problem,
                dispute=self.run.dispute,
                subject=self.store.uri(f"{self.revision}/{CASE}"),
                remedy="Let the release that gathered it finish the run, or answer the dispute in Stripe's Dashboard",
            ) from error

    def keep_edits(self, edits: Edits) -> str:
        """Record what people changed by hand; the sha256 that names the record."""
        content = edits.to_json()
        digest = sha256(content).hexdigest()
        self.of_round.keep_content(edits_record(digest), content)
        return digest

    def edits_of(self, digest: str | None) -> Edits:
        """What people changed by hand, checked.

        :param digest: names the record; None: nobody has changed anything
        """
        if not digest:
            return NO_EDITS
        name = edits_record(digest)
        content = check_digest(self.of_round.need_content(name), digest, f"{self.round}/{name}")
        return read_model(Edits, content, f"{self.round}/{name}")

    def requested_edits(self) -> str | None:
        """The sha256 of the record of the edits that this revision was requested with; the first is never requested."""
        requested = self.record(REQUESTED) if self.run.revision > 1 else None
        return (requested or {}).get("edits")

    def find_collected(self) -> Collected | None:
        """Which documents were made into exhibits; None if `collect` has not finished."""
        return self.of_revision.model(Collected, EXHIBITS)

    def keep_collected(self, collected: Collected) -> None:
        """Record which documents were made into exhibits, once."""
        self.of_revision.keep_model(EXHIBITS, collected)

    def collected(self) -> Collected:
        """Which documents were made into exhibits."""
        return self.of_revision.need_model(Collected, EXHIBITS)

    def exhibits(self, collected: Collected) -> Iterator[tuple[CollectedExhibit, bytes]]:
        """Each exhibit with its PDF, checked."""
        names = [f"{self.revision}/{one.name}" for one in collected.exhibits]
        for one, name, content in zip(collected.exhibits, names, self.store.read_all(names), strict=True):
            yield one, content if one.sha256 is None else check_digest(content, one.sha256, name)

    def keep_packet(self, packet: Packet, *, email: str | None) -> StoredPacket:
        """Write the packet's files and, last, its manifest, once; the packet that is there afterwards.

        :param email: that asks the cardholder to withdraw; None: there is none
        """
        manifest = packet.manifest.to_json()
        for content in packet.files.values():
            self.store.write_once(f"{self.revision}/{evidence_file(sha256(content).hexdigest())}", content)
        if email:
            name = withdrawal_email(packet_sha256(manifest))
            self.store.write_once(f"{self.revision}/{name}", email.encode())
        return self._stored(self.of_revision.keep_content(MANIFEST, manifest))

    def file(self, field: str, entry: FileEntry) -> bytes:
        """The PDF of an evidence field, checked."""
        name = f"{self.revision}/{evidence_file(entry.sha256)}"
        content = self.store.read(name)
        if content is None:
            name = f"{self.revision}/{evidence_file(field)}"  # 0.1.0's
            content = self.store.need(name)
        return check_digest(content, entry.sha256, name)

    def packet(self) -> StoredPacket:
        """The packet that has been made."""
        return self._stored(self.of_revision.need_content(MANIFEST))

    def find_packet(self) -> StoredPacket | None:
        """The packet, or None where none has been made."""
        content = self.of_revision.content(MANIFEST)
        return None if content is None else self._stored(content)

    def _stored(self, content: bytes) -> StoredPacket:
        manifest = read_model(Manifest, content, f"{self.revision}/{MANIFEST}")
        return StoredPacket(manifest, packet_sha256(content), content)

    def find_withdrawal_email(self, packet: StoredPacket) -> str | None:
        """The address of the e-mail that asks the cardholder to withdraw, or None."""
        names = {f"{self.revision}/{name}" for name in (withdrawal_email(packet.sha256), WITHDRAWAL_OF_0_1)}
        return next(
            (self.store.uri(name) for name in self.store.names(f"{self.revision}/withdrawal") if name in names), None
        )

    def manifest(self) -> Manifest:
        """The packet's manifest."""
        return self.packet().manifest

    def file_ids(self, manifest: Manifest) -> dict[str, str]:
        """Evidence field -> id at Stripe, for those files of the packet that are uploaded."""
        with self.store.listed_once(f"{self.revision}/uploads/"):
            records = {field: self.record(upload_record(field)) for field in manifest.files}
        return {field: str(record["id"]) for field, record in records.items() if record}

    def record(self, name: str) -> dict[str, Any] | None:
        """A JSON record below the revision, or None."""
        return self.of_revision.record(name)

    def keep(self, name: str, value: dict[str, Any]) -> dict[str, Any]:
        """Write a JSON record below the revision, once; what is stored afterwards."""
        return self.of_revision.keep(name, value)

    def decide(self, decision: dict[str, Any]) -> None:
        """Record a decision on this packet; asked again after a clear, the later one counts.

        :param decision: `packet_sha256`, `choice`, `by`, `at` (Unix seconds), `remark`
        """
        self.of_revision.keep_latest(APPROVALS, decision)

    def decide_by_policy(self, packet: StoredPacket, choice: str) -> None:
        """Record that the playbook's policy decided."""
        now = int(time.time())
        self.decide({"packet_sha256": packet.sha256, "choice": choice, "by": "policy", "at": now, "remark": ""})

    def decision(self) -> dict[str, Any] | None:
        """The latest decision on this packet, or None."""
        return self.of_revision.latest(APPROVALS)

    def round_record(self, name: str) -> dict[str, Any] | None:
        """A JSON record of the whole round, or None."""
        return self.of_round.record(name)

    def keep_for_round(self, name: str, value: dict[str, Any]) -> dict[str, Any]:
        """Write a JSON record of the whole round, once; what is stored afterwards."""
        return self.of_round.keep(name, value)

    def list_in_index(self, index: str, value: dict[str, Any]) -> None:
        """Enter this response into an index over all rounds (`submitted`, `audits`, `outcomes`)."""
        self.store.write_once(f"{index}/{self.run}.json", as_json(value))
