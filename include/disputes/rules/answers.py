"""The names by which a playbook says what answers its claim, each with what it takes, in words.

When each of them holds is worked out from the facts, in :mod:`disputes.packet.answers`.
"""

ANSWERS = {
    "withdrawn": "the customer's withdrawal in writing",
    "refunded": "a refund of the disputed sum, in money and before the dispute",
    "delivered": "a delivery to the order's address",
    "delivered_to_billing": "a delivery to the billing address that the issuer confirmed",
    "collected": "a collection of the goods",
    "used": "use after the purchase and before the dispute",
    "performed": "a service performed before the dispute",
    "checked_in": "a check-in before the dispute",
    "held_for_customer": "a booking that was kept for a customer who did not arrive",
    "attended": "a ticket scanned at the entrance",
    "event_took_place": "a ticket that was sent, for an event that took place",
    "not_due_yet": "a day agreed for delivery or service that was still in the future when the dispute was opened",
    "authenticated": "3D Secure",
    "known_customer": "earlier purchases on the card that nobody disputed",
    "signed_by_customer": "a signature in the customer's name",
    "used_since_charge": "use after this charge and before the dispute",
    "delivered_since_charge": "a delivery after this charge",
    "served_since_charge": "a service performed after this charge",
    "cancelled_later": "a request to cancel that came after this charge",
    "instalment": "proof that the charge is an instalment of one purchase",
    "not_returned": "accepted refund terms, and a search of incoming goods that found no return",
    "not_come": "accepted terms, and a booking that was kept for a customer who did not arrive",
    "cancelled_too_late": "accepted terms, and a cancellation after the time allowed",
    "used_under_terms": "accepted refund terms, and use of what was bought",
    "attended_under_terms": "accepted refund terms, and a ticket scanned at the entrance",
    "performed_under_terms": "accepted refund terms, and a service that was performed",
    "another_order": "another charge with its own order",
    "no_other_payment": "a search of our books that found no other payment",
    "complaints_answered": "an answer to the customer's complaints",
    "inspected": "a check of the goods before they were sent",
    "genuine": "proof that the goods are genuine",
    "price_shown": "the price shown before payment, equal to the charge",
}
