"""Loads, once in the process that tasks are forked from, what each task would otherwise load again.

A scheduler with LocalExecutor, a Celery worker and the DAG processor fork a process for each task or file. What the
parent has imported, read and compiled costs a fork nothing; what it has not, each fork pays again: modules, botocore's
JSON, templates, playbooks, the table of characters that our fonts have. `include/airflow_local_settings.py` calls this.

Nothing here may start a thread, open a connection or typeset a page: a fork has only its own thread, shares sockets,
and waits forever for Typst if its parent has used it. The fork server that opens documents is a separate program, and
its channel is made to be shared.
"""

from __future__ import annotations

import gc
import os
from importlib import import_module

from disputes.exhibits.fork_server import start_fork_server

PARSING = ("representment.response_dag", "representment.inbox.assets", "representment.notifying")
"""What DAG files import."""
TASKS = (
    *PARSING,
    "airflow.dag_processing.bundles.local",
    "airflow.sdk.definitions.asset.metadata",
    "airflow.sdk.definitions.timetables.interval",
    "airflow.sdk.definitions.timetables.trigger",
    "airflow.sdk.execution_time.cache",
    "airflow.sdk.execution_time.supervisor",
    "airflow.sdk.execution_time.task_runner",
    "airflow.timetables.base",
    "boto3.s3.inject",
    "disputes.case.assembly",
    "disputes.case.exhibiting",
    "disputes.checking.audit",
    "netrc",
    "representment.guard",
    "representment.hooks.s3_client",
    "representment.hooks.stripe_hook",
    "representment.storage.outcome_table",
    "stripe._object_classes",
    "stripe._telemetry_id",
)
"""What tasks import, with all that these import."""


def warm_parsing() -> None:
    """Load what parsing a DAG file needs."""
    for name in PARSING:
        import_module(name)
    gc.freeze()


def warm_tasks() -> None:
    """Load what tasks need, and have it read and compiled."""
    for name in TASKS:
        import_module(name)
    _read_rules()
    _check_params()
    _build_dag()
    _read_fonts()
    _make_clients()
    start_fork_server()
    gc.collect()
    gc.freeze()  # a fork that collects garbage would copy all of it


def _read_rules() -> None:
    """Playbooks and templates as shipped; a merchant's own are read by each task, so that a change counts at once."""
    from disputes.facts.facts import value_type
    from disputes.facts.members import MEMBERS
    from disputes.facts.states import states
    from disputes.packet.letter import layout
    from disputes.packet.templates import environment
    from disputes.rules.admissions import patterns
    from disputes.rules.claims import known_claims, reason_codes
    from disputes.rules.languages import common_words
    from disputes.rules.loading import playbook_for
    from disputes.rules.rule_files import RULES_DIR
    from disputes.rules.titles import titles

    for load in (states, reason_codes, titles, patterns, common_words, layout):
        load()
    for name in MEMBERS:
        value_type(name)
    if os.environ.get(RULES_DIR):
        return
    for claim in known_claims():
        playbook_for(claim)
    for name in environment().list_templates():
        environment().get_template(name)


def _check_params() -> None:
    """Airflow checks a run's parameters in each task; the first time, the checker loads its schemas."""
    from representment.response_dag import PARAMS

    for param in PARAMS.values():
        param.resolve(suppress_exception=True)  # a required one has no value yet


def _build_dag() -> None:
    """Build a DAG, since the first one makes a process work out which classes are timetables, tasks and references,
    and how Jinja reads templates."""
    from airflow.sdk import DAG

    from representment.operators.gather import GatherOperator
    from representment.operators.submit import SubmitOperator

    with DAG("warm_up", schedule=None) as dag:
        GatherOperator(task_id="gather") >> SubmitOperator(task_id="submit")
    dag.get_template_env().from_string("{{ params.dispute }}").render(params={"dispute": ""})


def _read_fonts() -> None:
    from disputes.exhibits.glyphs import missing_glyphs

    missing_glyphs("é")


def _make_clients() -> None:
    """Create clients that send nothing: creating them loads what they share with the real ones."""
    import stripe

    from representment.hooks.s3_client import prepare_session

    prepare_session()
    client = stripe.StripeClient("sk_nobody").v1
    # The package imports each of its services and objects when it is first asked for.
    _ = client.disputes, client.files, client.charges, client.refunds, client.invoices, client.subscriptions
    _ = client.events, client.radar.early_fraud_warnings
    _ = stripe.Dispute, stripe.Charge, stripe.Customer, stripe.PaymentIntent, stripe.BalanceTransaction, stripe.File
    _ = stripe.Refund, stripe.Invoice, stripe.Subscription, stripe.Event
