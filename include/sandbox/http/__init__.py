"""From a request to an answer, as Stripe's HTTP API gives it; the folder above says what objects do."""
