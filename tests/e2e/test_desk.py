"""The desk inside Airflow's own pages, in a browser: from finding a packet to the bank's verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect
from tests.e2e.rehearsal import PATIENCE, Run
from tests.integration.desk.browser import open_chromium

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [pytest.mark.e2e, pytest.mark.long, pytest.mark.timeout(900), pytest.mark.usefixtures("_clean")]

GENERAL = "respond_general"
SOON = 1000 * PATIENCE


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium."""
    with open_chromium() as chromium:
        yield chromium


@pytest.fixture(scope="session")
def late_runs() -> dict[str, Run]:
    """None: these tests do not wait for any time to run out."""
    return {}


@pytest.fixture
def may_add_documents(rehearsal: Any) -> None:
    """The connection that the desk uses to write documents."""
    connection = {"connection_id": "aws_documents"} | rehearsal.stack.aws.as_json()
    rehearsal.stack.rest.post("/connections", connection)


def visit(browser: Any, rehearsal: Any, user: str, path: str) -> Any:
    """A page of Airflow's, for a user who has logged in."""
    airflow = rehearsal.stack.airflow
    context = browser.new_context(viewport={"width": 1400, "height": 900}, base_url=airflow.url)
    token = rehearsal.stack.rest_as(user).client.headers["Authorization"].removeprefix("Bearer ")
    context.add_cookies([{"name": "_token", "value": token, "url": airflow.url}])
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.goto(path)
    return page


def packet_tab(browser: Any, rehearsal: Any, run: Run, user: str = "analyst") -> Any:
    """The frame of the tab *Packet* of a run."""
    page = visit(browser, rehearsal, user, f"/dags/{run.dag_id}/runs/{run.run_id}/plugin/packet")
    return page.frame_locator("iframe")


def choose(frame: Any, choice: str, remark: str = "") -> None:
    """Answer as a person does."""
    frame.locator(f"input[name=choice][value='{choice}']").check()
    frame.get_by_role("textbox", name="Remark").fill(remark)
    frame.get_by_role("button", name="Answer").click()


@pytest.mark.usefixtures("may_add_documents")
def test_an_analyst_takes_a_packet_from_search_through_edits_and_approval_to_a_win(
    browser, rehearsal, triggered, tmp_path
):
    run = rehearsal.start("seen", GENERAL)
    following = Run(run.dispute, GENERAL, revision=2)
    rehearsal.question(run)

    page = visit(browser, rehearsal, "analyst", "/plugin/disputes")
    listed = page.frame_locator("iframe")
    listed.get_by_label("Search").fill(run.dispute)
    expect(listed.get_by_role("row")).to_have_count(2, timeout=30_000)
    listed.get_by_role("link", name=run.dispute).click()
    frame = page.frame_locator("iframe")
    expect(frame.get_by_role("heading", level=1)).to_contain_text("24.00 USD")
    picture = frame.get_by_alt_text("page 1, our letter")
    expect(picture).to_have_js_property("complete", value=True)
    assert picture.evaluate("image => image.naturalWidth") > 800
    frame.locator("details.passage summary").first.click()
    expect(frame.locator(".passage[open] .origin").first).to_be_visible()

    frame.locator("#edits > summary").click()
    frame.locator("#edit-product_description summary").click()
    frame.get_by_role("textbox", name="Product description").fill("A book, read on 3 May.")
    expect(frame.locator("#length-product_description")).to_contain_text("22 of 20,000 characters")
    add_document(frame, tmp_path / "Letter from Ann.txt", "I have read the book.")
    frame.locator("#edit-remark").fill("Say when it was read.")
    frame.get_by_role("button", name="Send back with these changes").click()
    expect(frame.locator("#decision")).to_contain_text("Your answer counts", timeout=SOON)
    rehearsal.question(following)
    rehearsal.runs.append(following)

    frame = packet_tab(browser, rehearsal, following)
    expect(frame.locator("blockquote")).to_contain_text("Say when it was read.")
    expect(frame.locator("[aria-labelledby=edited]")).to_contain_text(
        "product description was written by hand, by analyst"
    )
    expect(frame.get_by_text("letter-from-ann.txt").first).to_be_visible()
    choose(frame, "Approve")
    expect(frame.get_by_role("status").first).to_contain_text("Your answer counts", timeout=SOON)
    assert rehearsal.wait_for_end(following) == "success"
    assert rehearsal.submissions(run) == 1
    assert rehearsal.dispute(run)["evidence"]["product_description"] == "A book, read on 3 May."
    expect(packet_tab(browser, rehearsal, following).locator(".state")).to_contain_text("at the bank")

    rehearsal.wait(lambda: rehearsal.dispute(run)["status"] == "won", "the bank decides")
    triggered("dispute_outcomes")
    frame = packet_tab(browser, rehearsal, following)
    expect(frame.locator(".state")).to_contain_text("won")
    expect(frame.get_by_role("heading", name="After the verdict")).to_be_visible()


def add_document(frame: Any, file: Path, text: str) -> None:
    """Add a document under *Change it first*."""
    file.write_text(text)
    frame.get_by_label("What it is").select_option("customer_messages")
    frame.get_by_label("File", exact=True).set_input_files(file)
    frame.get_by_role("button", name="Add").click()
    expect(frame.locator("#added")).to_contain_text("is stored")


def test_when_two_people_answer_each_is_shown_whose_answer_counts(browser, rehearsal):
    run = rehearsal.start("seen", GENERAL)
    rehearsal.question(run)
    one, other = (packet_tab(browser, rehearsal, run, user) for user in ("analyst", "admin"))
    for frame in (one, other):
        frame.get_by_role("radio", name="Leave to a person").check()
    one.get_by_role("button", name="Answer").click()
    other.get_by_role("button", name="Answer").click()
    said = [frame.locator("#decision .callout") for frame in (one, other)]
    for words in said:
        expect(words).to_contain_text("counts", timeout=SOON)
    winners = ["Your answer counts" in words.inner_text() for words in said]
    assert winners.count(True) == 1
    assert "has answered" in said[winners.index(False)].inner_text()


def test_a_run_that_answers_no_dispute_has_a_tab_that_says_so(browser, rehearsal):
    rehearsal.stack.rest.trigger("submit_brake", run_id="by_hand", conf={"hold": False})
    frame = packet_tab(browser, rehearsal, Run("by", "submit_brake"))
    expect(frame.get_by_role("heading")).to_contain_text("No packet here")
