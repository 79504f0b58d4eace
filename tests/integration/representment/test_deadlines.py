"""Deadlines: the list, and the warning to people before it is too late."""

import json
import os
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
import time_machine
from tests.integration.representment.receivers import HTTP, http_receiver, mail_receiver, webhook

from disputes.errors import InputError, PersonNeededError
from representment.exceptions import AlreadyNotifiedError, NotifierError
from representment.hooks.stripe_hook import StripeHook
from representment.notifying import Delivery, notify, notify_failure
from representment.operators.deadlines import WatchDeadlinesOperator

MAIL = "airflow.providers.smtp.notifications.smtp.SmtpNotifier"
HOUR = 3600


@pytest.fixture
def running(running_few):
    """Each round that is open is looked at, so there are few."""
    return running_few


def the_webhook():
    """The entry of the plain webhook that is listed."""
    (entry,) = json.loads(os.environ["AIRFLOW_VAR_REPRESENTMENT_NOTIFIERS"])
    return entry


def watch(world, *, zone="UTC", hours="[72, 24, 6]"):
    operator = WatchDeadlinesOperator(task_id="it", rounds_uri=world.rounds_uri, time_zone=zone, warn_hours=hours)
    return operator.execute({})


def before(world, dispute, hours):
    """Set the clock to so many hours before a dispute's deadline."""
    due_by = world.dispute(dispute)["evidence_details"]["due_by"]
    return time_machine.travel(datetime.fromtimestamp(due_by, UTC) - timedelta(hours=hours))


def warned(world, dispute):
    due_by = world.dispute(dispute)["evidence_details"]["due_by"]
    below = f"{dispute}/chargeback/warned/{due_by}/"
    return sorted(name.removeprefix(below) for name in world.rounds.names(below))


@pytest.fixture
def stripes(monkeypatch):
    """Changes what Stripe lists."""
    since = StripeHook.disputes_since

    def change(change):
        monkeypatch.setattr(StripeHook, "disputes_since", lambda *args, **within: change(list(since(*args, **within))))

    return change


def view(world):
    rows = json.loads(world.rounds.need("current/deadlines/stripe_default.json"))["rounds"]
    return {row["dispute"]: row for row in rows}


def test_open_rounds_are_listed_by_time_left_in_the_configured_time_zone(world, posted, capsys):
    submitted = world.staged()
    submitted.do("submit")
    staged = world.staged()
    assert watch(world, zone="Europe/Berlin") == len(view(world))
    rows = view(world)
    assert submitted.run.dispute not in rows
    assert rows[staged.run.dispute]["state"] == "decided"
    assert rows["du_unstarted"]["state"] == "not started"
    assert "(Europe/Berlin), in 9 days" in rows["du_unstarted"]["due"]
    due = [row["due_by"] for row in rows.values() if row["due_by"]]
    assert due == sorted(due)
    assert rows["du_no_answer"]["due"] == "Stripe gives no deadline"
    assert "Open rounds:" in capsys.readouterr().out


def test_the_list_is_rewritten_each_time(world, posted):
    staged = world.staged()
    watch(world)
    world.control("POST", f"disputes/{staged.run.dispute}/lose")
    watch(world)
    assert staged.run.dispute not in view(world)


def test_there_is_one_warning_per_round_at_each_warning_time(world, posted):
    for hours in (80, 71, 70, 23, 22, 5):
        with before(world, "du_unstarted", hours):
            watch(world)
    assert warned(world, "du_unstarted") == ["24.json", "6.json", "72.json"]
    told = [body for body in posted if "du_unstarted" in body["text"]]
    assert len(told) == 3
    assert "in 2 days" in told[0]["text"]


def test_a_deadline_moved_by_stripe_is_warned_of_again(world, posted, stripes):
    def moved(disputes):
        for one in disputes:
            one["evidence_details"]["due_by"] += 10 * 24 * HOUR if one["id"] == "du_unstarted" else 0
        return disputes

    with before(world, "du_unstarted", 5):
        watch(world)
    stripes(moved)
    for hours in (71, 23, 5, -1):
        with before(world, "du_unstarted", hours - 240):
            watch(world)
    assert sum("du_unstarted" in body["text"] for body in posted) == 5


def test_a_case_settled_by_its_network_is_listed_without_a_warning(world, posted, stripes):
    def settled(disputes):
        for one in disputes:
            if one["id"] == "du_unstarted":
                one["payment_method_details"]["card"]["case_type"] = "resolution"
        return disputes

    stripes(settled)
    with before(world, "du_unstarted", 5):
        watch(world)
    assert "du_unstarted" not in posted[0]["text"]
    assert view(world)["du_unstarted"]["state"] == "takes no answer"


def test_a_dispute_in_an_unknown_shape_is_named_and_does_not_stop_the_others(world, posted, stripes):
    stripes(lambda disputes: [{"id": "du_odd", "status": "needs_response", "evidence": "Ann Lee"}, *disputes])
    with (
        before(world, "du_unstarted", 5),
        pytest.raises(PersonNeededError, match="du_odd: not as Stripe documents a dispute") as caught,
    ):
        watch(world)
    assert "Ann" not in str(caught.value)
    assert "du_unstarted" in posted[0]["text"]
    assert "du_unstarted" in view(world)


def test_all_near_deadlines_come_in_one_message_and_missed_warnings_only_once(world, posted):
    with before(world, "du_unstarted", 5):
        watch(world)
    (body,) = posted
    assert body["subject"].endswith("(stripe_default)")
    assert body["text"].count("\n") > 10
    assert warned(world, "du_unstarted") == ["6.json"]


def test_a_submitted_round_gets_no_warning(world, posted):
    answered, owed = world.staged(), world.staged()
    answered.do("submit")
    with before(world, owed.run.dispute, 5):
        watch(world)
    assert answered.run.dispute not in posted[0]["text"]
    assert owed.run.dispute in posted[0]["text"]


def test_a_lapsed_round_is_reported_once_as_lapsed(world, posted):
    with before(world, "du_unstarted", 20):
        watch(world)
        watch(world)
    told = [body for body in posted if "du_past_due" in body["text"]]
    assert len(told) == 1
    assert "dispute rounds lapsed without an answer, " in told[0]["subject"]
    assert warned(world, "du_past_due") == ["0.json"]


def test_a_failing_notifier_stops_neither_the_others_nor_the_record(world, posted, listed, monkeypatch):
    with http_receiver(status=500) as (broken, _):
        listed(webhook(monkeypatch, "broken", broken), the_webhook())
        with (
            before(world, "du_unstarted", 71),
            pytest.raises(PersonNeededError, match="HttpNotifier failed to send") as caught,
        ):
            watch(world)
    assert "HttpNotifier sent it" in str(caught.value)
    assert len(posted) == 1
    assert warned(world, "du_unstarted") == ["72.json"]


def test_a_warning_that_reached_nobody_is_sent_by_the_next_try(world, listed, monkeypatch):
    with http_receiver(status=500) as (broken, heard):
        listed(webhook(monkeypatch, "broken", broken))
        with before(world, "du_unstarted", 71):
            for _ in range(2):
                with pytest.raises(NotifierError) as caught:
                    watch(world)
    assert caught.value.passing
    assert "du_unstarted" in str(caught.value)
    assert len(heard) == 2
    assert warned(world, "du_unstarted") == []


def test_without_a_notifier_the_task_fails_names_the_round_and_keeps_its_warning_due(world, listed):
    listed()
    for _ in range(2):
        with before(world, "du_unstarted", 71), pytest.raises(PersonNeededError) as caught:
            watch(world)
        assert caught.value.subject == "variable representment_notifiers"
        assert "du_unstarted" in str(caught.value)
    assert caught.value.passing is False
    assert warned(world, "du_unstarted") == []


@pytest.mark.parametrize("hours", ["soon", "[1.5]", "[0]", "24", "[true]"])
def test_warning_times_must_be_whole_hours(world, hours):
    with pytest.raises(InputError, match="representment_warn_hours"):
        watch(world, hours=hours)


def test_a_message_is_sent_as_mail(listed, monkeypatch):
    with mail_receiver() as (port, heard):
        extra = {"disable_ssl": True, "disable_tls": True}
        connection = {"conn_type": "smtp", "host": "127.0.0.1", "port": port, "extra": extra}
        monkeypatch.setenv("AIRFLOW_CONN_POST", json.dumps(connection))
        kwargs = {"smtp_conn_id": "post", "from_email": "desk@example.com", "to": "ann@example.com"}
        told = {"subject": "{{ alert.subject }}", "html_content": "<pre>{{ alert.message | e }}</pre>"}
        listed({"notifier": MAIL, "kwargs": kwargs | told})
        assert notify("Three rounds", "du_1 <soon>") == Delivery((MAIL,), ())
    (message,) = heard
    assert message["Subject"] == "Three rounds"
    (part,) = message.get_payload()
    assert part.get_payload(decode=True) == b"<pre>du_1 &lt;soon&gt;</pre>"


def test_a_message_is_never_rendered_as_a_template(posted):
    notify("{{ 7 * 7 }}", "{{ var.value.representment_rounds_uri }}")
    assert posted == [{"subject": "{{ 7 * 7 }}", "text": "{{ var.value.representment_rounds_uri }}"}]


@pytest.mark.parametrize("name", ["representment.no_such.Notifier", "json.JSONDecoder", "nothing"])
def test_an_invalid_notifier_fails_and_the_next_one_is_used(posted, listed, name):
    good = the_webhook()
    listed({"notifier": name}, good)
    assert notify("a", "b") == Delivery((HTTP,), (name,))
    assert len(posted) == 1


@pytest.mark.parametrize("written", ["{", "{}", '["smtp"]', '[{"kwargs": {}}]'])
def test_an_unreadable_list_of_notifiers_is_reported_with_its_variable(monkeypatch, written):
    monkeypatch.setenv("AIRFLOW_VAR_REPRESENTMENT_NOTIFIERS", written)
    with pytest.raises(InputError, match="variable representment_notifiers"):
        notify("a", "b")


def test_a_permanently_failed_task_is_reported_with_a_link_to_the_packet(posted, monkeypatch):
    monkeypatch.setenv("AIRFLOW__API__BASE_URL", "https://airflow.example/shop")
    instance = SimpleNamespace(
        dag_id="respond_general", task_id="leave", run_id="du_1__chargeback__1", log_url="http://a"
    )
    notify_failure({"ti": instance, "exception": PersonNeededError("left to a person", dispute="du_1")})
    assert posted == [
        {
            "subject": "respond_general: leave of du_1__chargeback__1 has failed",
            "text": "du_1: left to a person\nhttp://a\n"
            "https://airflow.example/shop/dags/respond_general/runs/du_1__chargeback__1/plugin/packet",
        }
    ]


def test_an_already_reported_failure_is_not_reported_again(posted):
    instance = SimpleNamespace(dag_id="dispute_outcomes", task_id="audit_submissions", run_id="scheduled__1")
    notify_failure({"ti": instance, "exception": AlreadyNotifiedError("Stripe's evidence differs from what was sent")})
    assert posted == []
