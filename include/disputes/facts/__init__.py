"""What is known of a dispute: from Stripe, from the merchant, and how its values read."""
