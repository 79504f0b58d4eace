"""# Credit not processed

Answers disputes of Stripe's reason `credit_not_processed`: the cardholder says that a refund is owed and was not paid
(Visa 13.6 and 13.7, Mastercard 4860, American Express C02).

What decides the case: the refund already made, with its date and the reference that the bank can trace; or the terms
accepted before payment, under which none is owed. A refund made during a chargeback pays twice.

Below the playbook's amount the packet is submitted automatically; above it, a person approves it in *Required Actions*.
To try it, trigger this Airflow DAG with a dispute from the sandbox. Connections: `stripe_default`, `aws_default`.
"""

from representment.response_dag import response_dag

dag = response_dag("credit_not_processed", doc=__doc__)
