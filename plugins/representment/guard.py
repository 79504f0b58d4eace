"""The one guard: allows or refuses each call that is final or overwrites something, after a fresh read."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from disputes.dispute import read_dispute
from disputes.errors import GuardError
from disputes.response.guarding import Situation, refusal
from disputes.response.submission import Opening
from representment.storage.record_names import OPENING, RECEIPT

if TYPE_CHECKING:
    from disputes.response.guarding import Operation
    from disputes.rounds import RunId
    from representment.hooks.stripe_hook import StripeHook
    from representment.storage.round_folder import RoundFolder


@dataclass(frozen=True)
class Guard:
    """Reads everything again, and refuses if a condition does not hold.

    :param folder: of the response that acts
    :param dag_id: Airflow's, of the run that acts
    :param run_id: Airflow's, of the run that acts
    """

    stripe: StripeHook
    folder: RoundFolder
    dag_id: str
    run_id: str

    @property
    def run(self) -> RunId:
        """The response that acts."""
        return self.folder.run

    def look(self) -> Situation:
        """Read the round's records as of one moment, then the dispute."""
        with self.folder.listed_once():
            return self._look()

    def _look(self) -> Situation:
        folder = self.folder
        case = folder.find_case()
        packet = folder.find_packet()
        return Situation(
            run=folder.run,
            dag_id=self.dag_id,
            run_id=self.run_id,
            opening=folder.of_round.model(Opening, OPENING),
            newest=max([folder.run, *folder.responses()], key=lambda run: run.order),
            receipt=folder.round_record(RECEIPT),
            gathered=read_dispute(case.dispute) if case else None,
            manifest=packet.manifest if packet else None,
            sha256=packet.sha256 if packet else None,
            file_ids=folder.file_ids(packet.manifest) if packet else {},
            decision=folder.decision(),
            dispute=read_dispute(self.stripe.retrieve_dispute(folder.run.dispute)),
            now=int(time.time()),
        )

    def check(self, operation: Operation, found: Situation, *, answer: str = "") -> None:
        """Refuse an operation.

        :param found: what :meth:`look` gave, right before the call
        :param answer: the decision that the operation needs
        :raises GuardError: the operation must not be done; says what differs and what to do
        """
        refused = refusal(operation, found, answer=answer)
        if refused:
            raise GuardError(
                f"{refused.problem}; {operation} is not sent",
                dispute=self.run.dispute,
                subject=f"round {self.run.round}",
                remedy=refused.remedy,
            )
