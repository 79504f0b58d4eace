"""Our own facts that speak for the cardholder. A person decides before we hand the issuer such an argument.

Each rule relies only on certain facts: what is unknown, or could be either way, is not a contradiction.
"""

from disputes.dispute import Dispute
from disputes.facts.facts import Facts
from disputes.packet.contradictions import (
    amounts,
    cancellations,
    chronology,
    exclusive,
    provision,
    refund_parts,
    terms,
    unknown,
    words,
)
from disputes.packet.contradictions.situation import Situation, Written
from disputes.packet.manifest import Contradiction
from disputes.rules.claims import Claim

__all__ = ["contradictions"]

_MODULES = (amounts, refund_parts, chronology, exclusive, cancellations, provision, terms, unknown, words)
_RULES = tuple(rule for module in _MODULES for rule in module.RULES)


def contradictions(
    dispute: Dispute,
    facts: Facts,
    claim: Claim,
    product_type: str | None = None,
    correspondence: tuple[Written, ...] = (),
    answered_by: tuple[str, ...] = (),
) -> tuple[Contradiction, ...]:
    """Everything that the issuer would hold against us, without personal names or addresses.

    :param product_type: None where the merchant gives none
    :param correspondence: documents that hold what was written
    :param answered_by: what its playbook says answers the claim, by name
    """
    situation = Situation(dispute, facts, claim.name, product_type, correspondence, answered_by)
    return tuple(found for rule in _RULES for found in rule(situation))
