"""From a task to Stripe's Dashboard."""

from types import SimpleNamespace

import pytest

from representment.links.stripe_links import StripeDisputeLink


@pytest.mark.parametrize(
    ("operator", "address"),
    [
        (SimpleNamespace(response_id="du_1__chargeback__2"), "https://dashboard.stripe.com/disputes/du_1"),
        (SimpleNamespace(response_id="dp_1_x__inquiry__1"), "https://dashboard.stripe.com/disputes/dp_1_x"),
        (SimpleNamespace(response_id=""), ""),
        (SimpleNamespace(), ""),
    ],
    ids=["dispute", "older id", "not rendered", "another operator"],
)
def test_the_link_leads_to_the_dispute_of_the_run(operator, address):
    assert StripeDisputeLink().get_link(operator, ti_key=None) == address
