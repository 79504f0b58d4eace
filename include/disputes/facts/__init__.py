"""The facts of a dispute, from Stripe and from the merchant, and how their values read."""
