"""The names of the records in S3, and the contents of each.

A round's records are in `<dispute>/<round>/`, a packet's in `<dispute>/<round>/<revision>/`, an index over all rounds
in `<index>/<run id>.json`.
"""

OPENING = "opening.json"
"""Round. Which DAG claimed it, and the dispute's `submission_count` and `due_by` at that time."""
WAITING = "waiting.json"
"""Round. When a sweep first found its run started but not moving."""
RECEIPT = "receipt.json"
"""Round. What Stripe answered to the submit: count, method and status."""

ERASED = "erased.json"
"""Dispute. When its customer's data was erased."""

REQUESTED = "requested.json"
"""Packet. The remark, claim and edits with which a person sent back the previous one; written before its run starts."""
CASE = "case.json"
"""Packet. All that was gathered: dispute, facts, product type, claim, and the settings that shape the packet."""
DISPUTE, FACTS, PRODUCT = CASE_OF_0_1 = ("dispute.json", "facts.json", "product.json")
"""Packet. The same as written by 0.1.0, in the order of writing. The merchant's own facts have this file name too."""
EXHIBITS = "exhibits.json"
"""Packet. The documents that were used, each with the name and sha256 of its PDF, and those that were refused."""
MANIFEST = "manifest.json"
"""Packet. Every text, file, statement, fact and digest; the sha256 of its bytes is what a person approves."""
WITHDRAWAL_OF_0_1 = "withdrawal_email.txt"
"""Packet. :func:`withdrawal_email` as 0.1.0 named it."""
UPLOADS_STARTED = "uploads/started.json"
"""Packet. The time from which to look at Stripe for files that an earlier try uploaded."""
STAGED = "staged.json"
"""Packet. When the packet was saved on the dispute, and Stripe's status of its enhanced evidence."""
ASKED = "asked.json"
"""Packet. In which DAG a person was asked about it, and how long the question stays open."""
NOTIFIED = "told.json"
"""Packet. When people were notified that it waits, and by which notifiers."""
APPROVALS = "approvals"
"""Packet, a folder. Every decision on it: who chose what, about which hash, when."""
END = "end.json"
"""Packet. How its run ended without a submission: accepted, refunded, left to a person, or nothing to answer."""

OPENED = "opened"
"""Index of the rounds that a run has claimed, submitted or not."""
PACKETS = "packets"
"""Index of the packets, with what the list of disputes shows about each."""
STAGED_PACKETS = "staged"
"""Index of the packets that were staged."""
SUBMITTED = "submitted"
"""Index of the receipts."""
AUDITS = "audits"
"""Index of the audits: the differences between Stripe's evidence and what was sent."""
OUTCOMES = "outcomes"
"""Index of how each round ended."""
LATE_WINS = "late_wins"
"""Index of losses that the bank turned into a win afterwards."""

ANNOUNCED = "announced"
"""A folder beside the disputes, with one folder per index: the entries that have an asset event."""
REPORTS = "reports"
"""A folder beside the disputes, with one per week: `report.html`, a CSV per table, `told.json` once people were
notified."""
BRAKE = "brake"
"""A folder beside the disputes. One record each time that somebody pulls or releases the brake; the last one counts."""


def edits_record(sha256: str) -> str:
    """Round. What people changed by hand; `requested.json` of the revision that is made with it names it."""
    return f"edits/{sha256}.json"


def upload_record(field: str) -> str:
    """Packet. The id that a file has at Stripe."""
    return f"uploads/{field}.json"


def exhibit_file(sha256: str) -> str:
    """Packet. One exhibit's pages; `exhibits.json` says whose."""
    return f"exhibits/{sha256}.pdf"


def evidence_file(sha256: str) -> str:
    """Packet. The PDF of one evidence field; the manifest says of which. 0.1.0 named it `files/<field>.pdf`."""
    return f"files/{sha256}.pdf"


def withdrawal_email(packet_sha256: str) -> str:
    """Packet. An e-mail that asks the cardholder to withdraw, ready to send; it has the customer's name and address."""
    return f"withdrawal_emails/{packet_sha256}.txt"


def request_record(operation: str, attempt: int) -> str:
    """Round. The exact request of an operation that is final, with its key, before it is sent."""
    return f"{operation}/{attempt}/request.json"


def spent_record(operation: str, attempt: int) -> str:
    """Round. Stripe's definite answer to an attempt: the next one needs another key."""
    return f"{operation}/{attempt}/spent.json"


def refused_record(operation: str, attempt: int) -> str:
    """Round. Stripe did nothing for a try of this attempt, which keeps its key: another revision may go on."""
    return f"{operation}/{attempt}/refused.json"


def warned_record(due_by: int | None, hours: int) -> str:
    """Round. People were warned so many hours before this deadline; 0: after it had passed."""
    return f"warned/{due_by}/{hours}.json"
