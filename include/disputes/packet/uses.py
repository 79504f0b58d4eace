"""Whether the customer used what was bought, by the dates and the log of access."""

import re
from datetime import date

from disputes.facts.wording import before
from disputes.packet.contradictions.situation import Situation

_USES = ("access.first_at", "access.last_at", "access.last_before_dispute")
_FAILED = re.compile(
    r"fail|denied|error|refused|declined|expired|bounce|invalid|blocked|fehlgeschlagen|abgelehnt|ungültig|échou|refusé"
    r"|fallid|rechaz|negat|fallit|mislukt|geweigerd|nieudan|odrzuc|falh|recusad|already (used|redeemed)"
    r"|revoked|locked|suspended|disabled|password reset|invit"
)
_OF_OURS = re.compile(
    r"\b(sent|e-?mailed|mailed|issued|generated|created|provisioned|delivered|verschickt|gesendet|erstellt|envoyée?|créée?"
    r"|enviad[oa]|cread[oa]|inviat[oa]|creat[oa]|verzonden|aangemaakt|wysłan\w+|utworzon\w+|criad[oa])\b"
)
"""What a shop's own program writes into a log: a key that was sent has not been used."""


def uses_since(situation: Situation, since: str) -> tuple[str, ...]:
    """The facts that show a use between a moment and the dispute, with the fact `since` that names that moment.

    None if the log holds nothing but attempts that failed and what the shop's own program did.
    """
    if since not in situation.facts:
        return ()
    begun, opened = situation.value(since), situation.value("dispute.created")

    def counts(use: date) -> bool:
        return not before(use, begun) and not (opened is not None and before(opened, use))

    entries = situation.value("access.entries") or ()
    uses = [entry for entry in entries if not _no_use(entry.action.casefold())]
    if entries and not uses:
        return ()
    times = [name for name in situation.held(*_USES) if counts(situation.value(name))]
    if any(counts(entry.at) for entry in uses):
        times.append("access.entries")
    return (*times, since) if times else ()


def _no_use(action: str) -> bool:
    return bool(_FAILED.search(action) or _OF_OURS.search(action))
