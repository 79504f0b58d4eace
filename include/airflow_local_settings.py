"""Airflow imports this module at the start of each of its programs.

Every task is a fork of the scheduler (LocalExecutor), so what the scheduler has imported costs a task nothing.
"""

import sys
from importlib import import_module

HEAVY = (
    "airflow.providers.amazon.aws.hooks.s3",
    "disputes.checking.audit",
    "disputes.packet.packet",
    "representment.hooks.stripe_hook",
    "representment.response_dag",
)

if sys.argv[1:2] == ["scheduler"]:
    for name in HEAVY:
        import_module(name)
