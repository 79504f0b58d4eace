"""What people changed in a packet by hand: each change with who made it and when. A change applies to this
revision and, if the packet is sent back again, to the next one.
"""

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from disputes.canonical import canonical_json
from disputes.evidence_fields import FILE_FIELDS, TEXT_FIELDS
from disputes.exhibits.typesetting import visible
from disputes.facts.credentials import without_secrets
from disputes.limits import LONG_TEXT, text_limit
from disputes.record_format import with_format
from disputes.validation import meant

WRITTEN = "written."
"""Prefix of the name of a fact that a person wrote: `written.<field>`. No fact of the shop has it."""
MOST_EXHIBITS = 100
MOST_TEXT = 2 * LONG_TEXT
"""Characters beyond which a text is rejected unread."""
_NAME = 300


def written_fact(field: str) -> str:
    """The name of the fact that a text field written by a person becomes."""
    return f"{WRITTEN}{field}"


def clean_text(text: str) -> str:
    """A person's text as it may be sent: no secrets, no hidden characters, no trailing spaces."""
    return without_secrets(visible(text)).rstrip()


def _file_field(field: str) -> str:
    if field not in FILE_FIELDS:
        raise ValueError(f"{field} {meant(field, FILE_FIELDS)}")
    return field


def _texts_that_fit(texts: dict[str, Any]) -> dict[str, Any]:
    known = (*TEXT_FIELDS, "reason_for_filing")
    for field, one in texts.items():
        if field not in known:
            raise ValueError(f"{field} {meant(field, known)}")
        if len(one.text) > text_limit(field):
            raise ValueError(f"{field} has {len(one.text):,} characters, Stripe takes {text_limit(field):,}")
    return texts


class _Part(BaseModel):
    # A later release may write more: it is kept.
    model_config = ConfigDict(frozen=True, extra="allow")


class _ByHand(_Part):
    """A change.

    :param by: the user name of who made it
    :param at: Unix seconds
    """

    by: str = Field(max_length=_NAME)
    at: int


class WrittenText(_ByHand):
    """A text field as a person wrote it; an empty one is not sent."""

    text: Annotated[str, Field(max_length=MOST_TEXT), AfterValidator(clean_text)]


class MovedExhibit(_ByHand):
    """An exhibit that was moved to another field, or taken out.

    :param document: the playbook's name for it
    :param field: the evidence field that alone holds it; None: it is taken out
    """

    document: str = Field(max_length=_NAME)
    filename: str = Field(max_length=_NAME)
    field: Annotated[str, AfterValidator(_file_field)] | None


class AddedDocument(_ByHand):
    """A document that a person put beside the shop's own.

    :param sha256: of the file as it was given
    """

    document: str = Field(max_length=_NAME)
    filename: str = Field(max_length=_NAME)
    sha256: str = Field(pattern="^[0-9a-f]{64}$")


class Edits(_Part):
    """All that people changed, the latest change of each text and exhibit."""

    texts: Annotated[dict[str, WrittenText], AfterValidator(_texts_that_fit)] = {}
    exhibits: Annotated[tuple[MovedExhibit, ...], Field(max_length=MOST_EXHIBITS)] = ()
    added: Annotated[tuple[AddedDocument, ...], Field(max_length=MOST_EXHIBITS)] = ()

    def __bool__(self) -> bool:
        return bool(self.texts or self.exhibits or self.added)

    def followed_by(self, later: "Edits") -> "Edits":
        """These and later ones; of one text or exhibit the later one holds.

        :raises pydantic.ValidationError: they are too many together
        """
        exhibits = {(one.document, one.filename): one for one in (*self.exhibits, *later.exhibits)}
        added = {one.filename: one for one in (*self.added, *later.added)}
        return Edits(texts=self.texts | later.texts, exhibits=tuple(exhibits.values()), added=tuple(added.values()))

    def describe(self) -> Iterator[str]:
        """A line for each change: what was changed, and not by whom."""
        for field, one in self.texts.items():
            yield f"{field} was {'written' if one.text else 'emptied'} by hand"
        for moved in self.exhibits:
            where = f"moved to {moved.field}" if moved.field else "taken out"
            yield f"{moved.filename} was {where}"
        for added in self.added:
            yield f"{added.filename} was added"

    def to_json(self) -> bytes:
        """Canonical JSON: what is stored once, under its sha256."""
        return canonical_json(with_format(self.model_dump(mode="json")))


NO_EDITS = Edits()
