"""The types a fact's value can have. Money is an int in minor units; a moment has a zone, or is a whole day."""

import re
from datetime import UTC, date, datetime
from ipaddress import ip_address
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints


def _no_number(value: object) -> object:
    """Refuse what pydantic would read as Unix seconds, as `20260901` too: here days and zones are written out."""
    if isinstance(value, (int, float)) or (isinstance(value, str) and not re.match(r"[0-9]{4}-[0-9]{2}-", value)):
        raise ValueError("write it as 2026-09-01 or 2026-09-01T12:00:00Z")
    return value


def _in_utc(value: date) -> date:
    """Refuse a moment at the end of the calendar that has no time in UTC."""
    if isinstance(value, datetime):
        try:
            value.astimezone(UTC)
        except OverflowError:
            raise ValueError("is outside the years 1 to 9999 in UTC") from None
    return value


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Money = Annotated[int, Field(strict=True, ge=0, description="minor units, like 1999 for 19.99 USD")]
Count = Annotated[int, Field(strict=True, ge=0)]
Number = Annotated[float, Field(strict=True, ge=0, allow_inf_nan=False)]
Flag = Annotated[bool, Field(strict=True)]
Day = Annotated[date, BeforeValidator(_no_number)]
Moment = Annotated[AwareDatetime | date, BeforeValidator(_no_number), AfterValidator(_in_utc)]
Currency = Annotated[str, StringConstraints(to_lower=True, pattern=r"^[A-Za-z]{3}$")]
IpAddress = Annotated[str, AfterValidator(lambda text: str(ip_address(text))), Field(description="IPv4 or IPv6")]


ProductType = Literal[
    "physical_product", "digital_product_or_service", "offline_service", "booking_reservation", "event_ticket"
]
VARIANTS = {"booking_reservation": "offline_service", "event_ticket": "offline_service"}
"""Product types that are a kind of another one."""


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Address(_Value):
    """An address as it was given; a part that is not known is left out, never guessed."""

    line1: Text | None = None
    line2: Text | None = None
    city: Text | None = None
    state: Text | None = None
    postal_code: Text | None = None
    country: Text | None = None


class Period(_Value):
    """From the first to the last day."""

    start: Day
    end: Day


class Item(_Value):
    """One line of an order."""

    description: Text
    quantity: Annotated[int, Field(strict=True, ge=1)] = 1
    amount: Annotated[Money, Field(description="of the whole line, in minor units")] | None = None


class Message(_Value):
    """One message between customer and merchant, quoted as theirs."""

    at: Moment
    author: Literal["customer", "merchant"]
    text: Text


class Complaint(_Value):
    """One thing that the customer finds wrong, and what is to be said to it."""

    text: Annotated[Text, Field(description="the customer's or the bank's own words")]
    answer: Annotated[Text, Field(description="what the merchant's records say about it")]


class AccessEntry(_Value):
    """One row of an access log."""

    at: Moment
    action: Text
    ip: IpAddress | None = None
    user: Text | None = None
    object: Text | None = None


class RefundPart(_Value):
    """One of several refunds of a charge."""

    amount: Money
    created_at: Moment
    reference: Text | None = None
    method: Text | None = None


class PriorCharge(_Value):
    """An earlier charge on the same card."""

    charge: Text
    created: Moment
    amount: Money
    currency: Currency
    description: Text | None = None
    email: Text | None = None
    shipping_address: Address | None = None


class PriorOrder(_Value):
    """An earlier order on the same card, as it was at its purchase."""

    charge: Annotated[Text, Field(description="its charge at Stripe")]
    created: Moment
    amount: Money
    product_description: Text | None = None
    ip: IpAddress | None = None
    device_id: Text | None = None
    device_fingerprint: Text | None = None
    account_id: Text | None = None
    email: Text | None = None
    shipping_address: Address | None = None


class ThreeDSecure(_Value):
    """Outcome of a 3D Secure authentication, in the words of Stripe's API."""

    result: Text
    version: Text | None = None
    electronic_commerce_indicator: Text | None = None
    transaction_id: Text | None = None
    authentication_flow: Text | None = None
