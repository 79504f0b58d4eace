"""The desk's pages: who sees them, what is on them, and what a hostile customer writes into them."""

from __future__ import annotations

import hashlib
import html
import json
import os
import re
import time

import pytest
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from tests.integration.desk import airflow_rows
from tests.integration.desk.visitors import mounted

from disputes.desk.drawing import draw
from disputes.errors import PersonNeededError
from representment.airflow_internals.database import read_run_states
from representment.desk.app import app
from representment.desk.pictures import Pictures
from representment.desk.rounds import INDEXES
from representment.hooks.s3_store import S3Store
from representment.task_ids import RESPONSES

DAG = "respond_general"
ROUNDS = int(os.environ.get("ROUNDS", "300"))
OURS = {"sec-fetch-site": "same-origin"}
RUN = "/dags/{dag_id}/runs/{run_id}"
WHO_MAY = {
    ("GET", "/"): "everybody who has logged in, each the rounds of the DAGs whose runs they may see",
    ("POST", "/"): "the same",
    ("GET", "/static/{name}"): "everybody who has logged in",
    ("GET", RUN): "who may see the DAG's runs",
    ("GET", f"{RUN}/decision"): "who may see the DAG's runs",
    ("GET", f"{RUN}/pages/{{sha256}}/{{number}}.png"): "who may see the DAG's runs",
    ("GET", f"{RUN}/files/{{field}}.pdf"): "who may see the DAG's runs",
    ("GET", f"{RUN}/manifest.json"): "who may see the DAG's runs",
    ("GET", f"{RUN}/withdrawal.txt"): "who may see the DAG's runs",
    ("POST", f"{RUN}/edits/check"): "who may answer its questions",
    ("POST", f"{RUN}/edits"): "who may answer its questions",
    ("POST", f"{RUN}/documents"): "who may answer its questions",
}
"""Every route. An answer goes to Airflow's own; ours write what the next revision is made with."""


@pytest.fixture
def desk(tables, world):
    airflow_rows.forget_rows()
    airflow_rows.add_dags(DAG, "respond_product_not_received", "submit_brake")
    return TestClient(mounted(lambda request: request.headers.get("x-visitor")), raise_server_exceptions=False)


@pytest.fixture
def asked(tables, world):
    """A packet that a person is asked about, and its address."""
    response = world.response(world.take("asked"), reason="general")
    assert response.to("stage") == "approve"
    airflow_rows.add_run(DAG, str(response.run))
    airflow_rows.ask(DAG, str(response.run))
    return response


def at(response, dag_id=DAG):
    return f"/desk/dags/{dag_id}/runs/{response.run}"


def get(desk, path, visitor="analyst", **headers):
    who = {"x-visitor": visitor} if visitor else {}
    return desk.get(path, headers=who | headers, follow_redirects=False)


def search(desk, visitor="analyst", **form):
    return desk.post("/desk/", data=form, headers={"x-visitor": visitor, "hx-request": "true"} | OURS).text


def test_each_route_requires_a_login_and_airflows_permission(desk, asked):
    routes = {
        (method, route.path): route for route in app.routes if isinstance(route, APIRoute) for method in route.methods
    }
    assert routes.keys() == WHO_MAY.keys()
    manifest = asked.folder.manifest()
    field, entry = next(iter(manifest.files.items()))
    known = {"dag_id": DAG, "run_id": str(asked.run), "sha256": entry.sha256, "number": 1, "field": field}
    for (method, path), route in routes.items():
        address = f"/desk{route.path.format(**known, name='desk.css')}"
        answers = {
            visitor: desk.request(method, address, headers=OURS | ({"x-visitor": visitor} if visitor else {}))
            for visitor in (None, "stranger", "viewer", "analyst")
        }
        states = {visitor: answer.status_code for visitor, answer in answers.items()}
        by_dag = 403 if path.startswith(RUN) else 200
        to_look = {None: 401, "stranger": by_dag, "viewer": 200, "analyst": 200}
        to_answer = {None: 401, "stranger": 403, "viewer": 403, "analyst": 422}  # it brings nothing
        assert states == (to_answer if "answer" in WHO_MAY[method, path] else to_look), address
        assert str(asked.run) not in answers["stranger"].text
        for answer in answers.values():
            assert "default-src 'none'" in answer.headers["content-security-policy"]
            assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_visitor_who_is_logged_out_is_sent_to_the_login_or_told_so_in_the_frame(desk):
    whole = get(desk, "/desk/", None, **{"sec-fetch-dest": "document"})
    assert (whole.status_code, "login" in whole.headers["location"]) == (303, True)
    framed = get(desk, "/desk/", None, **{"sec-fetch-dest": "iframe"})
    assert (framed.status_code, "You are logged out" in framed.text) == (401, True)


@pytest.mark.parametrize("site", ["same-site", "cross-site", "none"])
def test_a_form_from_another_origin_is_refused(desk, asked, site):
    for path in ("/desk/", f"{at(asked)}/edits", f"{at(asked)}/documents", f"{at(asked)}/edits/check"):
        answer = desk.post(path, headers={"x-visitor": "analyst", "sec-fetch-site": site})
        assert answer.status_code == 403


def test_the_page_shows_what_the_bank_will_see(desk, asked):
    page = get(desk, at(asked))
    packet = asked.folder.packet()
    text = html.unescape(page.text)
    for value in packet.manifest.fields.values():
        assert all(line in text for line in value.split("\n"))
    assert packet.sha256 in text
    for field, entry in packet.manifest.files.items():
        for number in range(1, entry.pages + 1):
            picture = get(desk, f"{at(asked)}/pages/{entry.sha256}/{number}.png", "viewer")
            assert picture.content.startswith(b"\x89PNG")
            assert "immutable" in picture.headers["cache-control"]
            assert f"pages/{entry.sha256}/{number}.png" in text
        file = get(desk, f"{at(asked)}/files/{field}.pdf")
        assert hashlib.sha256(file.content).hexdigest() == entry.sha256
        assert file.headers["content-disposition"] == f'attachment; filename="{asked.run}-{field}.pdf"'
    assert get(desk, f"{at(asked)}/manifest.json").content == packet.content
    assert "from " in text
    assert "The bank opened the dispute" in text


def test_the_page_images_of_a_long_packet_are_drawn_once(desk, world, monkeypatch):
    response = world.response(world.take("parcel"))
    charge = world.dispute(response.run.dispute)["charge"]
    lines = "\n".join(f"{line}: thank you, it came in time." for line in range(1800))
    S3Store("s3://evidence").overwrite(f"charges/{charge}/documents/customer_messages-1.txt", lines.encode())
    response.to("stage")
    dag_id = "respond_product_not_received"
    airflow_rows.add_run(dag_id, str(response.run))
    manifest = response.folder.manifest()
    pages = sum(entry.pages for entry in manifest.files.values())
    assert 48 <= pages <= 50
    drawn = []
    monkeypatch.setattr("representment.desk.packet.PICTURES", Pictures())
    monkeypatch.setattr("representment.desk.pictures.draw", lambda pdf, name: drawn.append(name) or draw(pdf, name))
    took = [look_at_everything(desk, at(response, dag_id), manifest) for _ in range(2)]
    assert sorted(drawn) == sorted(entry.name for entry in manifest.files.values())
    print(f"{pages} pages: {took[0]:.1f} s the first time, then {took[1]:.2f} s")  # noqa: T201 - `pytest -s` shows it


def look_at_everything(desk, address, manifest):
    """Open the page and all its pictures; how long that takes."""
    begun = time.monotonic()
    assert get(desk, address).status_code == 200
    for entry in manifest.files.values():
        for number in range(1, entry.pages + 1):
            assert get(desk, f"{address}/pages/{entry.sha256}/{number}.png").status_code == 200
    return time.monotonic() - begun


@pytest.mark.parametrize(
    "path",
    [
        "/pages/{other}/1.png",
        "/pages/{sha256}/99.png",
        "/pages/{sha256}/0.png",
        "/files/receipt_of_another.pdf",
        "/../../../../static/desk.py",
    ],
)
def test_an_unknown_address_is_not_found(desk, asked, path):
    sha256 = next(iter(asked.folder.manifest().files.values())).sha256
    address = at(asked) + path.format(sha256=sha256, other="0" * 64)
    assert get(desk, address).status_code == 404


def test_a_permission_for_one_dag_shows_no_packet_of_another(desk, asked):
    elsewhere = at(asked, "respond_product_not_received")
    assert "No packet here" in get(desk, elsewhere).text
    assert get(desk, f"{elsewhere}/manifest.json").status_code == 404


@pytest.mark.parametrize("run_id", ["manual__2026-11-28", "du_none__chargeback__1"])
def test_a_run_without_a_packet_says_so(desk, run_id):
    answer = get(desk, f"/desk/dags/submit_brake/runs/{run_id}")
    assert (answer.status_code, "No packet here" in answer.text) == (200, True)
    assert get(desk, f"/desk/dags/submit_brake/runs/{run_id}/manifest.json").status_code == 404


def test_a_customers_words_are_shown_as_plain_text(desk, world):
    dispute = world.take("asked")
    name = '<script>alert(1)</script>{{ 7 * 7 }}#read("x")\u202eexe'
    told = {"order": {"id": "A-1"}, "customer": {"name": name}}
    facts = {
        group: {member: {"value": value, "source": "shop", "at": "2026-09-01"} for member, value in members.items()}
        for group, members in told.items()
    }
    store = S3Store("s3://evidence")
    charge = world.dispute(dispute)["charge"]
    content = {"charge": charge, "product_type": "digital_product_or_service", "facts": facts}
    store.overwrite(f"charges/{charge}/facts.json", json.dumps(content).encode())
    response = world.response(dispute, reason="general")
    response.to("render")
    airflow_rows.add_run(DAG, str(response.run))
    shown = get(desk, at(response)).text + search(desk, names="true")
    assert "<script>alert" not in shown
    assert "&lt;script&gt;alert(1)" in shown
    assert "{{ 7 * 7 }}" in html.unescape(shown)
    assert "\u202e" not in shown


def test_the_list_shows_the_state_of_each_round(desk, world, asked):
    submitted = world.response(world.take("plain"))
    submitted.to("submit")
    left = world.response(world.take("asked"), reason="general")
    left.to("stage")
    left.choose("Leave to a person")
    with pytest.raises(PersonNeededError):
        left.do("leave")
    airflow_rows.add_run("respond_product_not_received", str(submitted.run), "success")
    airflow_rows.add_run(DAG, str(left.run), "failed")
    shown = rows(get(desk, "/desk/").text)
    assert [shown[one.run.dispute] for one in (asked, submitted, left)] == [
        "waits for you",
        "at the bank",
        "left to you: a person chose it, or nobody decided in time",
    ]
    assert rows(search(desk, stage="bank")).keys() == {submitted.run.dispute}
    assert rows(get(desk, "/desk/?stage=left").text).keys() == {left.run.dispute}


def rows(page):
    """The state of each dispute in a list, by dispute."""
    found = {}
    for row in re.findall(r"<tr>\s*<td class=\"when\">.*?</tr>", page, re.DOTALL):
        stands = re.search(r'class="pill [a-z]+">([^<]*)<', row)[1]
        why = re.search(r'class="why">([^<]*)<', row)
        dispute = re.search(r'class="open"[^>]*>([^<]*)<', row)[1]
        found[dispute] = f"{stands}: {why[1]}" if why else stands
    return found


def test_a_round_is_found_by_its_customers_name_which_is_shown_on_request(desk, asked):
    charge = asked.folder.manifest().charge
    assert rows(search(desk, text=charge)).keys() == {asked.run.dispute}
    assert rows(search(desk, text="nobody")) == {}
    assert "No round matches" in search(desk, text="nobody")


def test_the_mine_filter_shows_what_waits_for_my_answer(desk, world, asked):
    theirs = world.response(world.take("asked"), reason="general")
    theirs.to("stage")
    airflow_rows.add_run(DAG, str(theirs.run))
    airflow_rows.ask(DAG, str(theirs.run), assigned=("somebody",))
    submitted = world.response(world.take("plain"))
    submitted.to("submit")
    airflow_rows.add_run("respond_product_not_received", str(submitted.run), "success")
    assert rows(search(desk, mine="true")).keys() == rows(get(desk, "/desk/?mine=1").text).keys() == {asked.run.dispute}
    assert rows(search(desk, "viewer", mine="true")) == {}
    assert len(rows(search(desk))) == 3
    assert "1 of 1 waiting for you" in get(desk, at(asked)).text


def test_a_page_shows_how_the_last_rounds_with_the_same_claim_ended(desk, world):
    submitted, waits = (world.response(world.take("plain")) for _ in range(2))
    submitted.to("submit")
    waits.to("stage")
    page = get(desk, at(waits, "respond_product_not_received")).text
    assert "0 won, 0 lost, 1 at the bank" in page
    assert "1 of 1" in page


def test_a_list_page_needs_as_many_requests_for_many_rounds_as_for_one(desk, world, asked, monkeypatch):
    """`ROUNDS=10000 pytest -s` compares a page with a bare read of what it shows."""
    store, calls = world.rounds, []
    opened = {"response": "x", "account": "stripe_default", "dispute_created": 1, "dag_id": DAG}
    runs = [f"du_many{number}__chargeback__1" for number in range(ROUNDS)]
    store.write_each_once([f"opened/{run}.json" for run in runs], json.dumps(opened).encode())
    airflow_rows.add_runs(DAG, runs)
    get(desk, "/desk/")  # reads what is new, once
    monkeypatch.setattr("representment.desk.rounds.FRESH", 0)
    store.client.meta.events.register("before-call.s3", lambda **_: calls.append(1), unique_id="counted")
    begun = time.monotonic()
    page = get(desk, "/desk/?page=2")
    taken = time.monotonic() - begun
    store.client.meta.events.unregister("before-call.s3", unique_id="counted")
    assert len(rows(page.text)) == 50
    assert f"{ROUNDS + 1} rounds, page 2 of {ROUNDS // 50 + 1}" in page.text
    assert len(calls) <= 10 + ROUNDS // 1000  # a listing has 1,000 names per page
    begun = time.monotonic()
    for index in INDEXES:
        store.read(f"current/{index}.json")
        list(store.names(f"{index}/"))
    read_run_states(RESPONSES)
    bare = time.monotonic() - begun
    print(f"{ROUNDS} rounds: a page {taken:.2f} s, a bare read {bare:.2f} s: {taken / bare:.1f}x")  # noqa: T201


def test_users_who_may_answer_see_the_same_choices_as_in_airflows_own_form(desk, asked):
    shown = get(desk, f"{at(asked)}/decision").text
    assert re.findall(r'name="choice" value="([^"]*)"', shown) == airflow_rows.OPTIONS
    assert "<fieldset disabled>" not in shown
    assert "<fieldset disabled>" in get(desk, f"{at(asked)}/decision", "viewer").text


def test_no_answer_is_offered_to_someone_who_is_not_assigned(desk, world):
    response = world.response(world.take("asked"), reason="general")
    response.to("stage")
    airflow_rows.add_run(DAG, str(response.run))
    airflow_rows.ask(DAG, str(response.run), assigned=("somebody",))
    assert "<fieldset disabled>" in get(desk, f"{at(response)}/decision").text


@pytest.mark.parametrize(
    ("by", "told"),
    [("analyst", "Your answer counts"), ("bob", "bob has answered"), (None, "Nobody answered in time")],
)
def test_the_page_says_whose_answer_counts(desk, asked, by, told):
    airflow_rows.answer("Approve", by)
    shown = get(desk, f"{at(asked)}/decision").text
    assert told in shown
    assert "<form" not in shown


def test_a_run_without_a_question_says_so(desk, world):
    response = world.response(world.take("plain"))
    response.to("submit")
    dag_id = "respond_product_not_received"
    airflow_rows.add_run(dag_id, str(response.run), "success")
    page = get(desk, at(response, dag_id)).text
    assert "There is no question about this packet" in page
    assert "Submitted to the bank" in page


def test_a_packet_that_was_sent_back_is_shown_beside_the_next_one(desk, asked, supervisor):
    asked.choose("Send back", remark="Say when it was read.")
    asked.do("send_back")
    following = asked.revision(2)
    following.to("stage")
    airflow_rows.add_run(DAG, str(following.run))
    airflow_rows.add_task(DAG, str(following.run), "upload", "failed")
    page = get(desk, at(following)).text
    assert "Say when it was read." in page
    assert f"runs/{asked.run}" in page
    assert "Log of upload, which failed" in page


def test_when_s3_is_unavailable_the_page_says_so(desk, asked, monkeypatch):
    monkeypatch.setenv("AIRFLOW_VAR_REPRESENTMENT_ROUNDS_URI", "s3://there-is-no-such-bucket/rounds")
    answer = get(desk, "/desk/")
    assert (answer.status_code, "This page cannot be shown at the moment" in answer.text) == (503, True)
