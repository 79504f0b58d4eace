"""The ledger of one early fraud warning: what was recommended, decided, done, and what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from representment.storage.records import Records

if TYPE_CHECKING:
    from representment.hooks.s3_store import S3Store

LEDGER = "early_fraud_warnings"
RECOMMENDATION = "recommendation.json"
REFUND = "refund.json"
KEPT = "kept.json"
AFTERWARDS = "afterwards.json"


class WarningFolder(Records):
    """`early_fraud_warnings/<warning>/`; nothing there is ever written twice.

    :param store: where all rounds are kept
    :param warning: the warning's id
    """

    def __init__(self, store: S3Store, warning: str) -> None:
        super().__init__(store, f"{LEDGER}/{warning}")

    def decide(self, choice: str, by: str, at: int) -> None:
        """Record a decision; asked again after a clear, the later one counts.

        :param choice: `refund` or `keep`
        :param by: `policy`, `deadline` or the person's user name
        :param at: Unix seconds
        """
        self.keep_latest("decisions", {"choice": choice, "by": by, "at": at})

    def decision(self) -> dict[str, Any] | None:
        """The latest decision, or None."""
        return self.latest("decisions")
