"""The errors of the request itself: its key, account, version, address and idempotency, and limits on Stripe's side."""

from sandbox.errors import StripeError, invalid_request

# Keys, accounts, versions, addresses


def no_key() -> StripeError:
    """Refuse a request without an API key."""
    return invalid_request(
        "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer "
        "auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY'). See https://stripe.com/docs/api#authentication for "
        "details, or we can help at https://support.stripe.com/.",
        status=401,
    )


def wrong_key(masked: str) -> StripeError:
    """Refuse a key that Stripe never issued."""
    return invalid_request(f"Invalid API Key provided: {masked}", status=401)


def expired_key(masked: str) -> StripeError:
    """Refuse a key that was rolled or has expired."""
    return invalid_request(f"Expired API Key provided: {masked}", code="api_key_expired", status=401)


def publishable_key() -> StripeError:
    """Refuse a key that is made for browsers."""
    return invalid_request(
        "This API call cannot be made with a publishable API key. Please use a secret API key. You can find a list of "
        "your API keys at https://dashboard.stripe.com/account/apikeys.",
        status=401,
    )


def no_permission(masked: str, account: str, right: str) -> StripeError:
    """Refuse a restricted key that lacks ``right`` (``rak_dispute_write``)."""
    return invalid_request(
        f"The provided key '{masked}' does not have the required permissions for this endpoint on account "
        f"'{account}'. Having the '{right}' permission would allow this request to continue.",
        status=403,
    )


def no_access(masked: str, account: str) -> StripeError:
    """Refuse a ``Stripe-Account`` that the key cannot speak for."""
    return invalid_request(
        f"The provided key '{masked}' does not have access to account '{account}' (or that account does not exist). "
        "Application access may have been revoked.",
        code="account_invalid",
        status=403,
    )


def unknown_version(version: str) -> StripeError:
    """Refuse a ``Stripe-Version`` that does not exist."""
    return invalid_request(f"Invalid Stripe API version: {version}.")


def unknown_url(method: str, path: str) -> StripeError:
    """Answer an address, or a method on it, that the API does not have."""
    return invalid_request(
        f"Unrecognized request URL ({method}: {path}). Please see https://stripe.com/docs or we can help at "
        "https://support.stripe.com/.",
        status=404,
    )


# Idempotency, limits, Stripe's own side


def idempotency_other_parameters(key: str) -> StripeError:
    """Refuse a key that comes again with other parameters."""
    return StripeError(
        400,
        "idempotency_error",
        "Keys for idempotent requests can only be used with the same parameters they were first used with. Try using "
        f"a key other than '{key}' if you meant to execute a different request.",
    )


def idempotency_other_endpoint(key: str, first: str, now: str) -> StripeError:
    """Refuse a key that comes again on another endpoint."""
    return StripeError(
        400,
        "idempotency_error",
        "Keys for idempotent requests can only be used for the same endpoint they were first used for "
        f"('{first}' vs '{now}'). Try using a key other than '{key}' if you meant to execute a different request.",
    )


def idempotency_in_progress(key: str) -> StripeError:
    """Refuse a key whose first request still runs."""
    return invalid_request(
        "There is currently another in-progress request using this Idempotent Key (that probably means you submitted "
        f"twice, and the other request is still going through): {key}. Please try again later.",
        code="idempotency_key_in_use",
        status=409,
    )


def idempotency_key_too_long(length: int) -> StripeError:
    """Refuse a key of more than 255 characters."""
    return invalid_request(
        f"Idempotency keys can have at most 255 characters; the one you sent has {length}.", chosen=True
    )


def rate_limited(reason: str = "global-rate") -> StripeError:
    """Refuse one request too many.

    :param reason: ``global-rate``, ``endpoint-rate``, ``global-concurrency``, ``endpoint-concurrency`` or
        ``resource-specific``
    """
    error = invalid_request("Too many requests hit the API too quickly.", code="rate_limit", status=429, chosen=True)
    error.headers["Stripe-Rate-Limited-Reason"] = reason
    return error


def lock_timeout() -> StripeError:
    """Refuse while another request or Stripe itself holds the object. To be repeated with the same key."""
    error = invalid_request(
        "This object cannot be accessed right now because another API request or Stripe process is currently "
        "accessing it. If you see this error intermittently, retry the request. If you see this error frequently and "
        "are making multiple concurrent requests to a single object, make your requests serially or at a lower rate.",
        code="lock_timeout",
        status=429,
    )
    error.headers["Stripe-Should-Retry"] = "true"
    return error


def refused(status: int) -> StripeError:
    """Refuse a request because an order for faults says so."""
    return invalid_request("A fault order refuses this request.", status=status, chosen=True)


def api_error() -> StripeError:
    """Answer for a failure on Stripe's side."""
    return StripeError(
        500,
        "api_error",
        "An unknown error occurred. If you are contacting support, please give the request id of this answer.",
    )
