"""The records of `gather` and `collect`: everything that a packet is made from."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict

from disputes.case.gathered import Gathered
from disputes.dispute import read_dispute
from disputes.exhibits.refusal import Refusal  # noqa: TC001  # pydantic reads the annotation
from disputes.facts.facts import Facts
from disputes.packet.edits import NO_EDITS, Edits
from disputes.rules.claims import Claim  # noqa: TC001  # pydantic reads the annotation

if TYPE_CHECKING:
    from disputes.exhibits.sheets import PageSize


class _Record(BaseModel):
    # A later release may write more: it is kept.
    model_config = ConfigDict(frozen=True, extra="allow")


class Settings(_Record):
    """What shapes the packet beside the case itself.

    :param page_size: of all pages; None in a record of 0.1.0, which did not store it
    :param version: of this package, as it gathered
    :param playbook: name -> sha256 of the claim's playbook and of the base below it, as they were then
    """

    page_size: Literal["a4", "us-letter"] | None = None
    version: str | None = None
    playbook: dict[str, str] = {}


class Case(_Record):
    """One dispute as gathered: one record, so that all of it comes from one moment and one set of settings.

    :param dispute: in Stripe's shape
    :param facts: each with source and time
    :param chosen_claim: the claim that a person chose where the network's code leaves it open
    :param ruled_claims: claims that rules of playbooks led to
    :param claim: what has to be answered, as code and rules were read then
    :param edits: what people changed by hand in the packet before
    """

    dispute: dict[str, Any]
    facts: dict[str, Any]
    product_type: str | None = None
    chosen_claim: str | None = None
    ruled_claims: tuple[str, ...] = ()
    claim: Claim | None = None
    edits: Edits = NO_EDITS
    settings: Settings = Settings()

    @classmethod
    def of(cls, stored: dict[str, Any], gathered: Gathered, page_size: PageSize) -> Case:
        """The case to record.

        :param stored: the dispute in Stripe's shape
        """
        return cls(
            dispute=stored,
            facts=gathered.facts.as_written(),
            product_type=gathered.product_type,
            chosen_claim=gathered.chosen_claim,
            ruled_claims=gathered.ruled_claims,
            claim=gathered.claim,
            edits=gathered.edits,
            settings=Settings(
                page_size=page_size, version=version("representment"), playbook=gathered.playbook_files()
            ),
        )

    def gathered(self) -> Gathered:
        """The dispute and its facts, read.

        :raises InputError: one of them has another shape than this release knows
        """
        return Gathered(
            read_dispute(self.dispute),
            Facts.from_record(self.facts),
            self.product_type,
            self.chosen_claim,
            self.ruled_claims,
            self.claim,
            self.settings.playbook,
            self.edits,
        )


class CollectedExhibit(_Record):
    """A document that was made into an exhibit.

    :param name: of its PDF, below the revision
    :param sha256: of the PDF; None in a record of 0.1.0, which did not store it
    :param written: when and by whom an e-mail was written; empty in a record of 0.1.0, which did not store it
    """

    document: str
    filename: str
    name: str
    sha256: str | None = None
    written: str = ""


class Collected(_Record):
    """The documents that were used, and those that were refused with the reason."""

    exhibits: tuple[CollectedExhibit, ...] = ()
    refused: tuple[Refusal, ...] = ()
