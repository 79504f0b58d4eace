"""Every private interface of Airflow that we use, as of 3.3.2.

Each has its reason, and what will replace it once Airflow offers it. A release that changes one of them fails
`tests/unit/representment/test_airflow_internals.py`, which says what would break. Each is imported where it is called:
the scheduler's policy, DAG files, tasks and the API server load these modules, and each needs a different one.
"""
