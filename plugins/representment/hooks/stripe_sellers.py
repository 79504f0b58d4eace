"""The seller behind a marketplace's charge."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from representment.exceptions import StripeRefusedError

if TYPE_CHECKING:
    from collections.abc import Callable

PROFILE = ("name", "support_email", "support_phone")
UNREADABLE = (403, 404)
"""Stripe's answers to a key without the permission, and about an account that is not ours."""


def name_seller(charge: dict[str, Any], read_account: Callable[[str], dict[str, Any]]) -> None:
    """Put the public profile of a marketplace's seller in place of its id, where the key may read accounts.

    Nothing else of the account is kept.

    :param charge: in Stripe's shape; changed in place
    :param read_account: reads an account of Stripe's by its id
    """
    seller = charge.get("on_behalf_of")
    if not isinstance(seller, str):
        return
    try:
        account = read_account(seller)
    except StripeRefusedError as error:
        if error.passing or getattr(error.__cause__, "http_status", None) not in UNREADABLE:
            raise
        return
    profile, settings = account.get("business_profile") or {}, account.get("settings") or {}
    charge["on_behalf_of"] = {
        "id": seller,
        "created": account.get("created"),
        "business_profile": {name: profile.get(name) for name in PROFILE},
        "settings": {"dashboard": {"display_name": (settings.get("dashboard") or {}).get("display_name")}},
    }
