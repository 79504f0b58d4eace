"""The manifest: everything in a packet, by name and digest. The sha256 of its stored bytes identifies the packet."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict

from disputes.canonical import canonical_json
from disputes.exhibits.glyphs import missing_glyphs
from disputes.exhibits.refusal import Refusal
from disputes.packet.edits import NO_EDITS, Edits
from disputes.record_format import read_model, with_format
from disputes.rounds import Round, RunId
from disputes.rules.claims import Fee

CONTINUATION = "continuation_of_"
"""Prefix of the document name of an exhibit with the rest of a text field; no file of the merchant has it."""


def packet_sha256(content: bytes) -> str:
    """The packet's name in approval, metadata and submit: hex digest of its manifest's bytes, as they are stored.

    Never of bytes serialised again: another version of this package would write different ones.
    """
    return sha256(content).hexdigest()


@dataclass(frozen=True)
class Statement:
    """A sentence of ours, and the facts it rests on.

    :param text: as in the packet
    :param facts: names like `shipment.delivered_at`
    """

    text: str
    facts: tuple[str, ...]


class _Part(BaseModel):
    # A later release may write more: it is kept.
    model_config = ConfigDict(frozen=True, extra="allow")


class UsedFact(_Part):
    """Where a fact that the packet uses comes from; value and time as JSON."""

    value: Any
    source: str
    at: str


class ExhibitEntry(_Part):
    """One document inside a file.

    :param document: the playbook's name for it, like `proof_of_delivery`
    :param filename: the merchant's name for it
    :param sha256: of the exhibit as in the file
    :param written: when and by whom an e-mail was written; empty in a manifest of 0.1.0
    """

    document: str
    filename: str
    sha256: str
    pages: int
    written: str = ""


class FileEntry(_Part):
    """One PDF of the packet, for one evidence field.

    :param name: as uploaded, like `receipt.pdf`
    :param bytes: its size
    :param exhibits: in the order in which they are in it; our letter is not one of them
    """

    name: str
    sha256: str
    bytes: int
    pages: int
    exhibits: tuple[ExhibitEntry, ...] = ()


class Reduced(_Part):
    """An exhibit whose images were made smaller, so that the packet fits.

    :param dpi: dots per inch on the page, at most
    :param jpeg: JPEG quality
    :param before: bytes of the exhibit as it was made
    :param after: bytes in the packet
    """

    document: str
    filename: str
    dpi: int
    jpeg: int
    before: int
    after: int


class Dropped(_Part):
    """An exhibit that is not in this file, so that the packet fits.

    :param field: the evidence field whose file would hold it
    """

    field: str
    document: str
    filename: str
    pages: int
    bytes: int
    reason: str


class Shortened(_Part):
    """A text field that was cut, so that it fits.

    :param characters: of the whole text
    :param kept: of those, in the field
    :param notice: what the field says about the rest, as its last line; no statement of the case
    :param continued_in: the document's name of the exhibit that holds the rest; None: the rest is not in the packet
    """

    field: str
    characters: int
    kept: int
    notice: str
    continued_in: str | None


class Contradiction(_Part):
    """One of our facts that speaks for the cardholder.

    :param name: like `shipped_to_another_address`
    :param problem: what the issuer would make of it
    :param facts: the facts that say so
    :param passage: the words themselves, where somebody wrote them; for a person's eyes, never for a log
    """

    name: str
    problem: str
    facts: tuple[str, ...]
    passage: str | None = None


class Answer(_Part):
    """One of our facts that answers the claim.

    :param name: as the playbook's `answers` has it
    :param says: what it is, in words
    :param facts: what it rests on
    """

    name: str
    says: str
    facts: tuple[str, ...]


class Decision(_Part):
    """What the policy recommends for this round, and why.

    :param reasons: in words, the figures that decided among them
    :param automatic: whether the policy carries out an `accept` or a `refund` without a person's click
    :param won: own rounds of this claim and completeness that had been won when it was asked
    :param lost: the same, lost
    """

    choice: Literal["fight", "ask", "accept", "refund"]
    reasons: tuple[str, ...]
    automatic: bool = False
    won: int = 0
    lost: int = 0


class Share(_Part):
    """Evidence fields of one importance: those the playbook expects, and those this packet gives."""

    expected: tuple[str, ...] = ()
    given: tuple[str, ...] = ()


class Completeness(_Part):
    """How much of the playbook's evidence is there; kept fields of Stripe's count as given."""

    essential: Share = Share()
    strong: Share = Share()
    helpful: Share = Share()

    @property
    def essential_missing(self) -> tuple[str, ...]:
        """Essential fields that this packet does not give."""
        return tuple(name for name in self.essential.expected if name not in self.essential.given)


class Manifest(_Part):
    """Everything in one packet. The same packet has the same bytes on any machine.

    :param fields: text fields, by evidence field; of an appeal, `reason_for_filing` alone
    :param files: PDFs, by evidence field; of an appeal, its supporting files
    :param kept: already on the dispute, not ours and not replaced; submitted with the rest
    :param cleared: every other evidence field, so that nothing unseen is submitted
    :param structured: evidence that is neither a text nor a file field, in the API's own shape below `evidence`
    :param compelling_evidence: whether Visa Compelling Evidence 3.0 qualifies, with which charges, or why not; None
        where the network's code does not ask
    :param fee: the member of `enhanced_evidence` in which a person has to acknowledge the network's fee; None: no fee
    :param alternatives: other claims that the network's code leaves open, where no person has chosen yet
    :param contradictions: facts that the issuer would argue with; a person decides first
    :param answers: what we hold that answers the claim; where that is nothing, a person decides
    :param decision: what the policy recommends; None before it was asked
    :param changed_playbook: files of the playbook that were changed between gathering and rendering; a person decides
    :param made_with: the playbook and the templates that made it: name -> sha256 of its bytes
    :param edits: what people changed by hand since the first revision; a person decides
    :param facts: each fact that `statements`, `fields` or `structured` use, with source and time
    """

    dispute: str
    charge: str
    round: Round
    revision: int
    claim: str
    product_type: str | None = None
    page_size: Literal["a4", "us-letter"]
    fields: dict[str, str]
    files: dict[str, FileEntry]
    kept: dict[str, Any] = {}
    cleared: tuple[str, ...]
    structured: dict[str, Any] = {}
    compelling_evidence: str | None = None
    fee: Fee | None = None
    alternatives: tuple[str, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()
    answers: tuple[Answer, ...] = ()
    decision: Decision | None = None
    changed_playbook: tuple[str, ...] = ()
    made_with: dict[str, str] = {}
    statements: tuple[Statement, ...] = ()
    facts: dict[str, UsedFact] = {}
    refused: tuple[Refusal, ...] = ()
    reduced: tuple[Reduced, ...] = ()
    dropped: tuple[Dropped, ...] = ()
    shortened: tuple[Shortened, ...] = ()
    edits: Edits = NO_EDITS
    completeness: Completeness

    @property
    def run_id(self) -> RunId:
        """The run that made it."""
        return RunId(self.dispute, self.round, self.revision)

    @property
    def left_behind(self) -> tuple[str, ...]:
        """What is in no file of the packet, because it is too large."""
        dropped = [f"{one.filename} is not in {one.field}" for one in self.dropped]
        cut = [f"the end of {one.field}" for one in self.shortened if one.continued_in is None]
        return (*dropped, *cut)

    @property
    def unprintable(self) -> str:
        """The characters of its statements that no font of ours has: empty boxes in the letter."""
        return missing_glyphs("".join(statement.text for statement in self.statements))

    def to_json(self) -> bytes:
        """Canonical JSON: what is stored when the packet is made, and never again."""
        return canonical_json(with_format(self.model_dump(mode="json")))

    @classmethod
    def from_json(cls, text: bytes) -> Self:
        """Read back what `to_json` wrote, in this release or another.

        :raises PersonNeededError: it cannot be read here
        """
        return read_model(cls, text, "manifest.json")
