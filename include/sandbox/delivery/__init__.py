"""How events reach whoever asked for them: signed webhooks, and Stripe's EventBridge destination."""
