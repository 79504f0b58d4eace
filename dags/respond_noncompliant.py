"""# Noncompliant

Takes disputes of Stripe's reason `noncompliant`: the issuer says that a network rule was not followed (Visa
C028 and similar codes). Contesting costs the network's fee of 500 USD, which is returned after a win.

The packet is prepared and staged without the fee. A person decides in *Required Actions*, where the question states
the deadline and the fee; only the answer *Approve and pay the network's fee* acknowledges it. Without an answer in
time the round is left to a person: the run fails, and nothing is sent.

To try it, trigger this Airflow DAG with a dispute from the sandbox. Connections: `stripe_default`, `aws_default`.
"""

from representment.response_dag import response_dag

dag = response_dag("noncompliant", doc=__doc__)
