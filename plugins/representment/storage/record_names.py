"""The names of the records in S3, and what each holds.

A round's records stand in `<dispute>/<round>/`, a packet's in `<dispute>/<round>/<revision>/`, an index over all rounds
in `<index>/<run id>.json`.
"""

OPENING = "opening.json"
"""Round. Which DAG has claimed it, with `submission_count` and `due_by` as they were then."""
WAITING = "waiting.json"
"""Round. When a sweep first found its run started but not moving."""
RECEIPT = "receipt.json"
"""Round. What Stripe answered to the submit: count, method and status."""

REQUESTED = "requested.json"
"""Packet. The remark and the claim that a person sent the packet before it back with; written before its run starts."""
DISPUTE = "dispute.json"
"""Packet. The dispute in Stripe's shape, as gathered."""
FACTS = "facts.json"
"""Packet. The facts of the purchase, each with source and time. The merchant's own document has this name too."""
PRODUCT = "product.json"
"""Packet. The product type, and the claim that a person chose."""
EXHIBITS = "exhibits.json"
"""Packet. The documents that were used, and those that were refused with the reason."""
MANIFEST = "manifest.json"
"""Packet. Every text, file, statement, fact and digest; its sha256 is what a person approves."""
WITHDRAWAL = "withdrawal_email.txt"
"""Packet. An e-mail, ready to send, that asks the cardholder to withdraw; it has the customer's name and address."""
UPLOADS_STARTED = "uploads/started.json"
"""Packet. Since when files that an earlier try sent are looked for at Stripe."""
STAGED = "staged.json"
"""Packet. When the packet was saved on the dispute, and what Stripe said of its enhanced evidence."""
APPROVALS = "approvals"
"""Packet, a folder. Every decision on it: who chose what, about which hash, when."""
END = "end.json"
"""Packet. How its run ended without a submission: accepted, refunded, left to a person, or nothing to answer."""

OPENED = "opened"
"""Index of the rounds that a run has claimed, submitted or not."""
SUBMITTED = "submitted"
"""Index of the receipts."""
AUDITS = "audits"
"""Index of the audits: what Stripe holds that differs from what was sent."""
OUTCOMES = "outcomes"
"""Index of how each round ended."""
LATE_WINS = "late_wins"
"""Index of losses that the bank turned into a win afterwards."""

BRAKE = "brake"
"""A folder beside the disputes. Each time that somebody pulled or released the brake; the last one holds."""


def upload_record(field: str) -> str:
    """Packet. The id that a file has at Stripe."""
    return f"uploads/{field}.json"


def exhibit_file(number: int, document: str) -> str:
    """Packet. One exhibit's pages."""
    return f"exhibits/{number:02d}-{document}.pdf"


def evidence_file(field: str) -> str:
    """Packet. The PDF of one evidence field."""
    return f"files/{field}.pdf"


def request_record(operation: str, attempt: int) -> str:
    """Round. The exact request of an operation that is final, with its key, before it is sent."""
    return f"{operation}/{attempt}/request.json"


def spent_record(operation: str, attempt: int) -> str:
    """Round. Stripe's definite answer to an attempt: the next one needs another key."""
    return f"{operation}/{attempt}/spent.json"


def warned_record(due_by: int | None, hours: int) -> str:
    """Round. That people were told so many hours before this deadline; 0: that it has passed."""
    return f"warned/{due_by}/{hours}.json"
