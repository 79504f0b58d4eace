"""How a dispute is answered in Airflow when nobody has measured: eight `@task`s, every library at the top of the file.

It does the least of what ours does: no guard, no record, no claim of the round, and it opens documents in the task.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import boto3
import jinja2
import pandas as pd
import stripe
import weasyprint
from airflow.sdk import BaseHook, dag, task

EVIDENCE, PACKETS = "evidence", "representment"
FIELDS = {
    "proof_of_delivery.pdf": "shipping_documentation",
    "order_receipt.txt": "receipt",
    "customer_messages.txt": "customer_communication",
}
PAGE = jinja2.Template("<h1>{{ title }}</h1>{% for line in lines %}<p>{{ line }}</p>{% endfor %}")


def stripe_client() -> stripe.StripeClient:
    told = BaseHook.get_connection("stripe_default")
    base = told.extra_dejson["base_url"]
    return stripe.StripeClient(told.password, base_addresses={"api": base, "files": base})


def s3_client() -> Any:
    told = BaseHook.get_connection("aws_default")
    return boto3.client("s3", aws_access_key_id=told.login, aws_secret_access_key=told.password, **told.extra_dejson)


def to_pdf(title: str, lines: list[str]) -> bytes:
    return weasyprint.HTML(string=PAGE.render(title=title, lines=lines)).write_pdf()


@task
def get_dispute(dispute: str) -> dict[str, Any]:
    expand = ["charge.customer", "payment_intent"]
    return stripe_client().v1.disputes.retrieve(dispute, {"expand": expand}).to_dict()


@task
def get_facts(dispute: dict[str, Any]) -> dict[str, Any]:
    key = f"charges/{dispute['charge']['id']}/facts.json"
    return json.loads(s3_client().get_object(Bucket=EVIDENCE, Key=key)["Body"].read())


@task
def get_documents(dispute: dict[str, Any]) -> list[str]:
    below = f"charges/{dispute['charge']['id']}/documents/"
    found = s3_client().list_objects_v2(Bucket=EVIDENCE, Prefix=below).get("Contents", [])
    return [one["Key"] for one in found]


@task
def check(facts: dict[str, Any], documents: list[str]) -> list[str]:
    frame = pd.DataFrame(
        [
            {"group": group, "member": member, "value": str(fact["value"])}
            for group, members in facts["facts"].items()
            for member, fact in members.items()
        ]
    )
    frame = frame.sort_values(["group", "member"])
    assert documents
    return [f"{row.group} {row.member}: {row.value}" for row in frame.itertuples()]


@task
def write(dispute: dict[str, Any], lines: list[str], documents: list[str]) -> dict[str, str]:
    s3, written = s3_client(), {}
    pages = {"uncategorized_file": to_pdf(f"Dispute {dispute['id']}", lines)}
    for key in documents:
        name = key.rpartition("/")[2]
        content = s3.get_object(Bucket=EVIDENCE, Key=key)["Body"].read()
        pages[FIELDS[name]] = content if name.endswith(".pdf") else to_pdf(name, content.decode().splitlines())
    for field, content in pages.items():
        written[field] = f"usual/{dispute['id']}/{field}.pdf"
        s3.put_object(Bucket=PACKETS, Key=written[field], Body=content)
    return written


@task
def upload(written: dict[str, str]) -> dict[str, str]:
    s3, client, ids = s3_client(), stripe_client(), {}
    for field, key in written.items():
        content = BytesIO(s3.get_object(Bucket=PACKETS, Key=key)["Body"].read())
        content.name = f"{field}.pdf"
        ids[field] = client.v1.files.create({"purpose": "dispute_evidence", "file": content}).id
    return ids


@task
def stage(dispute: dict[str, Any], lines: list[str], ids: dict[str, str]) -> dict[str, Any]:
    evidence = {**ids, "uncategorized_text": "\n".join(lines)}
    stripe_client().v1.disputes.update(dispute["id"], {"evidence": evidence, "submit": False})
    return evidence


@task
def submit(dispute: dict[str, Any], evidence: dict[str, Any]) -> str:
    client = stripe_client()
    assert client.v1.disputes.retrieve(dispute["id"]).status == "needs_response"
    return client.v1.disputes.update(dispute["id"], {"evidence": evidence, "submit": True}).status


@dag(dag_id="respond_usual", schedule=None, start_date=datetime(2026, 1, 1, tzinfo=UTC), max_active_runs=1000)
def respond() -> None:
    dispute = get_dispute("{{ dag_run.conf['dispute'] }}")
    documents = get_documents(dispute)
    lines = check(get_facts(dispute), documents)
    ids = upload(write(dispute, lines, documents))
    submit(dispute, stage(dispute, lines, ids))


respond()
