"""What refusals and rounds of a dispute look like."""

import pytest

from sandbox.errors import StripeError


def refused(call, *args, **params) -> StripeError:
    with pytest.raises(StripeError) as caught:
        call(*args, **params)
    assert caught.value.type == "invalid_request_error"
    return caught.value


def details(dispute):
    held = dispute["evidence_details"]
    return dispute["status"], held["submission_count"], held["submission_method"]
