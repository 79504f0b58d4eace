"""One number for a packet, and what would help most."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.disputes.builders import manifest

from disputes.evidence_fields import FILE_FIELDS
from disputes.packet.manifest import Completeness
from disputes.packet.scoring import IMPORTANCES, band, band_of, score, score_lines, would_help
from disputes.rules.loading import playbook_for

SHARES = st.sets(st.sampled_from(FILE_FIELDS)).flatmap(
    lambda expected: st.sets(st.sampled_from(sorted(expected)) if expected else st.nothing()).map(
        lambda given: {"expected": tuple(sorted(expected)), "given": tuple(sorted(given))}
    )
)
ALL = st.fixed_dictionaries(dict.fromkeys(IMPORTANCES, SHARES)).map(Completeness.model_validate)


def share(expected: int, given: int) -> dict[str, list[str]]:
    return {"expected": [str(number) for number in range(expected)], "given": [str(number) for number in range(given)]}


def of(**ranks: dict[str, list[str]]) -> Completeness:
    return Completeness.model_validate(ranks)


def test_an_essential_field_counts_three_times_a_helpful_one() -> None:
    assert score(of(essential=share(2, 1), strong=share(1, 1), helpful=share(2, 1))) == 60
    assert score(of()) == 0


@given(ALL)
def test_everything_scores_100_and_one_more_field_never_scores_less(made: Completeness) -> None:
    assert 0 <= score(made) <= 100
    whole = {
        rank: getattr(made, rank).model_copy(update={"given": getattr(made, rank).expected}) for rank in IMPORTANCES
    }
    assert score(made.model_copy(update=whole)) == (100 if any(share.expected for share in whole.values()) else 0)
    for rank in IMPORTANCES:
        held = getattr(made, rank)
        for name in held.given:
            less = held.model_copy(update={"given": tuple(given for given in held.given if given != name)})
            assert score(made.model_copy(update={rank: less})) <= score(made)


@pytest.mark.parametrize(
    ("expected", "given", "name"),
    [(0, 0, "poor"), (2, 2, "complete"), (2, 1, "partial"), (3, 2, "partial"), (3, 1, "poor"), (1, 0, "poor")],
)
def test_the_band_depends_on_the_essential_fields(expected: int, given: int, name: str) -> None:
    completeness = of(essential=share(expected, given), strong=share(5, 5))
    assert band(manifest(completeness=completeness)) == name
    assert band_of(given / expected if expected else None, "physical_product") == name


def test_a_packet_without_merchant_facts_is_poor_whatever_else_it_has() -> None:
    whole = of(essential=share(2, 2), strong=share(5, 5))
    assert band(manifest(completeness=whole, product_type=None)) == band_of(1, None) == "poor"
    assert score_lines(manifest(completeness=whole, product_type=None), playbook_for("fraudulent"))[0] == (
        "Completeness: 100 of 100, poor"
    )


def test_the_score_is_reported_with_what_would_help_most_first() -> None:
    completeness = {
        "essential": {"expected": ["shipping_documentation", "uncategorized_text"], "given": ["uncategorized_text"]},
        "strong": {"expected": ["shipping_date", "product_description"], "given": []},
        "helpful": {"expected": ["customer_name"], "given": ["customer_name"]},
    }
    a_document = "a document proof_of_delivery, or shipping_label, or delivery_photo"
    lines = score_lines(manifest(completeness=completeness), playbook_for("fraudulent"))
    assert lines == [
        "Completeness: 36 of 100, partial",
        "essential: 1 of 2 fields given, missing shipping_documentation",
        "strong: 0 of 2 fields given, missing shipping_date, product_description",
        "optional: 1 of 1 fields given",
        f"would help: shipping_documentation (essential): {a_document}",
        "would help: shipping_date (strong): the fact shipment.shipped_at",
        "would help: product_description (strong): facts that the template product_description uses",
    ]


def test_a_field_that_the_playbook_no_longer_has_is_not_asked_for() -> None:
    completeness = {"essential": {"expected": ["duplicate_charge_id"], "given": []}}
    assert would_help(manifest(completeness=completeness), playbook_for("fraudulent")) == []
