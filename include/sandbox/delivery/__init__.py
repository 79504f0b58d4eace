"""How events reach those who asked for them: signed webhooks, and Stripe's EventBridge destination."""
