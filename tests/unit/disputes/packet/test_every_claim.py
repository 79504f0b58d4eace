"""Every claim of every product type, with all that a shop can know: what is given, and what each fact carries."""

import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from tests.gallery.cells import gathered

from disputes.case.document_choice import choose_documents, choose_policies
from disputes.facts.facts import Facts
from disputes.packet.letter import Case
from disputes.packet.statements import sentences
from disputes.packet.text_fields import Text, fact_text, template_text
from disputes.rules.loading import playbook_for
from sandbox import seed_matrix, seeds
from sandbox.clock import Clock

GUIDANCE = yaml.safe_load(Path(__file__).with_name("guidance.yaml").read_text("utf-8"))
LIBRARY = ("refund_policy/v3.pdf", "cancellation_policy/v2.pdf")
IMPORTANCES = ("essential", "strong", "helpful")


class Known(NamedTuple):
    """A cell as a response sees it."""

    case: Case
    facts: Facts
    documents: tuple[str, ...]

    @property
    def plan(self) -> dict[str, Any]:
        return playbook_for(self.case.claim.name).plan(self.case.product_type)

    def texts(self, facts: Facts | None = None, but: str = "") -> Iterator[tuple[str, Text]]:
        held = self.facts if facts is None else facts
        for field, how in self.plan.items():
            if how.is_text and field != but:
                yield field, fact_text(how.fact, held) if how.fact else template_text(how.template, self.case, held)

    def said(self, facts: Facts | None = None) -> set[tuple[str, str, tuple[str, ...]]]:
        """Every sentence with its place and facts, in letter and fields; `uncategorized_text` repeats the letter."""
        held = self.facts if facts is None else facts
        letter = sentences(self.case.template, held, {"case": self.case, "exhibits": ()})
        found = {(f"letter {one.section}", one.text, one.facts) for one in letter}
        return found | {
            (field, one.text, one.facts)
            for field, text in self.texts(held, but="uncategorized_text")
            for one in text.statements
        }

    def given(self) -> set[str]:
        wishes = playbook_for(self.case.claim.name).documents(self.case.product_type)
        there = [*choose_documents(self.documents, wishes), *choose_policies(LIBRARY, wishes, self.facts)]
        files = {wish.field for wish, _ in there} | {field for field, how in self.plan.items() if how.letter}
        return files | {field for field, text in self.texts() if text.text}


@cache
def cells() -> dict[tuple[str, str], Known]:
    return {(cell.claim, cell.product_type): known(cell) for cell in seed_matrix.cells()}


def known(cell: seed_matrix.Cell) -> Known:
    held = gathered(cell)
    names = tuple(f"{name}.pdf" for name in cell.documents)
    return Known(Case(held.dispute, held.claim, held.product_type), held.facts, names)


def table(expected: dict[tuple[str, str], dict[str, list[str]]]) -> tuple[str, dict[tuple[str, str], set[str]]]:
    """Fields given of fields expected, one line for each cell, and what is missing."""
    lines, missing = [], {}
    for (claim, product_type), ranks in expected.items():
        given = cells()[claim, product_type].given()
        counts = [f"{len(given & set(ranks[rank])):2} of {len(ranks[rank]):2} {rank}" for rank in IMPORTANCES]
        missing[claim, product_type] = {field for rank in IMPORTANCES for field in ranks[rank]} - given
        gaps = ", ".join(sorted(missing[claim, product_type]))
        lines.append(f"{claim:22} {product_type:27} {'  '.join(counts)}  {gaps}".rstrip())
    return "\n".join(lines), missing


def assert_whole(
    expected: dict[tuple[str, str], dict[str, list[str]]], missing: dict[tuple[str, str], set[str]]
) -> None:
    for cell, ranks in expected.items():
        assert not missing[cell] & {*ranks["essential"], *ranks["strong"]}, cell
        assert len(missing[cell]) <= 0.05 * sum(map(len, ranks.values())), cell


def test_every_claim_of_every_product_type_is_covered() -> None:
    wanted = {(claim, product_type) for claim, types in GUIDANCE.items() for product_type in types}
    assert set(cells()) == wanted
    assert all(known.case.claim.name == claim for (claim, _), known in cells().items())


def test_every_field_that_the_playbook_asks_for_is_given() -> None:
    expected = {
        cell: {rank: [field for field, how in known.plan.items() if how.importance == rank] for rank in IMPORTANCES}
        for cell, known in cells().items()
    }
    lines, missing = table(expected)
    print(f"\nFields given of those in the playbook\n{lines}")  # noqa: T201  (`pytest -s` shows it)
    assert_whole(expected, missing)


def test_every_field_that_public_guidance_names_is_given_and_weighed_alike() -> None:
    expected = {(claim, of): ranks for claim, types in GUIDANCE.items() for of, ranks in types.items()}
    lines, missing = table(expected)
    print(f"\nFields given of those that guidance names\n{lines}")  # noqa: T201
    assert_whole(expected, missing)
    for cell, ranks in expected.items():
        ours = {field: how.importance for field, how in cells()[cell].plan.items()}
        assert {field: rank for rank in IMPORTANCES for field in ranks[rank]}.items() <= ours.items(), cell


@pytest.mark.parametrize("cell", [(claim, of) for claim, types in GUIDANCE.items() for of in types], ids=" ".join)
def test_removing_a_fact_removes_its_sentences_and_no_others(cell: tuple[str, str]) -> None:
    known = cells()[cell]
    whole = known.said()
    for name in known.facts:
        left = known.said(Facts({other: fact for other, fact in known.facts.items() if other != name}))
        needed = {one for one in whole if name in one[2]}
        assert not [one for one in left if name in one[2]], name
        assert whole - left == needed, name
        # What comes instead says less: a shorter wording, or the next best answer in the same place.
        places = [place for place, *_ in needed]
        for place, _, facts in left - whole:
            assert place in places, name
            assert set(facts) <= set(known.facts), name


def test_the_written_folder_loads_and_its_documents_are_made(tmp_path: Path) -> None:
    seed_matrix.write(tmp_path)
    kept = {"ch_1DuplicatePhysical", "ch_1ProductUnacceptableEvent"}
    for folder in (tmp_path / "bucket" / "charges").iterdir():
        if folder.name not in kept:
            shutil.rmtree(folder / "documents")
    loaded = seeds.load(tmp_path, Clock())
    assert len(loaded.state.collections["disputes"]) == len(cells())
    made = [key for key in loaded.bucket if "/documents/" in key]
    assert {key.split("/")[1] for key in made} == kept
    assert all(loaded.bucket[key].startswith(b"%PDF-") for key in made)
