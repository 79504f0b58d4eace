"""Which packets people are notified about, and what they are told."""

import pytest

from disputes.response.waiting import WaitingPacket, describe_all, find_unnotified
from disputes.rounds import RunId

NOW = 1_790_000_000
STAGED = ["opening.json", "1/manifest.json", "1/staged.json"]


@pytest.mark.parametrize(
    ("names", "revision"),
    [
        ([], None),
        (STAGED, None),
        ([*STAGED, "1/asked.json"], 1),
        ([*STAGED, "1/asked.json", "1/told.json"], None),
        ([*STAGED, "1/asked.json", "1/approvals/000-000.json"], None),
        ([*STAGED, "1/asked.json", "1/end.json"], None),
        ([*STAGED, "1/asked.json", "2/requested.json"], None),
        ([*STAGED, "1/asked.json", "1/told.json", "2/asked.json"], 2),
        ([*STAGED, "9/asked.json", "10/asked.json"], 10),
    ],
)
def test_people_are_notified_once_of_each_open_question(names, revision):
    assert find_unnotified(names) == revision


def packet(run="du_1__chargeback__1", **changes):
    values = {"amount": 4200, "currency": "usd", "claim": "fraudulent", "recommended": "fight", "until": NOW + 86_400}
    return WaitingPacket(RunId.parse(run), **values | {"page": "http://a/p"} | changes)


def test_a_notification_says_what_is_asked_the_amount_until_when_and_where():
    assert describe_all([packet()], now=NOW, zone="UTC") == (
        "1 packet waits for a person, 42.00 USD at stake",
        (
            "du_1__chargeback__1: 42.00 USD, fraudulent, recommended: fight. "
            "Answer until 22 September 2026, 14:13 UTC, in 1 day\n  http://a/p"
        ),
    )


def test_several_packets_are_one_message_with_the_first_to_end_first_and_sums_by_currency():
    packets = [
        packet("du_2__chargeback__1", until=None, currency="eur"),
        packet("du_3__inquiry__1", until=NOW + 7200),
        packet(),
    ]
    subject, message = describe_all(packets, now=NOW, zone="UTC")
    assert subject == "3 packets wait for a person, 84.00 USD and 42.00 EUR at stake"
    assert [line.partition(":")[0] for line in message.splitlines()[::2]] == [
        "du_3__inquiry__1",
        "du_1__chargeback__1",
        "du_2__chargeback__1",
    ]
    assert "No deadline" in message
