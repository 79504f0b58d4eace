"""Answers one early fraud warning: a recommendation, a person's click, then a refund or a copy of the evidence."""

from __future__ import annotations

import time
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from airflow.providers.standard.operators.hitl import HITLBranchOperator
from airflow.sdk import BranchMixIn

from disputes.canonical import canonical_json
from disputes.errors import GuardError, PersonNeededError
from disputes.facts.facts import Facts, read_merchant_facts
from disputes.facts.stripe_facts import stripe_facts
from disputes.response.idempotency import idempotency_key
from disputes.warnings.early_fraud_warnings import (
    EarlyFraudWarning,
    Recommendation,
    left_of,
    read_warning,
    recommend,
    warning_policy,
    warning_question,
)
from representment.exceptions import StorageError, StripeRefusedError
from representment.hooks.s3_store import S3Store
from representment.modes import Mode
from representment.operators.base import RoundsOperator
from representment.settings import EVIDENCE_URI, ROUNDS_URI, RUN_ACCOUNT
from representment.storage.attempts import attempt
from representment.storage.record_names import FACTS, request_record
from representment.storage.warning_folder import KEPT, RECOMMENDATION, REFUND, WarningFolder

if TYPE_CHECKING:
    from airflow.sdk import Context

WARNING_ID = "{{ params.warning }}"
REFUND_IN_FULL = "Refund in full"
KEEP = "Keep"
WARNING_TASK_OF_ANSWER = {REFUND_IN_FULL: "refund", KEEP: "keep"}
"""Answer -> its task, and the choice as the ledger records it."""
MARK = "representment_warning"
"""Key in a refund's metadata: the warning for which we made it."""


class WarningOperator(RoundsOperator):
    """One step of the answer to one warning.

    :param warning_id: `issfr_…` (templated)
    :param evidence_uri: `s3://…` of the merchant's documents (templated)
    """

    template_fields = (*RoundsOperator.template_fields, "warning_id", "evidence_uri")

    def __init__(
        self,
        *,
        warning_id: str = WARNING_ID,
        evidence_uri: str = EVIDENCE_URI,
        stripe_conn_id: str = RUN_ACCOUNT,
        **kwargs: Any,
    ) -> None:
        super().__init__(stripe_conn_id=stripe_conn_id, **kwargs)
        self.warning_id = warning_id
        self.evidence_uri = evidence_uri

    @cached_property
    def folder(self) -> WarningFolder:
        """The warning's ledger."""
        return WarningFolder(self.store, self.warning_id)

    @cached_property
    def evidence(self) -> S3Store:
        """The merchant's documents."""
        return S3Store(self.evidence_uri, aws_conn_id=self.aws_conn_id)

    def read(self) -> tuple[EarlyFraudWarning, dict[str, Any]]:
        """The warning and its charge, as they are now.

        :raises PersonNeededError: this account has no such warning
        """
        stored = self.stripe.find_warning(self.warning_id)
        if stored is None:
            raise PersonNeededError(
                f"connection {self.stripe_conn_id} has no such warning",
                subject=self.warning_id,
                remedy="Trigger this DAG with the account that it belongs to",
            )
        return read_warning(stored), stored["charge"]


class AssessWarningOperator(WarningOperator, BranchMixIn):
    """Read the warning, its charge and the merchant's facts; recommend, and choose the next task by the policy."""

    inherits_from_skipmixin = True

    def execute(self, context: Context) -> Any:
        """Return the branch: `ask`, `refund` or `keep`."""
        warning, charge = self.read()
        facts, product_type = self._facts(charge)
        policy = warning_policy()
        recommendation = recommend(warning, charge, facts, policy, product_type=product_type)
        record = {
            "warning": warning.model_dump(),
            "account": self.stripe_conn_id,
            "amount": left_of(charge),
            "currency": charge["currency"],
            **recommendation._asdict(),
            "at": int(time.time()),
        }
        standing = self.folder.keep(RECOMMENDATION, record)
        choice = standing["choice"]
        self.log.info("%s: %s, because %s", warning.id, choice, "; ".join(standing["reasons"]))
        if choice == "ask" or (choice == "refund" and policy.refund == "ask"):
            return self.do_branch(context, "ask")
        self.folder.decide(choice, "policy", int(time.time()))
        return self.do_branch(context, choice)

    def _facts(self, charge: dict[str, Any]) -> tuple[Facts, str | None]:
        """What Stripe and the merchant know about this charge."""
        facts = stripe_facts({"charge": charge})
        document = self.evidence.read(f"charges/{charge['id']}/{FACTS}")
        if document is None:
            return facts, None
        merchant = read_merchant_facts(document, charge=charge["id"])
        return facts.merged(merchant.facts), merchant.product_type


class AskAboutWarningOperator(HITLBranchOperator):
    """Ask a person whether to refund; without an answer in time the charge is kept.

    :param warning_id: `issfr_…` (templated)
    :param rounds_uri: `s3://…` below which the ledger is kept (templated)
    :param aws_conn_id: connection of type `aws`
    """

    template_fields = (*HITLBranchOperator.template_fields, "warning_id", "rounds_uri")

    def __init__(
        self,
        *,
        warning_id: str = WARNING_ID,
        rounds_uri: str = ROUNDS_URI,
        aws_conn_id: str = "aws_default",
        **kwargs: Any,
    ) -> None:
        super().__init__(
            subject=f"Early fraud warning {warning_id}",
            options=list(WARNING_TASK_OF_ANSWER),
            options_mapping=WARNING_TASK_OF_ANSWER,
            defaults=[KEEP],
            **kwargs,
        )
        self.warning_id = warning_id
        self.rounds_uri = rounds_uri
        self.aws_conn_id = aws_conn_id

    @cached_property
    def folder(self) -> WarningFolder:
        """The warning's ledger."""
        return WarningFolder(S3Store(self.rounds_uri, aws_conn_id=self.aws_conn_id), self.warning_id)

    def execute(self, context: Context) -> Any:
        """Ask, then wait without a worker."""
        record, policy = self.folder.record(RECOMMENDATION) or {}, warning_policy()
        warning = read_warning({**record["warning"], "charge": record["warning"]["charge_id"]})
        recommendation = Recommendation(record["choice"], tuple(record["reasons"]))
        charge = {"amount": record["amount"], "amount_refunded": 0, "currency": record["currency"]}
        self.subject, self.body = warning_question(warning, charge, recommendation, policy)
        self.response_timeout = timedelta(hours=policy.answer_within_hours)
        return super().execute(context)

    def execute_complete(self, context: Context, event: dict[str, Any]) -> Any:
        """Record who decided what, then go that way."""
        if "error" not in event:
            user = event.get("responded_by_user") or {}
            choice, at = WARNING_TASK_OF_ANSWER[event["chosen_options"][0]], int(event["responded_at"].timestamp())
            self.folder.decide(choice, user.get("name", "deadline"), at)
        return super().execute_complete(context, event)


class RefundWarningOperator(WarningOperator):
    """Refund the rest of the charge, at most once even if tasks are killed.

    Each try reads the charge again: a refund with our mark is ours, and the work is done; a new dispute is an error,
    since a refund would pay twice. The request is recorded before it is sent, under a derived key.
    """

    def execute(self, context: Context) -> dict[str, Any]:
        """Return the receipt: the refund's id and status."""
        receipt = self.folder.record(REFUND)
        if receipt is None:
            self.stripe.require(Mode.SUBMIT)
            receipt = self.folder.keep(REFUND, self._refund())
        return receipt

    def _refund(self) -> dict[str, Any]:
        warning, charge = self.read()
        if (self.folder.decision() or {}).get("choice") != "refund":
            raise self._error("no refund was decided", "Clear the task ask and decide again")
        made = self._ours(charge)
        if made:
            return made
        if charge["refunded"]:
            raise self._error(
                "the charge was refunded, not by us", "Mark this task as success; nothing more has to be done"
            )
        if charge["disputed"]:
            raise self._error("the charge is disputed now: a refund would pay twice", "Answer in the dispute's own run")
        try:
            return _receipt(self._send(warning))
        except StripeRefusedError as error:
            # Refused, perhaps because a try beside this one was faster.
            made = None if error.passing else self._ours(self.read()[1])
            if made is None:
                raise
            return made

    def _send(self, warning: EarlyFraudWarning) -> dict[str, Any]:
        with attempt(self.folder, "refund") as number:
            key = idempotency_key(warning.id, "early_fraud_warning", "refund", warning.charge_id, number)
            self.folder.keep(request_record("refund", number), {"charge": warning.charge_id, "key": key})
            return self.stripe.refund(warning.charge_id, idempotency_key=key, metadata={MARK: warning.id})

    def _ours(self, charge: dict[str, Any]) -> dict[str, Any] | None:
        """The refund that an earlier try made; a failed refund does not count."""
        for refund in (charge.get("refunds") or {}).get("data", ()):
            if refund["metadata"].get(MARK) == self.warning_id and refund["status"] not in ("failed", "canceled"):
                return _receipt(refund)
        return None

    def _error(self, problem: str, remedy: str) -> GuardError:
        return GuardError(problem, subject=self.warning_id, remedy=remedy)


class KeepEvidenceOperator(WarningOperator):
    """Store what is known about the charge, while carriers and shops still have it."""

    def execute(self, context: Context) -> int:
        """Return how many documents were kept; one that is archived, denied or gone is named and left out."""
        warning, charge = self.read()
        of_charge = f"charges/{warning.charge_id}/"
        names = [name.removeprefix(of_charge) for name in self.evidence.names(of_charge)]
        found = dict(zip(names, self.evidence.read_each(of_charge + name for name in names), strict=True))
        kept = {name: content for name, content in found.items() if isinstance(content, bytes)}
        left_out = [str(problem) for problem in found.values() if isinstance(problem, StorageError)]
        for name, content in kept.items():
            self.store.write_once(f"{self.folder.path}/kept/{name}", content)
        self.store.write_once(f"{self.folder.path}/charge.json", canonical_json(charge))
        record = {"charge": warning.charge_id, "documents": [*kept], "left_out": left_out, "at": int(time.time())}
        self.folder.keep(KEPT, record)
        return len(kept)


def _receipt(refund: dict[str, Any]) -> dict[str, Any]:
    members = ("id", "charge", "amount", "currency", "status", "created")
    return {name: refund.get(name) for name in members}
