"""Where a deployment's own settings come from: Airflow variables, read when a task runs."""

from typing import get_args

from disputes.errors import InputError
from disputes.sheets import PageSize

EVIDENCE_URI = "{{ var.value.representment_evidence_uri }}"
ROUNDS_URI = "{{ var.value.representment_rounds_uri }}"
PAGE_SIZE = "{{ var.value.get('representment_page_size', 'a4') }}"
DEFAULT_ACCOUNT = "stripe_default"
"""The connection of an installation with one Stripe account."""
RUN_ACCOUNT = "{{ params.account }}"
"""The connection of the account whose dispute a run answers."""
RESPONSE_ID = "{{ params.dispute }}__{{ params.round }}__{{ params.revision }}"


def page_size(text: str) -> PageSize:
    """The page size that a variable names.

    :raises InputError: it is none
    """
    for size in get_args(PageSize):
        if text == size:
            return size  # type: ignore[no-any-return]
    raise InputError(
        f"{text!r} is no page size",
        subject="variable representment_page_size",
        remedy=f"Set it to one of {', '.join(get_args(PageSize))}",
    )
