"""What a person may change in a packet before it is approved, and what the page sends as changes."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from disputes.errors import InputError, LimitError
from disputes.facts.wording import readable
from disputes.limits import Size, check, text_limit
from disputes.packet.appeals import plan_for_round
from disputes.packet.describing import ORDER_ITEMS
from disputes.packet.edits import MOST_EXHIBITS, MOST_TEXT, AddedDocument, Edits, MovedExhibit, WrittenText
from disputes.packet.exhibit_numbers import number_exhibits
from disputes.packet.manifest import CONTINUATION, Manifest
from disputes.rules.playbook import Playbook
from disputes.rules.titles import titles
from disputes.validation import problems

MOST_BYTES = 1_000_000
"""Largest size of the changes that a page sends."""


@dataclass(frozen=True)
class EditableText:
    """A text field that the playbook has, filled or not.

    :param text: as it is, without what is said about a cut
    :param limit: characters that Stripe takes
    """

    field: str
    title: str
    text: str
    limit: int


@dataclass(frozen=True)
class EditableExhibit:
    """An exhibit of the packet, or one that a person took out.

    :param fields: the evidence fields that hold it; none where it was taken out
    """

    document: str
    filename: str
    title: str
    fields: tuple[str, ...]

    @property
    def place(self) -> str:
        """Its place, in words."""
        return " and ".join(map(readable, self.fields)) or "taken out"


@dataclass(frozen=True)
class Editable:
    """All that may be changed.

    :param fields: evidence fields that an exhibit may be in, each with its title
    :param documents: kinds of documents that may be added, each with its title and the field where it goes
    """

    texts: tuple[EditableText, ...]
    exhibits: tuple[EditableExhibit, ...]
    fields: tuple[tuple[str, str], ...]
    documents: tuple[tuple[str, str], ...]


class _Sent(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Exhibit(_Sent):
    document: str
    filename: str
    field: str | None


class _Document(_Sent):
    document: str
    filename: str
    sha256: str


class Changes(_Sent):
    """What a page sends.

    :param exhibits: each with the field that alone is to hold it; null: none
    """

    texts: dict[str, Annotated[str, Field(max_length=MOST_TEXT)]] = {}
    exhibits: Annotated[tuple[_Exhibit, ...], Field(max_length=MOST_EXHIBITS)] = ()
    added: Annotated[tuple[_Document, ...], Field(max_length=MOST_EXHIBITS)] = ()


def list_editable(manifest: Manifest, playbook: Playbook) -> Editable:
    """What of a packet a person may change."""
    plan = plan_for_round(playbook.plan(manifest.product_type), manifest.round)
    wishes = playbook.documents(manifest.product_type)
    return Editable(
        texts=tuple(
            EditableText(field, _title(field), _text(field, manifest), text_limit(field))
            for field, entry in plan.items()
            if entry.is_text
        ),
        exhibits=tuple(_exhibits(manifest)),
        fields=tuple((field, _title(field)) for field, entry in plan.items() if not entry.is_text),
        documents=tuple(
            {
                wish.document: f"{_name(wish.document)}, in {readable(wish.field)}"
                for wish in reversed(wishes)
                if wish.document != ORDER_ITEMS
            }.items()
        ),
    )


def _text(field: str, manifest: Manifest) -> str:
    cut = next((one for one in manifest.shortened if one.field == field), None)
    text = manifest.fields.get(field, "")
    return text[: cut.kept] if cut else text


def _exhibits(manifest: Manifest) -> Iterator[EditableExhibit]:
    for one in number_exhibits(manifest):
        if not one.exhibit.document.startswith(CONTINUATION):
            title = f"{one.number} {one.listed.exhibit.title}"
            yield EditableExhibit(one.exhibit.document, one.exhibit.filename, title, one.fields)
    for moved in manifest.edits.exhibits:
        if moved.field is None:
            yield EditableExhibit(moved.document, moved.filename, _name(moved.document), ())


def _title(field: str) -> str:
    return readable(field).capitalize()


def _name(document: str) -> str:
    return titles()[document].title if document in titles() else readable(document).capitalize()


def describe_edits(edits: Edits) -> Iterator[str]:
    """A line for each change, with who made it."""
    changes = (*edits.texts.values(), *edits.exhibits, *edits.added)
    return (f"{line}, by {one.by}" for line, one in zip(edits.describe(), changes, strict=True))


def read_changes(content: bytes, manifest: Manifest, *, by: str, at: int) -> Edits:
    """All edits that the next revision is to be made with: those of this packet, and the changes that a page sends.

    :param content: the changes as JSON
    :param by: the user name of who made them
    :param at: Unix seconds
    :raises InputError: nothing was changed, or the changes are not of that form or too large
    :raises LimitError: the texts are too much together
    """
    try:
        changes = Changes.model_validate_json(content)
        later = _edits(changes, manifest, by, at)
        edits = manifest.edits.followed_by(later)
    except ValidationError as error:
        raise InputError(problems(error, Changes), dispute=manifest.dispute) from None
    if not later:
        raise InputError("nothing was changed", dispute=manifest.dispute)
    _must_fit(manifest, later)
    return edits


def _edits(changes: Changes, manifest: Manifest, by: str, at: int) -> Edits:
    hand = {"by": by, "at": at}
    texts = {field: WrittenText(text=text, **hand) for field, text in changes.texts.items()}
    return Edits(
        texts={field: one for field, one in texts.items() if one.text != _text(field, manifest)},
        exhibits=tuple(MovedExhibit(**one.model_dump(), **hand) for one in changes.exhibits),
        added=tuple(AddedDocument(**one.model_dump(), **hand) for one in changes.added),
    )


def _must_fit(manifest: Manifest, edits: Edits) -> None:
    texts = manifest.fields | {field: one.text for field, one in edits.texts.items()}
    sizes = {field: Size(entry.bytes, entry.pages) for field, entry in manifest.files.items()}
    check(texts, sizes, dispute=manifest.dispute, network=None)


def say_length(field: str, text: str) -> tuple[str, bool]:
    """How long a text is, and whether Stripe takes it.

    :raises LimitError: it is far too long to be counted
    """
    limit = text_limit(field)
    if len(text) > MOST_TEXT:
        raise LimitError(f"more than {MOST_TEXT:,} characters", subject=field, remedy="Supply it as a document")
    return f"{len(text):,} of {limit:,} characters", len(text) <= limit
