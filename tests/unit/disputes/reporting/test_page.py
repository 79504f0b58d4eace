"""The report as a page and as tables."""

import csv
from io import StringIO
from xml.etree import ElementTree

from lxml import html
from tests.unit.disputes.reporting.rounds import ended

from disputes.reporting.figures import count_up
from disputes.reporting.page import write_csv, write_page
from disputes.reporting.plots import place_bars, place_marks
from disputes.reporting.tally import Tally, tally_by

HOSTILE = "<script>alert(1)</script>"


def page(*records):
    return write_page(count_up(records), title="Disputes", made_at="28 November 2026, 06:00 UTC")


def test_the_page_shows_shares_with_intervals_plots_and_a_table_of_each_section():
    text = page(ended(), ended("du_2__chargeback__1", outcome="lost"), ended("du_3__chargeback__1", outcome="open"))
    read = html.fromstring(text)
    assert "50 % (9 to 91 %)" in read.text_content()
    titles = [one.text for one in read.iter("h2")]
    assert titles == [
        "By month",
        "By claim",
        "By product type",
        "By network",
        "By version of templates and playbooks",
        "By evidence field, given or not",
    ]
    assert len(read.findall(".//svg")) == 6
    assert [one.get("download") for one in read.iter("a")] == [
        f"{name}.csv" for name in ("claim", "product_type", "network", "version", "field")
    ]
    assert "test mode" not in text


def test_plots_are_well_formed_and_say_in_words_what_they_show():
    text = page(ended(), ended("du_2__chargeback__1", outcome="open"))
    for drawn in html.fromstring(text).findall(".//svg"):
        ElementTree.fromstring(html.tostring(drawn, encoding="unicode", method="xml"))
        assert drawn.get("aria-label")


def test_values_of_a_record_are_shown_as_text():
    text = page(ended(claim=HOSTILE, fields=(HOSTILE,)))
    assert HOSTILE not in text
    assert "script-src" not in text
    assert "default-src 'none'" in text


def test_the_page_says_when_there_are_no_rounds():
    text = page()
    assert text.count("We have no rounds yet.") == 5
    assert "test mode" in text


def test_a_table_opens_in_a_spreadsheet_as_text():
    records = [ended(claim="=HYPERLINK()"), ended("du_2__chargeback__1", claim="=HYPERLINK()", outcome="lost")]
    section = tally_by("claim", "By claim", [*records, ended("du_3__c__1", outcome="open")], lambda one: one.claim)
    head, first, second = csv.reader(StringIO(write_csv(section)))
    assert head[:5] == ["claim", "won", "lost", "open", "other"]
    assert first[:3] == ["'=HYPERLINK()", "1", "1"]
    assert first[5:] == ["42.00 USD", "42.00 USD", "", "", "0.5000", "0.0945", "0.9055"]
    assert second[-3:] == ["", "", ""]


def test_marks_are_placed_by_share_and_columns_are_as_high_as_their_rounds():
    marks = place_marks([Tally.of("a", [ended(outcome="lost")]), Tally.of("b", [ended()]), Tally.of("c", [])])
    assert [(mark.tally.label, mark.y) for mark in marks] == [("a", 0), ("b", 26)]
    assert marks[0].at < marks[0].high < marks[1].at
    months = count_up([ended(), ended("du_2__chargeback__1", outcome="lost")]).months
    assert [(bar.kind, bar.y, bar.height) for bar in place_bars(months)] == [("won", 75.0, 75.0), ("lost", 0.0, 75.0)]
    assert place_bars([]) == []
