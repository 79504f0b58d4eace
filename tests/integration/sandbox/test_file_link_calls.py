"""File links over the wire, by the unmodified ``stripe`` package and by hand."""

import json
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest
import stripe


@pytest.fixture
def api(running):
    return running.client().v1


@pytest.fixture
def file(running):
    return running.upload().id


def now(running):
    return running.control("GET", "clock")["now"]


def refused(call, *args, kind=stripe.InvalidRequestError):
    with pytest.raises(kind) as caught:
        call(*args)
    return caught.value


def post(running, path, pairs, key=""):
    request = Request(running.base + path, urlencode(pairs).encode(), method="POST")
    request.add_header("Authorization", f"Bearer {key or running.keys.secret}")
    try:
        with urlopen(request, timeout=5) as answer:
            return answer.status, json.load(answer)
    except HTTPError as error:
        return error.code, json.load(error)


def test_a_link_is_created_read_listed_and_shown_on_its_file(running, api, file):
    expires_at = now(running) + 3600
    link = api.file_links.create({"file": file, "expires_at": expires_at, "metadata": {"for": "the bank"}})
    other = api.file_links.create({"file": running.upload().id})

    assert (link.object, link.file, link.expired, link.expires_at) == ("file_link", file, False, expires_at)
    assert (link.livemode, link.metadata["for"]) == (False, "the bank")
    assert api.file_links.retrieve(link.id, {"expand": ["file"]}).file.filename == "receipt.pdf"
    assert [each.id for each in api.file_links.list().data] == [other.id, link.id]
    assert [each.id for each in api.file_links.list({"file": file}).data] == [link.id]
    assert [each.id for each in api.files.retrieve(file).links.data] == [link.id]


def test_the_link_needs_no_key_until_it_expires(running, api, file, pdf):
    link = api.file_links.create({"file": file})
    assert link.url.startswith(f"{running.base}/links/")
    with urlopen(link.url, timeout=5) as answer:
        assert (answer.read(), answer.headers["Content-Type"]) == (pdf, "application/pdf")

    api.file_links.update(link.id, {"expires_at": "now"})
    with pytest.raises(HTTPError) as caught:
        urlopen(link.url, timeout=5)
    assert caught.value.code == 404


def test_a_link_expires_with_the_clock_and_is_listed_as_expired(running, api, file):
    link = api.file_links.create({"file": file, "expires_at": now(running) + 100})
    kept = api.file_links.create({"file": file})
    running.control("POST", "clock", {"advance": 101})

    assert api.file_links.retrieve(link.id).expired is True
    assert [each.id for each in api.file_links.list({"expired": True}).data] == [link.id]
    assert [each.id for each in api.file_links.list({"expired": False}).data] == [kept.id]
    error = refused(api.file_links.update, link.id, {"metadata": {"a": "b"}})
    assert (error.http_status, error.headers["Sandbox-Chosen"]) == (400, "true")


def test_an_update_merges_metadata_and_clears_the_expiry(running, api, file):
    link = api.file_links.create({"file": file, "expires_at": now(running) + 100, "metadata": {"a": "b"}})
    changed = api.file_links.update(link.id, {"expires_at": "", "metadata": {"c": "d"}})
    assert (changed.expires_at, changed.metadata.to_dict()) == (None, {"a": "b", "c": "d"})


@pytest.mark.parametrize(
    ("params", "code", "param"),
    [
        ({}, "parameter_missing", "file"),
        ({"file": "file_no"}, "resource_missing", "file"),
        ({"file": "$file", "expires_at": 1}, None, "expires_at"),
        ({"file": "$file", "expires_at": "now"}, "parameter_invalid_integer", "expires_at"),
        ({"file": "$file", "expires_at": "soon"}, "parameter_invalid_integer", "expires_at"),
        ({"file": "$file", "public": "true"}, "parameter_unknown", "public"),
        ({"file": "$file", "expand[]": "charge"}, None, None),
    ],
)
def test_an_invalid_link_is_refused_and_changes_nothing(running, api, file, params, code, param):
    status, body = post(running, "/v1/file_links", {name: file if v == "$file" else v for name, v in params.items()})
    assert (status, body["error"].get("code"), body["error"].get("param")) == (400, code, param)
    assert api.file_links.list().data == []


def test_a_file_of_another_purpose_is_refused(running, api):
    png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x02\0\0\0\x90wS\xde"
    file = running.upload("passport.png", png, purpose="identity_document")
    error = refused(api.file_links.create, {"file": file.id})
    assert (error.http_status, error.param, "identity_document" in error.user_message) == (400, "file", True)


@pytest.mark.parametrize("wrong", ["soon", "1"])
def test_an_update_refuses_an_expiry_in_the_past_or_an_invalid_time(running, api, file, wrong):
    link = api.file_links.create({"file": file})
    status, body = post(running, f"/v1/file_links/{link.id}", {"expires_at": wrong})
    assert (status, body["error"]["param"]) == (400, "expires_at")
    assert api.file_links.retrieve(link.id).expires_at is None


def test_an_unknown_link_is_missing(api):
    for error in (refused(api.file_links.retrieve, "link_no"), refused(api.file_links.update, "link_no", {})):
        assert (error.http_status, error.code) == (404, "resource_missing")


def test_a_restricted_key_reads_links_but_cannot_create_them(running, api, file):
    link = api.file_links.create({"file": file})
    reader = running.client(running.keys.restricted).v1
    assert reader.file_links.retrieve(link.id).id == link.id
    for call, *args in ((reader.file_links.create, {"file": file}), (reader.file_links.update, link.id, {})):
        error = refused(call, *args, kind=stripe.PermissionError)
        assert (error.http_status, "rak_file_write" in error.user_message) == (403, True)


def test_one_idempotency_key_creates_one_link(api, file):
    first, second = (api.file_links.create({"file": file}, {"idempotency_key": "k1"}) for _ in range(2))
    assert (first.id, first.url) == (second.id, second.url)
    error = refused(
        api.file_links.create,
        {"file": file, "metadata": {"a": "b"}},
        {"idempotency_key": "k1"},
        kind=stripe.IdempotencyError,
    )
    assert error.http_status == 400
    assert len(api.file_links.list().data) == 1


def test_an_upload_can_create_its_link(running, pdf):
    def upload(data):
        pairs = [("purpose", "dispute_evidence"), *data]
        fields = "".join(f'--b\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n' for n, v in pairs)
        body = fields.encode() + b'--b\r\nContent-Disposition: form-data; name="file"; filename="r.pdf"\r\n\r\n' + pdf
        headers = {"Authorization": f"Bearer {running.keys.secret}", "Content-Type": "multipart/form-data; boundary=b"}
        request = Request(f"{running.base}/v1/files", body + b"\r\n--b--\r\n", headers, method="POST")
        try:
            with urlopen(request, timeout=5) as answer:
                return json.load(answer)
        except HTTPError as error:
            return json.load(error)

    made = upload([("file_link_data[create]", "true"), ("file_link_data[metadata][a]", "b")])
    assert [link["metadata"] for link in made["links"]["data"]] == [{"a": "b"}]
    assert upload([("file_link_data[create]", "false")])["links"]["data"] == []
    past = upload([("file_link_data[create]", "true"), ("file_link_data[expires_at]", "1")])
    assert past["error"]["param"] == "file_link_data[expires_at]"
    assert len(running.client().v1.files.list().data) == 2
