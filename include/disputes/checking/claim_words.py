"""What a packet may say without any fact: its claim's own sentences, from the templates."""

from collections.abc import Iterator
from itertools import product

from disputes.dispute import Dispute
from disputes.errors import InputError
from disputes.facts.facts import Facts
from disputes.packet.letter import Case
from disputes.packet.manifest import Manifest
from disputes.packet.statements import sentences
from disputes.rules.claims import claim_of, reason_codes
from disputes.rules.loading import has_rule


def unsupported_statements(manifest: Manifest, facts: Facts) -> list[str]:
    """Statements that rest on no fact, and that the claim's template does not say under any network's code.

    :param facts: those that the manifest holds
    """
    left = [statement.text for statement in manifest.statements if not statement.facts]
    cases = _cases(manifest)
    while left and (case := next(cases, None)):
        for known in (facts, Facts()):
            found = sentences(case.template, known, {"case": case, "exhibits": ()})
            said = [sentence.text for sentence in found if not sentence.facts]
            left = [text for text in left if not any(_is_said(text, whole, manifest) for whole in said)]
    return left


def _is_said(text: str, whole: str, manifest: Manifest) -> bool:
    """Whether a statement is this sentence, or a part of it where a text was cut."""
    return text in whole if manifest.shortened else text == whole


def _cases(manifest: Manifest) -> Iterator[Case]:
    """Disputes with this claim, the plain one first: the manifest does not name the network and its code."""
    possible: list[tuple[str | None, str | None, str]] = [(None, None, manifest.claim)]
    for name, network in reason_codes().networks.items():
        for code, known in network.codes.items():
            possible += [(name, code, reason) for reason in (manifest.claim, known.reason)]
    ruled = (manifest.claim,) if has_rule(manifest.claim) else ()
    for (network_name, code_name, reason), method in product(dict.fromkeys(possible), ("card", "klarna")):
        dispute = _dispute(manifest, network_name, code_name, reason, method)
        try:
            claim = claim_of(dispute, manifest.claim, ruled)
        except InputError:  # this code is for other claims
            continue
        yield Case(dispute, claim, manifest.product_type, round=manifest.round)


def _dispute(manifest: Manifest, network: str | None, code: str | None, reason: str, method: str) -> Dispute:
    card = {"network": network, "network_reason_code": code}
    known = {"id": manifest.dispute, "charge": manifest.charge, "reason": reason}
    nothing = {"amount": 0, "currency": "", "created": 0, "status": ""}
    return Dispute.model_validate({**known, **nothing, "payment_method_details": {"type": method, "card": card}})
