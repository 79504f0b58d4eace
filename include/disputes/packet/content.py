"""What is inside a packet, before it is described: texts, letter, files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from disputes.dispute import Dispute
from disputes.evidence_fields import FILE_FIELDS
from disputes.exhibits.exhibits import Exhibit, compile_exhibits
from disputes.exhibits.making import page_count
from disputes.exhibits.sheets import PageSize
from disputes.facts.facts import Facts
from disputes.limits import ALL_BYTES, Size, check, page_limit, text_pages
from disputes.packet.budget import Room
from disputes.packet.candidates import Candidate, by_rank
from disputes.packet.compelling_evidence import Compelling
from disputes.packet.editing import write_over
from disputes.packet.edits import NO_EDITS, Edits
from disputes.packet.letter import Case, Letter, Listed, render_letter
from disputes.packet.nested import drop_empty, leaves
from disputes.packet.shortening import Cut, continuation, cuts
from disputes.packet.text_fields import Text, fact_text, template_text
from disputes.rounds import Round
from disputes.rules.claims import Claim
from disputes.rules.playbook import FieldPlan

CONTINUED_IN = "uncategorized_file"


@dataclass(frozen=True)
class Frame:
    """What a packet is made of, apart from its exhibits.

    :param compelling: Visa Compelling Evidence 3.0; None where nothing asks for it
    """

    dispute: Dispute
    claim: Claim
    product_type: str | None
    plan: Mapping[str, FieldPlan]
    facts: Facts
    page_size: PageSize
    round: Round
    compelling: Compelling | None
    edits: Edits = NO_EDITS

    @property
    def nested_texts(self) -> dict[str, str]:
        """The texts of Compelling Evidence, by place: Stripe counts and compiles them all."""
        return dict(leaves(self.compelling.evidence, "")) if self.compelling else {}


@dataclass(frozen=True)
class Placed:
    """An exhibit in the version that the packet contains.

    :param fields: whose files hold it
    """

    candidate: Candidate
    step: int
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Content:
    """A packet's parts.

    :param nested_texts: text that is not in a separate field
    :param cuts: text fields that are too long
    :param rests: what was cut off, as exhibits by text field, whether they are in the packet or not
    """

    case: Case
    texts: dict[str, Text]
    nested_texts: dict[str, str]
    files: dict[str, bytes]
    letter: Letter | None
    cuts: dict[str, Cut]
    rests: dict[str, Exhibit]

    @property
    def kept(self) -> dict[str, Any]:
        """What is on the dispute already and is not replaced; in an appeal, the locked first evidence."""
        if self.case.round is Round.APPEAL:
            return {}
        ours = {*self.texts, *self.files}
        held = {field: drop_empty(value) for field, value in self.case.dispute.evidence.items() if field not in ours}
        return {field: value for field, value in held.items() if value is not None}

    @property
    def sizes(self) -> dict[str, Size]:
        """Bytes and pages by file field."""
        return {field: Size(len(pdf), page_count(pdf)) for field, pdf in self.files.items()}

    @property
    def room(self) -> Room:
        """The room for files, after the text and what is kept."""
        pages = text_pages(self._all_texts)
        return Room(ALL_BYTES - self._kept_bytes, page_limit(self.case.claim.network) - pages)

    def check(self) -> None:
        """Compare with every limit.

        :raises LimitError: naming the field and what to do
        """
        check(
            self._all_texts,
            self.sizes,
            dispute=self.case.dispute.id,
            network=self.case.claim.network,
            kept_bytes=self._kept_bytes,
        )

    @property
    def _all_texts(self) -> dict[str, str]:
        return self.nested_texts | {field: text.text for field, text in self.texts.items()}

    @property
    def _kept_bytes(self) -> int:
        kept = [value for field, value in self.kept.items() if field in FILE_FIELDS and isinstance(value, dict)]
        return sum(value.get("size") or 0 for value in kept)


def make_content(
    frame: Frame, chosen: Sequence[Placed], *, text_room: int, continued: frozenset[str] | None = None
) -> Content:
    """Write the texts and the letter, and compile the files.

    :param chosen: the exhibits, in the order in which they are numbered
    :param text_room: characters of all text fields together
    :param continued: text fields whose rest is in the packet, where it has to be cut; None: all of them
    """
    listed = tuple(
        Listed(number, one.candidate.versions.exhibit(one.step), one.fields) for number, one in enumerate(chosen, 1)
    )
    case = Case(frame.dispute, frame.claim, frame.product_type, listed, frame.round)
    written = frame.edits.texts
    whole = {
        field: write_over(field, _text(entry, case, frame.facts), written.get(field))
        for field, entry in frame.plan.items()
        if entry.is_text
    }
    whole = {field: text for field, text in whole.items() if text.text}
    nested = sum(map(len, frame.nested_texts.values()))
    cut = cuts({field: text.text for field, text in whole.items()}, by_rank(frame.plan), text_room - nested)
    made = {field: continuation(field, one.rest, frame.page_size) for field, one in cut.items()}
    rests = {field: exhibit for field, exhibit in made.items() if exhibit is not None}
    numbers = {}
    for field, rest in rests.items():
        if continued is None or field in continued:
            numbers[field] = len(listed) + 1
            listed = (*listed, Listed(numbers[field], rest, (CONTINUED_IN,)))
    case = replace(case, exhibits=listed)
    texts = {
        field: _shortened(text, cut[field], numbers.get(field)) if field in cut else text
        for field, text in whole.items()
    }
    has_letter = any(entry.letter for entry in frame.plan.values())
    said = [statement for text in texts.values() for statement in text.statements]
    letter = render_letter(case, frame.facts, page_size=frame.page_size, fields=said) if has_letter else None
    case = replace(case, exhibits=letter.exhibits) if letter else case
    return Content(case, texts, frame.nested_texts, _files(frame, case, letter), letter, cut, rests)


def _files(frame: Frame, case: Case, letter: Letter | None) -> dict[str, bytes]:
    files = {}
    for field in dict.fromkeys([*frame.plan, CONTINUED_IN]):
        first = letter.pdf if letter and field in frame.plan and frame.plan[field].letter else None
        listed = [one for one in case.exhibits if field in one.fields]
        if first or listed:
            parts = [(one.number, one.exhibit) for one in listed]
            files[field] = compile_exhibits(
                first, parts, frame.page_size, proofs={one.number: one.proves for one in listed}
            )
    return files


def _text(plan: FieldPlan, case: Case, facts: Facts) -> Text:
    if plan.fact is not None:
        return fact_text(plan.fact, facts)
    return template_text(plan.template or "", case, facts)


def _shortened(text: Text, cut: Cut, exhibit: int | None) -> Text:
    """What stays of a text, with its statements; one that was cut through becomes two if the packet holds the rest."""
    statements = []
    for statement in text.statements:
        at = text.text.find(statement.text)
        inside = statement.text[: max(0, len(cut.kept) - at)].rstrip()
        outside = statement.text[len(inside) :].strip()
        if inside:
            statements.append(replace(statement, text=inside))
        if outside and exhibit is not None:
            statements.append(replace(statement, text=outside))
    return Text(f"{cut.kept}\n{cut.notice(exhibit)}".lstrip("\n"), tuple(statements))
