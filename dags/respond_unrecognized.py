"""# Unrecognized

Answers disputes of Stripe's reason `unrecognized`: the cardholder does not recognise the charge; mostly an inquiry
(American Express 127 and 176). Banks judge it like fraud.

What decides the case: what the line on the statement refers to, the receipt as it was sent, and a link between the
cardholder and the order. `gather` looks for earlier purchases with the same card.

Below the playbook's amount the packet is submitted automatically; above it, a person approves it in *Required Actions*.
To try it, trigger this Airflow DAG with a dispute from the sandbox. Connections: `stripe_default`, `aws_default`.
"""

from representment.response_dag import response_dag

dag = response_dag("unrecognized", doc=__doc__)
