"""What we read from Stripe's dispute object; unknown fields and values are let through, since Stripe adds to both."""

from typing import Annotated, Any, TypeVar

from pydantic import AliasPath, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from disputes.errors import InputError


def _id(value: Any) -> Any:
    """The id of an expandable field, expanded or not."""
    return value.get("id") if isinstance(value, dict) else value


def _object(value: Any) -> Any:
    """The object of an expandable field; None where it is only the id."""
    return value if isinstance(value, dict) else None


def _or_empty(value: Any) -> Any:
    return {} if value is None else value


_Id = Annotated[str, BeforeValidator(_id)]
_Dict = Annotated[dict[str, Any], BeforeValidator(_or_empty)]
_Model = TypeVar("_Model", bound=BaseModel)


class _StripeObject(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class EvidenceDetails(_StripeObject):
    """`evidence_details` of a dispute.

    :param due_by: Unix seconds; None where no deadline is known, 0 where the bank takes no response
    :param past_due: whether the last submission came late
    :param submission_count: submissions so far, over all rounds
    :param submission_method: `manual`, `smart_disputes` or `not_submitted`; older API versions leave it out
    """

    due_by: int | None = None
    has_evidence: bool = False
    past_due: bool = False
    submission_count: int = 0
    submission_method: str | None = None


class PaymentMethodDetails(_StripeObject):
    """`payment_method_details` of a dispute: its type, and the part of that type's name."""

    type: str = "card"
    card: _Dict = Field(default_factory=dict)
    klarna: _Dict = Field(default_factory=dict)
    paypal: _Dict = Field(default_factory=dict)


class DisputedCharge(_StripeObject):
    """The charge of a dispute. Money in minor units of `currency`."""

    amount: int
    amount_refunded: int = 0
    currency: str

    @property
    def left(self) -> int:
        """What a full refund gives back."""
        return self.amount - self.amount_refunded


_Charge = Annotated[DisputedCharge | None, BeforeValidator(_object)]


class Dispute(_StripeObject):
    """A Stripe dispute, the charge and payment intent expanded or not.

    :param amount: minor units of `currency`; may differ from the charge's
    :param charge: None where it is not expanded
    :param created: Unix seconds
    :param reason: Stripe's category, a bucket only: see :func:`disputes.rules.claims.claim_of`
    :param enhanced_eligibility_types: kinds of enhanced evidence that Stripe takes here; None where it does not say
    :param evidence: what is on the dispute now, text and file ids, ours or not
    """

    id: str
    amount: int
    currency: str
    charge_id: _Id = Field(validation_alias="charge")
    # A path, since mypy reports two fields with the same alias as an error.
    charge: _Charge = Field(default=None, validation_alias=AliasPath("charge"))
    payment_intent_id: _Id | None = Field(default=None, validation_alias="payment_intent")
    created: int
    reason: str
    status: str
    enhanced_eligibility_types: tuple[str, ...] | None = None
    evidence: _Dict = Field(default_factory=dict)
    evidence_details: Annotated[EvidenceDetails, BeforeValidator(_or_empty)] = EvidenceDetails()
    metadata: _Dict = Field(default_factory=dict)
    payment_method_details: Annotated[PaymentMethodDetails, BeforeValidator(_or_empty)] = PaymentMethodDetails()
    stated_code: str | None = Field(default=None, validation_alias="network_reason_code")
    is_charge_refundable: bool = False
    livemode: bool = False
    intended_submission_method: str | None = None

    @property
    def payment_method_type(self) -> str:
        """`card`, `klarna`, `paypal`, `amazon_pay` or what Stripe adds."""
        return self.payment_method_details.type

    @property
    def network(self) -> str | None:
        """The card network that judges (a co-branded card's brand may be another), or the method's own name."""
        details = self.payment_method_details
        if details.type != "card":
            return details.type
        return details.card.get("network") or details.card.get("brand")

    @property
    def network_reason_code(self) -> str | None:
        """The network's code, wherever this payment method carries it."""
        details = self.payment_method_details
        return (
            details.card.get("network_reason_code")
            or details.klarna.get("reason_code")
            or details.paypal.get("reason_code")
            or self.stated_code
        )

    @property
    def case_type(self) -> str | None:
        """For cards: `chargeback`, `inquiry`, `compliance`, `block` or `resolution`."""
        return self.payment_method_details.card.get("case_type")


def read_dispute(stored: Any) -> Dispute:
    """Read a dispute as Stripe's API gives it.

    :raises InputError: it has another shape; the error names the places, never their contents
    """
    return read_object(Dispute, stored, "a dispute")


def read_object(model: type[_Model], stored: Any, kind: str) -> _Model:
    """Read one of Stripe's objects.

    :param kind: what it is, with its article
    :raises InputError: it has another shape; the error names the places, never their contents
    """
    try:
        return model.model_validate(stored)
    except ValidationError as error:
        places = sorted({".".join(map(str, found["loc"])) for found in error.errors()} - {""})
    known = stored.get("id") if isinstance(stored, dict) else None
    # Outside of the handler: the cause would show the values.
    raise InputError(
        f"not as Stripe documents {kind}{': ' if places else ''}{', '.join(places)}",
        dispute=known if isinstance(known, str) else None,
        remedy="Answer it in Stripe's Dashboard, and report it",
    )
