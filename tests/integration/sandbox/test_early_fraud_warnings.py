"""Early fraud warnings over the wire."""

import json
from urllib.error import HTTPError

import pytest
import stripe


@pytest.fixture
def api(running):
    return running.client().v1


@pytest.fixture
def warn(running):
    return lambda charge, **more: running.control("POST", "radar/early_fraud_warnings", {"charge": charge, **more})


def told(api, kind):
    events = api.events.list({"type": f"radar.early_fraud_warning.{kind}"}).data
    return [(event.data.object.charge, event.data.object.actionable) for event in events]


def test_an_issuer_warns_of_a_charge(api, warn):
    made = warn("ch_calm")
    warning = api.radar.early_fraud_warnings.retrieve(made["id"], {"expand": ["charge"]})

    assert warning.id.startswith("issfr_")
    assert (warning.object, warning.actionable) == ("radar.early_fraud_warning", True)
    assert (warning.charge.amount, warning.fraud_type) == (500, "unauthorized_use_of_card")
    assert told(api, "created") == [("ch_calm", True)]


def test_warnings_are_listed_newest_first_filtered_and_paged(running, api, warn):
    for charge in ("ch_calm", "ch_1", "ch_calm"):
        warn(charge, fraud_type="made_with_stolen_card")
        running.control("POST", "clock", {"advance": 10})
    now = running.control("GET", "clock")["now"]
    warnings = api.radar.early_fraud_warnings

    walked = warnings.list({"limit": 1}).auto_paging_iter()
    assert [each.charge for each in walked] == ["ch_calm", "ch_1", "ch_calm"]
    assert len(warnings.list({"charge": "ch_calm"}).data) == 2
    assert [each.charge for each in warnings.list({"payment_intent": "pi_1"}).data] == ["ch_1"]
    assert len(warnings.list({"created": {"gte": now - 15}}).data) == 1
    with pytest.raises(stripe.InvalidRequestError):
        warnings.list({"charge": "ch_no"})


def test_a_warning_about_a_disputed_charge_is_not_actionable(api, warn):
    assert warn("ch_1")["actionable"] is False


def test_a_full_refund_makes_a_warning_not_actionable(api, warn):
    warning = warn("ch_calm")
    api.refunds.create({"charge": "ch_calm", "amount": 100})
    assert api.radar.early_fraud_warnings.retrieve(warning["id"]).actionable
    api.refunds.create({"charge": "ch_calm"})

    assert not api.radar.early_fraud_warnings.retrieve(warning["id"]).actionable
    assert told(api, "updated") == [("ch_calm", False)]


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ({"charge": "ch_no"}, 400, "ch_no"),
        ({"charge": "ch_calm", "fraud_type": "bad_mood"}, 400, "misc"),
        ({}, 400, "charge"),
    ],
)
def test_an_invalid_warning_is_refused(running, body, status, words):
    with pytest.raises(HTTPError) as caught:
        running.control("POST", "radar/early_fraud_warnings", body)
    assert caught.value.code == status
    assert words in caught.value.read().decode()


def test_a_seeded_warning_is_not_actionable_once_its_charge_is_disputed(seeds_folder, make):
    folder = seeds_folder / "stripe" / "early_fraud_warnings"
    folder.mkdir()
    for name, charge, created in (("issfr_a", "ch_1", "@-5d"), ("issfr_b", "ch_calm", "@-2d")):
        (folder / f"{name}.json").write_text(json.dumps({"charge": charge, "created": created}), "utf-8")
    state = make().state

    assert {each["charge"]: each["actionable"] for each in state.collections["early_fraud_warnings"].values()} == {
        "ch_1": False,
        "ch_calm": True,
    }
    kinds = [(each["type"], each["data"]["object"]["actionable"]) for each in state.collections["events"].values()
             if each["type"].startswith("radar.")]  # fmt: skip
    assert kinds == [
        ("radar.early_fraud_warning.created", True),
        ("radar.early_fraud_warning.updated", False),
        ("radar.early_fraud_warning.created", True),
    ]
