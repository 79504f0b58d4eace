"""Notify people through the notifiers of Airflow's providers that the deployment lists."""

from __future__ import annotations

import json
import logging
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

from airflow.sdk import BaseNotifier, Variable

from disputes.errors import InputError, PersonNeededError
from representment.exceptions import AlreadyNotifiedError, NotifierError
from representment.links.pages import full_address, packet_page
from representment.task_ids import RESPONSES

if TYPE_CHECKING:
    from collections.abc import Callable

    from airflow.sdk import Context

NOTIFIERS = "representment_notifiers"
"""Variable: a JSON list of `{"notifier": "<module>.<class>", "kwargs": {…}}`. In the arguments that the notifier
templates, `{{ alert.subject }}` and `{{ alert.message }}` are the message."""
_LOG = logging.getLogger(__name__)


class Delivery(NamedTuple):
    """Which notifiers accepted a message, and which failed; each by its class."""

    taken: tuple[str, ...]
    failed: tuple[str, ...]


def notify(subject: str, message: str) -> Delivery:
    """Send a message through every notifier; a failed one does not stop the others.

    :param message: several lines of ids, figures and times; no personal data
    :raises InputError: the variable is not a list of notifiers
    """
    taken, failed = [], []
    for entry in _entries():
        path = entry["notifier"]
        try:
            # Our own name: a notifier puts its own arguments, `subject` among them, into its context.
            _notifier(path, entry.get("kwargs", {}))({"alert": {"subject": subject, "message": message}})
        except Exception:  # noqa: BLE001 - one failing provider must not stop the others
            _LOG.exception("%s failed to send: %s", path, subject)
            failed.append(path)
        else:
            taken.append(path)
    if not taken and not failed:
        _LOG.warning("The variable %s names no notifier; nobody is notified: %s\n%s", NOTIFIERS, subject, message)
    return Delivery(tuple(taken), tuple(failed))


def notify_then_mark(subject: str, message: str, mark: Callable[[Delivery], None]) -> list[str]:
    """Notify people, and only then mark it as done; until then every try and every run notifies them again.

    :param message: several lines of ids, figures and times; no personal data
    :param mark: records that people were notified, and by which notifiers
    :returns: a line if some notifiers failed while others sent the message
    :raises PersonNeededError: no notifier is set up; the error contains the message
    :raises NotifierError: every notifier has failed
    """
    delivery = notify(subject, message)
    if not delivery.taken and not delivery.failed:
        raise PersonNeededError(
            f"names no notifier, so nobody was notified: {subject}\n{message}\n",
            subject=f"variable {NOTIFIERS}",
            remedy="List a notifier there; until then every run repeats this error",
        )
    return _mark(delivery, subject, message, mark)


def notify_where_set_up(subject: str, message: str, mark: Callable[[Delivery], None]) -> list[str]:
    """The same for messages that Airflow's pages show too: without a notifier, nothing is marked and nothing fails.

    :param message: several lines of ids, figures and times; no personal data
    :param mark: records that people were notified, and by which notifiers
    :returns: a line if some notifiers failed while others sent the message
    :raises NotifierError: every notifier has failed
    """
    delivery = notify(subject, message)
    return _mark(delivery, subject, message, mark) if delivery.taken or delivery.failed else []


def _mark(delivery: Delivery, subject: str, message: str, mark: Callable[[Delivery], None]) -> list[str]:
    if not delivery.taken:
        raise NotifierError(f"{', '.join(delivery.failed)} failed to send: {subject}\n{message}")
    mark(delivery)
    if not delivery.failed:
        return []
    failed, taken = ", ".join(delivery.failed), ", ".join(delivery.taken)
    return [f"{failed} failed to send: {subject}. Fix that notifier; {taken} sent it"]


def notify_failure(context: Context) -> None:
    """Notify people that a task has failed permanently, unless it already has: an `on_failure_callback`."""
    error = context.get("exception")
    if isinstance(error, AlreadyNotifiedError):
        return
    instance = context["ti"]
    subject = f"{instance.dag_id}: {instance.task_id} of {instance.run_id} has failed"
    places = [getattr(instance, "log_url", "")]
    if instance.dag_id.startswith(RESPONSES):
        places.append(full_address(packet_page(instance.dag_id, instance.run_id)))
    notify(subject, "\n".join([str(error), *places]))


def listed_notifiers() -> list[BaseNotifier]:
    """The notifiers that the deployment lists, created as for a message.

    :raises InputError: the variable is not a list of notifiers, or one of them cannot be made
    """
    made = []
    for entry in _entries():
        try:
            made.append(_notifier(entry["notifier"], entry.get("kwargs", {})))
        except TypeError as error:
            raise _unreadable(f"{entry['notifier']} does not take these kwargs: {error}") from error
    return made


def _entries() -> list[dict[str, Any]]:
    written = Variable.get(NOTIFIERS, default="[]")
    try:
        entries = json.loads(written)
    except ValueError as error:
        raise _unreadable(f"is not JSON: {error}") from error
    if not isinstance(entries, list) or not all(isinstance(one, dict) and "notifier" in one for one in entries):
        raise _unreadable("is not a list of objects with a notifier")
    return entries


def _notifier(path: str, kwargs: dict[str, Any]) -> BaseNotifier:
    module, _, name = path.rpartition(".")
    try:
        kind = getattr(import_module(module), name)
    except (ImportError, AttributeError, ValueError) as error:
        raise _unreadable(f"{path} cannot be imported; is its provider installed?") from error
    if not (isinstance(kind, type) and issubclass(kind, BaseNotifier)):
        raise _unreadable(f"{path} is not a notifier")
    return kind(**kwargs)


def _unreadable(problem: str) -> InputError:
    return InputError(
        problem,
        subject=f"variable {NOTIFIERS}",
        remedy='Write it like [{"notifier": "airflow.providers.smtp.notifications.smtp.SmtpNotifier", "kwargs": {…}}]',
    )
