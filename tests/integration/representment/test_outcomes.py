"""Rounds followed to their end, and the record that each leaves."""

import json
import time
from collections import Counter
from datetime import UTC, datetime, timedelta

import pyarrow.dataset
import pyarrow.parquet
import pytest
import time_machine
from pyarrow import fs
from tests.integration.representment.steps import forget
from tests.integration.representment.telling import hourly, told

from disputes.errors import PersonNeededError
from disputes.response.decision import ClosedRounds
from disputes.response.outcome_records import OutcomeRecord
from representment import notifying
from representment.exceptions import NotifierError, StripeUnavailableError
from representment.hooks.stripe_hook import StripeHook
from representment.inbox.unread import ONE_BY_ONE
from representment.notifying import Delivery
from representment.operators.accounts import PolledAccountsOperator
from representment.operators.audit import AuditSubmissionsOperator
from representment.operators.outcomes import LATE_WIN_WINDOW, FollowOutcomesOperator
from representment.storage.indexes import read_closed_rounds
from representment.storage.outcome_table import COLUMNS


@pytest.fixture
def running(running_page):
    return running_page


def follow(world, context=None):
    return FollowOutcomesOperator(task_id="it", rounds_uri=world.rounds_uri).execute(context or hourly())


def follow_when_told(world, *disputes, event="charge.dispute.closed"):
    return follow(world, told(*((event, dispute) for dispute in disputes)))


def read(world, name):
    return json.loads(world.rounds.need(name))


def table(world):
    """All records, as any reader sees them; one thread, since pyarrow's may abort when the interpreter ends."""
    files = {"access_key": "sandbox", "secret_key": "sandbox", "endpoint_override": world.s3_endpoint}
    path = f"{world.rounds_uri.removeprefix('s3://')}/outcome_records"
    store = fs.S3FileSystem(**files, region="us-east-1", scheme="http")
    return pyarrow.dataset.dataset(path, filesystem=store, partitioning="hive").to_table(use_threads=False).to_pylist()


@pytest.fixture
def submitted(world):
    response = world.staged()
    response.do("submit")
    return response


@pytest.fixture
def lost(world, submitted):
    world.control("POST", f"disputes/{submitted.run.dispute}/lose")
    assert follow(world) == {str(submitted.run): "lost"}
    return submitted


def opened(world, dispute, account=None):
    """A round that a run has claimed and not submitted."""
    folder = world.response(dispute).folder
    row = {"response": str(folder.run), "account": account, "dispute_created": world.dispute(dispute)["created"]}
    folder.list_in_index("opened", row)
    return folder.run


def test_an_outcome_is_written_once_the_bank_has_decided(world, submitted):
    assert follow(world) == {}
    world.control("POST", f"disputes/{submitted.run.dispute}/win")
    assert follow(world) == {str(submitted.run): "won"}
    assert follow(world) == {}
    record = read(world, f"outcomes/{submitted.run}.json")
    assert (record["outcome"], record["submission_method"], record["amount"]) == ("won", "manual", 2400)
    assert record["packet_sha256"] == submitted.folder.packet().sha256


def test_an_escalated_inquiry_ends_and_its_chargeback_is_followed_separately(world):
    inquiry = world.response(world.take("inquiry"), "inquiry")
    inquiry.to("submit")
    world.control("POST", f"disputes/{inquiry.run.dispute}/escalate")
    assert follow(world) == {str(inquiry.run): "escalated"}
    chargeback = world.response(inquiry.run.dispute)
    chargeback.to("submit")
    assert chargeback.submissions == 2
    world.control("POST", f"disputes/{inquiry.run.dispute}/lose")
    assert follow(world) == {str(chargeback.run): "lost"}


def test_following_needs_one_request_per_hundred_disputes_however_many_are_pending(world, submitted):
    other = world.staged()
    other.do("submit")
    before = len(world.log())
    follow(world)
    pages = world.log()[before:]
    assert {one["path"] for one in pages} == {"/v1/disputes"}
    assert len(pages) <= 6  # the sandbox holds fewer than 600 disputes


def test_the_tables_columns_are_the_fields_of_the_record():
    assert list(COLUMNS) == list(OutcomeRecord.model_fields)


def test_a_record_is_filed_under_the_month_of_its_outcome_and_reads_back_unchanged(world, lost):
    month = f"{datetime.now(UTC):%Y-%m}"
    assert world.rounds.read(f"outcome_records/month={month}/{lost.run}.parquet")
    (row,) = table(world)
    written = read(world, f"outcomes/{lost.run}.json")
    assert row.pop("month") == month
    for name in ("opened_at", "submitted_at", "seen_at"):
        row[name] = int(row[name].timestamp())
    assert {"format": 2, **row} == written
    assert (written["claim"], written["approved_by"], written["outcome"]) == ("product_not_received", "policy", "lost")
    assert written["fees"] == 1500


def test_a_record_that_a_killed_task_did_not_add_to_the_table_is_added_by_the_next_poll(world, lost):
    (name,) = list(world.rounds.names("outcome_records/"))
    forget(world.rounds, name)
    assert follow(world) == {}
    assert list(world.rounds.names("outcome_records/")) == [name]


def test_after_a_kill_the_table_has_one_outcome_in_the_month_it_was_seen(world, lost):
    """The table's file was not written before the month ended: it is still filed under the month of the outcome."""
    (name,) = list(world.rounds.names("outcome_records/"))
    forget(world.rounds, name)
    with time_machine.travel(datetime.now(UTC) + timedelta(days=40)):
        follow(world)
    assert list(world.rounds.names("outcome_records/")) == [name]


def test_an_unanswered_round_has_an_outcome_too(world):
    run = opened(world, world.take("plain"))
    assert follow(world) == {}
    world.control("POST", f"disputes/{run.dispute}/lose")
    assert follow(world) == {str(run): "lost"}
    written = read(world, f"outcomes/{run}.json")
    assert (written["submission_method"], written["submitted_at"], written["fields"]) == ("not_submitted", None, [])


@pytest.fixture
def told_of(monkeypatch):
    """The messages that people get."""
    messages = []

    def notify(subject, message):
        messages.append((subject, message))
        return Delivery(("desk",), ())

    monkeypatch.setattr(notifying, "notify", notify)
    return messages


def lapse(world, monkeypatch, response):
    """Stripe's deadline passes: unanswered disputes are lost."""
    world.control("POST", f"disputes/{response.run.dispute}/lose")
    find = StripeHook.find_dispute

    def over(hook, dispute):
        found = find(hook, dispute)
        if dispute == response.run.dispute:
            found["evidence_details"]["due_by"] = int(time.time()) - 1
        return found

    monkeypatch.setattr(StripeHook, "find_dispute", over)


def test_a_round_lost_without_an_answer_is_reported_once(world, monkeypatch, told_of):
    left = world.staged()
    lapse(world, monkeypatch, left)
    assert follow(world) == {str(left.run): "lost"}
    assert follow(world) == {}
    ((subject, message),) = told_of
    assert subject == "1 dispute rounds were lost without an answer (stripe_default)"
    assert message == str(left.run)


def test_a_lapse_that_could_not_be_reported_is_reported_by_the_next_try(world, monkeypatch, told_of):
    left = world.staged()
    lapse(world, monkeypatch, left)
    with monkeypatch.context() as patch:
        patch.setattr(notifying, "notify", lambda *_: Delivery((), ("desk",)))
        with pytest.raises(NotifierError, match="failed to send"):
            follow(world)
    assert follow(world) == {str(left.run): "lost"}
    assert len(told_of) == 1


def test_a_lapse_reported_by_the_deadlines_task_is_not_reported_again(world, monkeypatch, told_of):
    left = world.staged()
    left.folder.keep_for_round("warned/1790000000/0.json", {"at": 1})
    lapse(world, monkeypatch, left)
    assert follow(world) == {str(left.run): "lost"}
    assert told_of == []


def test_a_round_that_was_answered_and_lost_is_not_a_lapse(world, lost, monkeypatch, told_of):
    answered, open_still = world.staged(), world.staged()
    answered.do("submit")
    lapse(world, monkeypatch, answered)
    world.control("POST", f"disputes/{open_still.run.dispute}/lose")
    assert follow(world) == {str(answered.run): "lost", str(open_still.run): "lost"}
    assert told_of == []


def test_a_dispute_in_an_unknown_shape_does_not_stop_the_outcomes_of_others(world, monkeypatch):
    odd, other = world.staged(), world.staged()
    for one in (odd, other):
        one.do("submit")
        world.control("POST", f"disputes/{one.run.dispute}/win")
    find = StripeHook.find_dispute

    def changed(hook, dispute):
        return find(hook, dispute) | ({"evidence": "Ann Lee"} if dispute == odd.run.dispute else {})

    with monkeypatch.context() as patch:
        patch.setattr(StripeHook, "find_dispute", changed)
        with pytest.raises(PersonNeededError, match=f"{odd.run.dispute}: not as Stripe documents") as caught:
            follow(world)
    assert "Ann" not in str(caught.value)
    assert read(world, f"outcomes/{other.run}.json")["outcome"] == "won"
    assert follow(world) == {str(odd.run): "won"}


def test_the_outcome_of_an_unsubmitted_packet_is_recorded_for_its_last_revision(world):
    first = world.response(world.take("plain"))
    opened(world, first.run.dispute)
    first.to("stage")
    second = first.revision(2)
    second.to("stage")
    world.control("POST", f"disputes/{first.run.dispute}/lose")
    assert follow(world) == {str(second.run): "lost"}
    written = read(world, f"outcomes/{second.run}.json")
    assert written["packet_sha256"] == second.folder.packet().sha256
    assert written["approved_by"] is None


def test_a_loss_that_the_bank_reverses_gets_a_second_record(world, lost):
    assert follow(world) == {}
    world.control("POST", f"disputes/{lost.run.dispute}/win")
    assert follow(world) == {str(lost.run): "won"}
    assert follow(world) == {}
    assert read(world, f"outcomes/{lost.run}.json")["outcome"] == "lost"
    late = read(world, f"late_wins/{lost.run}.json")
    assert (late["outcome"], late["late_win"]) == ("won", True)
    assert sorted((row["outcome"], row["late_win"]) for row in table(world)) == [("lost", False), ("won", True)]


def test_a_loss_is_watched_for_180_days(world, lost):
    world.control("POST", f"disputes/{lost.run.dispute}/win")
    with time_machine.travel(datetime.now(UTC) + timedelta(seconds=LATE_WIN_WINDOW + 60)):
        assert follow(world) == {}
    assert follow(world) == {str(lost.run): "won"}


def test_a_won_appeal_is_not_a_late_win_of_the_chargeback(world, lost):
    appeal = world.response(lost.run.dispute, "appeal").folder
    appeal.list_in_index("opened", {"response": str(appeal.run), "account": None, "dispute_created": 0})
    world.control("POST", f"disputes/{lost.run.dispute}/win")
    assert follow(world) == {str(appeal.run): "won"}
    assert world.rounds.read(f"late_wins/{lost.run}.json") is None


def test_an_account_follows_and_audits_only_its_own_rounds(world, submitted):
    other = opened(world, world.take("plain"), account="stripe_other")
    for dispute in (submitted.run.dispute, other.dispute):
        world.control("POST", f"disputes/{dispute}/lose")
    assert follow(world) == {str(submitted.run): "lost"}
    audit = AuditSubmissionsOperator(task_id="it", rounds_uri=world.rounds_uri, stripe_conn_id="stripe_other")
    assert audit.execute({}) == 0


def test_an_event_needs_one_request_and_follows_only_its_dispute(world, submitted):
    other = world.staged()
    other.do("submit")
    for response in (submitted, other):
        world.control("POST", f"disputes/{response.run.dispute}/win")
    world.control("DELETE", "requests")
    assert follow_when_told(world, submitted.run.dispute, "du_nobodys") == {str(submitted.run): "won"}
    assert world.calls("disputes") == [f"GET /v1/disputes/{submitted.run.dispute}"]
    assert follow(world) == {str(other.run): "won"}


def test_an_event_is_enough_to_find_a_reversed_loss(world, lost):
    world.control("POST", f"disputes/{lost.run.dispute}/win")
    told_of = lost.run.dispute
    assert follow_when_told(world, told_of, event="charge.dispute.funds_reinstated") == {str(lost.run): "won"}


def test_events_that_end_no_dispute_cause_no_request(world, submitted, monkeypatch):
    world.control("POST", f"disputes/{submitted.run.dispute}/win")
    world.control("DELETE", "requests")
    monkeypatch.setattr(FollowOutcomesOperator, "store", None)
    assert follow_when_told(world, submitted.run.dispute, event="charge.dispute.updated") == {}
    assert world.log() == []


def test_an_event_is_handled_once(world, submitted):
    heard = told(("charge.dispute.closed", submitted.run.dispute))
    world.control("DELETE", "requests")
    for _ in range(2):
        assert follow(world, heard) == {}
    assert world.calls("disputes") == [f"GET /v1/disputes/{submitted.run.dispute}"]


def test_a_dispute_that_stripe_does_not_return_is_named_and_does_not_stop_the_others(world, submitted):
    gone = {"response": "du_a_gone__chargeback__1", "account": "stripe_default", "dispute_created": 1}
    world.rounds.write_once("submitted/du_a_gone__chargeback__1.json", json.dumps(gone).encode())
    world.control("POST", f"disputes/{submitted.run.dispute}/win")
    with pytest.raises(PersonNeededError, match=r"du_a_gone: Stripe answered 404"):
        follow_when_told(world, "du_a_gone", submitted.run.dispute)
    assert json.loads(world.rounds.need(f"outcomes/{submitted.run}.json"))["outcome"] == "won"


def test_without_a_notifier_a_lapse_fails_the_task_each_time(world, monkeypatch, listed):
    listed()
    left = world.staged()
    lapse(world, monkeypatch, left)
    for _ in range(2):
        with pytest.raises(PersonNeededError, match=str(left.run)) as caught:
            follow(world)
        assert caught.value.subject == "variable representment_notifiers"


def test_an_event_whose_dispute_could_not_be_read_is_handled_again(world, submitted):
    heard = told(("charge.dispute.closed", submitted.run.dispute))
    world.control("POST", f"disputes/{submitted.run.dispute}/win")
    world.fault("500", method="GET", count=3)
    with pytest.raises(StripeUnavailableError):
        follow(world, heard)
    assert follow(world, heard) == {str(submitted.run): "won"}


def test_many_events_at_once_cause_a_poll(world, submitted):
    other = world.staged()
    other.do("submit")
    world.control("POST", f"disputes/{other.run.dispute}/win")
    many = [f"du_nobodys{number}" for number in range(ONE_BY_ONE + 1)]
    assert follow_when_told(world, *many) == {str(other.run): "won"}


def test_whole_accounts_are_polled_only_by_the_hourly_run():
    accounts = PolledAccountsOperator(task_id="it", accounts='["stripe_a", "stripe_b"]')
    assert accounts.execute(hourly()) == ["stripe_a", "stripe_b"]
    assert accounts.execute(told()) == []


def test_a_poll_reads_only_new_receipts(world, submitted, monkeypatch):
    for number in range(30):
        receipt = {"response": f"du_p{number}__chargeback__1", "account": None, "dispute_created": 2_000_000_000}
        world.rounds.write_once(f"submitted/{receipt['response']}.json", json.dumps(receipt).encode())
    reads = Counter()
    kind = type(world.rounds)
    read_one = kind.read
    monkeypatch.setattr(kind, "read", lambda self, name: reads.update([name]) or read_one(self, name))
    follow(world)
    assert sum(name.startswith("submitted/") for name in reads) == 31
    reads.clear()
    follow(world)
    views = {f"current/{index}.json" for index in ("opened", "submitted", "outcomes", "late_wins")}
    assert set(reads) <= {*views, "current/open_disputes/stripe_default/outcomes.json"}


def test_an_outcome_that_a_failed_poll_did_not_record_is_found_by_the_next(world, submitted, monkeypatch):
    follow(world)
    world.control("POST", f"disputes/{submitted.run.dispute}/win")
    with monkeypatch.context() as patch:
        patch.setattr(StripeHook, "find_dispute", lambda *_: (_ for _ in ()).throw(StripeUnavailableError("stopped")))
        with pytest.raises(StripeUnavailableError):
            follow(world)
    assert follow(world) == {str(submitted.run): "won"}


def test_closed_rounds_are_counted_for_the_policy_and_late_wins_count_as_won(world, lost):
    assert read_closed_rounds(world.rounds) == []
    follow(world)
    (row,) = read_closed_rounds(world.rounds)
    assert (row["claim"], row["outcome"], row["submission_method"]) == ("product_not_received", "lost", "manual")
    own = {"account": "stripe_default", "livemode": False}
    assert ClosedRounds.of([row], **own).counts == {("product_not_received", "complete"): (0, 1)}
    world.control("POST", f"disputes/{lost.run.dispute}/win")
    follow(world)
    assert ClosedRounds.of(read_closed_rounds(world.rounds), **own).counts == {
        ("product_not_received", "complete"): (1, 0)
    }
