"""The evidence of a dispute: its fields, how an update is merged, and the limits that hold for staging too."""

import copy
from typing import Any

from sandbox import enhanced, files
from sandbox.errors import (
    evidence_files_too_large,
    evidence_text_too_long,
    file_attached_elsewhere,
    invalid_object,
    page_limit_exceeded,
    too_long,
    unknown_parameter,
    wrong_purpose,
)
from sandbox.resources import RESOURCES, find
from sandbox.rounds import is_appeal
from sandbox.state import State, StripeObject

Evidence = dict[str, Any]

FILE_FIELDS = (
    "cancellation_policy",
    "customer_communication",
    "customer_signature",
    "duplicate_charge_documentation",
    "receipt",
    "refund_policy",
    "service_documentation",
    "shipping_documentation",
    "uncategorized_file",
)
LONG_TEXT_FIELDS = (
    "access_activity_log",
    "cancellation_policy_disclosure",
    "cancellation_rebuttal",
    "duplicate_charge_explanation",
    "product_description",
    "refund_policy_disclosure",
    "refund_refusal_explanation",
    "uncategorized_text",
)
SHORT_TEXT_FIELDS = (
    "billing_address",
    "customer_email_address",
    "customer_name",
    "customer_purchase_ip",
    "duplicate_charge_id",
    "service_date",
    "shipping_address",
    "shipping_carrier",
    "shipping_date",
    "shipping_tracking_number",
)
NESTED_FIELDS = ("appeal", "enhanced_evidence")

MOST_CHARACTERS_LONG = 20_000
MOST_CHARACTERS_SHORT = 5_000
MOST_CHARACTERS_TOGETHER = 150_000
MOST_BYTES_TOGETHER = 4_500_000
CHARACTERS_A_PAGE = 3_400
"""An estimate: Stripe counts text fields as pages of the compiled document, and does not say how. The
150,000 characters that it documents must fit the 49 pages.
"""
MOST_PAGES = 49
MOST_PAGES_MASTERCARD = 19


def prefill(state: State, dispute: StripeObject) -> dict[str, str]:
    """Find what Stripe fills in when a dispute opens: the customer's name and e-mail, the charge's description."""
    charge = state.get("charges", dispute["charge"]) or {}
    customer = state.get("customers", charge.get("customer") or "") or {}
    known = {
        "customer_name": customer.get("name"),
        "customer_email_address": customer.get("email"),
        "product_description": charge.get("description"),
    }
    return {name: value for name, value in known.items() if value}


def is_empty(evidence: Evidence) -> bool:
    """True where no field holds anything."""
    return not any(evidence.values())


def is_staged_by_merchant(state: State, dispute: StripeObject) -> bool:
    """True where evidence holds more than Stripe filled in."""
    own = prefill(state, dispute) | {"enhanced_evidence": state.prefilled.get(dispute["id"])}
    return any(value and own.get(name) != value for name, value in dispute["evidence"].items())


def merge(state: State, dispute: StripeObject, sent: Evidence) -> Evidence:
    """Lay an update over the evidence: fields that are not sent stay, ``''`` clears one, which then reads as null.

    :raises StripeError: a field, text, file or page limit that Stripe would refuse; nothing was changed then
    """
    result: Evidence = copy.deepcopy(dispute["evidence"])
    for name, value in sent.items():
        if name in FILE_FIELDS:
            _check_file(state, dispute["id"], f"evidence[{name}]", value)
        elif name in LONG_TEXT_FIELDS or name in SHORT_TEXT_FIELDS:
            _check_text(name, value)
        elif name not in NESTED_FIELDS:
            raise unknown_parameter(f"evidence[{name}]")
        result[name] = _merge_nested(result[name], name, value) if name in NESTED_FIELDS else value or None
    for index, file_id in enumerate(_appeal(result).get("supporting_files") or ()):
        _check_file(state, dispute["id"], f"evidence[appeal][card][supporting_files][{index}]", file_id)
    result["enhanced_evidence"] = enhanced.complete(state, result["enhanced_evidence"])
    _check_together(state, dispute, result)
    return result


def file_ids(evidence: Evidence) -> set[str]:
    """Every file of the evidence."""
    fields = {evidence[name] for name in FILE_FIELDS if evidence[name]}
    return fields | set(_appeal(evidence).get("supporting_files") or ())


def _appeal(evidence: Evidence) -> dict[str, Any]:
    return (evidence["appeal"] or {}).get("card") or {}


def _merge_nested(held: dict[str, Any] | None, name: str, value: Any) -> dict[str, Any] | None:
    if value == "":
        return {} if name == "enhanced_evidence" else None
    if not isinstance(value, dict):
        raise invalid_object(f"evidence[{name}]")
    return _lay_over(held or {}, value)


def _lay_over(held: dict[str, Any], sent: dict[str, Any]) -> dict[str, Any]:
    result = dict(held)
    for name, value in sent.items():
        if isinstance(value, dict):
            result[name] = _lay_over(held.get(name) or {}, value)
        else:
            result[name] = None if value == "" else value
    return result


def _check_file(state: State, dispute_id: str, param: str, file_id: str) -> None:
    if not file_id:
        return
    file = find(state, RESOURCES["files"], file_id, livemode=state.account.livemode, param=param)
    if file["purpose"] != "dispute_evidence":
        raise wrong_purpose(param, file_id, file["purpose"])
    if state.attached.get(file_id, dispute_id) != dispute_id:
        raise file_attached_elsewhere(param, file_id)


def _check_text(name: str, value: str) -> None:
    long = name in LONG_TEXT_FIELDS
    limit = MOST_CHARACTERS_LONG if long else MOST_CHARACTERS_SHORT
    if len(value) > limit:
        raise too_long(f"evidence[{name}]", value, limit, chosen=not long)


def _check_together(state: State, dispute: StripeObject, evidence: Evidence) -> None:
    """*Chosen*: an appeal is compiled on its own, so the evidence of the chargeback does not count again."""
    texts, attached = _of_stage(dispute, evidence)
    characters = sum(len(text) for text in texts)
    if characters > MOST_CHARACTERS_TOGETHER:
        raise evidence_text_too_long(characters, MOST_CHARACTERS_TOGETHER)
    if sum(len(state.contents[file_id]) for file_id in attached) > MOST_BYTES_TOGETHER:
        raise evidence_files_too_large()
    network = dispute["payment_method_details"].get("card", {}).get("network")
    most = MOST_PAGES_MASTERCARD if network == "mastercard" else MOST_PAGES
    of_files, of_texts = sum(files.pages(state, file_id) for file_id in attached), -(-characters // CHARACTERS_A_PAGE)
    if of_files + of_texts > most:
        raise page_limit_exceeded(chosen=of_files <= most)


def _of_stage(dispute: StripeObject, evidence: Evidence) -> tuple[list[str], set[str]]:
    """Texts and files of the round that the dispute is open for."""
    if is_appeal(dispute):
        appeal = _appeal(evidence)
        return [appeal.get("reason_for_filing") or ""], set(appeal.get("supporting_files") or ())
    texts = [evidence[name] or "" for name in (*LONG_TEXT_FIELDS, *SHORT_TEXT_FIELDS)]
    return texts, {evidence[name] for name in FILE_FIELDS if evidence[name]}
