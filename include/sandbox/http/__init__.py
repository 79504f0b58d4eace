"""From a request to an answer, as Stripe's HTTP API gives it; what objects do stands beside this folder."""
