"""A playbook's policies: who approves, until when, and whether a round is worth fighting. Money in minor units."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

_Currency = Annotated[str, Field(pattern=r"^[a-z]{3}$")]
_Money = Annotated[int, Field(strict=True, ge=0)]
_Hours = Annotated[int, Field(strict=True, ge=0)]
_Rate = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]

Band = Literal["complete", "partial", "poor"]
"""Completeness of a packet: nothing essential missing; at least half of the essential fields given; fewer."""


class _Policy(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Approval(_Policy):
    """Who approves a packet, and within which time.

    :param automatic_below: minor units by currency, below which nobody is asked; a currency not listed asks a person
    :param at_deadline: what an unanswered question ends in
    :param not_after_hours: how long before `due_by` the question ends
    :param not_before_hours: how long after the dispute's creation the answer begins; shortened where less than a day
        would be left
    """

    automatic_below: dict[_Currency, _Money]
    at_deadline: Literal["leave", "submit_if_complete", "submit"]
    not_after_hours: _Hours
    not_before_hours: _Hours = 0


class WinRates(_Policy):
    """The policy's own win rates, for as long as too few rounds have ended."""

    complete: _Rate
    partial: _Rate
    poor: _Rate


class DecisionPolicy(_Policy):
    """Whether to fight, and what may be done instead.

    :param win_rates: by completeness of the packet, until `minimum_rounds` own rounds have ended
    :param countered_fee: what a submission costs unless it wins, by currency; a currency not listed asks a person
    :param handling: what an answer costs the merchant's people, by currency
    :param minimum_rounds: own rounds of the same claim and completeness, won or lost, below which `win_rates` apply
    :param accept: whether a loss may be accepted where fighting does not pay: `ask` and `automatic` recommend it,
        `automatic` needs no click
    :param refund: the same for the full refund of an inquiry's charge
    """

    win_rates: WinRates
    countered_fee: dict[_Currency, _Money]
    handling: dict[_Currency, _Money]
    minimum_rounds: Annotated[int, Field(strict=True, ge=10)] = 10
    accept: Literal["never", "ask", "automatic"] = "ask"
    refund: Literal["never", "ask", "automatic"] = "ask"
