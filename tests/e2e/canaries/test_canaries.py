"""Keys and personal data stay in the two buckets and at Stripe: canaries are planted, and looked for elsewhere."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from contextlib import suppress
from threading import Event, Thread
from typing import TYPE_CHECKING

import psutil
import pytest
import yaml
from tests.e2e.conftest import SETTINGS, _environment
from tests.e2e.rehearsal import Rehearsal, Run
from tests.faults.broken_stack import imports
from tests.integration.representment.seeds_folder import BOUGHT, CHARGE, PDF, READ, SeedsFolder

from demo.stack import Stack

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(1500)]

KEYS = {
    "Stripe's keys": "c4naryStripeKey7Yx",
    "AWS's key id": "AKIAC4NARYKEY77Q",
    "AWS's secret": "c4naryAwsSecretZq9Vt",
}
PEOPLE = {
    "name": "Quillfeather",
    "mail": "zacharina@canary.example",
    "phone": "+15550173946",
    "address": "77 Pelicanwharf Lane",
    "city": "Port Quettleby",
    "IP address": "198.51.100.77",
    "last digits of a card": "9Q7Z",
    "fingerprint of a card": "C4naryFingerprint88",
    "card number": "4000009371846205",
    "message": "mauvewaistcoat",
}
"""Each is in a dispute, its charge, its customer, its facts or its documents."""
NAME = f"Zacharina {PEOPLE['name']}"
ADDRESS = {"line1": PEOPLE["address"], "city": PEOPLE["city"], "postal_code": "H91", "country": "IE"}
FACTS = {
    "customer": {"name": NAME, "email": PEOPLE["mail"], "account_id": f"{PEOPLE['name']}-1"},
    "checkout": {"ip": PEOPLE["IP address"], "shipping_address": ADDRESS, "billing_address": ADDRESS},
    "shipment": {
        "carrier": "Coastline",
        "tracking_number": "CP1",
        "shipped_at": "@-449d 10:00",
        "delivered_at": "@-447d 10:00",
        "delivered_address": ADDRESS,
        "received_by": NAME,
    },
    "support": {"messages": [{"at": "@-440d 10:00", "author": "customer", "text": PEOPLE["message"]}]},
}
TEXT = f"{NAME} <{PEOPLE['mail']}>, {PEOPLE['phone']}, card {PEOPLE['card number']}: {PEOPLE['message']}\n".encode()
MAIL = b"""From: %(mail)s
Subject: about my order
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=x

--x
Content-Type: text/plain

%(text)s
--x
Content-Type: application/octet-stream
Content-Disposition: attachment; filename="passport of %(name)s.bin"

nothing that can be shown
--x--
""" % {b"mail": PEOPLE["mail"].encode(), b"text": TEXT, b"name": NAME.encode()}
DOCUMENTS = {
    "proof_of_delivery.txt": TEXT,
    "order_receipt.txt": TEXT,
    "customer_messages.eml": MAIL,
    "customer_messages-2.pdf": PDF[:40] + TEXT,
}
"""The last one is not a PDF: it is refused."""
LOGIN_IN_AIRFLOW = ("AWS's key id in public.connection:", "AWS's key id in public.log:")
OLD = "@-410d"
OTHER_DAGS = ("dispute_intake", "dispute_outcomes", "dispute_deadlines", "early_fraud_warnings")
GENERAL = "respond_general"


def fill(root: Path) -> None:
    seeds = SeedsFolder(root)
    seeds.put("account.json", {"id": "acct_1"})
    person = {"name": NAME, "email": PEOPLE["mail"], "phone": PEOPLE["phone"], "address": ADDRESS}
    seeds.put("stripe/customers/cus_ann.json", {"created": "@-500d"} | person)
    seeds.put("bucket/policies/refund_policy/v1.txt", b"Refunds within 30 days.\n")
    kinds = {"auto": {"amount": 2400}, "asked": {"amount": 9900}, "left": {"amount": 9900}, "wrong": {}, "no_json": {}}
    for kind, members in kinds.items():
        evidence = {"customer_name": NAME, "customer_email_address": PEOPLE["mail"]}
        seeds.parcel(f"{kind}000", DOCUMENTS, created=OLD, evidence=evidence, **members)
        seeds.facts(f"{kind}000", "physical_product", BOUGHT, READ, FACTS)
        path = root / f"bucket/charges/ch_{kind}000/facts.json"
        path.write_text(re.sub("@-40d", "@-450d", path.read_text()))
        card = {"fingerprint": PEOPLE["fingerprint of a card"], "last4": PEOPLE["last digits of a card"]}
        about = {"billing_details": person, "payment_method_details": {"card": card}, "created": "@-450d"}
        seeds.put(f"stripe/charges/ch_{kind}000.json", CHARGE | about | {"receipt_email": PEOPLE["mail"]})
    path = root / "bucket/charges/ch_wrong000/facts.json"
    path.write_text(path.read_text().replace('"Coastline"', f'{{"{NAME}": "{PEOPLE["mail"]}"}}'))
    (root / "script.yaml").write_text(yaml.safe_dump({"du_auto000": {"bank": "won", "after": 0}}))


@pytest.fixture(scope="module")
def environments() -> set[str]:
    """What was in the environments of Airflow's processes and their children."""
    return set()


@pytest.fixture(scope="module")
def rehearsal(tmp_path_factory: pytest.TempPathFactory, environments: set[str]) -> Iterator[Rehearsal]:
    """A stack on which everything listed here has happened; the tests only have to look."""
    seeds = tmp_path_factory.mktemp("seeds")
    fill(seeds)
    options = ("--token", KEYS["Stripe's keys"])
    settings = SETTINGS | imports() | {"AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "30"}
    root = tmp_path_factory.mktemp("stack")
    with Stack(root, settings=settings, seeds=seeds, sandbox_options=options, environ=_environment()) as stack:
        connection = stack.aws.as_json() | {"login": KEYS["AWS's key id"], "password": KEYS["AWS's secret"]}
        stack.rest.patch("/connections/aws_default", {"connection_id": "aws_default"} | connection)
        done = Event()
        watcher = Thread(target=watch, args=(stack, environments, done), daemon=True)
        watcher.start()
        stack.wait_for_dags()
        for dag_id in stack.dag_ids():
            stack.rest.unpause(dag_id)
        rehearsal = Rehearsal(stack)
        respond(rehearsal)
        done.set()
        watcher.join()
        yield rehearsal


def respond(rehearsal: Rehearsal) -> None:
    """Answer by policy and by a person, send back, leave, fail, and follow the outcomes."""
    auto, asked, left, wrong, no_json = (Run(f"du_{kind}000") for kind in ("auto", "asked", "left", "wrong", "no_json"))
    broken = b'{"facts": ' + TEXT
    rehearsal.stack.s3.put_object(Bucket="evidence", Key="charges/ch_no_json000/facts.json", Body=broken)
    rehearsal.fault("500", "after", f"/v1/disputes/{auto.dispute}", count=1)
    for run in (auto, asked, left, wrong, no_json):
        rehearsal.trigger(run)
    answer_all(rehearsal, {asked.run_id: "Send back", left.run_id: "Leave to a person"})
    for run in (auto, asked, left, wrong, no_json):
        rehearsal.wait_for_end(run)
    assert rehearsal.submissions(auto) == 1
    for dag_id in OTHER_DAGS:
        run_id = rehearsal.stack.rest.trigger(dag_id)
        rehearsal.stack.rest.wait_for_run(dag_id, run_id, seconds=240)


def answer_all(rehearsal: Rehearsal, answers: dict[str, str]) -> None:
    """Answer as said, and `Approve` wherever else a person is asked."""
    disputes = {run.dispute for run in rehearsal.runs}

    def ended() -> bool:
        for question in rehearsal.stack.rest.questions():
            run_id = question["task_instance"]["dag_run_id"]
            if time.time() - asked_at.setdefault(question["created_at"], time.time()) > 5:
                rehearsal.send(question, answers.get(run_id, "Approve"), remark="Say when it came.")
                asked_at[question["created_at"]] = time.time() + 30
        runs = rehearsal.stack.rest.runs("respond_product_not_received")
        own = [run for run in runs if run["dag_run_id"].partition("__")[0] in disputes]
        return len(own) > len(disputes) and all(run["state"] in ("success", "failed") for run in own)

    asked_at: dict[str, float] = {}
    rehearsal.wait(ended, "every run and every revision has ended", seconds=900)


def watch(stack: Stack, environments: set[str], done: Event) -> None:
    """Read the environments of all of Airflow's processes, again and again."""
    while not done.wait(0.5):
        for child in list(stack._children):
            if child.name != "sandbox":
                with suppress(psutil.Error):
                    leader = psutil.Process(child.process.pid)
                    for process in [leader, *leader.children(recursive=True)]:
                        with suppress(psutil.Error):
                            environments.update(f"{name}={value}" for name, value in process.environ().items())


def found(canary: str, text: str) -> list[str]:
    """Where a canary is found, with a little of the text around it; in the bytes of a dump it is written in hex."""
    forms = (rf"(?<![A-Za-z0-9]){re.escape(canary)}(?![A-Za-z0-9])", canary.encode().hex())
    spots = [match.span() for form in forms for match in re.finditer(form, text)]
    # A key is a part of a longer word: sk_test_<token>.
    spots += [] if len(canary) < 8 else [match.span() for match in re.finditer(re.escape(canary), text)]
    return [text[max(0, begin - 80) : end + 40].replace("\n", " ") for begin, end in spots[:3]]


def report(texts: dict[str, str], canaries: dict[str, str]) -> list[str]:
    """A line for each canary in each text that contains it."""
    return [
        f"{kind} in {name}: …{spot}…"
        for name, text in texts.items()
        for kind, canary in canaries.items()
        for spot in found(canary, text)[:1]
    ]


def logs(stack: Stack) -> dict[str, str]:
    """Every log file of Airflow and its database; the sandbox's own is Stripe's."""
    files = [*stack.airflow.home.rglob("*.log"), *stack.logs.glob("*.log")]
    chosen = [file for file in files if not file.name.startswith("sandbox")]
    return {str(file.relative_to(stack.root)): file.read_text(errors="replace") for file in chosen}


def test_the_planted_data_is_in_the_buckets(rehearsal):
    s3 = rehearsal.stack.s3
    texts = {}
    for bucket in ("evidence", "representment"):
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
            for entry in page.get("Contents", []):
                body = s3.get_object(Bucket=bucket, Key=entry["Key"])["Body"].read()
                texts[entry["Key"]] = body.decode(errors="replace")
    missing = [kind for kind, canary in PEOPLE.items() if not any(found(canary, text) for text in texts.values())]
    assert not missing


def test_a_document_was_refused_and_tasks_have_failed(rehearsal):
    names = rehearsal.rounds.names("du_asked000/")
    exhibits = rehearsal.rounds.read_json(next(name for name in names if name.endswith("exhibits.json")))
    assert exhibits["refused"]
    for kind in ("left", "wrong", "no_json"):
        assert rehearsal.wait_for_end(Run(f"du_{kind}000")) == "failed"


def test_no_log_contains_keys_or_personal_data(rehearsal):
    texts = logs(rehearsal.stack)
    assert any("task_id=submit" in name for name in texts)
    assert not report(texts, KEYS | PEOPLE)


def test_the_database_contains_no_keys_or_personal_data(rehearsal, tmp_path):
    dump = tmp_path / "dump.sql"
    rehearsal.stack.database.dump(dump)
    tables = re.split(r"(?m)^COPY ", dump.read_text(errors="replace"))
    texts = {table.split(" ", 1)[0]: table for table in tables[1:]}
    wanted = {"public.xcom", "public.rendered_task_instance_fields", "public.dag_run_note", "public.task_instance"}
    assert wanted | {"public.dag_run", "public.hitl_detail", "public.connection"} <= texts.keys()
    assert "du_auto000" in texts["public.dag_run"]
    # Airflow leaves a connection's login unencrypted, and writes it to its audit log when a person changes it.
    told = [line for line in report(texts, KEYS | PEOPLE) if not line.startswith(LOGIN_IN_AIRFLOW)]
    assert not told


def test_no_process_has_keys_or_personal_data_in_its_environment(environments):
    assert any(one.startswith("AIRFLOW_HOME=") for one in environments)
    assert not report({one.partition("=")[0]: one for one in environments}, KEYS | PEOPLE)


def test_an_erased_person_is_in_neither_the_buckets_nor_the_database(rehearsal, tmp_path):
    """Runs last in this module: the other tests look at what is deleted here."""
    stack = rehearsal.stack
    stack.rest.wait_for_run("dispute_outcomes", stack.rest.trigger("dispute_outcomes"), seconds=240)
    command = [sys.executable, "-m", "representment", "erase", "ch_auto000"]
    done = subprocess.run(command, env=stack.airflow.env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "du_auto000" in done.stdout
    below = ("du_auto000/", *(f"{index}/du_auto000__" for index in ("outcomes", "audits", "packets", "opened")))
    texts = {
        name: (rehearsal.rounds.read(name) or b"").decode() for one in below for name in rehearsal.rounds.names(one)
    }
    assert any(name.endswith("receipt.json") for name in texts)
    assert any(name.startswith("outcomes/") for name in texts)
    assert not report(texts, PEOPLE)
    assert "Contents" not in stack.s3.list_objects_v2(Bucket="evidence", Prefix="charges/ch_auto000/")
    stack.database.dump(tmp_path / "dump.sql")
    tables = {one.split(" ", 1)[0]: one for one in re.split(r"(?m)^COPY ", (tmp_path / "dump.sql").read_text())[1:]}
    for name in ("dag_run", "dag_run_note", "hitl_detail", "log", "rendered_task_instance_fields", "task_instance"):
        assert "du_auto000__" not in tables[f"public.{name}"], name
    assert "du_asked000__" in tables["public.dag_run"]
