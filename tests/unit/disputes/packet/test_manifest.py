"""The manifest and its digest."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.disputes.builders import manifest

from disputes.canonical import canonical_json
from disputes.packet.manifest import Manifest, packet_sha256
from disputes.rounds import Round, RunId

TEXT = st.text(max_size=20)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)


@given(JSON)
def test_canonical_json_reads_back_as_the_same_value(value: object) -> None:
    assert json.loads(canonical_json(value)) == value


@given(st.dictionaries(TEXT, JSON, max_size=4))
def test_canonical_json_does_not_depend_on_the_order_of_keys(value: dict) -> None:
    turned = dict(reversed(value.items()))
    assert canonical_json(turned) == canonical_json(value)


def test_canonical_json_refuses_what_is_not_json() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical_json(float("nan"))


@given(fields=st.dictionaries(TEXT, TEXT, max_size=4), kept=st.dictionaries(TEXT, JSON, max_size=4))
def test_a_manifest_is_read_back_with_the_same_bytes(fields: dict, kept: dict) -> None:
    made = manifest(fields=fields, kept=kept)
    again = Manifest.from_json(made.to_json())
    assert again == made
    assert again.to_json() == made.to_json()


def test_the_order_in_which_fields_were_filled_does_not_change_the_digest() -> None:
    one, other = manifest(fields={"a": "1", "b": "2"}), manifest(fields={"b": "2", "a": "1"})
    assert packet_sha256(one.to_json()) == packet_sha256(other.to_json())


@pytest.mark.parametrize(
    "changes",
    [{"revision": 2}, {"round": "inquiry"}, {"fields": {}}, {"kept": {}}, {"cleared": []}, {"page_size": "us-letter"}],
)
def test_every_change_changes_the_digest(changes: dict) -> None:
    assert packet_sha256(manifest(**changes).to_json()) != packet_sha256(manifest().to_json())


def test_text_is_written_to_the_manifest_as_it_is() -> None:
    assert "Zoë Ångström".encode() in manifest().to_json()


def test_a_manifest_names_its_run_and_what_is_missing() -> None:
    assert manifest().run_id == RunId("du_1", Round.CHARGEBACK, 1)
    assert manifest().completeness.essential_missing == ("shipping_address",)
