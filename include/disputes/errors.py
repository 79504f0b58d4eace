"""The one family of errors: each says which dispute, which document or field, what was wrong, and what to do."""

from typing import ClassVar


class DisputeError(Exception):
    """Base of every error of this project.

    :param problem: what was wrong
    :param dispute: the dispute's id
    :param subject: the document, field or file it is about
    :param remedy: what to do now
    """

    passing: ClassVar[bool] = False
    """The same call may succeed later; any other error fails the task at once."""

    def __init__(
        self, problem: str, *, dispute: str | None = None, subject: str | None = None, remedy: str | None = None
    ) -> None:
        self.problem = problem
        self.dispute = dispute
        self.subject = subject
        self.remedy = remedy
        where = "".join(f"{part}: " for part in (dispute, subject) if part)
        super().__init__(f"{where}{problem}{f'. {remedy}' if remedy else ''}")


class InputError(DisputeError):
    """The merchant's facts, or a playbook, cannot be read."""


class DocumentError(DisputeError):
    """A document cannot be used; the packet goes on without it."""


class LimitError(DisputeError):
    """The packet is over a limit of Stripe's or of the card network's."""


class GuardError(DisputeError):
    """A call that is final or that overwrites must not be made now."""


class PersonNeededError(DisputeError):
    """A person has to look: nothing more can be done without one."""
