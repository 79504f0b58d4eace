"""A deployment's settings: Airflow variables, read when a task runs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, get_args

from disputes.errors import InputError

if TYPE_CHECKING:
    from disputes.exhibits.sheets import PageSize

EVIDENCE_URI = "{{ var.value.representment_evidence_uri }}"
ROUNDS_URI = "{{ var.value.representment_rounds_uri }}"
PAGE_SIZE_VARIABLE = "representment_page_size"
PAGE_SIZE = f"{{{{ var.value.get('{PAGE_SIZE_VARIABLE}', 'a4') }}}}"
DEFAULT_ACCOUNT = "stripe_default"
"""The connection of a deployment with a single Stripe account."""
ACCOUNTS_VARIABLE = "representment_accounts"
"""JSON list of the connections of all accounts; if it is not set, only the default one is used."""
ACCOUNTS = f"{{{{ var.value.get('{ACCOUNTS_VARIABLE}', '[]') }}}}"
RUN_ACCOUNT = "{{ params.account }}"
"""The connection of the account to which a run's dispute belongs."""
CLAIM = "{{ params.claim or '' }}"
"""The claim that a person chose because the network's code fits several; otherwise empty."""
WARN_HOURS = "{{ var.value.get('representment_warn_hours', '[72, 24, 6]') }}"
"""JSON list of the hours before a deadline at which people are warned."""
TIME_ZONE = "{{ var.value.get('representment_time_zone', 'UTC') }}"
ASSIGNED_USERS = "{{ var.value.get('representment_assigned_users', '[]') }}"
"""JSON list of rules: which of Airflow's users may answer the question about which disputes."""
RESPONSE_ID = "{{ params.dispute }}__{{ params.round }}__{{ params.revision }}"


def page_size(text: str) -> PageSize:
    """The page size that a variable names.

    :raises InputError: the text names none
    """
    from disputes.exhibits.sheets import PageSize

    for size in get_args(PageSize):
        if text == size:
            return size  # type: ignore[no-any-return]
    raise InputError(
        f"{text!r} is not a page size",
        subject=f"variable {PAGE_SIZE_VARIABLE}",
        remedy=f"Set it to one of {', '.join(get_args(PageSize))}",
    )


def page_size_now() -> PageSize:
    """The page size that the variable names now, for a case of 0.1.0, which does not name one.

    :raises InputError: it names none
    """
    from airflow.sdk import Variable

    return page_size(Variable.get(PAGE_SIZE_VARIABLE, default="a4"))


def warn_hours(text: str) -> list[int]:
    """The distances to a deadline that a variable lists, in hours.

    :raises InputError: it is not a JSON list of whole hours
    """
    try:
        hours = json.loads(text)
    except ValueError:
        hours = None
    if not isinstance(hours, list) or not all(type(one) is int and one > 0 for one in hours):
        raise InputError(
            f"{text!r} is not a JSON list of whole hours",
            subject="variable representment_warn_hours",
            remedy="Write it like [72, 24, 6]",
        )
    return hours


def accounts_of(text: str) -> list[str]:
    """The connections that a variable lists, each once.

    :param text: a JSON list; an empty one stands for the default account
    :raises InputError: it is not such a list
    """
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, list) or not all(isinstance(one, str) and one for one in found):
        raise InputError(
            f"{text!r} is not a JSON list of connection ids",
            subject="variable representment_accounts",
            remedy=f'Write it like ["{DEFAULT_ACCOUNT}", "stripe_second"]',
        )
    return list(dict.fromkeys(found)) or [DEFAULT_ACCOUNT]
