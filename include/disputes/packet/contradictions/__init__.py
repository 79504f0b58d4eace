"""Facts of ours that speak for the cardholder. A person decides before the issuer is handed such an argument.

Each guard asks only what facts say for sure: what is not known, or could be either way, is no contradiction.
"""

from disputes.claims import Claim
from disputes.dispute import Dispute
from disputes.facts.facts import Facts
from disputes.packet.contradictions import amounts, cancellations, chronology, exclusive, provision
from disputes.packet.contradictions.known import Known
from disputes.packet.manifest import Contradiction

__all__ = ["contradictions"]

_GUARDS = (*amounts.GUARDS, *chronology.GUARDS, *exclusive.GUARDS, *cancellations.GUARDS, *provision.GUARDS)


def contradictions(
    dispute: Dispute, facts: Facts, claim: Claim, product_type: str | None = None
) -> tuple[Contradiction, ...]:
    """Everything that the issuer would hold against us. The words name no person and no address.

    :param product_type: None where the merchant tells nothing
    """
    known = Known(dispute, facts, claim.name, product_type)
    return tuple(found for guard in _GUARDS for found in guard(known))
