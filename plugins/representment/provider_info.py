"""The Airflow provider: the connection type `stripe` and its form."""

from typing import Any


def _field(label: str, description: str, **schema: Any) -> dict[str, Any]:
    """A field of the form that may stay empty."""
    return {"label": label, "description": description, "schema": {"type": ["string", "null"], **schema}}


_FIELDS = {
    "mode": _field(
        "Mode",
        "shadow: reads only. stage: saves, never submits. submit: sends to the bank. Default: shadow.",
        enum=["shadow", "stage", "submit", None],
    ),
    "account": _field("Connected account", "acct_… for Stripe Connect, sent as Stripe-Account"),
    "webhook_secrets": _field(
        "Webhook signing secrets",
        "whsec_… of the endpoint /stripe/webhook/<this connection's id>; several, separated by spaces, "
        "while one is rolled",
        format="password",
    ),
    "base_url": _field("API address", "Only for a sandbox or a proxy"),
    "files_url": _field("Files address", "Only for a sandbox or a proxy"),
    "api_version": _field("API version", "Default: the version that the stripe package is pinned to"),
}


def get_provider_info() -> dict[str, Any]:
    """Entry point `apache_airflow_provider`."""
    return {
        "package-name": "representment",
        "name": "Representment",
        "description": "Answers Stripe card disputes.",
        "connection-types": [
            {
                "hook-class-name": "representment.hooks.stripe_hook.StripeHook",
                "hook-name": "Stripe",
                "connection-type": "stripe",
                "ui-field-behaviour": {
                    "hidden-fields": ["host", "schema", "port", "login"],
                    "relabeling": {"password": "Secret or restricted API key"},
                    "placeholders": {"password": "rk_test_…"},
                },
                "conn-fields": _FIELDS,
            }
        ],
        "extra-links": ["representment.links.stripe_links.StripeDisputeLink"],
    }
