"""How far a Stripe connection may go."""

from enum import StrEnum


class Mode(StrEnum):
    """`shadow` only reads, `stage` saves evidence, `submit` sends it to the bank."""

    SHADOW = "shadow"
    STAGE = "stage"
    SUBMIT = "submit"

    def allows(self, other: "Mode") -> bool:
        """Whether a connection of this mode may do what `other` needs."""
        order = list(Mode)
        return order.index(self) >= order.index(other)
