"""The ledger of one early fraud warning: what was recommended, decided, done, and what became of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from representment.round_folder import as_json

if TYPE_CHECKING:
    from representment.hooks.documents_hook import DocumentsHook

LEDGER = "early_fraud_warnings"
RECOMMENDATION = "recommendation.json"
REFUND = "refund.json"
KEPT = "kept.json"
AFTERWARDS = "afterwards.json"


class WarningFolder:
    """`early_fraud_warnings/<warning>/`; nothing there is ever written twice.

    :param documents: where all rounds are kept
    :param warning: the warning's id
    """

    def __init__(self, documents: DocumentsHook, warning: str) -> None:
        self.documents = documents
        self.path = f"{LEDGER}/{warning}"

    def record(self, name: str) -> dict[str, Any] | None:
        """A JSON record, or None."""
        content = self.documents.read(f"{self.path}/{name}")
        return None if content is None else json.loads(content)

    def keep(self, name: str, value: dict[str, Any]) -> dict[str, Any]:
        """Write a JSON record, once; what stands there afterwards."""
        self.documents.write_once(f"{self.path}/{name}", as_json(value))
        standing: dict[str, Any] = json.loads(self.documents.need(f"{self.path}/{name}"))
        return standing

    def decide(self, choice: str, by: str, at: int) -> None:
        """Write down a decision; asked again after a clear, the later one counts.

        :param choice: `refund` or `keep`
        :param by: `policy`, `deadline` or the person's user name
        :param at: Unix seconds
        """
        decision, number = {"choice": choice, "by": by, "at": at}, 0
        while self.keep(f"decisions/{at:012d}-{number:03d}.json", decision) != decision:
            number += 1

    def decision(self) -> dict[str, Any] | None:
        """The latest decision, or None."""
        names = list(self.documents.names(f"{self.path}/decisions/"))
        return self.record(max(names).removeprefix(f"{self.path}/")) if names else None

    def attempt(self, operation: str) -> int:
        """Number of the attempt that is due: one more than those whose keys are spent."""
        names = self.documents.names(f"{self.path}/{operation}/")
        return 1 + sum(name.endswith("/spent.json") for name in names)
