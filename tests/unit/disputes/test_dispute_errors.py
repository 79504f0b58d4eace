"""Errors say where, what, and what to do."""

import pytest

from disputes.errors import DisputeError, DocumentError, GuardError, InputError, LimitError


def test_an_error_names_dispute_subject_problem_and_remedy() -> None:
    error = DocumentError("is encrypted", dispute="du_1", subject="receipt.pdf", remedy="Supply it without a password")
    assert str(error) == "du_1: receipt.pdf: is encrypted. Supply it without a password"


def test_unknown_parts_of_an_error_are_left_out() -> None:
    assert str(InputError("is not JSON")) == "is not JSON"


@pytest.mark.parametrize("kind", [InputError, DocumentError, LimitError, GuardError])
def test_no_domain_error_is_temporary(kind: type[DisputeError]) -> None:
    assert kind("x").passing is False
