"""Early fraud warnings: refund before it is a dispute, ask a person, or keep the money and the evidence."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Annotated, Any, Literal, NamedTuple

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from disputes.dispute import Dispute, read_object
from disputes.errors import InputError
from disputes.facts.facts import Facts
from disputes.facts.stripe_values import id_of
from disputes.facts.wording import money, readable
from disputes.packet.contradictions import contradictions
from disputes.rules.claims import claim_of
from disputes.rules.yaml_lines import Lines
from disputes.validation import problems

_FILE = "early_fraud_warnings.yaml"
_SHIFTED = ("authenticated", "attempt_acknowledged")
_PROVIDED = {
    "shipment.delivered_at": "the goods were delivered",
    "shipment.pickup_at": "the goods were picked up",
    "access.first_at": "the purchase was used",
    "service.performed_at": "the service was performed",
    "booking.checked_in_at": "the guest checked in",
    "ticket.scanned_at": "the ticket was scanned",
}


class EarlyFraudWarning(BaseModel):
    """An issuer's warning about a charge. Source: https://docs.stripe.com/api/radar/early_fraud_warnings/object.

    :param charge_id: the charge it is about, expanded or not
    :param actionable: neither disputed nor refunded in full
    :param created: Unix seconds
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    charge_id: Annotated[str, BeforeValidator(id_of)] = Field(validation_alias="charge")
    actionable: bool
    created: int
    fraud_type: str


def read_warning(stored: Any) -> EarlyFraudWarning:
    """Read an early fraud warning as Stripe's API gives it.

    :raises InputError: it has another shape; the error names the places, never their contents
    """
    return read_object(EarlyFraudWarning, stored, "an early fraud warning")


class WarningPolicy(BaseModel):
    """How warnings are answered; the head of the data file explains each member.

    :param refund_below: minor units by currency
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    refund: Literal["ask", "automatic"]
    refund_below: dict[Annotated[str, Field(pattern=r"^[a-z]{3}$")], Annotated[int, Field(strict=True, ge=0)]]
    answer_within_hours: Annotated[int, Field(strict=True, ge=1)]


class Recommendation(NamedTuple):
    """What to do about a warning.

    :param choice: `refund` the rest of the charge, `ask` a person who has no recommendation, or `keep` it
    :param reasons: in words, the figures that decided among them
    """

    choice: Literal["refund", "ask", "keep"]
    reasons: tuple[str, ...]


@cache
def warning_policy() -> WarningPolicy:
    """The policy as shipped.

    :raises InputError: the file is broken
    """
    return read_warning_policy(files("disputes.rules").joinpath(_FILE).read_bytes())


def read_warning_policy(text: bytes) -> WarningPolicy:
    """A policy from its file.

    :param text: YAML
    :raises InputError: naming file, line and the place in it
    """
    lines = Lines(text, _FILE)
    try:
        return WarningPolicy.model_validate(yaml.load(text, yaml.CSafeLoader))
    except ValidationError as error:
        raise InputError(problems(error, WarningPolicy, line=lines.at)) from error


def recommend(
    warning: EarlyFraudWarning,
    charge: Mapping[str, Any],
    facts: Facts,
    policy: WarningPolicy,
    *,
    product_type: str | None = None,
) -> Recommendation:
    """What to do about a warning; the first rule that holds decides.

    Keep a charge that is already settled, or whose loss the issuer would bear (3D Secure); refund one that costs less
    than a dispute; keep one whose goods were provided if nothing speaks against it; ask a person about the rest.

    :param charge: Stripe's object, read just now
    :param facts: Stripe's and the merchant's, of this charge
    :param product_type: None where the merchant gives none
    """
    if settled := _settled(charge):
        return Recommendation("keep", (settled,))
    three_d_secure = facts.get("charge.three_d_secure")
    if three_d_secure and three_d_secure.value.result in _SHIFTED:
        result = readable(three_d_secure.value.result)
        return Recommendation("keep", (f"3D Secure: {result}, so the issuer bears fraud losses",))
    disputed = _as_if_disputed(warning, charge)
    speaking = contradictions(disputed, facts, claim_of(disputed), product_type)
    against = tuple(f"speaks for the cardholder: {one.problem}" for one in speaking)
    provided = tuple(text for name, text in _PROVIDED.items() if name in facts)
    evidence = (*against, *(provided or ("nothing shows that the purchase was provided",)))
    left, currency = left_of(charge), charge["currency"]
    limit = policy.refund_below.get(currency)
    if limit is None:
        return Recommendation("ask", (f"the policy has no refund limit in {currency.upper()}", *evidence))
    if left < limit:
        below = f"{money(left, currency)} is below the refund limit of {money(limit, currency)}: a dispute costs more"
        return Recommendation("refund", (below, *evidence))
    size = f"{money(left, currency)} is not below the refund limit of {money(limit, currency)}"
    return Recommendation("keep" if provided and not against else "ask", (size, *evidence))


def left_of(charge: Mapping[str, Any]) -> int:
    """What a refund in full would give back, in minor units.

    :param charge: Stripe's object
    """
    return int(charge["amount"] - charge["amount_refunded"])


def _as_if_disputed(warning: EarlyFraudWarning, charge: Mapping[str, Any]) -> Dispute:
    """The dispute that the warning announces, for the rules that judge one."""
    stored = {"id": warning.id, "charge": warning.charge_id, "created": warning.created, "reason": "fraudulent"}
    return Dispute.model_validate(
        {**stored, "amount": charge["amount"], "currency": charge["currency"], "status": "needs_response"}
    )


def _settled(charge: Mapping[str, Any]) -> str | None:
    if charge["disputed"]:
        return "the charge is already disputed; the dispute's own run answers, and a refund would pay twice"
    if charge["refunded"]:
        return "the charge was refunded in full"
    return None


def warning_question(
    warning: EarlyFraudWarning, charge: Mapping[str, Any], recommendation: Recommendation, policy: WarningPolicy
) -> tuple[str, str]:
    """Subject and Markdown body of the question to a person. It names figures and ids, nobody.

    :param charge: Stripe's object
    """
    left = money(left_of(charge), charge["currency"])
    rows = [
        ("Charge", f"`{warning.charge_id}`"),
        ("The issuer says", readable(warning.fraud_type)),
        ("A refund in full gives back", left),
        ("Recommended", {"refund": "refund", "ask": "none; you decide", "keep": "keep"}[recommendation.choice]),
        ("Because", "; ".join(recommendation.reasons)),
        ("Without an answer", f"kept after {policy.answer_within_hours} hours"),
    ]
    body = "\n".join(f"- **{name}:** {value}" for name, value in rows)
    return f"{warning.id}: {left}, {readable(warning.fraud_type)}", f"{body}\n\nA refund cannot be undone."
