"""Files: what Stripe takes for an upload."""
from sandbox.state import State, StripeObject


def create(state: State, purpose: str, filename: str, content: bytes) -> StripeObject:
    """Keep an uploaded file."""
    raise NotImplementedError


def content(state: State, file_id: str) -> bytes:
    """The bytes of a file."""
    raise NotImplementedError
