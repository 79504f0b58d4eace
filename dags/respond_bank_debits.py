"""# Bank debits

Takes disputes of bank debits, Stripe's reasons `debit_not_authorized`, `insufficient_funds`, `bank_cannot_process`,
`check_returned`, `customer_initiated` and `incorrect_account_details`. A reason with its own file
`dags/respond_<reason>.py` goes there instead.

Most are final: the run ends in `leave`, or in `nothing_to_answer` when Stripe gives no time for an answer, and says
how else to collect the money. Only `debit_not_authorized` on Instant Bank Payments through Link accepts evidence:
the account's log, the accepted terms, the mandate. A person approves that packet in *Required Actions*.

To try it, trigger this Airflow DAG with a dispute from the sandbox. Connections: `stripe_default`, `aws_default`.
"""

from representment.response_dag import response_dag

dag = response_dag("bank_debits", doc=__doc__)
