"""The packet: every text field and file of one response, with its manifest."""

from collections.abc import Sequence
from dataclasses import dataclass

from disputes.dispute import Dispute
from disputes.exhibits.exhibits import Exhibit
from disputes.exhibits.refusal import Refusal
from disputes.exhibits.sheets import PageSize
from disputes.facts.facts import Facts
from disputes.limits import ALL_TEXT, TooManyPagesError
from disputes.packet.appeals import plan_for_round
from disputes.packet.budget import Fit, Room, choose_fit
from disputes.packet.candidates import IMPORTANCES, Candidate, Versions, candidates
from disputes.packet.compelling_evidence import compelling_evidence
from disputes.packet.content import CONTINUED_IN, Frame, Placed, make_content
from disputes.packet.describing import describe
from disputes.packet.editing import move
from disputes.packet.edits import NO_EDITS, Edits
from disputes.packet.manifest import Manifest
from disputes.rounds import Round, RunId
from disputes.rules.claims import Claim
from disputes.rules.playbook import Playbook

_SMALLER_TEXTS = (100_000, 60_000, 30_000, 15_000, 5_000)
"""Limits on the characters of all text fields, tried in this order if text leaves no pages for essential files."""


@dataclass(frozen=True)
class Packet:
    """A response, ready to upload and stage.

    :param files: PDF by evidence field, as the manifest lists them
    """

    manifest: Manifest
    files: dict[str, bytes]


def build_packet(
    *,
    dispute: Dispute,
    claim: Claim,
    playbook: Playbook,
    product_type: str | None,
    facts: Facts,
    exhibits: Sequence[Exhibit],
    refused: Sequence[Refusal],
    round_id: RunId,
    page_size: PageSize,
    edits: Edits = NO_EDITS,
) -> Packet:
    """Make the packet. Same input, same bytes: it does not depend on clock, place or locale.

    Over a limit, exhibits that are in several fields are left in the first one, then images shrink step by step,
    then what the playbook ranks lowest is dropped; the manifest says what was done. See :mod:`disputes.packet.budget`.

    :param exhibits: made for this page size; those that the playbook does not ask for are left out
    :param refused: documents that could not be used, for the manifest
    :param edits: what people changed by hand
    :raises LimitError: when it is still over a limit, naming the field and what to do
    """
    ordinary = round_id.round is not Round.APPEAL and claim.fee is None
    frame = Frame(
        dispute=dispute,
        claim=claim,
        product_type=product_type,
        plan=plan_for_round(playbook.plan(product_type), round_id.round),
        facts=facts,
        page_size=page_size,
        round=round_id.round,
        compelling=compelling_evidence(dispute, facts, product_type) if ordinary else None,
        edits=edits,
    )
    asked_for = move(candidates(frame.plan, exhibits, page_size), edits, frame.plan)
    fitting = _Fitting(frame, asked_for, ALL_TEXT)
    smaller = iter(_SMALLER_TEXTS)
    while True:
        try:
            fitting.fit()
        except TooManyPagesError:
            text_room = next((room for room in smaller if room < fitting.characters), None)
            if text_room is None:
                raise
            fitting = _Fitting(frame, asked_for, text_room)
        else:
            break
    manifest = describe(frame, fitting.content, fitting.chosen, asked_for, refused, round_id)
    return Packet(manifest, fitting.content.files)


class _Fitting:
    """Plans and compiles until the packet fits: only the compiled packet shows what letter and captions take."""

    def __init__(self, frame: Frame, asked_for: Sequence[Candidate], text_room: int) -> None:
        self._frame = frame
        self._asked_for = asked_for
        self._text_room = text_room
        self.chosen = [Placed(one, 0, one.fields) for one in asked_for]
        self.content = make_content(frame, self.chosen, text_room=text_room)
        rests = {self._rest(field, exhibit): field for field, exhibit in self.content.rests.items()}
        self._rests = rests
        self._ranked = sorted([*asked_for, *rests], key=lambda one: (not one.essential, one.importance))
        self._items = [one.item for one in self._ranked]

    @property
    def characters(self) -> int:
        """Of all text fields together."""
        return sum(len(text.text) for text in self.content.texts.values())

    def fit(self) -> None:
        """Shrink and drop what does not fit.

        :raises LimitError: when what is essential is too much, naming the field and what to do
        """
        planned = Fit(again=True, steps=(0,) * len(self._items))
        room = self.content.room
        while over := self._over():
            better = choose_fit(self._items, room)
            if better == planned:  # letter and captions take room too
                used = planned.used(self._items)
                room = Room(
                    used.bytes - over.bytes if over.bytes else room.bytes,
                    used.pages - over.pages if over.pages else room.pages,
                )
                better = choose_fit(self._items, room)
            if better == planned:
                break
            planned = better
            self._compile(planned)
        self.content.check()

    def _over(self) -> Room | None:
        """By how much the packet is over a limit."""
        room, sizes = self.content.room, self.content.sizes.values()
        over = Room(sum(size.bytes for size in sizes) - room.bytes, sum(size.pages for size in sizes) - room.pages)
        return Room(max(0, over.bytes), max(0, over.pages)) if over.bytes > 0 or over.pages > 0 else None

    def _compile(self, planned: Fit) -> None:
        steps = {one: step for one, step in zip(self._ranked, planned.steps, strict=True) if step is not None}
        self.chosen = [
            Placed(one, steps[one], one.fields if planned.again else one.fields[:1])
            for one in self._asked_for
            if one in steps
        ]
        continued = frozenset(field for rest, field in self._rests.items() if rest in steps)
        self.content = make_content(self._frame, self.chosen, text_room=self._text_room, continued=continued)

    def _rest(self, field: str, exhibit: Exhibit) -> Candidate:
        importance = IMPORTANCES.index(self._frame.plan[field].importance)
        return Candidate(Versions(exhibit, self._frame.page_size), (CONTINUED_IN,), importance, essential=False)
