"""Records of this release and of others."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.disputes.builders import manifest, opening

from disputes.errors import PersonNeededError
from disputes.facts.facts import Facts
from disputes.packet.manifest import Manifest
from disputes.record_format import FORMAT, read_model, read_record, with_format
from disputes.response.submission import Opening

NAME = "du_1/chargeback/1/a.json"
MEMBERS = st.dictionaries(
    st.text().filter(lambda name: name not in ("format", "readable_as")), st.none() | st.integers() | st.text()
)


def written(value: object) -> bytes:
    return json.dumps(value).encode()


@given(MEMBERS)
def test_what_is_written_is_read_back(members: dict) -> None:
    assert read_record(written(with_format(members)), NAME) == members


@given(MEMBERS)
def test_a_record_of_the_first_release_without_a_format_is_read(members: dict) -> None:
    assert read_record(written(members), NAME) == members


@given(MEMBERS, st.integers(1, 50), st.integers(1, 50))
def test_a_later_format_is_read_only_if_it_says_that_it_can_be(members: dict, later: int, readable: int) -> None:
    content = written(members | {"format": later, "readable_as": readable})
    if readable <= FORMAT:
        assert read_record(content, NAME) == members
    else:
        with pytest.raises(PersonNeededError, match=f"{NAME}: has format {later}, this release reads up to {FORMAT}"):
            read_record(content, NAME)


@given(st.integers(FORMAT + 1))
def test_any_other_later_format_is_refused(later: int) -> None:
    with pytest.raises(PersonNeededError, match=NAME):
        read_record(written({"format": later}), NAME)


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"1", b"\xff", b"[" * 100_000, b'{"format": "two"}', b'{"format": null}']
)
def test_content_that_is_not_a_record_is_refused_by_name(content: bytes) -> None:
    with pytest.raises(PersonNeededError, match=NAME):
        read_record(content, NAME)


def test_a_model_that_cannot_be_read_names_its_members_but_never_their_values() -> None:
    with pytest.raises(
        PersonNeededError, match=f"{NAME}: cannot be read: dag_id, opened_at, submission_count"
    ) as wrong:
        read_model(Opening, written({"run_id": "a", "submission_count": "Ann Lee"}), NAME)
    assert "Ann Lee" not in str(wrong.value)
    assert wrong.value.__cause__ is wrong.value.__context__ is None


def test_unknown_members_are_kept_and_missing_ones_have_a_default() -> None:
    stored = json.loads(opening().model_dump_json())
    later = read_model(Opening, written(stored | {"region": "eu"}), NAME)
    assert later.model_dump() == stored | {"region": "eu"}
    assert read_model(Opening, written({k: v for k, v in stored.items() if k != "due_by"}), NAME).due_by is None


def test_a_manifest_of_another_release_is_read() -> None:
    stored = json.loads(manifest().to_json())
    assert stored["format"] == FORMAT
    later = stored | {"audio": ["file_1"]}
    later["files"]["receipt"]["colour"] = "grey"
    read = Manifest.from_json(written(later | {"format": 3, "readable_as": 2}))
    assert json.loads(read.to_json()) == later
    for missing in ("kept", "statements", "facts", "refused", "product_type", "shortened", "decision"):
        assert Manifest.from_json(written({k: v for k, v in stored.items() if k != missing})).files


def test_unknown_facts_are_left_out() -> None:
    fact = {"value": "Coastline", "source": "carrier", "at": "2026-09-04", "certainty": 0.9}
    read = Facts.from_record({"shipment.carrier": fact, "shipment.drone": fact})
    assert read.as_written() == {"shipment.carrier": {k: v for k, v in fact.items() if k != "certainty"}}
