"""The claim: what the cardholder says happened. Stripe's reason is a broad category; the network's code may say more.

A playbook's own rule on facts takes precedence over both: see :mod:`disputes.rules.conditions`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict

from disputes.dispute import Dispute
from disputes.errors import InputError
from disputes.rounds import Round, round_of
from disputes.rules.reasons import REASONS

Fee = Literal["visa_compliance", "mastercard_compliance"]

_NONCOMPLIANT = "noncompliant"
_FEES: dict[str | None, Fee] = {"visa": "visa_compliance", "mastercard": "mastercard_compliance"}
"""Network -> its fee, if Stripe accepts a person's acknowledgement of it."""


@dataclass(frozen=True)
class Claim:
    """What a response has to answer.

    :param name: like `product_not_received`; the playbook is found by it
    :param network: who judges, like `visa`; None when Stripe does not say
    :param code: the network's reason code
    :param demand: what decides this code, in a few words
    :param alternatives: other claims that the code leaves open, or that other rules lead to; a person has to choose
    :param says: what the cardholder says, where this code says more than the claim
    :param obstacle: why no packet may be made; None when the dispute can be answered
    :param meaning: what the network calls the code; None when it is not known
    :param fee: the member of `enhanced_evidence` in which a person acknowledges the network's fee; None: no fee
    """

    name: str
    network: str | None
    code: str | None
    demand: str | None
    alternatives: tuple[str, ...] = ()
    says: str | None = None
    obstacle: str | None = None
    fee: Fee | None = None
    meaning: str | None = None

    @property
    def contestable(self) -> bool:
        """Whether a packet may be made; if not, a person has to see the dispute all the same."""
        return self.obstacle is None


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Kind(_Data):
    """One of several claims that share a code."""

    claim: str
    demand: str


class Code(_Data):
    """One network reason code; the head of the data file explains each member."""

    name: str | None = None
    reason: str
    claims: tuple[str, ...] = ()
    kinds: dict[str, Kind] = {}
    demand: str | None = None
    says: str | None = None
    stage: str | None = None
    alias: str | None = None
    obstacle: str | None = None


class Network(_Data):
    """The codes of one network, and of the networks that use the same codes."""

    codes: dict[str, Code] = {}
    also_for: tuple[str, ...] = ()
    obstacle: str | None = None

    def code(self, written: str) -> Code | None:
        """A code, found by any of its spellings."""
        wanted = _spelled(written)
        for spelling, code in self.codes.items():
            if wanted in (_spelled(spelling), code.alias):
                return code
        return None


class Reason(_Data):
    """What applies to a Stripe reason under any code."""

    obstacle: str


class ReasonCodes(_Data):
    """The whole data file."""

    reasons: dict[str, Reason]
    networks: dict[str, Network]

    def network(self, name: str | None) -> Network:
        """A network by its own name, or by one that uses its codes."""
        for own, network in self.networks.items():
            if name == own or name in network.also_for:
                return network
        return Network()


@cache
def reason_codes() -> ReasonCodes:
    """All network reason codes known here."""
    text = files("disputes.rules").joinpath("network_reason_codes.yaml").read_bytes()
    return ReasonCodes.model_validate(yaml.load(text, yaml.CSafeLoader))


@cache
def known_claims() -> frozenset[str]:
    """Every claim that a reason or a code names."""
    known = reason_codes()
    codes = [code for network in known.networks.values() for code in network.codes.values()]
    return frozenset({*REASONS, *(name for code in codes for name in (code.reason, *code.claims))})


def is_known_code(written: str) -> bool:
    """Whether any network has this reason code."""
    return any(network.code(written) for network in reason_codes().networks.values())


def same_code(dispute: Dispute, written: str) -> bool:
    """Whether the dispute came under this code of its network, in any spelling."""
    own = _code(dispute)
    return own is not None and own is reason_codes().network(dispute.network).code(written)


def claim_of(dispute: Dispute, chosen: str | None = None, ruled: Sequence[str] = ()) -> Claim:
    """The claim behind a dispute: the reason's own, unless the network's code or a rule says otherwise.

    :param chosen: what a person chose of the claims that code and rules leave open: then no other is left
    :param ruled: claims that rules on facts lead to, the likeliest first; a compliance case follows no rule
    :raises InputError: when neither code nor rules leave that claim open
    """
    code = _code(dispute)
    likeliest, others = _claims(dispute, code)
    possible = tuple(dict.fromkeys([*ruled, likeliest, *others]))
    if chosen is not None and chosen not in possible:
        problem = f"the claim cannot be {chosen}: it is {' or '.join(possible)}"
        raise InputError(problem, dispute=dispute.id, remedy="Choose one of these")
    name, *alternatives = (
        (chosen,) if chosen else ruled if ruled and not _is_compliance(dispute) else (likeliest, *others)
    )
    return Claim(
        name=name,
        network=dispute.network,
        code=dispute.network_reason_code,
        demand=_demand(name, code),
        alternatives=tuple(alternatives),
        says=code.says if code else None,
        obstacle=obstacle_to(dispute),
        fee=_FEES.get(dispute.network) if _is_compliance(dispute) else None,
        meaning=code.name if code else None,
    )


def obstacle_to(dispute: Dispute) -> str | None:
    """Why no packet may be made for a dispute under any claim; None if it can be answered."""
    known = reason_codes()
    network, code, reason = known.network(dispute.network), _code(dispute), known.reasons.get(dispute.reason)
    obstacles = (
        code and code.obstacle,
        network.obstacle,
        reason and reason.obstacle,
        _klarna_waits(dispute),
        _fee_cannot_be_paid(dispute),
    )
    return next((obstacle for obstacle in obstacles if obstacle), None)


def demands(dispute: Dispute) -> dict[str, str]:
    """What decides each of the claims that the network's code leaves open, by claim, the likeliest first."""
    code = _code(dispute)
    name, alternatives = _claims(dispute, code)
    kinds = code.kinds.values() if code else ()
    said = {claim: [kind.demand for kind in kinds if kind.claim == claim] for claim in (name, *alternatives)}
    return {claim: "; or ".join(found) or (code and code.demand) or "" for claim, found in said.items()}


def _code(dispute: Dispute) -> Code | None:
    written = dispute.network_reason_code
    return reason_codes().network(dispute.network).code(written) if written else None


def _claims(dispute: Dispute, code: Code | None) -> tuple[str, tuple[str, ...]]:
    """The likeliest claim, and the others that the code leaves open."""
    if _is_compliance(dispute):
        return _NONCOMPLIANT, ()
    reason = dispute.reason
    if code is None or not code.claims:
        return reason, ()
    # A reason that is not the code's usual bucket says which of its claims it is.
    named = reason != code.reason and reason in code.claims
    name = reason if named else code.claims[0]
    return name, tuple(claim for claim in code.claims if claim != name)


def _is_compliance(dispute: Dispute) -> bool:
    """Whether it is about the network's rules, which only the case type shows."""
    return dispute.case_type == "compliance" or dispute.reason == _NONCOMPLIANT


def _demand(name: str, code: Code | None) -> str | None:
    if code is None:
        return None
    return code.demand or next((kind.demand for kind in code.kinds.values() if kind.claim == name), None)


def _klarna_waits(dispute: Dispute) -> str | None:
    if dispute.network == "klarna" and round_of(dispute.status) is Round.INQUIRY:
        return "Klarna accepts no evidence in an inquiry; only a refund of the disputed amount ends it"
    return None


def _fee_cannot_be_paid(dispute: Dispute) -> str | None:
    if _is_compliance(dispute) and dispute.network not in _FEES:
        return "Stripe does not accept an acknowledgement of this network's fee"
    return None


def _spelled(code: str) -> str:
    """Codes of Klarna and PayPal are known by their names, in any spelling."""
    return code.strip().upper().replace(" ", "_")
