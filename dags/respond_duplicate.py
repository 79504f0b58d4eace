"""# Duplicate

Answers disputes of Stripe's reason `duplicate`: the cardholder says that the same purchase was charged twice, or was
paid by other means (Visa 12.6.1 and 12.6.2, Mastercard 4834, American Express P08).

What decides the case: two orders, two receipts, two deliveries side by side; or the refund of one of them. `gather`
looks for the other charge among the customer's: the same or nearly the same amount, at most a month away. What the
merchant's `facts.json` says about it takes precedence.

Below the playbook's amount the packet is submitted automatically; above it, a person approves it in *Required Actions*.
To try it, trigger this Airflow DAG with a dispute from the sandbox. Connections: `stripe_default`, `aws_default`.
"""

from representment.response_dag import response_dag

dag = response_dag("duplicate", doc=__doc__)
