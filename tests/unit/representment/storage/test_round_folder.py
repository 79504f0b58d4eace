"""The names of a round's work, and that nothing is written twice."""

import json
from contextlib import nullcontext

import pytest
from tests.unit.disputes.builders import manifest, opening

from disputes.errors import GuardError
from disputes.rounds import RunId
from representment.storage.round_folder import RoundFolder


class Documents:
    """A bucket in memory."""

    def __init__(self):
        self.held = {}

    def write_once(self, name, content):
        return self.held.setdefault(name, content) is content

    def keep(self, name, content):
        return self.held.setdefault(name, content)

    def listed_once(self, below):
        return nullcontext()

    def read(self, name):
        return self.held.get(name)

    def need(self, name):
        return self.held[name]

    def names(self, below):
        return sorted(name for name in self.held if name.startswith(below))


@pytest.fixture
def documents():
    return Documents()


@pytest.fixture
def folder(documents):
    return RoundFolder(documents, RunId.parse("du_1__chargeback__2"))


def test_every_record_is_stored_under_its_own_name(documents, folder):
    folder.keep("staged.json", {})
    folder.keep_for_round("receipt.json", {})
    folder.list_in_index("submitted", {})
    folder.decide({"at": 5})
    folder.open(opening())
    assert sorted(documents.held) == [
        "du_1/chargeback/2/approvals/000000000005-000.json",
        "du_1/chargeback/2/staged.json",
        "du_1/chargeback/opening.json",
        "du_1/chargeback/receipt.json",
        "submitted/du_1__chargeback__2.json",
    ]


def test_the_first_version_of_a_record_is_kept(folder):
    assert folder.keep("a.json", {"n": 1}) == folder.keep("a.json", {"n": 2}) == {"n": 1}
    assert folder.keep_for_round("a.json", {"n": 3}) == folder.keep_for_round("a.json", {"n": 4}) == {"n": 3}
    assert (folder.record("a.json"), folder.round_record("a.json")) == ({"n": 1}, {"n": 3})
    assert (folder.record("none.json"), folder.round_record("none.json")) == (None, None)


def test_a_round_is_opened_once_and_by_one_dag(folder):
    first = folder.open(opening(submission_count=0))
    assert folder.open(opening(submission_count=1, run_id="du_1__chargeback__2")) == first == folder.opening()
    with pytest.raises(GuardError, match="answered by respond_fraudulent, run du_1__chargeback__1"):
        folder.open(opening(dag_id="respond_general"))


def test_the_latest_decision_counts_whatever_the_order_of_writing(folder):
    assert folder.decision() is None
    for second in (9, 1_000_000_000, 10):
        folder.decide({"at": second, "choice": str(second)})
    assert folder.decision()["choice"] == "1000000000"


def test_of_two_decisions_in_one_second_the_later_counts_and_a_repeated_one_counts_once(documents, folder):
    for choice in ("Approve", "Approve", "Send back"):
        folder.decide({"at": 5, "choice": choice})
    assert folder.decision()["choice"] == "Send back"
    assert len(documents.held) == 2


def test_the_attempt_number_counts_only_used_up_keys_of_the_same_operation(folder):
    assert folder.of_round.attempt("submit") == 1
    folder.keep_for_round("submit/1/request.json", {})
    folder.keep_for_round("stage/1/spent.json", {})
    assert (folder.of_round.attempt("submit"), folder.of_round.attempt("stage")) == (1, 2)
    folder.keep_for_round("submit/1/spent.json", {})
    folder.keep_for_round("submit/2/spent.json", {})
    assert folder.of_round.attempt("submit") == 3


def test_the_files_of_a_packet_are_the_recorded_ones(folder):
    made = manifest()
    assert folder.file_ids(made) == {}
    folder.keep("uploads/receipt.json", {"id": "file_1", "size": 1000})
    folder.keep("uploads/other.json", {"id": "file_2", "size": 1})
    assert folder.file_ids(made) == {"receipt": "file_1"}


def test_the_records_of_two_revisions_are_separate(documents, folder):
    other = RoundFolder(documents, folder.run.next())
    folder.keep("staged.json", {"n": 1})
    assert other.record("staged.json") is None
    assert json.loads(documents.need("du_1/chargeback/2/staged.json")) == {"format": 2, "n": 1}
