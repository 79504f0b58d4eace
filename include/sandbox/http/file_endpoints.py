"""Files and file links: uploads, contents, and the addresses that need no key."""

import stripe
from stripe import params as typed
from werkzeug.datastructures import FileStorage

from sandbox import errors, file_links, files
from sandbox.http.calls import Call, Download, Endpoint
from sandbox.resources import RESOURCES
from sandbox.state import StripeObject

MIMETYPES = {"pdf": "application/pdf", "jpg": "image/jpeg", "png": "image/png"}

_FILES, _LINKS = RESOURCES["files"], RESOURCES["file_links"]


def _upload(call: Call) -> StripeObject:
    upload = call.params["file"]
    if not isinstance(upload, FileStorage):
        raise errors.invalid_request("Invalid file: must be uploaded as multipart/form-data", param="file", chosen=True)
    purpose, name, livemode = call.params["purpose"], upload.filename or "file", call.caller.livemode
    link = call.params.get("file_link_data", {"create": False})
    if link["create"]:
        file_links.check(call.state, purpose, link, param="purpose", parent="file_link_data")
    file = files.create(call.state, purpose, name, upload.read(), livemode=livemode)
    if link["create"]:
        file_links.create(call.state, link | {"file": file["id"]}, livemode=livemode)
    return call.render(file)


def _read_contents(call: Call) -> Download:
    file = call.find(_FILES)
    content = files.content(call.state, file["id"])
    return Download(content, MIMETYPES.get(file["type"], "application/octet-stream"))


def _create_link(call: Call) -> StripeObject:
    return call.render(file_links.create(call.state, call.params, livemode=call.caller.livemode))


def _update_link(call: Call) -> StripeObject:
    return call.render(file_links.update(call.state, call.find(_LINKS)["id"], call.params))


FILE_ENDPOINTS = (
    # Nothing shows that uploads are idempotent at Stripe: the same key uploads twice.
    Endpoint("POST", "/v1/files", typed.FileCreateParams, stripe.File, "file", _upload, idempotent=False),
    Endpoint("GET", "/v1/files/<id>/contents", typed.FileRetrieveParams, stripe.File, "file", _read_contents),
    Endpoint("POST", "/v1/file_links", typed.FileLinkCreateParams, stripe.FileLink, "file", _create_link),
    Endpoint("POST", "/v1/file_links/<id>", typed.FileLinkUpdateParams, stripe.FileLink, "file", _update_link),
)
