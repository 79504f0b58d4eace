"""Airflow imports this module when each of its programs starts; those that fork load what their forks need."""

import sys

from representment.warm_up import warm_parsing, warm_tasks

if sys.argv[1:2] == ["scheduler"] or sys.argv[1:3] == ["celery", "worker"]:
    warm_tasks()
elif sys.argv[1:2] == ["dag-processor"]:
    warm_parsing()
