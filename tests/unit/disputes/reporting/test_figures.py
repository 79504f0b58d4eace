"""What the report counts."""

from tests.unit.disputes.reporting.rounds import DAY, OPENED, ended

from disputes.reporting.figures import count_up
from disputes.reporting.tally import Tally


def section(figures, name):
    (found,) = (one for one in figures.sections if one.name == name)
    return {tally.label: tally for tally in found.tallies}


def test_our_rounds_and_smart_disputes_are_counted_separately():
    figures = count_up(
        [
            ended("du_1__chargeback__1"),
            ended("du_2__chargeback__1", outcome="lost", amount=1000),
            ended("du_3__chargeback__1", outcome="open", currency="eur"),
            ended("du_4__chargeback__1", submission_method="smart_disputes", submitted_at=None),
        ]
    )
    assert figures.ours.words == "50 % (9 to 91 %)"
    assert [figures.ours.amount(kind) for kind in ("won", "lost", "open", "other")] == [
        "42.00 USD",
        "10.00 USD",
        "42.00 EUR",
        "-",
    ]
    assert (figures.smart.counts["won"], figures.ours.counts["won"]) == (1, 1)
    assert section(figures, "claim")["fraudulent"].counts.total() == 3


def test_rounds_are_grouped_by_what_they_share_and_unknown_values_are_shown():
    figures = count_up([ended(), ended("du_2__chargeback__1", product_type=None, network="mastercard", version=None)])
    assert section(figures, "product_type").keys() == {"physical_product", "not known"}
    assert section(figures, "network").keys() == {"visa", "mastercard"}
    assert section(figures, "version").keys() == {"0.1.0", "not known"}


def test_rounds_with_and_without_a_field_are_compared():
    figures = count_up([ended(), ended("du_2__chargeback__1", fields=(), outcome="lost")])
    fields = section(figures, "field")
    assert fields["receipt: given"].share == 1
    assert fields["receipt: not given"].share == 0


def test_a_late_win_replaces_its_loss_and_an_outcome_replaces_an_open_round():
    figures = count_up(
        [
            ended(seen_at=OPENED + 99 * DAY, late_win=True),
            ended(outcome="lost"),
            ended("du_2__chargeback__1", outcome="lost"),
            ended("du_2__chargeback__1", outcome="open", seen_at=OPENED + 200 * DAY),
        ]
    )
    assert (figures.ours.counts["won"], figures.ours.counts["lost"], figures.ours.counts["open"]) == (1, 1, 0)


def test_missed_rounds_are_distinguished_from_accepted_ones():
    figures = count_up(
        [
            ended(outcome="lost", submitted_at=None, submission_method="not_submitted", past_due=True),
            ended("du_2__chargeback__1", outcome="lost", submitted_at=None, submission_method="not_submitted"),
        ]
    )
    assert figures.missed.counts["lost"] == 1
    assert figures.ours.counts.total() == 0


def test_months_with_open_rounds_are_marked():
    figures = count_up([ended(), ended("du_2__chargeback__1", outcome="open", opened_at=OPENED + 31 * DAY)])
    assert [(month.name, month.is_open) for month in figures.months] == [("2026-09", False), ("2026-10", True)]


def test_times_are_medians_and_money_is_summed_by_currency():
    figures = count_up(
        [
            ended(),
            ended("du_2__chargeback__1", days_to_submission=5.0, outcome="open", balance_currency="eur"),
            ended(
                "du_3__chargeback__1", days_to_submission=7.0, days_to_outcome=60.0, balance_currency=None, fees=None
            ),
        ]
    )
    assert (figures.days_to_answer, figures.days_to_outcome) == (5.0, 50.0)
    assert figures.fees == "15.00 EUR + 15.00 USD"
    assert figures.net == "-15.00 EUR + -15.00 USD"


def test_test_mode_rounds_count_only_when_there_are_no_others():
    played = ended("du_2__chargeback__1", livemode=False, outcome="lost")
    assert count_up([ended(), played]).ours.counts.total() == 1
    figures = count_up([played])
    assert (figures.livemode, figures.ours.counts["lost"]) == (False, 1)


def test_without_rounds_nothing_is_claimed():
    figures = count_up([])
    assert (figures.ours.words, figures.days_to_answer, figures.fees) == ("none decided", None, "none known")
    assert figures.months == ()


def test_a_closed_inquiry_is_not_a_win():
    assert Tally.of("all", [ended(outcome="closed"), ended(outcome="escalated")]).counts == {"other": 2}
