"""What is known about a dispute before its packet is made; the same in Airflow and on the command line."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from disputes.case.document_choice import choose_documents, choose_policies
from disputes.dispute import Dispute
from disputes.facts.calendar import in_one_calendar
from disputes.facts.facts import Facts, MerchantFacts, read_merchant_facts
from disputes.facts.other_charges import drop_refuted, drop_young
from disputes.facts.stripe_facts import stripe_facts
from disputes.facts.stripe_values import Object
from disputes.packet.edits import NO_EDITS, Edits
from disputes.rules.claims import Claim, claim_of
from disputes.rules.conditions import Situation
from disputes.rules.loading import BASE, claims_by_rule, playbook_for
from disputes.rules.playbook import Playbook, Related
from disputes.rules.rule_files import PLAYBOOKS, made_with, name_of


@dataclass(frozen=True)
class Gathered:
    """A dispute and the facts of its purchase.

    :param product_type: None where the merchant gives none
    :param chosen_claim: the claim that a person chose where code and rules leave it open
    :param ruled_claims: claims that the playbooks' rules led to when the dispute was gathered, the likeliest first
    :param kept_claim: the claim at that time; None: it is decided now, by codes and rules
    :param edits: what people changed by hand in the packet before
    :param kept_playbook: name -> sha256 of the playbook's files at that time, by which the documents were chosen
    """

    dispute: Dispute
    facts: Facts
    product_type: str | None
    chosen_claim: str | None = None
    ruled_claims: tuple[str, ...] = ()
    kept_claim: Claim | None = None
    kept_playbook: Mapping[str, str] = field(default_factory=dict)
    edits: Edits = NO_EDITS

    @cached_property
    def claim(self) -> Claim:
        """The claim to answer."""
        return self.kept_claim or claim_of(self.dispute, self.chosen_claim, self.ruled_claims)

    @cached_property
    def playbook(self) -> Playbook:
        """The claim's playbook."""
        return playbook_for(self.claim.name)

    def playbook_files(self) -> dict[str, str]:
        """Name -> sha256 of the playbook's file, and of the base below it, as they are now."""
        return made_with(name_of(PLAYBOOKS, name) for name in (BASE, self.playbook.claim))

    def changed_playbook(self) -> tuple[str, ...]:
        """The playbook's files that have changed since the dispute was gathered."""
        now = self.playbook_files()
        return tuple(name for name, was in self.kept_playbook.items() if now.get(name) != was)


def gather(
    dispute: Dispute,
    stored: Mapping[str, Any],
    document: bytes | None,
    read_related: Callable[[Related], Collection[Object]],
    claim: str | None = None,
) -> Gathered:
    """Stripe's facts, overridden by the merchant's unless Stripe contradicts them, all in one time zone.

    The claim is decided first, by what the dispute, its charge and the merchant say: its playbook names what else is
    to be read.

    :param stored: the dispute in Stripe's shape
    :param document: the merchant's `facts.json`, if there is one
    :param read_related: reads one of Stripe's lists that the claim's playbook asks for, by the playbook's name
    :param claim: what a person chose of the claims that code and rules leave open
    :raises InputError: the merchant's document or a playbook is wrong, and where; or the claim cannot be that one
    """
    merchant = None if document is None else read_merchant_facts(document, charge=dispute.charge_id)
    product_type = merchant.product_type if merchant else None
    ruled = claims_by_rule(Situation(dispute, _merged(stored, merchant, {}), product_type))
    playbook = playbook_for(claim_of(dispute, claim, ruled).name)
    related: dict[str, Collection[Object]] = {name: read_related(name) for name in playbook.related}
    known = drop_young(_merged(stored, merchant, related), playbook.history_from_days)
    return Gathered(dispute, in_one_calendar(known), product_type, claim, ruled)


def _merged(stored: Object, merchant: MerchantFacts | None, related: Mapping[str, Collection[Object]]) -> Facts:
    facts = stripe_facts(stored, **related)
    return facts.merged(drop_refuted(merchant.facts, related.get("prior_charges", ()))) if merchant else facts


def choose_files(gathered: Gathered, *, documents: Iterable[str], policies: Iterable[str]) -> list[tuple[str, str]]:
    """Document and name of everything that the playbook asks for and the merchant has, in the playbook's order.

    :param documents: names of the order's documents; returned as `documents/…`
    :param policies: names in the library; returned as `policies/…`
    """
    wishes = gathered.playbook.documents(gathered.product_type)
    of_order = [(wish.document, f"documents/{name}") for wish, name in choose_documents(documents, wishes)]
    of_library = [
        (wish.document, f"policies/{name}") for wish, name in choose_policies(policies, wishes, gathered.facts)
    ]
    return list(dict.fromkeys(of_order + of_library))
