"""Answers disputes without Airflow: the same documents, packets and calls of Stripe, one after the other.

`python -m tests.bench.script WORLD DISPUTE…`, with the sandbox's addresses as JSON; prints processor and wall seconds.
"""

from __future__ import annotations

import json
import os
import sys
import time
from io import BytesIO

import boto3
import stripe
from tests.bench.measuring import cpu_seconds

from disputes.case.assembly import assemble
from disputes.case.exhibiting import exhibit_or_refusal
from disputes.case.gathered import choose_files, gather
from disputes.dispute import read_dispute
from disputes.exhibits.exhibits import Exhibit
from disputes.response.submission import evidence
from disputes.rounds import Round, RunId
from representment.hooks.stripe_hook import DISPUTE_EXPANSIONS

EVIDENCE = "evidence"


class Script:
    """Everything that one process needs, made once."""

    def __init__(self, world: dict[str, str]) -> None:
        base = world["api_base"]
        self.stripe = stripe.StripeClient(world["secret_key"], base_addresses={"api": base, "files": base}).v1
        self.s3 = boto3.client(
            "s3",
            endpoint_url=world["s3_endpoint"],
            region_name="us-east-1",
            aws_access_key_id="sandbox",
            aws_secret_access_key="sandbox",
        )

    def answer(self, dispute_id: str) -> str:
        """Answer a dispute; its status then."""
        stored = self.stripe.disputes.retrieve(dispute_id, {"expand": DISPUTE_EXPANSIONS}).to_dict()
        dispute = read_dispute(stored)
        below = f"charges/{dispute.charge_id}/"
        gathered = gather(dispute, stored, self._read(f"{below}facts.json"), lambda _: [])
        names = choose_files(gathered, documents=self._names(f"{below}documents/"), policies=self._names("policies/"))
        made = [
            exhibit_or_refusal(
                document,
                name,
                self._read(name if name.startswith("policies/") else below + name),
                facts=gathered.facts,
                page_size="a4",
            )
            for document, name in names
        ]
        packet = assemble(
            gathered,
            exhibits=[one for one in made if isinstance(one, Exhibit)],
            refused=[one for one in made if not isinstance(one, Exhibit)],
            round_id=RunId(dispute.id, Round.CHARGEBACK, 1),
            page_size="a4",
        )
        ids = {field: self._upload(field, content) for field, content in packet.files.items()}
        wanted = evidence(packet.manifest, ids, fee_acknowledged=True)
        self.stripe.disputes.update(dispute.id, {"evidence": wanted, "submit": False})
        self.stripe.disputes.retrieve(dispute.id)
        return self.stripe.disputes.update(dispute.id, {"evidence": wanted, "submit": True}).status

    def _upload(self, field: str, content: bytes) -> str:
        file = BytesIO(content)
        file.name = f"{field}.pdf"
        return self.stripe.files.create({"purpose": "dispute_evidence", "file": file}).id

    def _read(self, name: str) -> bytes:
        return self.s3.get_object(Bucket=EVIDENCE, Key=name)["Body"].read()

    def _names(self, below: str) -> set[str]:
        listed = self.s3.list_objects_v2(Bucket=EVIDENCE, Prefix=below).get("Contents", [])
        return {one["Key"].removeprefix(below) for one in listed}


def main(world: dict[str, str], disputes: list[str]) -> None:
    """Answer one dispute to warm up, then the others, measured."""
    script = Script(world)
    script.answer(disputes[0])
    begin, cpu = time.monotonic(), cpu_seconds([os.getpid()])
    for dispute in disputes[1:]:
        status = script.answer(dispute)
        if status != "under_review":
            raise SystemExit(f"{dispute} is {status}")
    taken = {"seconds": time.monotonic() - begin, "cpu": cpu_seconds([os.getpid()]) - cpu}
    json.dump(taken, sys.stdout)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]), sys.argv[2:])
