"""# General

Answers disputes of Stripe's reason `general`, and of every reason that no other Airflow DAG takes, so that no dispute
is dropped. The network's code decides the argument: see the playbook of its claim.

| Stripe's reason | DAG |
| --- | --- |
| one that has a file `dags/respond_<reason>.py` | `respond_<reason>` |
| one of the six for bank debits, if it has no separate file | `respond_bank_debits` |
| `general`, and any other, new ones included | `respond_general` |

To give a reason its own DAG, run `make new-reason NAME=<reason>`, or copy this file as `respond_<reason>.py` and put
the reason into the last line. Nothing else has to change; `docs/adding-a-reason.md` shows it.

Below the playbook's amount the packet is submitted automatically; above it, a person approves it in *Required Actions*.
"""

from representment.response_dag import response_dag

dag = response_dag("general", doc=__doc__)
