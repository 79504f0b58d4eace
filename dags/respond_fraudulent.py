"""# Fraudulent

Answers disputes of Stripe's reason `fraudulent`: the cardholder says that somebody else made the purchase
(Visa 10.4, Mastercard 4837, American Express F29).

What decides the case: a link between the cardholder and the order, such as AVS, CVC and 3D Secure results, delivery to
the verified address, use of the account after the purchase, or earlier purchases that were not disputed.

Below the playbook's amount the packet is submitted automatically; above it, a person approves it in *Required Actions*.
To try it, trigger this Airflow DAG with a dispute from the sandbox. Connections: `stripe_default`, `aws_default`.
"""

from representment.response_dag import response_dag

dag = response_dag("fraudulent", doc=__doc__)
