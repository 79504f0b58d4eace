"""What is known of a dispute before its packet is made; the same in Airflow and on the command line."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from disputes.case.document_choice import choose_documents, choose_policies
from disputes.dispute import Dispute, read_dispute
from disputes.facts.calendar import in_one_calendar
from disputes.facts.facts import Facts, read_merchant_facts
from disputes.facts.other_charges import drop_refuted, drop_young
from disputes.facts.stripe_facts import stripe_facts
from disputes.facts.stripe_values import Object
from disputes.rules.claims import Claim, claim_of
from disputes.rules.playbook import Playbook, playbook_for


@dataclass(frozen=True)
class Gathered:
    """A dispute and the facts of its purchase.

    :param product_type: None where the merchant tells nothing
    :param chosen_claim: the claim that a person chose where the network's code leaves it open
    """

    dispute: Dispute
    facts: Facts
    product_type: str | None
    chosen_claim: str | None = None

    @property
    def claim(self) -> Claim:
        """What has to be answered."""
        return claim_of(self.dispute, self.chosen_claim)

    @property
    def playbook(self) -> Playbook:
        """The claim's playbook."""
        return playbook_for(self.claim.name)


def gather(
    stored: Mapping[str, Any],
    document: bytes | None,
    related: Mapping[str, Collection[Object]],
    claim: str | None = None,
) -> Gathered:
    """Stripe's facts, and over them the merchant's where Stripe does not refute them, all in one calendar.

    :param stored: the dispute in Stripe's shape
    :param document: the merchant's `facts.json`, if there is one
    :param related: Stripe's lists that the claim's playbook asks for, by the playbook's names
    :param claim: what a person chose of the claims that the network's code leaves open
    :raises InputError: saying where the merchant's document is wrong, or that the claim cannot be that one
    """
    dispute = read_dispute(stored)
    days = playbook_for(claim_of(dispute, claim).name).history_from_days
    facts = stripe_facts(stored, **related)
    if document is None:
        return Gathered(dispute, in_one_calendar(drop_young(facts, days)), None, claim)
    merchant = read_merchant_facts(document, charge=dispute.charge_id)
    told = drop_refuted(merchant.facts, related.get("prior_charges", ()))
    known = in_one_calendar(drop_young(facts.merged(told), days))
    return Gathered(dispute, known, merchant.product_type, claim)


def wanted(gathered: Gathered, *, documents: Iterable[str], policies: Iterable[str]) -> list[tuple[str, str]]:
    """Document and name of everything that the playbook wants and the merchant has, in the playbook's order.

    :param documents: names of the order's documents; returned as `documents/…`
    :param policies: names in the library; returned as `policies/…`
    """
    wishes = gathered.playbook.documents(gathered.product_type)
    of_order = [(wish.document, f"documents/{name}") for wish, name in choose_documents(documents, wishes)]
    of_library = [
        (wish.document, f"policies/{name}") for wish, name in choose_policies(policies, wishes, gathered.facts)
    ]
    return list(dict.fromkeys(of_order + of_library))
