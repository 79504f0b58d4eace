"""Enhanced evidence on the dispute: staged with what Stripe filled in, submitted, and taken back without it."""

import pytest

from disputes.checking.audit import audit, file_ids
from disputes.errors import GuardError

CE3 = "visa_compelling_evidence_3"
PLACE = f"evidence[enhanced_evidence][{CE3}]"


@pytest.fixture
def response(world):
    return world.response(world.take("compelling"), reason="fraudulent")


@pytest.fixture
def before(response):
    return response.stored["evidence"]


@pytest.fixture
def staged(response, before):
    if response.to("stage") == "approve":
        response.choose("Approve")
    return response


def ce3(response):
    return response.stored["evidence"]["enhanced_evidence"][CE3]


def test_staging_adds_it_to_the_ordinary_fields_and_unstaging_restores_stripes_values(world, staged, before):
    stored = staged.stored
    assert stored["evidence_details"]["enhanced_eligibility"][CE3]["status"] == "qualified"
    assert stored["evidence"]["customer_purchase_ip"] == "203.0.113.9"
    priors = ce3(staged)["prior_undisputed_transactions"]
    assert {one["customer_account_id"] for one in priors} == {"bea"}
    record = staged.folder.record("staged.json")
    assert record["eligibility"][CE3]["status"] == "qualified"
    # The state left by an un-staging that was killed after its first request.
    world.edit(staged.run.dispute, **{"evidence[enhanced_evidence]": ""})
    assert staged.unstage()
    assert staged.stored["evidence"] == before
    staged.do("stage", 2)
    assert staged.unstage()
    assert staged.stored["evidence"] == before
    assert staged.stored["metadata"] == {}
    assert not staged.unstage()


def test_a_persons_change_to_it_stops_the_submission_and_is_kept(world, staged):
    world.edit(staged.run.dispute, **{f"{PLACE}[disputed_transaction][product_description]": "A person's own words"})
    with pytest.raises(GuardError, match=f"{CE3}.disputed_transaction.product_description"):
        staged.do("submit")
    assert staged.unstage()
    assert ce3(staged)["disputed_transaction"]["product_description"] == "A person's own words"
    assert ce3(staged)["disputed_transaction"]["customer_account_id"] is None


def test_after_submission_the_audit_finds_it_complete(staged):
    staged.do("submit")
    stored, manifest = staged.stored, staged.folder.manifest()
    operator, _ = staged.task("submit", 2)
    contents = {file: operator.stripe.file_content(file) for file in file_ids(stored, manifest)}
    assert audit(stored, contents, manifest, packet_sha256=staged.folder.packet().sha256) == ()
