"""# Noncompliant

Takes disputes of Stripe's reason `noncompliant`: the issuer says that a rule of the network was not kept (Visa C028 and
its like). Contesting costs the network's fee of 500 USD, which is given back on a win.

Every run ends in `leave`, and fails on purpose, so that a person sees the dispute with its deadline. Nothing is sent,
and the fee is never acknowledged: contest it in Stripe's Dashboard, where the fee is confirmed.

To try it, trigger this Airflow DAG with a dispute of the sandbox. Connections: `stripe_default`, `aws_default`.
"""

from representment.response_dag import response_dag

dag = response_dag("noncompliant", doc=__doc__)
