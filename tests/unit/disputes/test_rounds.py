"""Rounds and the ids of response runs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disputes.errors import InputError
from disputes.rounds import Round, RunId, answerable, round_of

DISPUTE_IDS = st.from_regex(r"[A-Za-z0-9_-]{1,40}", fullmatch=True)


@pytest.mark.parametrize(
    ("status", "round_", "takes_evidence"),
    [
        ("warning_needs_response", Round.INQUIRY, True),
        ("warning_under_review", Round.INQUIRY, False),
        ("needs_response", Round.CHARGEBACK, True),
        ("under_review", Round.CHARGEBACK, False),
        ("appeal_needs_response", Round.APPEAL, True),
        ("appeal_under_review", Round.APPEAL, False),
        ("warning_closed", None, False),
        ("prevented", None, False),
        ("won", None, False),
        ("lost", None, False),
        ("a_status_of_next_year", None, False),
    ],
)
def test_each_status_has_its_round(status: str, round_: Round | None, takes_evidence: bool) -> None:
    assert round_of(status) is round_
    assert answerable(status) is takes_evidence


@given(dispute=DISPUTE_IDS, round_=st.sampled_from(Round), revision=st.integers(1, 10**6))
def test_a_run_id_is_read_back_as_written(dispute: str, round_: Round, revision: int) -> None:
    run = RunId(dispute, round_, revision)
    assert RunId.parse(str(run)) == run


def test_a_run_id_reads_as_documented() -> None:
    assert str(RunId("du_1", Round.CHARGEBACK)) == "du_1__chargeback__1"
    assert str(RunId("du_1", Round.CHARGEBACK).next()) == "du_1__chargeback__2"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "du_1",
        "du_1__chargeback",
        "du_1__refund__1",
        "du_1__chargeback__0",
        "du_1__chargeback__1\n",
        "du/1__inquiry__1",
    ],
)
def test_text_that_is_not_a_run_id_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="is not a run id"):
        RunId.parse(text)


@pytest.mark.parametrize(("dispute", "revision"), [("", 1), ("../du_1", 1), ("du_1", 0), ("du_1", -1)])
def test_a_run_id_that_could_not_be_read_back_is_not_made(dispute: str, revision: int) -> None:
    with pytest.raises(InputError, match="does not make a valid run id"):
        RunId(dispute, Round.INQUIRY, revision)


def test_a_response_follows_those_of_earlier_rounds_and_revisions() -> None:
    texts = ("du_1__inquiry__2", "du_1__inquiry__10", "du_1__chargeback__1", "du_1__appeal__1", "du_1__appeal__2")
    runs = [RunId.parse(text) for text in texts]
    for number, run in enumerate(runs):
        assert [run.follows(other) for other in runs] == [True] * number + [False] * (len(runs) - number)
