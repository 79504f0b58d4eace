"""The weekly report, made from what is in the bucket."""

from datetime import UTC, datetime

import pytest
from lxml import html
from tests.integration.representment.receivers import http_receiver, webhook
from tests.integration.representment.telling import hourly

from disputes.errors import PersonNeededError
from representment.exceptions import NotifierError
from representment.operators.outcomes import FollowOutcomesOperator
from representment.operators.report import ReportOperator


@pytest.fixture
def running(running_few):
    return running_few


def report(world):
    return ReportOperator(task_id="it", rounds_uri=world.rounds_uri, time_zone="Europe/Berlin").execute({})


def read(world, name):
    week = f"{datetime.now(UTC):%G-W%V}"
    return world.rounds.need(f"reports/{week}/{name}").decode()


@pytest.fixture
def rounds(world):
    """A round that was won, one at the bank, and one that waits."""
    won, pending, waiting = world.staged(), world.staged(), world.staged()
    for response in (won, pending):
        response.do("submit")
    world.control("POST", f"disputes/{won.run.dispute}/win")
    FollowOutcomesOperator(task_id="it", rounds_uri=world.rounds_uri).execute(hourly())
    return won, pending, waiting


def test_the_report_is_one_page_with_a_file_per_table_and_its_address_is_sent_once(world, rounds, posted):
    address = report(world)
    assert address.endswith("/report.html")
    text = html.fromstring(read(world, "report.html")).text_content()
    assert "1 won" in text
    assert "1 open" in text
    assert "(Europe/Berlin)" in text
    assert read(world, "claim.csv").startswith("claim,won,lost,open,other,")
    (body,) = posted
    assert body["subject"].startswith("Disputes: 100 % (21 to 100 %) of the decided rounds won")
    assert body["text"].endswith(address)
    report(world)
    assert len(posted) == 1


def test_the_report_names_no_customer(world, rounds):
    report(world)
    text = read(world, "report.html")
    for personal in ("Ann", "Lee", "ann@example.com"):
        assert personal not in text


def test_without_a_notifier_the_report_is_written_and_it_is_sent_once_there_is_one(world, listed, monkeypatch):
    listed()
    report(world)
    assert "We have no rounds yet." in read(world, "report.html")
    with http_receiver() as (port, heard):
        listed(webhook(monkeypatch, "desk", port))
        report(world)
    assert len(heard) == 1


def test_a_report_that_no_notifier_sent_is_sent_by_the_next_try(world, listed, monkeypatch):
    with http_receiver(status=500) as (port, _):
        listed(webhook(monkeypatch, "desk", port))
        with pytest.raises(NotifierError, match="failed to send"):
            report(world)
    with http_receiver() as (port, heard):
        listed(webhook(monkeypatch, "desk", port))
        report(world)
    assert len(heard) == 1


def test_unreadable_records_are_named_and_the_rest_is_reported(world, rounds, posted):
    won, pending, _ = rounds
    world.rounds.overwrite(f"outcomes/{won.run}.json", b"{")
    world.rounds.overwrite(f"{pending.folder.revision}/case.json", b"{")
    with pytest.raises(PersonNeededError, match=r"report\.html: ") as caught:
        report(world)
    assert str(won.run) in str(caught.value)
    assert pending.run.dispute in str(caught.value)
    assert len(posted) == 1
