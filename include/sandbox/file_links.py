"""File links: addresses at which a file can be read without a key, until they expire.

Stripe documents which purposes a file may have, that a new expiry lies in the future, and that an expired link can no
longer be updated (https://docs.stripe.com/api/file_links). *Chosen*: the words of these refusals.
"""

import secrets
from collections.abc import Mapping
from typing import Any

from sandbox import errors, metadata
from sandbox.resources import RESOURCES, find
from sandbox.state import State, StripeObject, new_id

PURPOSES = frozenset(
    {
        "business_icon",
        "business_logo",
        "customer_signature",
        "dispute_evidence",
        "finance_report_run",
        "financial_account_statement",
        "identity_document_downloadable",
        "issuing_regulatory_reporting",
        "pci_document",
        "selfie",
        "sigma_scheduled_query",
        "tax_document_user_upload",
        "terminal_android_apk",
        "terminal_reader_splashscreen",
    }
)
"""The purposes of the files that may be linked."""
HOST = "https://files.stripe.com/links/"
MOST_SHOWN = 10
"""How many links a file shows; the others are in the list of links."""


def create(state: State, params: Mapping[str, Any], *, livemode: bool) -> StripeObject:
    """``POST /v1/file_links``: give a file a public address.

    :param params: checked; ``file``, and ``expires_at`` (Unix seconds) and ``metadata`` where they were sent
    :param livemode: the caller's mode
    :raises StripeError: an unknown file, a purpose that cannot be linked, or an expiry that has passed
    """
    file = find(state, RESOURCES["files"], params["file"], livemode=livemode, param="file")
    check(state, file["purpose"], params, param="file")
    link = {
        "id": new_id("link"),
        "object": "file_link",
        "created": state.clock.now(),
        "expired": False,
        "expires_at": params.get("expires_at"),
        "file": file["id"],
        "livemode": livemode,
        "metadata": metadata.merge({}, params.get("metadata", {})),
        "url": HOST + secrets.token_urlsafe(32),
    }
    shown = file["links"]
    shown["has_more"] = shown["has_more"] or len(shown["data"]) == MOST_SHOWN
    shown["data"] = [link, *shown["data"]][:MOST_SHOWN]  # the same object, so that the file shows later changes too
    return state.add("file_links", link)


def check(state: State, purpose: str, params: Mapping[str, Any], *, param: str, parent: str = "") -> None:
    """Check what is asked of a new link.

    :param param: what an error about the purpose names
    :param parent: the parameter that ``expires_at`` is in
    :raises StripeError: a purpose that cannot be linked, or an expiry that has passed
    """
    if purpose not in PURPOSES:
        raise errors.purpose_not_linkable(param, purpose)
    _check_expiry(state, params.get("expires_at"), f"{parent}[expires_at]" if parent else "expires_at")


def update(state: State, link_id: str, params: Mapping[str, Any]) -> StripeObject:
    """``POST /v1/file_links/{id}``: change expiry or metadata.

    :param params: ``expires_at`` is Unix seconds, ``now``, or ``''`` for a link that never expires
    :raises StripeError: an expired link, or an expiry that has passed; nothing was changed then
    """
    link = state.collections["file_links"][link_id]
    if link["expired"]:
        raise errors.link_expired(link_id)
    expires_at = _read_expiry(state, params["expires_at"]) if "expires_at" in params else link["expires_at"]
    link["metadata"] = metadata.merge(link["metadata"], params.get("metadata", {}))
    link["expires_at"] = expires_at
    expire(state)
    return link


def expire(state: State) -> None:
    """Mark the links whose time has passed."""
    now = state.clock.now()
    for link in state.collections["file_links"].values():
        link["expired"] = link["expires_at"] is not None and link["expires_at"] <= now


def read(state: State, token: str) -> tuple[bytes, str] | None:
    """The bytes of a linked file and its type (``pdf``); None where the link does not exist or has expired.

    :param token: the last part of the link's address
    """
    expire(state)
    for link in state.collections["file_links"].values():
        if link["url"] == HOST + token and not link["expired"]:
            return state.contents[link["file"]], state.collections["files"][link["file"]]["type"]
    return None


def _read_expiry(state: State, wanted: int | str) -> int | None:
    if wanted == "now":
        return state.clock.now()
    expires_at = None if wanted == "" else int(wanted)
    _check_expiry(state, expires_at, "expires_at")
    return expires_at


def _check_expiry(state: State, expires_at: int | None, param: str) -> None:
    if expires_at is not None and expires_at <= state.clock.now():
        raise errors.expiry_passed(param)
