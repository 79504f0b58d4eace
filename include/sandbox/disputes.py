"""The life of a dispute."""
from typing import Any

from sandbox.state import Origin, State, StripeObject


def update(state: State, dispute_id: str, params: dict[str, Any], origin: Origin) -> StripeObject:
    """``POST /v1/disputes/{id}``."""
    raise NotImplementedError


def close(state: State, dispute_id: str, origin: Origin) -> StripeObject:
    """``POST /v1/disputes/{id}/close``."""
    raise NotImplementedError


def advance(state: State) -> None:
    """Apply all that is due by the clock."""
    raise NotImplementedError


def act(state: State, dispute_id: str, action: str) -> StripeObject:
    """What a person, the bank or Stripe does."""
    raise NotImplementedError
