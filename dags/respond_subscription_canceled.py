"""# Subscription canceled

Answers disputes of Stripe's reason `subscription_canceled`: the cardholder says that the subscription was cancelled
before this charge (Visa 13.2, Mastercard 4841, American Express C28).

What decides the case: the terms accepted at sign-up, no cancellation before the charge, and use after it.

Below the playbook's amount the packet is submitted automatically; above it, a person approves it in *Required Actions*.
To try it, trigger this Airflow DAG with a dispute from the sandbox. Connections: `stripe_default`, `aws_default`.
"""

from representment.response_dag import response_dag

dag = response_dag("subscription_canceled", doc=__doc__)
