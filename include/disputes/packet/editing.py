"""Applies what people changed by hand to a packet."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from disputes.packet.candidates import Candidate, by_rank
from disputes.packet.edits import Edits, WrittenText, written_fact
from disputes.packet.manifest import Statement, UsedFact
from disputes.packet.text_fields import Text
from disputes.rules.playbook import FieldPlan


def write_over(field: str, made: Text, written: WrittenText | None) -> Text:
    """A text field as a person wrote it. A line of ours that stayed keeps its facts; any other rests on the person."""
    if written is None:
        return made
    ours = {statement.text: statement for statement in made.statements}
    lines = [line for line in written.text.split("\n") if line.strip() and not _is_heading(line, made)]
    return Text(written.text, tuple(ours.get(line) or Statement(line, (written_fact(field),)) for line in lines))


def _is_heading(line: str, made: Text) -> bool:
    """Whether it is a line of ours that states nothing."""
    stated = {part for statement in made.statements for part in statement.text.split("\n")}
    return line in made.text.split("\n") and line not in stated


def written_facts(edits: Edits) -> dict[str, UsedFact]:
    """What people wrote, as facts of their own."""
    return {
        written_fact(field): UsedFact(
            value=one.text, source=f"written by {one.by}", at=datetime.fromtimestamp(one.at, UTC).isoformat()
        )
        for field, one in edits.texts.items()
    }


def move(found: Sequence[Candidate], edits: Edits, plan: Mapping[str, FieldPlan]) -> list[Candidate]:
    """The exhibits where people put them, without those that they took out, in the order of the fields.

    A field that the plan does not have in this round holds nothing: there the exhibit stays where it was.
    """
    wanted = {(one.document, one.filename): one.field for one in edits.exhibits}
    moved = []
    for candidate in found:
        key = candidate.exhibit.document, candidate.exhibit.filename
        field = wanted.get(key, candidate.fields[0])
        if field is not None:
            moved.append(replace(candidate, fields=(field,)) if key in wanted and field in plan else candidate)
    places = {field: place for place, field in enumerate(by_rank(plan))}
    return sorted(moved, key=lambda candidate: places[candidate.fields[0]])
