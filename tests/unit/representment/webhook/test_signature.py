"""The set of signatures that must pass, and of those that must not."""

import hashlib
import hmac

import pytest
from stripe import WebhookSignature

from representment.webhook.signature import TOLERANCE, SignatureHeader

NOW = 1_790_000_000
SECRET = "whsec_one"
OTHER = "whsec_other"
BODY = '{"id": "evt_1", "name": "Zoë"}'.encode()


def digest(body=BODY, secret=SECRET, at=NOW):
    return hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()


def header(*digests, at=NOW):
    return ",".join([f"t={at}", *(f"v1={each}" for each in digests)])


def is_signed(body, given, secrets, *, now):
    parsed = SignatureHeader.parse(given, now=now)
    return parsed is not None and parsed.fits(body, secrets)


def test_a_signature_made_by_stripes_library_passes():
    signed = WebhookSignature.generate_signature_header(BODY.decode(), SECRET, timestamp=NOW)
    assert is_signed(BODY, signed, [SECRET], now=NOW)


def test_while_a_secret_is_rolled_any_pair_of_matching_secrets_passes():
    assert is_signed(BODY, header(digest()), [OTHER, SECRET], now=NOW)
    assert is_signed(BODY, header(digest(secret=OTHER), digest()), [SECRET], now=NOW)


def test_a_signature_at_the_age_limit_passes_and_an_older_one_does_not():
    at = NOW - TOLERANCE
    assert is_signed(BODY, header(digest(at=at), at=at), [SECRET], now=NOW)
    assert not is_signed(BODY, header(digest(at=at - 1), at=at - 1), [SECRET], now=NOW)


def test_a_signature_from_a_clock_that_runs_ahead_passes():
    assert is_signed(BODY, header(digest(at=NOW + 900), at=NOW + 900), [SECRET], now=NOW)


@pytest.mark.parametrize(
    ("body", "given", "secrets"),
    [
        (BODY, header(digest(secret=OTHER)), [SECRET]),
        (BODY + b" ", header(digest()), [SECRET]),
        (BODY, header(digest(), at=NOW + 1), [SECRET]),
        (BODY, header(digest()), []),
        (BODY, "", [SECRET]),
        (BODY, header(), [SECRET]),
        (BODY, header().replace("t", "v1"), [SECRET]),
        (BODY, header(digest()).replace("v1", "v0"), [SECRET]),
        (BODY, f"v1={digest()}", [SECRET]),
        (BODY, f"t={NOW},{header(digest())}", [SECRET]),
        (BODY, f"t=soon,v1={digest(at='soon')}", [SECRET]),
        (BODY, f"t=-5,v1={digest(at=-5)}", [SECRET]),
        (BODY, f"t={'9' * 5000},v1={digest()}", [SECRET]),
        (BODY, f"t=²,v1={digest()}", [SECRET]),
        (BODY, header("é" * 64), [SECRET]),
        (b"\xff\xfe", header(digest()), [SECRET]),
    ],
    ids=[
        "wrong secret",
        "tampered body",
        "tampered time",
        "no secret here",
        "no header",
        "no signature",
        "no time",
        "only the decoy",
        "signature alone",
        "two times",
        "time in words",
        "time below zero",
        "endless time",
        "a digit that is none",
        "no ASCII",
        "body of bytes",
    ],
)
def test_anything_else_is_refused(body, given, secrets):
    assert not is_signed(body, given, secrets, now=NOW)


def test_a_header_with_hundreds_of_signatures_is_not_stripes():
    assert SignatureHeader.parse(header(*[digest()] * 17), now=NOW) is None
