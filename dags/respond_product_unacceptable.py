"""# Product unacceptable

Answers disputes of Stripe's reason `product_unacceptable`: the cardholder says that the goods or services were not as
described, or did not work (Visa 13.3, American Express C31). Mastercard 4853 arrives here, whatever the complaint.

What decides the case: the page as shown at purchase beside what was sent, an answer to each complaint, our offers to
fix the problem, and whether the goods were returned.

A person approves every packet in *Required Actions*: the cardholder's complaints are in the bank's documents, which
Stripe's API does not show.
To try it, trigger this Airflow DAG with a dispute from the sandbox. Connections: `stripe_default`, `aws_default`.
"""

from representment.response_dag import response_dag

dag = response_dag("product_unacceptable", doc=__doc__)
