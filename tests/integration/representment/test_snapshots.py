"""A step's last write commits its work: if it is killed before, no result mixes two tries."""

from __future__ import annotations

import json
from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest
from tests.integration.representment.steps import forget

from disputes.case import assembly
from disputes.checking.reading import page_texts
from disputes.errors import PersonNeededError
from representment.hooks.s3_store import S3Store
from representment.operators.audit import AuditSubmissionsOperator
from representment.storage.round_folder import RoundFolder

if TYPE_CHECKING:
    from tests.integration.representment.steps import Response, World

    from disputes.packet.packet import Packet

EVIDENCE = S3Store("s3://evidence")


class KilledError(BaseException):
    """Nothing of a task that is killed goes on."""


def kill(response: Response, task: str, patch: pytest.MonkeyPatch, *, after: int) -> bool:
    """Run a task and kill it after so many writes; returns whether it ran long enough to be killed."""
    writes, write = [], S3Store.write_once

    def write_once(store: S3Store, name: str, content: bytes) -> bool:
        if name.startswith(response.folder.revision):
            if len(writes) == after:
                raise KilledError
            writes.append(name)
        return write(store, name, content)

    with patch.context() as patched:
        patched.setattr(S3Store, "write_once", write_once)
        try:
            response.do(task)
        except KilledError:
            return True
    return False


def other_code(patch: pytest.MonkeyPatch) -> None:
    """A release that makes other bytes from the same case."""
    assemble = assembly.assemble

    def assembled(*args: Any, **kwargs: Any) -> Packet:
        packet = assemble(*args, **kwargs)
        files = {field: content + b"\n% of another release\n" for field, content in packet.files.items()}
        entries = {
            field: entry.model_copy(update={"sha256": sha256(files[field]).hexdigest(), "bytes": len(files[field])})
            for field, entry in packet.manifest.files.items()
        }
        return replace(packet, files=files, manifest=packet.manifest.model_copy(update={"files": entries}))

    patch.setattr(assembly, "assemble", assembled)


def submit(response: Response) -> None:
    """Run the remaining tasks, whoever approves."""
    response.do("upload")
    if response.do("stage") == "approve":
        assert response.choose("Approve") == "submit"
    response.do("submit")


def audited(world: World) -> int:
    return AuditSubmissionsOperator(task_id="it", rounds_uri=world.rounds_uri).execute({})


@pytest.mark.parametrize("after", [0, 1, 2])
def test_a_gather_killed_and_run_again_records_facts_and_dispute_of_one_moment(world, monkeypatch, after):
    response = world.response(world.take("plain"))
    killed = kill(response, "gather", monkeypatch, after=after)
    world.edit(response.run.dispute, **{"evidence[service_date]": "today"})
    charge = response.stored["charge"]
    told = json.loads(EVIDENCE.need(f"charges/{charge}/facts.json"))
    told["facts"]["product"]["name"]["value"] = "Chart of the coast"
    EVIDENCE.overwrite(f"charges/{charge}/facts.json", json.dumps(told).encode())
    response.do("gather", 2)
    case = response.folder.gathered()
    found = (case.dispute.evidence["service_date"], case.facts["product.name"].value)
    assert found == (("today", "Chart of the coast") if killed else (None, "Chart of the bay"))


@pytest.mark.parametrize("after", range(5))
def test_a_collect_killed_and_run_again_gives_no_exhibit_another_ones_bytes(world, monkeypatch, after):
    response = world.response(world.take("parcel"))
    response.do("gather")
    killed = kill(response, "collect", monkeypatch, after=after)
    charge = response.folder.dispute().charge_id
    EVIDENCE.write_once(f"charges/{charge}/documents/proof_of_delivery-1.txt", b"Left at the door, a later photo\n")
    response.do("collect", 2)
    collected = dict(response.folder.exhibits(response.folder.collected()))
    texts = {one.filename: "".join(page_texts(pdf) or []) for one, pdf in collected.items()}
    assert ("proof_of_delivery-1.txt" in texts) == killed
    said = {"order_receipt.txt": "Receipt A-1", "customer_messages.txt": "Thanks!"}
    said |= {"proof_of_delivery-1.txt": "Left at the door"} if killed else {}
    assert all(text in texts[name] for name, text in said.items())
    response.do("render")
    submit(response)
    assert audited(world) == 1


@pytest.mark.parametrize("after", range(8))
def test_a_render_killed_and_run_again_by_another_release_sends_what_its_manifest_lists(world, monkeypatch, after):
    response = world.response(world.take("parcel"))
    response.to("collect")
    killed = kill(response, "render", monkeypatch, after=after)
    other_code(monkeypatch)
    response.do("render", 2)
    packet = response.folder.packet()
    files = [response.folder.file(field, entry) for field, entry in packet.manifest.files.items()]
    assert {b"of another release" in content for content in files} == {killed}
    submit(response)
    held = {world.read(f"files/{file}")["size"] for file in response.folder.file_ids(packet.manifest).values()}
    assert held == {entry.bytes for entry in packet.manifest.files.values()}
    assert response.submissions == 1
    assert audited(world) == 1


def test_render_continues_with_the_existing_packet(world, monkeypatch):
    response = world.response(world.take("plain"))
    response.to("render")
    standing = response.folder.packet().sha256
    other_code(monkeypatch)
    monkeypatch.setattr(RoundFolder, "find_packet", lambda _: None)  # as if it had been written a moment later
    response.do("render", 2)
    assert response.xcoms["render", "packet_sha256"] == response.folder.packet().sha256 == standing


def test_a_setting_changed_between_the_steps_does_not_affect_the_packet(world, monkeypatch):
    response = world.response(world.take("parcel"))
    response.do("gather")
    monkeypatch.setenv("AIRFLOW_VAR_REPRESENTMENT_PAGE_SIZE", "us-letter")
    for task in ("collect", "render"):
        response.do(task)
    assert response.folder.manifest().page_size == "a4"
    assert response.folder.case().settings.version
    other = world.response(world.take("plain"))
    other.to("render")
    assert other.folder.manifest().page_size == "us-letter"


def test_the_claim_does_not_change_after_gathering(world, monkeypatch):
    response = world.response(world.take("plain"))
    response.do("gather")
    claim = response.folder.gathered().claim
    monkeypatch.setattr("disputes.case.gathered.claim_of", None)  # another release reads the codes differently
    for task in ("collect", "render"):
        response.do(task)
    assert response.folder.gathered().claim == claim
    assert response.folder.manifest().claim == claim.name == "product_not_received"


def replaced(world: World, name: str) -> None:
    """Somebody, or a fault, has put other bytes in the place of a file."""
    forget(world.rounds, name)
    world.rounds.write_once(name, b"%PDF-1.4 other")


def test_an_exhibit_with_changed_bytes_is_not_used_in_a_packet(world):
    response = world.response(world.take("parcel"))
    response.to("collect")
    first, *_ = response.folder.collected().exhibits
    replaced(world, f"{response.folder.revision}/{first.name}")
    with pytest.raises(PersonNeededError, match=f"{first.name}: does not have the sha256"):
        response.do("render")
    assert response.folder.find_packet() is None


def test_a_file_with_changed_bytes_is_not_uploaded(world):
    response = world.response(world.take("plain"))
    response.to("render")
    (entry,) = response.folder.manifest().files.values()
    replaced(world, f"{response.folder.revision}/files/{entry.sha256}.pdf")
    with pytest.raises(PersonNeededError, match=f"files/{entry.sha256}.pdf: does not have the sha256"):
        response.do("upload")
    assert world.writes() == []


def test_a_malformed_case_is_reported_for_its_round(world):
    response = world.response(world.take("plain"))
    response.do("gather")
    case = response.folder.case()
    case.facts["product.name"]["value"] = {"en": "Chart"}
    forget(world.rounds, f"{response.folder.revision}/case.json")
    response.folder.keep_case(case)
    with pytest.raises(PersonNeededError, match=f"{response.run.dispute}: .*case.json: product.name.value"):
        response.do("collect")
