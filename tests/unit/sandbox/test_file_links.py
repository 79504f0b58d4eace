import pytest

from sandbox import file_links
from sandbox.errors import StripeError


@pytest.fixture
def link(bench):
    """Create a link to a new file."""

    def create(**params):
        return file_links.create(bench.state, {"file": bench.upload(), **params}, livemode=False)

    return create


def refusal(call, *args, **kwargs):
    with pytest.raises(StripeError) as caught:
        call(*args, **kwargs)
    return caught.value


def test_a_link_is_public_and_shown_on_its_file(bench, link):
    made = link(metadata={"for": "the bank"})
    file = bench.state.get("files", made["file"])

    assert (made["object"], made["expired"], made["expires_at"]) == ("file_link", False, None)
    assert made["metadata"] == {"for": "the bank"}
    assert file["links"]["data"] == [made]
    content, kind = file_links.read(bench.state, made["url"].rpartition("/")[2])
    assert (content, kind) == (bench.state.contents[made["file"]], "pdf")


def test_a_file_shows_its_newest_ten_links(bench):
    file = bench.upload()
    made = [file_links.create(bench.state, {"file": file}, livemode=False)["id"] for _ in range(11)]
    shown = bench.state.get("files", file)["links"]

    assert [each["id"] for each in shown["data"]] == made[:0:-1]
    assert shown["has_more"] is True


@pytest.mark.parametrize("purpose", ["identity_document", "account_requirement"])
def test_a_file_whose_purpose_allows_no_link_is_refused(bench, purpose):
    error = refusal(file_links.create, bench.state, {"file": bench.upload(purpose=purpose)}, livemode=False)
    assert (error.status, error.param, error.chosen) == (400, "file", True)
    assert purpose in error.message


def test_an_unknown_file_is_refused(bench):
    error = refusal(file_links.create, bench.state, {"file": "file_no"}, livemode=False)
    assert (error.status, error.code, error.param) == (400, "resource_missing", "file")


def test_a_file_of_the_other_mode_is_refused(bench):
    error = refusal(file_links.create, bench.state, {"file": bench.upload()}, livemode=True)
    assert "a similar object exists in test mode" in error.message


@pytest.mark.parametrize("seconds", [0, -1])
def test_an_expiry_that_is_not_in_the_future_is_refused(bench, link, seconds):
    past = bench.clock.now() + seconds
    error = refusal(link, expires_at=past)
    assert (error.status, error.param) == (400, "expires_at")
    assert not bench.state.collections["file_links"]

    made = link()
    error = refusal(file_links.update, bench.state, made["id"], {"expires_at": past, "metadata": {"a": "b"}})
    assert error.param == "expires_at"
    assert (made["expires_at"], made["metadata"]) == (None, {})


def test_an_expired_link_leads_nowhere_and_cannot_be_changed(bench, link):
    made = link(expires_at=bench.clock.now() + 100)
    bench.clock.advance(101)

    assert file_links.read(bench.state, made["url"].rpartition("/")[2]) is None
    assert bench.state.get("files", made["file"])["links"]["data"][0]["expired"] is True
    error = refusal(file_links.update, bench.state, made["id"], {"expires_at": ""})
    assert (error.status, "expired" in error.message) == (400, True)


def test_a_link_expires_now_later_or_never(bench, link):
    made = link(expires_at=bench.clock.now() + 100)
    later = bench.clock.now() + 200
    assert file_links.update(bench.state, made["id"], {"expires_at": later})["expires_at"] == later
    assert file_links.update(bench.state, made["id"], {"metadata": {"a": "b"}})["expires_at"] == later
    assert file_links.update(bench.state, made["id"], {"expires_at": ""})["expires_at"] is None
    ended = file_links.update(bench.state, made["id"], {"expires_at": "now"})
    assert (ended["expired"], ended["metadata"]) == (True, {"a": "b"})
    assert abs(ended["expires_at"] - bench.clock.now()) < 5


def test_refused_metadata_changes_nothing(bench, link):
    made = link(metadata={"a": "b"})
    refusal(file_links.update, bench.state, made["id"], {"expires_at": "now", "metadata": {"x" * 41: "c"}})
    assert (made["expired"], made["metadata"]) == (False, {"a": "b"})


def test_an_unknown_address_leads_nowhere(bench):
    assert file_links.read(bench.state, "no") is None
