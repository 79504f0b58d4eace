"""Errors of Stripe, S3, the mode and Airflow, by whether a retry helps."""

from disputes.errors import DisputeError, PersonNeededError


class ModeError(DisputeError):
    """The connection's mode does not allow this call."""


class StripeRefusedError(DisputeError):
    """Stripe refused permanently: the same request will not succeed.

    :param request_id: Stripe's id of the request, for its support
    :param stored: whether Stripe keeps this answer under the idempotency key, so that another try needs another key
    :param nothing_done: whether Stripe has certainly done nothing for this request
    """

    def __init__(
        self,
        problem: str,
        *,
        request_id: str | None = None,
        stored: bool = True,
        nothing_done: bool = False,
        **where: str | None,
    ) -> None:
        super().__init__(problem, **where)
        self.request_id = request_id
        self.stored = stored
        self.nothing_done = nothing_done


class StripeUnavailableError(StripeRefusedError):
    """A rate limit, a lock, a fault of Stripe's or no answer at all: whether a write took effect is unknown."""

    passing = True


class StorageError(DisputeError):
    """S3 refused permanently: the same call will not succeed.

    :param of_document: whether only this one object is concerned; else it is the whole bucket, or something of ours
    """

    def __init__(self, problem: str, *, of_document: bool = False, **where: str | None) -> None:
        super().__init__(problem, **where)
        self.of_document = of_document


class StorageUnavailableError(StorageError):
    """S3 cannot be reached, or is busy: the same call may succeed later."""

    passing = True


class QueueUnavailableError(DisputeError):
    """SQS gave no usable answer."""

    passing = True


class NotifierError(DisputeError):
    """Every notifier has failed, so nobody was notified."""

    passing = True


class AlreadyNotifiedError(PersonNeededError):
    """A person has to look, and people have already been notified."""


class BrakeError(DisputeError):
    """The brake is on: nothing is submitted until it is released."""

    passing = True
