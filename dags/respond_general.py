"""# General

Answers disputes of Stripe's reason `general`, and of every other reason that has no Airflow DAG of its own, so that
none is dropped. The network's code decides what is argued: see the playbook of its claim.

Below the playbook's amount the packet goes out by itself; above it, a person approves it in *Required Actions*.
To give a reason its own DAG, copy this file as `respond_<reason>.py` and put the reason into the last line.
"""

from representment.response_dag import response_dag

dag = response_dag("general", doc=__doc__)
