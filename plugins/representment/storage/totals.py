"""How many rounds were won and lost, counted by each poll: what the policy reads for every packet."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from disputes.response.decision import ClosedRounds
from representment.storage.indexes import read_closed_rounds

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from representment.hooks.s3_store import S3Store


def write_totals(store: S3Store, account: str, rows: Collection[Mapping[str, Any]]) -> None:
    """Count one account's closed rounds.

    :param account: connection of the Stripe account
    :param rows: see `OUTCOME_MEMBERS`; a late win beside its loss
    """
    totals = {
        _mode(livemode): ClosedRounds.of(rows, account=account, livemode=livemode).to_json()
        for livemode in (True, False)
    }
    store.overwrite(_name(account), json.dumps(totals, indent=2).encode())


def read_totals(store: S3Store, account: str, *, livemode: bool) -> ClosedRounds:
    """What the last poll counted; one small read, however many rounds were closed.

    If no poll of this release has run yet, the rounds that an earlier release listed are counted.

    :param account: connection of the Stripe account
    """
    content = store.read(_name(account))
    if content is None:
        return ClosedRounds.of(read_closed_rounds(store), account=account, livemode=livemode)
    return ClosedRounds.from_json(json.loads(content)[_mode(livemode)])


def _name(account: str) -> str:
    return f"current/closed_rounds/{account}.json"


def _mode(livemode: bool) -> str:
    return "live" if livemode else "test"
