"""Everything of Airflow's that we use and that is not public, read in 3.3.2.

Each with the reason, and with what takes its place once Airflow offers it. A release that changes one of them fails
`tests/unit/representment/test_airflow_internals.py`, which says what would break. Each is imported where it is called:
the scheduler's policy, DAG files, tasks and the API server load these modules, and each needs another one.
"""
