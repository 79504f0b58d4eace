import base64

import pytest

from sandbox.errors import StripeError
from sandbox.http import auth

KEYS = auth.Keys("0123456789wxyz")


def refused(call, *args):
    with pytest.raises(StripeError) as caught:
        call(*args)
    return caught.value


def basic(user):
    return "Basic " + base64.b64encode(user.encode()).decode()


@pytest.mark.parametrize("header", [f"Bearer {KEYS.secret}", f"bearer  {KEYS.secret}", basic(f"{KEYS.secret}:")])
def test_bearer_and_basic_authentication_are_equivalent(header):
    assert auth.authenticate(header, KEYS) == auth.Caller(KEYS.secret, livemode=False, read_only=False)


@pytest.mark.parametrize(
    ("key", "livemode", "read_only"), [(KEYS.of_other_mode, True, False), (KEYS.restricted, False, True)]
)
def test_the_key_determines_the_mode_and_the_permissions(key, livemode, read_only):
    assert auth.authenticate(f"Bearer {key}", KEYS) == auth.Caller(key, livemode=livemode, read_only=read_only)


def test_a_live_accounts_keys_are_live():
    live = auth.Keys("0123456789wxyz", livemode=True)

    assert auth.authenticate(f"Bearer {live.secret}", live).livemode is True
    assert auth.authenticate(f"Bearer {live.of_other_mode}", live).livemode is False
    assert live.restricted == "rk_live_0123456789wxyz"


@pytest.mark.parametrize("header", [None, "", "Bearer ", "Digest x", "Basic !", basic(":"), "Basic " + "/w=="])
def test_a_request_without_a_key_is_refused(header):
    error = refused(auth.authenticate, header, KEYS)

    assert (error.status, error.type) == (401, "invalid_request_error")
    assert error.message.startswith("You did not provide an API key.")


@pytest.mark.parametrize("key", ["sk_test_abcdefghijwxyz", "sk_other_0123456789wxyz", "whsec_0123456789wxyz"])
def test_a_wrong_key_is_masked(key):
    error = refused(auth.authenticate, f"Bearer {key}", KEYS)

    assert error.status == 401
    assert error.message.startswith("Invalid API Key provided: ")
    assert error.message.endswith(f"*{key[-4:]}")
    assert key not in error.message


def test_expired_and_publishable_keys_get_different_errors():
    expired = refused(auth.authenticate, f"Bearer {KEYS.expired}", KEYS)
    publishable = refused(auth.authenticate, f"Bearer {KEYS.publishable}", KEYS)

    assert (expired.status, expired.code) == (401, "api_key_expired")
    assert expired.message == "Expired API Key provided: sk_test_*****************wxyz"
    assert publishable.message.startswith("This API call cannot be made with a publishable API key.")


def test_a_restricted_key_can_read_but_not_write():
    caller = auth.Caller(KEYS.restricted, livemode=False, read_only=True)
    auth.check_right(caller, "GET", "dispute", "acct_1")
    error = refused(auth.check_right, caller, "POST", "dispute", "acct_1")

    assert (error.status, error.code) == (403, None)
    assert "'rak_dispute_write'" in error.message
    assert "'acct_1'" in error.message
    assert KEYS.restricted not in error.message


def test_another_account_is_refused():
    caller = auth.Caller(KEYS.secret, livemode=False, read_only=False)
    auth.check_account(caller, None, "acct_1")
    auth.check_account(caller, "acct_1", "acct_1")
    error = refused(auth.check_account, caller, "acct_2", "acct_1")

    assert (error.status, error.code) == (403, "account_invalid")


@pytest.mark.parametrize(
    "version", ["2026-10-28.endive", "2023-10-16", "2024-06-20", "2025-03-31.basil", "2025-03-31.basil; a_beta=v1"]
)
def test_versions_released_by_stripe_are_accepted(version):
    assert auth.check_version(version) == version


def test_without_a_version_the_newest_is_used():
    assert auth.check_version(None) == "2026-10-28.endive"


@pytest.mark.parametrize(
    "version",
    [
        "latest",
        "2027-01-01.endive",
        "2025-03-31",
        "2025-03-31.pine",
        "2009-01-01",
        "20231016",
        "2023-13-01",
        "2019-01-01",
        "2024-09-30.endive",
    ],
)
def test_versions_never_released_by_stripe_are_refused(version):
    error = refused(auth.check_version, version)

    assert error.status == 400
    assert error.message == f"Invalid Stripe API version: {version}."
