"""Checks Stripe's objects that come from a file, which may contain anything."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from disputes.dispute import Dispute
from disputes.errors import InputError
from disputes.evidence_fields import FILE_FIELDS
from disputes.facts.stripe_values import at
from disputes.validation import problems

Seconds = Annotated[int, Field(strict=True, ge=0, le=32_503_680_000)]
Amount = Annotated[int, Field(strict=True)]


class _Shape(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    id: str


class _Refund(_Shape):
    created: Seconds
    amount: Amount
    status: str


class _Charge(_Shape):
    created: Seconds
    amount: Amount
    currency: str
    status: str


class _Dispute(_Shape):
    created: Seconds
    amount: Amount


class _File(_Shape):
    size: Amount | None = None


class _PriorDispute(_Shape):
    created: Seconds
    charge: Any
    reason: str


class _Invoice(_Shape):
    created: Seconds
    amount_paid: Amount
    currency: str


class _Subscription(_Shape):
    created: Seconds
    start_date: Seconds


SHAPES: dict[str, type[_Shape]] = {
    "prior_charges": _Charge,
    "prior_disputes": _PriorDispute,
    "invoices": _Invoice,
    "subscriptions": _Subscription,
}
"""The lists that a playbook can ask for."""


def checked_list(name: str, content: Any) -> list[dict[str, Any]]:
    """The objects of a list, as the API returns it or as a plain array.

    :param name: of `SHAPES`
    :raises InputError: naming the object and member that is wrong
    """
    file = f"{name}.json"
    _check_whole(content, file)
    objects = content.get("data") if isinstance(content, Mapping) else content
    _check(list[SHAPES[name]], objects, file)  # type: ignore[valid-type]
    return list(objects or ())


def check_dispute(stored: Any) -> None:
    """Compare a dispute, its charge and refunds with what is read of them.

    :raises InputError: naming the member that is wrong
    """
    _check(Dispute, stored, "dispute.json")
    _check(_Dispute, stored, "dispute.json")
    dispute = Dispute.model_validate(stored)
    for name in ("network", "network_reason_code", "case_type"):
        _check(str | None, getattr(dispute, name), "dispute.json", f"payment_method_details.card.{name}")
    for name in FILE_FIELDS:
        _check(str | _File | None, dispute.evidence.get(name), "dispute.json", f"evidence.{name}")
    if isinstance(stored["charge"], Mapping):
        _check(_Charge, stored["charge"], "dispute.json", "charge")
        _check_whole(at(stored, "charge.refunds"), "dispute.json: charge.refunds")
        _check(list[_Refund], at(stored, "charge.refunds.data") or [], "dispute.json", "charge.refunds.data")


def _check_whole(content: Any, subject: str) -> None:
    """Refuse a list that has further pages."""
    if at(content, "has_more"):
        raise InputError("is the first page only (has_more)", subject=subject, remedy="Supply every page as one list")


def _check(kind: Any, content: Any, file: str, within: str = "") -> None:
    try:
        TypeAdapter(kind).validate_python(content)
    except ValidationError as error:
        raise InputError(
            problems(error, kind, within=within), subject=file, remedy="Supply it as Stripe's API returns it"
        ) from error
