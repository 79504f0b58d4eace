"""A look at the open disputes, and a packet, cost the same after years; and whatever is lost, no dispute is."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
import time_machine
from tests.integration.representment.steps import connect
from tests.integration.representment.telling import hourly
from tests.unit.disputes.builders import dispute_json

from disputes.response.decision import ClosedRounds
from representment.exceptions import StripeRefusedError, StripeUnavailableError
from representment.hooks.stripe_hook import StripeHook
from representment.open_disputes import CLOSED, DAY, OVERLAP, OpenDisputes
from representment.operators.outcomes import FollowOutcomesOperator
from representment.storage.indexes import OUTCOME_MEMBERS
from representment.storage.totals import read_totals, write_totals
from sandbox.clock import Clock
from sandbox.context import Sandbox
from sandbox.events import emit
from sandbox.http.app import create_app
from sandbox.http.auth import Keys
from sandbox.http.server import Server
from sandbox.seeds import Seeds
from sandbox.shapes import complete
from sandbox.state import Account, State

DAYS = 400
OPEN = 1_000
KEYS = Keys("history")


class Shop:
    """A Stripe in this process, with as many disputes as a test needs, and the requests it gets."""

    def __init__(self):
        self.state = State(Clock(), Account())
        self.sandbox = Sandbox.of(Seeds(Account(), self.state, {}, {}, {}), KEYS)
        self.now = int(datetime.now(UTC).timestamp())

    def add(self, dispute, *, age, status="needs_response", **members):
        details = {"due_by": self.now + 900 * DAY, "submission_count": 0}
        shape = complete("disputes", dispute_json(charge="ch_1", status=status, evidence_details=details) | members)
        stands = {"id": dispute, "created": self.now - int(age), "livemode": False}
        return self.state.add("disputes", shape | stands)

    def fill(self, number, *, status, prefix):
        """Disputes spread over the whole time, oldest first."""
        shape = self.add(f"{prefix}x", age=1, status=status)
        for at in range(number):
            created = self.now - DAYS * DAY + 60 + at * (DAYS * DAY - 7200) // number
            self.state.add("disputes", {**shape, "id": f"{prefix}{at}", "created": created})
        del self.state.collections["disputes"][f"{prefix}x"]

    def change(self, dispute, **members):
        thing = self.state.collections["disputes"][dispute]
        thing.update(members)
        emit(self.state, "charge.dispute.updated", thing)

    @property
    def asked(self):
        return [f"{one.method} {one.path}" for one in self.sandbox.log.entries()]


@pytest.fixture(autouse=True)
def _midday():
    """It is about noon: a poll that spans midnight asks for two shares."""
    with time_machine.travel(datetime.now(UTC).replace(hour=12), tick=True):
        yield


@pytest.fixture
def shop(world, monkeypatch):
    made = Shop()
    app = create_app(made.sandbox)
    made.bytes = 0

    @app.after_request
    def count(answer):
        made.bytes += len(answer.get_data())
        return answer

    with Server(app) as server:
        connect(SimpleNamespace(api_base=server.base, secret_key=KEYS.secret), monkeypatch)
        yield made


@pytest.fixture
def look(world, shop):
    """Look at the open disputes, so many seconds from now; the ids of those that are open."""

    def do(after=0, **arguments):
        known = OpenDisputes(world.rounds, StripeHook(), "stripe_default", "intake", timedelta(days=DAYS))
        with time_machine.travel(datetime.fromtimestamp(shop.now + after, UTC), tick=False):
            seen = known.look(problems := [], **arguments)
        assert problems == []
        return {one for one, dispute in seen.items() if dispute.status not in CLOSED}

    return do


def view(world):
    return "current/open_disputes/stripe_default/intake.json"


def cost(world, shop, look, *, closed):
    """Requests, bytes from Stripe and bytes of the view, of a poll five minutes after another one."""
    shop.state.collections["disputes"].clear()
    shop.fill(OPEN, status="needs_response", prefix="du_open")
    shop.fill(closed, status="lost", prefix="du_closed")
    opened = {name: one for name, one in shop.state.collections["disputes"].items() if name.startswith("du_open")}
    kept = {"looked_at": shop.now - 300, "disputes": opened}
    world.rounds.overwrite(view(world), json.dumps(kept).encode())
    begun, shop.bytes = len(shop.asked), 0
    assert len(look()) == OPEN
    return len(shop.asked) - begun, shop.bytes, len(world.rounds.need(view(world)))


def test_a_poll_needs_no_more_requests_with_a_hundred_thousand_closed_disputes(world, shop, look):
    few = cost(world, shop, look, closed=1_000)
    many = cost(world, shop, look, closed=100_000)
    whole_list = 101_000 // 100
    assert many[2] == few[2]  # the view holds open disputes alone
    # A day has 288 polls, and each lists its share: what is new, what events name, and four pages.
    assert (few[0], many[0]) == (3, 6)
    assert many[0] * 288 < 2 * whole_list
    assert many[1] < 1_000_000


def test_a_packet_reads_no_more_after_a_hundred_thousand_rounds(world):
    def row(number):
        band = {"essential_share": number % 3 / 2, "product_type": "physical"}
        result = {"outcome": ("won", "lost")[number % 2], "submission_method": "manual", "seen_at": number}
        of = {"response": f"du_{number}", "account": "stripe_default", "livemode": True, "claim": "fraudulent"}
        return of | band | result

    sizes = []
    for number in (1_000, 100_000):
        rows = [row(each) for each in range(number)]
        write_totals(world.rounds, "stripe_default", rows)
        sizes.append(len(world.rounds.need("current/closed_rounds/stripe_default.json")))
        counted = ClosedRounds.of(rows, account="stripe_default", livemode=True)
        assert read_totals(world.rounds, "stripe_default", livemode=True) == counted
        assert read_totals(world.rounds, "stripe_default", livemode=False) == ClosedRounds()
    assert sizes[1] - sizes[0] < 50  # the digits
    assert sizes[1] < 1_000


def test_an_event_finds_its_dispute_however_old_it_is(shop, look):
    shop.add("du_inquiry", age=100 * DAY, status="lost")
    assert look() == set()
    shop.change("du_inquiry", status="appeal_needs_response")
    assert look(300) == {"du_inquiry"}
    shop.change("du_inquiry", status="won")
    assert look(600) == set()


def test_our_own_update_causes_no_request(shop, look):
    shop.add("du_1", age=DAY)
    look()
    thing = shop.state.collections["disputes"]["du_1"]
    thing["status"] = "under_review"
    event = emit(shop.state, "charge.dispute.updated", thing)
    event["request"]["idempotency_key"] = "representment-1"
    asked = len(shop.asked)
    assert look(300) == {"du_1"}
    assert "GET /v1/disputes/du_1" not in shop.asked[asked:]


def test_a_dispute_without_an_event_is_found_within_a_day(shop, look):
    for days in (3, 50, 200, 399):
        shop.add(f"du_{days}", age=days * DAY - 7200, status="lost")
    look()
    for dispute in shop.state.collections["disputes"].values():
        dispute["status"] = "needs_response"
    found = set()
    for hour in range(1, 26):
        found = look(hour * 3600)
    assert found == {"du_3", "du_50", "du_200", "du_399"}


@pytest.mark.parametrize("lost", [b"", b"[]", b'{"looked_at": 1}', None])
def test_without_a_mark_everything_is_listed(world, shop, look, lost):
    shop.add("du_1", age=200 * DAY)
    look()
    if lost is None:
        world.rounds.client.delete_object(Bucket=world.rounds.bucket, Key=world.rounds.prefix + view(world))
    else:
        world.rounds.overwrite(view(world), lost)
    shop.add("du_2", age=100 * DAY)
    assert look(300) == {"du_1", "du_2"}


@pytest.mark.parametrize("later", [31 * DAY, DAY, -3600])
def test_a_mark_that_is_too_old_or_in_the_future_is_ignored(shop, look, later):
    look()
    shop.add("du_late", age=100 * DAY)
    assert look(later) == {"du_late"}


def test_a_poll_that_fails_before_its_mark_is_repeated(shop, look, monkeypatch):
    look()
    shop.add("du_new", age=-200)
    whole = StripeHook.disputes_since

    def broken(self, *args, **kwargs):
        yield from whole(self, *args, **kwargs)
        raise StripeUnavailableError("Stripe did not answer")

    with monkeypatch.context() as patch:
        patch.setattr(StripeHook, "disputes_since", broken)
        with pytest.raises(StripeUnavailableError):
            look(300)
    assert look(600) == {"du_new"}


def test_a_late_dispute_is_found_in_the_overlap(shop, look):
    look(300)
    shop.add("du_late", age=OVERLAP - 300 - 1)
    assert look(600) == {"du_late"}


def test_a_key_that_cannot_read_events_lists_everything(shop, look, monkeypatch):
    shop.add("du_1", age=100 * DAY, status="lost")
    look()
    shop.state.collections["disputes"]["du_1"]["status"] = "needs_response"

    def refuse(self, since):
        raise StripeRefusedError("rak_event_read is missing")

    monkeypatch.setattr(StripeHook, "dispute_events_since", refuse)
    assert look(300) == {"du_1"}


def test_a_dispute_older_than_the_lookback_is_forgotten(world, shop, look):
    shop.add("du_1", age=(DAYS - 1) * DAY)
    assert look() == {"du_1"}
    assert look(2 * DAY - 1) == set()
    assert json.loads(world.rounds.need(view(world)))["disputes"] == {}


def test_the_view_contains_no_customer_names(world, shop, look):
    shop.add("du_1", age=DAY, evidence={"customer_name": "Ann Lee"}, metadata={"buyer": "Ann Lee"})
    look()
    assert b"Ann" not in world.rounds.need(view(world))


def test_following_rounds_to_their_end_reads_no_dispute_whose_round_has_ended(world, shop):
    closed = 20_000
    shop.fill(OPEN, status="under_review", prefix="du_open")
    shop.fill(closed, status="won", prefix="du_closed")
    disputes = shop.state.collections["disputes"]
    opened = {name: one for name, one in disputes.items() if name.startswith("du_open")}
    rows = {
        f"{name}__chargeback__1": {"response": f"{name}__chargeback__1", "account": None, "dispute_created": shop.now}
        for name in disputes
    }
    ended = {
        run: dict.fromkeys(OUTCOME_MEMBERS) | row | {"outcome": "won", "seen_at": shop.now, "opened_at": shop.now}
        for run, row in rows.items()
        if run.startswith("du_closed")
    }
    reader = "current/open_disputes/stripe_default/outcomes.json"
    views = {"current/opened.json": rows, "current/outcomes.json": ended}
    views |= {reader: {"looked_at": shop.now - 3600, "disputes": opened}}
    for name, content in views.items():
        world.rounds.overwrite(name, json.dumps(content).encode())
    disputes["du_open7"]["status"] = "won"
    emit(shop.state, "charge.dispute.closed", disputes["du_open7"])
    begun = len(shop.asked)
    found = FollowOutcomesOperator(task_id="it", rounds_uri=world.rounds_uri).execute(hourly())
    assert found == {"du_open7__chargeback__1": "won"}
    asked = shop.asked[begun:]
    assert sum(one.startswith("GET /v1/disputes/") for one in asked) == 2  # named by the event, and read at its end
    assert len(asked) < closed / 100 / 10
