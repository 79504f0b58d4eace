"""From a task to the dispute in Stripe's Dashboard."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperatorLink

if TYPE_CHECKING:
    from airflow.sdk import BaseOperator

DASHBOARD = "https://dashboard.stripe.com/disputes/"


class StripeDisputeLink(BaseOperatorLink):
    """The dispute's page; it shows the bank's documents, which the API does not provide."""

    name = "Dispute in Stripe"

    def get_link(self, operator: BaseOperator, *, ti_key: Any) -> str:
        """The address, from the operator's rendered `response_id`; nothing where there is none."""
        dispute, separator, _ = str(getattr(operator, "response_id", "")).partition("__")
        return DASHBOARD + dispute if separator else ""
