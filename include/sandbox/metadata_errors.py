"""The refusals of metadata, worded as Stripe words them."""

from sandbox.errors import StripeError, invalid_request


def too_many_metadata_keys(count: int) -> StripeError:
    """Refuse metadata of more than 50 keys."""
    return invalid_request(
        f"Metadata can have up to 50 keys, but you've set {count}. You can delete keys by setting them to an empty "
        "string.",
        param="metadata",
    )


def metadata_key_too_long(key: str) -> StripeError:
    """Refuse a metadata name of more than 40 characters."""
    return invalid_request(
        f"Metadata keys can have up to 40 characters, but you passed in a key that is {len(key)} characters. Invalid "
        f"key: {key}",
        param="metadata",
    )


def metadata_value_too_long(key: str, value: str) -> StripeError:
    """Refuse a metadata value of more than 500 characters."""
    return invalid_request(
        f"Metadata values can have up to 500 characters, but you passed in a value that is {len(value)} characters. "
        f"Invalid value: {value}",
        param=f"metadata[{key}]",
    )


def metadata_key_with_brackets(key: str) -> StripeError:
    """Refuse square brackets inside a metadata name."""
    return invalid_request(f"Metadata keys cannot contain square brackets. Invalid key: {key}", param="metadata")
