"""Uploads: each file once, even if tasks are killed."""

import pytest
from tests.integration.representment.steps import forget

from representment.exceptions import StripeUnavailableError
from representment.hooks.stripe_hook import StripeHook


def uploads(world):
    return world.calls("/v1/files").count("POST /v1/files")


@pytest.fixture
def rendered(world):
    response = world.response(world.take("parcel"))
    assert response.to("render") == "upload"
    return response


def test_a_file_uploaded_before_a_kill_is_found_again(world, rendered):
    ids = rendered.do("upload")
    for field in ("receipt", "uncategorized_file"):
        forget(world.rounds, f"{rendered.folder.revision}/uploads/{field}.json")
    before = uploads(world)
    assert rendered.do("upload", 2) == ids
    assert uploads(world) == before


@pytest.mark.parametrize(
    ("kind", "when"), [("500", "after"), ("reset", "after"), ("reset", "before"), ("429", "before")]
)
def test_after_a_fault_no_file_is_uploaded_twice(world, rendered, kind, when):
    world.fault(kind, when, path="/v1/files", method="POST")
    with pytest.raises(StripeUnavailableError):
        rendered.do("upload")
    ids = rendered.do("upload", 2)
    held = [file["id"] for file in StripeHook().files_since(0) if rendered.run.dispute in file["filename"]]
    assert sorted(held) == sorted(ids.values())
    assert rendered.do("stage") == "submit"


def test_a_failed_upload_does_not_keep_the_other_files_from_being_recorded(world, rendered):
    world.fault("500", path="/v1/files", method="POST")
    with pytest.raises(StripeUnavailableError):
        rendered.do("upload")
    records = list(world.rounds.names(f"{rendered.folder.revision}/uploads/"))
    assert len(records) == len(rendered.folder.manifest().files)  # one is the mark of the start


def test_a_file_of_another_dispute_with_the_same_content_is_not_reused(world, rendered):
    theirs = rendered.do("upload")["refund_policy"]
    assert rendered.do("stage") == "submit"
    other = world.response(world.take("parcel"))
    other.to("render")
    entries = [each.folder.manifest().files["refund_policy"] for each in (rendered, other)]
    assert entries[0].sha256 == entries[1].sha256
    world.fault("reset", path="/v1/files", method="POST", count=5)
    with pytest.raises(StripeUnavailableError):
        other.do("upload")
    ours = other.do("upload", 2)["refund_policy"]
    assert ours != theirs
    assert other.do("stage") == "submit"


def test_stripes_files_match_the_manifest(world, rendered):
    from hashlib import sha256

    hook = StripeHook()
    for field, file in rendered.do("upload").items():
        assert sha256(hook.file_content(file)).hexdigest() == rendered.folder.manifest().files[field].sha256
