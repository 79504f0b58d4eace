"""Who may answer the question about a packet: by reason, account and amount."""

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from disputes.dispute import Dispute
from disputes.errors import InputError
from disputes.validation import problems

VARIABLE = "representment_assigned_users"


class User(BaseModel):
    """A user of Airflow's.

    :param id: as Airflow's auth manager knows them
    :param name: as the question shows them
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(min_length=1)
    name: str = Field(min_length=1)


class Assignment(BaseModel):
    """Users for some disputes. A key that a rule leaves out matches everything.

    :param reasons: Stripe's
    :param accounts: connections
    :param amount_from: the least amount by currency, in minor units; other currencies are not meant
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    reasons: frozenset[str] = frozenset()
    accounts: frozenset[str] = frozenset()
    amount_from: dict[str, int] = {}
    users: tuple[User, ...] = Field(min_length=1)

    def takes(self, dispute: Dispute, account: str) -> bool:
        """Whether the rule is about this dispute."""
        least = self.amount_from.get(dispute.currency)
        return (
            (not self.reasons or dispute.reason in self.reasons)
            and (not self.accounts or account in self.accounts)
            and (not self.amount_from or (least is not None and dispute.amount >= least))
        )


_RULES = TypeAdapter(tuple[Assignment, ...])


def read_assignments(text: str) -> tuple[Assignment, ...]:
    """The rules, in their order.

    :param text: a JSON list
    :raises InputError: it is not a list, or a rule is wrong; the message says which and why
    """
    try:
        return _RULES.validate_json(text)
    except ValidationError as error:
        raise InputError(
            problems(error, tuple[Assignment, ...]),
            subject=f"variable {VARIABLE}",
            remedy='Write it like [{"reasons": ["fraudulent"], "amount_from": {"usd": 50000}, '
            '"users": [{"id": "7", "name": "ann"}]}]',
        ) from error


def find_assigned(rules: Sequence[Assignment], dispute: Dispute, account: str) -> tuple[User, ...]:
    """The users of the first rule that matches this dispute; empty: everybody who may answer questions."""
    return next((rule.users for rule in rules if rule.takes(dispute, account)), ())
