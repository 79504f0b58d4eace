import json
from datetime import UTC, datetime

import pytest
import yaml

from disputes.facts.facts import read_merchant_facts
from sandbox import disputes, seed_matrix, seeds
from sandbox.clock import Clock
from sandbox.control import arrivals, copies
from sandbox.relative_times import Written, resolve, resolve_text
from sandbox.seeds import SHIPPED, SeedError

PRIOR_UNKNOWN = {"visa_compelling_evidence_3": {"prior_undisputed_transactions": [{"charge": "ch_no"}]}}
NOW = int(datetime(2026, 11, 24, 9, 30, 7, tzinfo=UTC).timestamp())


@pytest.fixture(scope="module")
def shipped():
    return seeds.load(SHIPPED, Clock())


@pytest.fixture
def folder(tmp_path):
    def write(path, content):
        target = tmp_path / path
        target.parent.mkdir(parents=True, exist_ok=True)
        text = content if isinstance(content, str | bytes) else json.dumps(content)
        target.write_bytes(text if isinstance(text, bytes) else text.encode())
        return tmp_path

    return write


@pytest.mark.parametrize(
    ("written", "unix", "iso"),
    [
        ("@-6d", NOW - 6 * 86400, "2026-11-18T09:30:07Z"),
        ("@+1d2h30m", NOW + 86400 + 9000, "2026-11-25T12:00:07Z"),
        ("@+9d end", None, "2026-12-03T23:59:59Z"),
        ("@-6d 14:05", None, "2026-11-18T14:05:00Z"),
    ],
)
def test_times_are_relative_to_the_moment_of_loading(written, unix, iso):
    assert resolve({"at": [written]}, NOW, Written.ISO) == {"at": [iso]}
    seconds = resolve(written, NOW, Written.UNIX)
    assert datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ") == iso
    assert unix in (None, seconds)


def test_a_date_stays_a_date_and_other_values_do_not_change():
    written = {"day": "@-6d day", "n": 3, "mail": "kari@-6d.example"}
    assert resolve(written, NOW, Written.ISO) == {"day": "2026-11-18", "n": 3, "mail": "kari@-6d.example"}


def test_times_inside_texts_are_written_out():
    assert resolve_text("Sent on {@-6d}, read {@-6d 14:05 time}.", NOW) == (
        "Sent on 18 November 2026, read 18 November 2026, 14:05 UTC."
    )


def test_an_empty_folder_is_an_empty_account(tmp_path):
    loaded = seeds.load(tmp_path, Clock())
    assert (loaded.bucket, loaded.script, loaded.account.smart_disputes) == ({}, {}, False)
    assert not any(loaded.state.collections.values())


def test_partial_objects_are_completed_and_the_dispute_is_opened(folder):
    folder("account.json", {"id": "acct_9", "smart_disputes": True})
    folder("stripe/customers/cus_9.json", {"name": "Kari"})
    folder("stripe/charges/ch_9.json", {"id": "ch_9", "amount": 900, "created": "@-9d", "customer": "cus_9"})
    folder("stripe/payment_intents/pi_9.json", {"amount": 900, "created": "@-9d", "latest_charge": "ch_9"})
    root = folder("stripe/disputes/du_9.json", {"amount": 900, "charge": "ch_9", "created": "@-9d"})
    loaded = seeds.load(root, Clock())
    dispute = loaded.state.get("disputes", "du_9")
    assert dispute["evidence"]["customer_name"] == "Kari"
    assert dispute["intended_submission_method"] == "prefer_manual"
    assert loaded.state.get("charges", "ch_9")["disputed"]
    assert [event["type"] for event in loaded.state.collections["events"].values()] == [
        "charge.succeeded",
        "charge.dispute.created",
        "charge.dispute.funds_withdrawn",
        "payment_intent.succeeded",
    ]


@pytest.mark.parametrize("status", ["needs_response", "warning_needs_response", "under_review", "won", "lost"])
def test_a_charge_is_disputed_from_the_moment_its_dispute_opens(folder, status):
    folder("stripe/charges/ch_9.json", {"amount": 900, "created": "@-9d", "disputed": True})
    folder("stripe/charges/ch_8.json", {"amount": 900, "created": "@-9d", "disputed": False})
    members = {"amount": 900, "charge": "ch_9", "created": "@-2d", "status": status}
    # One that comes with its balance transactions, as an account that was copied from Stripe has it.
    root = folder("stripe/disputes/du_9.json", members | {"balance_transactions": [{"id": "txn_1", "net": -2400}]})
    state = seeds.load(root, Clock()).state

    assert state.get("charges", "ch_9")["disputed"] is True
    assert state.get("charges", "ch_8")["disputed"] is False
    succeeded = [event for event in state.collections["events"].values() if event["type"] == "charge.succeeded"]
    assert [event["data"]["object"]["disputed"] for event in succeeded] == [False, False]


def test_a_charge_whose_dispute_is_withheld_becomes_disputed_when_it_arrives(folder):
    folder("script.yaml", "du_9: {arrives: true}")
    folder("stripe/charges/ch_9.json", {"amount": 900, "created": "@-9d"})
    dispute = {"amount": 900, "charge": "ch_9", "created": "@-2d", "status": "warning_needs_response"}
    loaded = seeds.load(folder("stripe/disputes/du_9.json", dispute), Clock())
    assert loaded.state.get("charges", "ch_9")["disputed"] is False
    arrivals.arrive(loaded.state, "du_9")
    assert loaded.state.get("charges", "ch_9")["disputed"] is True


def test_the_charge_of_a_copied_inquiry_is_disputed(folder):
    folder("stripe/charges/ch_9.json", {"amount": 900, "created": "@-9d"})
    dispute = {"amount": 900, "charge": "ch_9", "created": "@-2d", "status": "warning_needs_response"}
    loaded = seeds.load(folder("stripe/disputes/du_9.json", dispute), Clock())
    (made,) = copies.make_copies(loaded, of="du_9", count=1, prefix="du_x", documents=False)
    copies.add(loaded.state, made)
    assert loaded.state.get("charges", "ch_x0001")["disputed"] is True


def test_a_charge_must_not_contradict_the_disputes(folder):
    folder("stripe/charges/ch_9.json", {"disputed": False})
    with pytest.raises(SeedError, match=r"ch_9\.json: disputed is false, but a dispute names ch_9"):
        seeds.load(folder("stripe/disputes/du_9.json", {"charge": "ch_9"}), Clock())


def test_in_every_cell_of_the_matrix_only_the_disputed_charge_is_marked():
    for cell in seed_matrix.cells():
        (dispute,) = cell.stripe["disputes"].values()
        said = {charge_id for charge_id, charge in cell.stripe["charges"].items() if charge.get("disputed")}
        assert said == {dispute["charge"]}


def test_typst_sources_become_documents_with_the_same_dates(folder):
    folder("bucket/parts.typ", "#let hello = [Hello]")
    folder("bucket/charges/ch_9/documents/order_receipt.pdf.typ", '#import "/parts.typ": hello\n#hello, {@-6d}')
    folder("bucket/charges/ch_9/documents/photo.png.typ", "#set page(width: 3cm, height: 3cm)\nSeen")
    root = folder("bucket/charges/ch_9/documents/note.txt", "Since {@-6d}")
    bucket = seeds.load(root, Clock()).bucket
    assert sorted(key.rsplit("/", 1)[1] for key in bucket) == ["note.txt", "order_receipt.pdf", "photo.png"]
    assert bucket["charges/ch_9/documents/order_receipt.pdf"].startswith(b"%PDF-")
    assert bucket["charges/ch_9/documents/photo.png"].startswith(b"\x89PNG")
    assert b"@" not in bucket["charges/ch_9/documents/note.txt"]


@pytest.mark.parametrize(
    ("path", "content", "words"),
    [
        ("account.json", {"smart": True}, "account.json"),
        ("stripe/charges/ch_9.json", "{", "ch_9.json"),
        ("stripe/charges/ch_9.json", [], "must be a JSON object"),
        ("bucket/facts.json", "{", "facts.json"),
        ("bucket/x.pdf.typ", "#nothing()", "x.pdf.typ"),
        ("bucket/x.png.typ", "one #pagebreak() two", "one page"),
        ("script.yaml", "du_9: {}", "stripe/disputes has no du_9"),
        ("script.yaml", "du_9: {bonk: won}", "unknown bonk"),
        ("script.yaml", "du_9: {bank: maybe}", "must be one of"),
        ("script.yaml", "du_9: {after: soon}", "whole seconds"),
        ("script.yaml", "du_9: {late_win: true}", "late_win is True, but must be whole seconds"),
        ("script.yaml", "du_9: {arrives: later}", "arrives is 'later', but must be true or false"),
        ("script.yaml", "du_9: {appeal_bank: escalate}", "appeal_bank is 'escalate', but must be one of"),
        ("script.yaml", "du_9: {meanwhile: [{when: never, do: win}]}", "meanwhile"),
        ("script.yaml", "du_9: {meanwhile: [{when: staged, do: dashbord_submit}]}", "dashboard_submit"),
        ("script.yaml", "du_9: {meanwhile: [x]}", "meanwhile"),
        ("script.yaml", "du_9: {meanwhile: 3}", "meanwhile"),
        ("script.yaml", "1: {}", "a mapping"),
        ("script.yaml", "du_9: {2: x}", "a mapping"),
        ("script.yaml", b"# caf\xe9", "script.yaml"),
        ("bucket/note.txt", b"caf\xe9", "note.txt"),
        ("bucket/x.pdf.typ", b"caf\xe9", "x.pdf.typ"),
        ("stripe/charges/ch_9.json", {"payment_method_details": None}, "ch_9.json"),
        ("stripe/charges/ch_9.json", {"created": "@-99999999d"}, "ch_9.json"),
        ("stripe/charges/ch_9.json", {"disputed": True}, "ch_9.json: disputed is true, but no dispute names ch_9"),
        ("stripe/charges/ch_9.json", {"disputed": "yes"}, 'ch_9.json: disputed is "yes", but no dispute'),
        ("stripe/charges/ch_9.json", {"created": "yesterday"}, "ch_9.json: created is 'yesterday', but must be a time"),
        ("stripe/disputes/du_9.json", {"evidence_details": {"due_by": "soon"}}, "due_by is 'soon', but must be a time"),
        ("stripe/disputes/du_9.json", {"evidence": {"enhanced_evidence": PRIOR_UNKNOWN}}, "du_9: No such charge"),
        ("script.yaml", "[1]", "a mapping"),
        ("script.yaml", "{", "script.yaml"),
    ],
)
def test_unreadable_seeds_are_refused_with_their_place(folder, path, content, words):
    with pytest.raises(SeedError, match=words):
        seeds.load(folder(path, content), Clock())


def test_a_missing_folder_is_refused(tmp_path):
    with pytest.raises(SeedError, match="does not exist"):
        seeds.load(tmp_path / "none", Clock())


# The shipped seeds


def test_every_shipped_dispute_says_how_it_must_end(shipped):
    ends = {dispute_id: entry["ends"] for dispute_id, entry in shipped.script.items()}
    assert set(ends) == shipped.state.collections["disputes"].keys() | shipped.state.withheld.keys()
    members = {"status", "submission_count", "submission_method", "dag", "run", "leaf", "revision"}
    assert all(set(end) - {"rounds"} == members for end in ends.values())


def test_references_between_the_shipped_objects_exist(shipped):
    state = shipped.state
    for dispute in (*state.collections["disputes"].values(), *state.withheld.values()):
        charge = state.get("charges", dispute["charge"])
        assert state.get("customers", charge["customer"])
        assert state.get("payment_intents", dispute["payment_intent"])["latest_charge"] == charge["id"]
    for invoice in state.collections["invoices"].values():
        assert state.get("subscriptions", invoice["parent"]["subscription_details"]["subscription"])


def test_exactly_the_shipped_charges_with_a_dispute_are_disputed(shipped):
    named = {dispute["charge"] for dispute in shipped.state.collections["disputes"].values()}
    charges = shipped.state.collections["charges"].values()
    assert {charge["id"] for charge in charges if charge["disputed"]} == named


def test_the_product_can_read_the_shipped_facts(shipped):
    documents = {key: text for key, text in shipped.bucket.items() if key.endswith("facts.json")}
    for key, text in documents.items():
        charge = key.split("/")[1]
        facts = read_merchant_facts(text, charge=charge)
        assert facts.facts["order.total"].value == shipped.state.get("charges", charge)["amount"]


def test_policies_that_the_facts_name_are_in_the_library(shipped):
    for key, text in shipped.bucket.items():
        policy = json.loads(text)["facts"].get("policy", {}) if key.endswith("facts.json") else {}
        for kind in ("refund", "cancellation"):
            version = policy.get(f"{kind}_version", {}).get("value")
            assert version is None or f"policies/{kind}_policy/{version}.pdf" in shipped.bucket


def test_loading_leaves_open_the_disputes_to_answer():
    loaded = seeds.load(SHIPPED, Clock())
    disputes.advance(loaded.state)
    statuses = {dispute["id"]: dispute["status"] for dispute in loaded.state.collections["disputes"].values()}
    assert statuses["du_1FP08Stove"] == "needs_response"
    assert [du for du, status in statuses.items() if status == "under_review"] == ["du_1FP10Jacket", "du_1FP09Pack"]


def test_the_readme_names_every_shipped_dispute():
    text = (SHIPPED / "README.md").read_text("utf-8")
    script = yaml.safe_load((SHIPPED / "script.yaml").read_text("utf-8"))
    assert not [dispute_id for dispute_id in script if f"`{dispute_id}`" not in text]


def test_a_seeded_stripe_file_is_served_and_belongs_to_the_dispute_that_names_it(folder):
    file = {"object": "file", "created": NOW, "purpose": "dispute_evidence", "size": 9, "type": "pdf"}
    folder("stripe/files/file_a.json", file)
    folder("stripe/files/file_a.pdf", b"%PDF-1.7\n")
    staged = {"charge": "ch_1", "created": NOW, "evidence": {"receipt": "file_a"}, "status": "needs_response"}
    loaded = seeds.load(folder("stripe/disputes/du_1.json", staged), Clock()).state
    assert loaded.get("files", "file_a") == file | {"id": "file_a"}
    assert loaded.contents == {"file_a": b"%PDF-1.7\n"}
    assert loaded.attached == {"file_a": "du_1"}


def test_a_file_without_a_type_is_refused_by_name(folder):
    with pytest.raises(SeedError, match=r"file_a\.json"):
        seeds.load(folder("stripe/files/file_a.json", {}), Clock())
