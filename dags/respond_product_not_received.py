"""# Product not received

Answers disputes of Stripe's reason `product_not_received`: the cardholder says that goods or services were not
received (Visa 13.1, Mastercard 4855, American Express C08).

What decides the case: delivery to the customer's full address before the dispute, or, for a digital product, use after
payment.

Below the playbook's amount the packet is submitted automatically; above it, a person approves it in *Required Actions*.
To try it, trigger this Airflow DAG with a dispute from the sandbox. Connections: `stripe_default`, `aws_default`.
"""

from representment.response_dag import response_dag

dag = response_dag("product_not_received", doc=__doc__)
