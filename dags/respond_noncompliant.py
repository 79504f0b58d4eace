"""# Noncompliant

Takes disputes of Stripe's reason `noncompliant`: the issuer says that a rule of the network was not kept (Visa C028 and
its like). Contesting costs the network's fee of 500 USD, which is given back on a win.

The packet is prepared and staged without the fee. A person decides in *Required Actions*, with the deadline and the fee
in sight; only the answer *Approve and pay the network's fee* acknowledges it. Without an answer in time the round is
left to a person: the run fails, and nothing is sent.

To try it, trigger this Airflow DAG with a dispute of the sandbox. Connections: `stripe_default`, `aws_default`.
"""

from representment.response_dag import response_dag

dag = response_dag("noncompliant", doc=__doc__)
