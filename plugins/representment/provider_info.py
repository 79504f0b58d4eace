"""What Airflow learns of this package: the connection type `stripe` and its form."""

from typing import Any


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
                "conn-fields": {
                    "mode": {
                        "label": "Mode",
                        "description": "shadow: reads only. stage: saves, never submits. submit: sends to the bank. "
                        "If nothing is chosen: shadow.",
                        "schema": {"type": ["string", "null"], "enum": ["shadow", "stage", "submit", None]},
                    },
                    "account": {
                        "label": "Connected account",
                        "description": "acct_… for Stripe Connect, sent as Stripe-Account",
                        "schema": {"type": ["string", "null"]},
                    },
                    "webhook_secrets": {
                        "label": "Webhook signing secrets",
                        "description": "whsec_… of the endpoint /stripe/webhook/<this connection's id>; "
                        "several, separated by spaces, while one is rolled",
                        "schema": {"type": ["string", "null"], "format": "password"},
                    },
                    "base_url": {
                        "label": "API address",
                        "description": "Only for a sandbox or a proxy",
                        "schema": {"type": ["string", "null"]},
                    },
                    "files_url": {
                        "label": "Files address",
                        "description": "Only for a sandbox or a proxy",
                        "schema": {"type": ["string", "null"]},
                    },
                    "api_version": {
                        "label": "API version",
                        "description": "The version that the stripe package is pinned to, unless another is named",
                        "schema": {"type": ["string", "null"]},
                    },
                },
            }
        ],
        "extra-links": ["representment.links.stripe_links.StripeDisputeLink"],
    }
