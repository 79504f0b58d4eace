"""The only module that talks to Stripe."""

from __future__ import annotations

import time
from functools import cached_property
from io import BytesIO
from typing import TYPE_CHECKING, Any

import httpx
import stripe
from airflow.sdk import BaseHook

from representment.exceptions import ModeError, StripeRefusedError, StripeUnavailableError
from representment.hooks.stripe_errors import download, translate_errors
from representment.hooks.stripe_requests import MeasuredClient
from representment.hooks.stripe_rights import find_missing_rights
from representment.hooks.stripe_sellers import name_seller
from representment.modes import Mode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from airflow.sdk import Connection

READ_RETRIES = 2
"""The client itself may repeat reads; a write is repeated only by its task, which reads the dispute again first."""
READ_PAUSE = 0.5
"""Seconds that the client pauses before it repeats a read."""
PURPOSE = "dispute_evidence"
DISPUTE_EXPANSIONS = ["charge.customer", "charge.refunds", "payment_intent"]
DISPUTE_EVENTS = "charge.dispute.*"
WARNING_EXPANSIONS = ["charge.customer", "charge.refunds"]


class StripeHook(BaseHook):
    """Reads disputes and, as far as the connection's mode allows, stages and submits evidence.

    Objects come back as plain dicts in Stripe's own shape (amounts in minor units, times in Unix seconds).
    Every call raises :class:`StripeRefusedError` when Stripe refuses permanently, and
    :class:`StripeUnavailableError` when the same call may succeed later; writes raise :class:`ModeError` when the mode
    forbids them.

    :param stripe_conn_id: connection of type `stripe`
    """

    conn_name_attr = "stripe_conn_id"
    default_conn_name = "stripe_default"
    conn_type = "stripe"
    hook_name = "Stripe"

    def __init__(self, stripe_conn_id: str = default_conn_name) -> None:
        super().__init__()
        self.stripe_conn_id = stripe_conn_id

    @cached_property
    def connection(self) -> Connection:
        """The Airflow connection.

        :raises ModeError: it is of another type, so its password is not a Stripe key
        """
        connection = self.get_connection(self.stripe_conn_id)
        if connection.conn_type != self.conn_type:
            raise ModeError(
                f"its type is {connection.conn_type}, not {self.conn_type}",
                subject=f"connection {self.stripe_conn_id}",
                remedy="Use a connection of type stripe",
            )
        return connection

    @cached_property
    def extras(self) -> dict[str, Any]:
        """The connection's extras that hold a value."""
        return {name: value for name, value in self.connection.extra_dejson.items() if value}

    @cached_property
    def mode(self) -> Mode:
        """The connection's mode; `shadow` by default."""
        written = self.extras.get("mode", Mode.SHADOW)
        try:
            return Mode(written)
        except ValueError:
            raise ModeError(
                f"mode {written!r} is not one of {', '.join(Mode)}",
                subject=f"connection {self.stripe_conn_id}",
                remedy="Write one of them into the connection's extra",
            ) from None

    def get_conn(self) -> stripe.StripeClient:
        """The client; its retries are set call by call."""
        return self.client

    @cached_property
    def files_url(self) -> str:
        """Where files are uploaded; the sandbox serves both from one address."""
        return str(self.extras.get("files_url") or self.extras.get("base_url") or stripe.DEFAULT_UPLOAD_API_BASE)

    @cached_property
    def client(self) -> stripe.StripeClient:
        """Stripe's client with the connection's key, account, version and addresses."""
        if not self.connection.password:
            raise ModeError(
                "it has no API key",
                subject=f"connection {self.stripe_conn_id}",
                remedy="Put the key into the password field",
            )
        addresses = {"api": self.extras.get("base_url"), "files": self.files_url}
        return stripe.StripeClient(
            self.connection.password,
            stripe_account=self.extras.get("account"),
            stripe_version=self.extras.get("api_version"),
            base_addresses={host: url for host, url in addresses.items() if url},  # type: ignore[arg-type]
            max_network_retries=0,
            # By itself it makes one for asyncio too, which reads all certificates once more.
            http_client=MeasuredClient(self.stripe_conn_id),
        )

    def test_connection(self) -> tuple[bool, str]:
        """Try each permission that the mode needs; nothing changes at Stripe."""
        try:
            mode = self.mode
            with translate_errors(None):
                missing = find_missing_rights(self.client, mode)
        except Exception as error:  # noqa: BLE001 - the form shows whatever was wrong
            return False, str(error)
        if missing:
            return False, "The key lacks permissions. " + "; ".join(missing)
        return True, f"Connected in mode {mode}; the key has every permission that this mode needs"

    def retrieve_dispute(self, dispute: str) -> dict[str, Any]:
        """The dispute with its charge, customer, all refunds and payment intent; one request, unless there are many."""
        stored: dict[str, Any] = self._read(self.client.v1.disputes.retrieve, dispute, {"expand": DISPUTE_EXPANSIONS})
        refunds = (stored.get("charge") or {}).get("refunds") or {}
        if refunds.get("has_more"):
            all_of_them = self._pages(self.client.v1.refunds.list, {"charge": stored["charge"]["id"]})
            refunds |= {"data": list(all_of_them), "has_more": False}
        name_seller(stored.get("charge") or {}, lambda seller: self._read(self.client.v1.accounts.retrieve, seller, {}))
        return stored

    def find_dispute(self, dispute: str) -> dict[str, Any] | None:
        """The dispute alone; None if this account has none with that id."""
        return self._found(self.client.v1.disputes.retrieve, dispute, {})

    def disputes_since(self, created: int, *, before: int | None = None) -> Iterator[dict[str, Any]]:
        """All disputes created since, newest first; one request per 100.

        :param created: Unix seconds
        :param before: Unix seconds; those created then or later are left out
        """
        within = {"gte": created} if before is None else {"gte": created, "lt": before}
        yield from self._pages(self.client.v1.disputes.list, {"created": within})

    def dispute_events_since(self, created: int) -> Iterator[dict[str, Any]]:
        """Events about disputes since, newest first, each with the dispute as it was; Stripe keeps them for 30 days.

        :param created: Unix seconds
        """
        yield from self._pages(self.client.v1.events.list, {"type": DISPUTE_EVENTS, "created": {"gte": created}})

    def disputes_about(self, charge: str) -> list[dict[str, Any]]:
        """A charge's disputes, newest first."""
        return self._latest(self.client.v1.disputes.list, {"charge": charge})

    def find_warning(self, warning: str) -> dict[str, Any] | None:
        """The early fraud warning with its charge, customer and refunds; None where this account has none of it."""
        return self._found(self.client.v1.radar.early_fraud_warnings.retrieve, warning, {"expand": WARNING_EXPANSIONS})

    def warnings_since(self, created: int) -> Iterator[dict[str, Any]]:
        """All early fraud warnings since, newest first; one request per 100.

        :param created: Unix seconds
        """
        yield from self._pages(self.client.v1.radar.early_fraud_warnings.list, {"created": {"gte": created}})

    def charges_of(self, customer: str) -> list[dict[str, Any]]:
        """The customer's latest 100 charges, newest first."""
        return self._latest(self.client.v1.charges.list, {"customer": customer})

    def disputes_among(self, charges: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
        """The disputes of these charges, in Stripe's shape; Stripe lists them by charge alone."""
        disputed = [charge["id"] for charge in charges if charge["disputed"]]
        return [one for charge in disputed for one in self.disputes_about(charge)]

    def invoices_of(self, customer: str) -> list[dict[str, Any]]:
        """The customer's latest 100 invoices with their payments, newest first."""
        return self._latest(self.client.v1.invoices.list, {"customer": customer, "expand": ["data.payments"]})

    def subscriptions_of(self, customer: str) -> list[dict[str, Any]]:
        """The customer's subscriptions, ended ones included."""
        return self._latest(self.client.v1.subscriptions.list, {"customer": customer, "status": "all"})

    def files_since(self, created: int) -> Iterator[dict[str, Any]]:
        """Evidence files uploaded since, newest first.

        :param created: Unix seconds
        """
        yield from self._pages(self.client.v1.files.list, {"purpose": PURPOSE, "created": {"gte": created}})

    def file_content(self, file: str) -> bytes:
        """The bytes of an uploaded file; the client has no call for it. Source: https://docs.stripe.com/file-upload."""
        url = f"{self.files_url}/v1/files/{file}/contents"
        for _ in range(READ_RETRIES):
            try:
                return download(url, client=self.downloads)
            except StripeUnavailableError as passing:
                self.log.info("Reading the file again after: %s", passing)
                time.sleep(READ_PAUSE)
        return download(url, client=self.downloads)

    @cached_property
    def downloads(self) -> httpx.Client:
        """The client that downloads files. Creating one loads all certificates, which takes longer than a download."""
        headers = {"Stripe-Account": account} if (account := self.extras.get("account")) else {}
        return httpx.Client(auth=(str(self.connection.password), ""), headers=headers, timeout=80)

    def upload(self, filename: str, content: bytes, *, idempotency_key: str) -> dict[str, Any]:
        """Upload a PDF as dispute evidence. Stripe does not make uploads idempotent: look before you repeat one."""
        self.require(Mode.STAGE)
        file = BytesIO(content)
        file.name = filename
        with translate_errors(filename):
            answer = self.client.v1.files.create(
                {"purpose": PURPOSE, "file": file}, {"idempotency_key": idempotency_key}
            )
        return answer.to_dict()

    def update_dispute(self, dispute: str, params: Mapping[str, Any], *, idempotency_key: str) -> dict[str, Any]:
        """Stage (`submit` false) or submit (`submit` true, final) evidence.

        `submit` must be said: Stripe's default is to submit, even when only metadata change.
        Source: https://docs.stripe.com/api/disputes/update
        """
        self.require(Mode.SUBMIT if params["submit"] is not False else Mode.STAGE)
        return self._write(self.client.v1.disputes.update, dispute, dict(params), idempotency_key=idempotency_key)

    def close_dispute(self, dispute: str, *, idempotency_key: str) -> dict[str, Any]:
        """Accept the loss. It cannot be undone. Source: https://docs.stripe.com/api/disputes/close."""
        self.require(Mode.SUBMIT)
        return self._write(self.client.v1.disputes.close, dispute, {}, idempotency_key=idempotency_key)

    def refund(self, charge: str, *, idempotency_key: str, metadata: Mapping[str, str] | None = None) -> dict[str, Any]:
        """Refund the remaining amount of a charge. It cannot be undone. Source: https://docs.stripe.com/api/refunds/create.

        :param metadata: on the refund, so that a later read knows whose it is
        """
        self.require(Mode.SUBMIT)
        params = {"charge": charge, "metadata": dict(metadata or {})}
        return self._write(self.client.v1.refunds.create, params, idempotency_key=idempotency_key)

    def require(self, needed: Mode) -> None:
        """Raise :class:`ModeError` unless the connection may do what `needed` allows."""
        if not self.mode.allows(needed):
            raise ModeError(
                f"mode is {self.mode}, this call needs {needed}",
                subject=f"connection {self.stripe_conn_id}",
                remedy=f"If you want this call, set the connection's mode to {needed}",
            )

    def _pages(self, call: Callable[..., Any], params: dict[str, Any]) -> Iterator[dict[str, Any]]:
        cursor: dict[str, str] = {}
        while True:
            page = self._read(call, params | cursor | {"limit": 100})
            yield from page["data"]
            if not page["has_more"]:
                return
            cursor = {"starting_after": page["data"][-1]["id"]}

    def _latest(self, call: Callable[..., Any], params: dict[str, Any]) -> list[dict[str, Any]]:
        page: list[dict[str, Any]] = self._read(call, params | {"limit": 100})["data"]
        return page

    def _found(self, call: Callable[..., Any], subject: str, params: dict[str, Any]) -> dict[str, Any] | None:
        try:
            return self._read(call, subject, params)
        except StripeRefusedError as error:
            # A 404 from a proxy says nothing about the object.
            if error.passing or getattr(error.__cause__, "http_status", None) != 404:
                raise
            return None

    @staticmethod
    def _read(call: Callable[..., Any], *args: Any) -> dict[str, Any]:
        with translate_errors(args[0]):
            answer: dict[str, Any] = call(*args, {"max_network_retries": READ_RETRIES}).to_dict()
        return answer

    @staticmethod
    def _write(call: Callable[..., Any], *args: Any, idempotency_key: str) -> dict[str, Any]:
        with translate_errors(args[0]):
            answer: dict[str, Any] = call(*args, {"idempotency_key": idempotency_key}).to_dict()
        return answer
