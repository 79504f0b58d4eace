"""A person who asks to be erased is found in neither bucket afterwards; what was decided and how it ended stays."""

import json

import pytest
from tests.integration.representment.seeds_folder import DOCUMENTS
from tests.integration.representment.telling import hourly

from disputes.errors import PersonNeededError
from representment import __main__ as program
from representment.erasing import erase_charge
from representment.hooks.s3_store import S3Store
from representment.operators.audit import AuditSubmissionsOperator
from representment.operators.outcomes import FollowOutcomesOperator

PLANTED = ("Lee", "ann@example.com", "Dear Quillfeather", "mauvewaistcoat")
"""Of the customer, of the merchant's facts, and of what a person wrote."""


@pytest.fixture(scope="session")
def running(running_few):
    """A bucket's versions are listed, and moto copies all of them for each page."""
    return running_few


@pytest.fixture
def evidence(world):
    return S3Store("s3://evidence")


@pytest.fixture(autouse=True)
def environment(monkeypatch):
    """What the program sets is forgotten after each test."""
    monkeypatch.setenv("_AIRFLOW_PROCESS_CONTEXT", "client")


@pytest.fixture
def ended(world, evidence, supervisor):
    """A parcel's dispute, sent back with a remark, submitted, audited and won."""
    first = world.response(world.take("parcel"))
    charge = first.stored["charge"]
    evidence.overwrite(f"charges/{charge}/documents/customer_messages.txt", b"Dear Quillfeather, it came.\n")
    first.to("stage")
    first.choose("Send back", remark="Ask mauvewaistcoat")
    first.do("send_back")
    response = first.revision(2)
    response.remark = "Ask mauvewaistcoat"
    response.to("stage")
    response.choose("Approve")
    response.do("submit")
    return response, charge


def follow(world, response):
    AuditSubmissionsOperator(task_id="it", rounds_uri=world.rounds_uri).execute({})
    world.control("POST", f"disputes/{response.run.dispute}/win")
    FollowOutcomesOperator(task_id="it", rounds_uri=world.rounds_uri).execute(hourly())


def texts(*stores):
    """Every version of every object, by name."""
    found = {}
    for store in stores:
        for page in store.client.get_paginator("list_object_versions").paginate(
            Bucket=store.bucket, Prefix=store.prefix
        ):
            for one in page.get("Versions", ()):
                body = store.client.get_object(Bucket=store.bucket, Key=one["Key"], VersionId=one["VersionId"])["Body"]
                found[one["Key"], one["VersionId"]] = body.read().decode(errors="replace")
    return found


def about(charge, rounds):
    """Which planted words are in each object about the charge; other charges share the bucket."""
    return {
        name: [word for word in PLANTED if word in text]
        for name, text in texts(rounds, S3Store(f"s3://evidence/charges/{charge}")).items()
        if "current/" not in name[0]
    }


def test_planted_personal_data_is_erased_everywhere_and_the_outcome_is_kept(world, evidence, ended):
    response, charge = ended
    follow(world, response)
    before = about(charge, world.rounds)
    assert all(any(word in found for found in before.values()) for word in PLANTED)
    stays = {name: world.rounds.read(name) for name in world.rounds.names("outcomes/")}
    receipt, decision = response.folder.round_record("receipt.json"), response.folder.decision()

    erased = erase_charge(charge, rounds=world.rounds, evidence=evidence)

    assert erased.about == (response.run.dispute,)
    assert erased.objects > 10
    assert not any(about(charge, world.rounds).values())
    assert not list(evidence.names(f"charges/{charge}/"))
    assert {name: world.rounds.read(name) for name in world.rounds.names("outcomes/")} == stays
    assert response.folder.round_record("receipt.json") == receipt
    assert response.folder.decision() == decision
    assert json.loads(world.rounds.need(f"{response.run.dispute}/erased.json"))["charge"] == charge
    assert erase_charge(charge, rounds=world.rounds, evidence=evidence).objects == 0


def test_every_version_is_erased_from_a_versioned_bucket(world, evidence, ended):
    response, charge = ended
    follow(world, response)
    client, names = evidence.client, (f"versions-{charge.replace('_', '-')}", "again")
    client.create_bucket(Bucket=names[0])
    client.put_bucket_versioning(Bucket=names[0], VersioningConfiguration={"Status": "Enabled"})
    kept = S3Store(f"s3://{names[0]}/{names[1]}")
    for content in (b"Dear Quillfeather", b"Dear Quillfeather, again"):
        kept.overwrite(f"charges/{charge}/facts.json", content)
    client.delete_object(Bucket=kept.bucket, Key=f"{kept.prefix}charges/{charge}/facts.json")
    assert len(texts(kept)) == 2

    erase_charge(charge, rounds=world.rounds, evidence=kept)

    assert not texts(kept)
    assert "DeleteMarkers" not in client.list_object_versions(Bucket=kept.bucket)


def test_nothing_is_erased_while_a_round_is_still_followed(world, evidence, ended):
    response, charge = ended
    own = S3Store(f"s3://evidence/charges/{charge}")
    before = texts(world.rounds, own)
    with pytest.raises(PersonNeededError, match=rf"{response.run.dispute}.*no outcome is recorded yet for: chargeback"):
        erase_charge(charge, rounds=world.rounds, evidence=evidence)
    assert texts(world.rounds, own) == before


def test_after_being_killed_midway_erasing_can_be_run_again(world, evidence, ended, monkeypatch):
    response, charge = ended
    follow(world, response)
    left, erase = [5], S3Store.erase

    def some(store, names):
        for name in names:
            if store.prefix.startswith(world.rounds.prefix) and not left[0]:
                raise KeyboardInterrupt
            left[0] -= store.prefix.startswith(world.rounds.prefix)
            erase(store, [name])
        return 0

    with monkeypatch.context() as killed:
        killed.setattr(S3Store, "erase", some)
        with pytest.raises(KeyboardInterrupt):
            erase_charge(charge, rounds=world.rounds, evidence=evidence)
    assert erase_charge(charge, rounds=world.rounds, evidence=evidence).about == (response.run.dispute,)
    assert not any(about(charge, world.rounds).values())


def test_a_charge_without_a_dispute_loses_its_documents(world, evidence, monkeypatch, capsys):
    evidence.overwrite("charges/ch_nobodys/documents/order_receipt.txt", DOCUMENTS["order_receipt.txt"])
    deleted = []
    monkeypatch.setattr(program, "delete_runs", lambda about: len(deleted.append(about) or ()))

    assert program.main(["erase", "ch_nobodys"]) == 0

    assert not list(evidence.names("charges/ch_nobodys/"))
    assert deleted == [()]
    assert capsys.readouterr().out == "ch_nobodys (no dispute): 1 objects and 0 runs of Airflow erased\n"


def test_the_command_says_which_round_is_still_followed(world, ended, capsys):
    _, charge = ended

    assert program.main(["erase", charge]) == 1

    assert "Erase the charge once dispute_outcomes has audited the submission" in capsys.readouterr().err
