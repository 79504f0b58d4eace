"""The desk's pages in Chromium, without an Airflow behind them: keys, edits, a time that runs out, axe-core."""

from __future__ import annotations

import re
import socket
import threading
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import expect
from tests.integration.desk import airflow_rows
from tests.integration.desk.browser import open_chromium
from tests.integration.desk.visitors import mounted

pytestmark = pytest.mark.long

DAG = "respond_general"
AXE = Path(__file__).parents[1] / "desk" / "vendor" / "axe.min.js"
LOOKS = [(scheme, width) for scheme in ("light", "dark") for width in (1400, 390)]
GRAVE = "violations => violations.filter(one => ['serious', 'critical'].includes(one.impact))"


@pytest.fixture(scope="module")
def browser():
    with open_chromium() as chromium:
        yield chromium


@pytest.fixture
def desk(tables, world):
    """The address of the desk, which serves an analyst."""
    airflow_rows.forget_rows()
    airflow_rows.add_dags(DAG, "submit_brake")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(mounted(lambda _: "analyst"), port=port, log_level="warning"))
    thread = threading.Thread(target=server.run)
    thread.start()
    yield f"http://127.0.0.1:{port}/desk/"
    server.should_exit = True
    thread.join()


@pytest.fixture
def ask(tables, world):
    """Make a packet, and ask a person about it."""

    def make() -> Any:
        response = world.response(world.take("asked"), reason="general")
        assert response.to("stage") == "approve"
        airflow_rows.add_run(DAG, str(response.run))
        airflow_rows.ask(DAG, str(response.run))
        return response

    return make


def of(response) -> str:
    return f"dags/{DAG}/runs/{response.run}"


def visit(browser, address: str, *, scheme: str = "light", width: int = 1400) -> Any:
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    page.set_default_timeout(20_000)
    page.goto(address, wait_until="networkidle")
    return page


def answers(page, status: int = 200, then=lambda: None) -> list[dict[str, Any]]:
    """Replace Airflow's own route; returns what is sent to it."""
    sent: list[dict[str, Any]] = []

    def take(route):
        sent.append(route.request.post_data_json)
        then()
        route.fulfill(status=status, json={})

    page.route("**/api/v2/**/hitlDetails", take)
    return sent


def test_accessibility_checks_find_nothing_serious(browser, desk, ask, supervisor):
    first = ask()
    first.choose("Send back", remark="Say when it was read.")
    first.do("send_back")
    second = first.revision(2)
    second.to("stage")
    airflow_rows.add_run(DAG, str(second.run))
    airflow_rows.ask(DAG, str(second.run))
    found = {}
    for path in ("", of(second), "dags/submit_brake/runs/by_hand", "dags/respond_none/runs/x"):
        for scheme, width in LOOKS:
            page = visit(browser, desk + path, scheme=scheme, width=width)
            for folded in page.locator("#edits, #edits details.text, details.passage").all():
                folded.evaluate("part => part.open = true")
            page.evaluate(AXE.read_text("utf-8"))
            grave = page.evaluate(f"axe.run().then(found => ({GRAVE})(found.violations))")
            for one in grave:
                found[path, scheme, width, one["id"]] = [node["html"][:200] for node in one["nodes"][:3]]
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path
            page.context.close()
    assert found == {}


def test_the_keyboard_moves_through_the_queue_and_chooses_an_answer(browser, desk, ask):
    first, second = ask(), ask()
    page = visit(browser, desk + of(first))
    page.keyboard.press("j")
    page.wait_for_url(f"**/{second.run}")
    page.keyboard.press("k")
    page.wait_for_url(f"**/{first.run}")
    page.keyboard.press("a")
    expect(page.get_by_role("radio", name=re.compile("^Approve"))).to_be_checked()
    page.keyboard.press("s")
    expect(page.get_by_role("textbox", name="Remark").first).to_be_focused()
    page.keyboard.type("jk")  # a key that is typed is a letter
    assert page.url.endswith(str(first.run))


def test_a_text_is_edited_with_its_length_shown_and_sent_back(browser, desk, ask):
    asked = ask()
    page = visit(browser, desk + of(asked))
    sent = answers(page, then=lambda: airflow_rows.answer("Send back", "analyst"))
    page.keyboard.press("e")
    page.locator("#edit-product_description summary").click()
    text = page.get_by_role("textbox", name="Product description")
    text.fill("x" * 20_001)
    expect(page.locator("#length-product_description")).to_contain_text("20,001 of 20,000 characters: too long")
    page.get_by_role("button", name="Send back with these changes").click()
    expect(page.locator("#edits-said")).to_contain_text("Stripe takes 20,000")
    assert sent == []
    text.fill("A tent.")
    page.get_by_role("button", name="Send back with these changes").click()
    expect(page.locator("#decision")).to_contain_text("Your answer counts", timeout=10_000)
    (answer,) = sent
    assert answer["chosen_options"] == ["Send back"]
    edits = asked.folder.edits_of(answer["params_input"]["edits"])
    assert edits.texts["product_description"].text == "A tent."
    expect(page.locator("#edits")).to_have_count(0)


def test_of_two_people_editing_a_packet_the_second_learns_that_it_is_answered(browser, desk, ask):
    asked = ask()
    page = visit(browser, desk + of(asked) + "#edits")
    sent = answers(page)
    airflow_rows.answer("Approve", "bob")
    page.locator("#edit-product_description summary").click()
    page.get_by_role("textbox", name="Product description").fill("A tent.")
    page.get_by_role("button", name="Send back with these changes").click()
    expect(page.locator("#edits-said")).to_contain_text("has already been answered")
    assert sent == []


def test_an_answer_after_the_time_limit_shows_which_answer_counts(browser, desk, ask):
    page = visit(browser, desk + of(ask()))
    answers(page, status=409)
    airflow_rows.answer("Leave to a person", None)  # the deadline passes while the page is open
    page.get_by_role("radio", name=re.compile("^Approve")).check()
    page.get_by_role("button", name="Answer").click()
    expect(page.locator("#decision")).to_contain_text("Nobody answered in time: Leave to a person", timeout=10_000)
    expect(page.locator("#edits")).to_have_count(0)
