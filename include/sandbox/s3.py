"""An S3 to rehearse against: moto's server in this process. It serves SQS at the same address."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from typing import Any

import boto3
from botocore.config import Config
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app

from sandbox.http.server import Handler, Server

EVIDENCE_BUCKET = "evidence"
ROUNDS_BUCKET = "representment"
_ANY = "sandbox"  # moto takes any key


def client(service: str, endpoint: str) -> Any:
    """Make a client of moto's server.

    :param service: ``s3`` or ``sqs``
    """
    return boto3.client(
        service,
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id=_ANY,
        aws_secret_access_key=_ANY,
        config=Config(proxies={}),  # it is on this machine, around any proxy
    )


def put(endpoint: str, documents: Iterable[tuple[str, bytes]]) -> None:
    """Put documents into the evidence bucket.

    :param documents: key and content
    """
    s3 = client("s3", endpoint)
    for key, content in documents:
        s3.put_object(Bucket=EVIDENCE_BUCKET, Key=key, Body=content)


class _Handler(Handler, MotoRequestHandler):
    """moto's own server closes the connection after each answer; S3 keeps it open."""

    def make_environ(self) -> dict[str, Any]:
        """Read the whole body: moto may answer without it, and what is left would be taken for the next request."""
        environ = super().make_environ()
        length = () if environ.get("wsgi.input_terminated") else (int(environ.get("CONTENT_LENGTH") or 0),)
        environ["wsgi.input"] = BytesIO(environ["wsgi.input"].read(*length))
        return environ


@contextmanager
def serve(evidence: Mapping[str, bytes], port: int = 0, host: str = "127.0.0.1") -> Iterator[str]:
    """Serve an S3 that holds the merchant's evidence, and an empty bucket for our rounds.

    :param evidence: objects by key
    :param port: 0 takes a free one
    :param host: where to listen
    :return: the endpoint's address
    """
    with Server(DomainDispatcherApplication(create_backend_app), port, host, _Handler) as server:
        s3 = client("s3", server.base)
        for bucket in (EVIDENCE_BUCKET, ROUNDS_BUCKET):
            s3.create_bucket(Bucket=bucket)
        put(server.base, evidence.items())
        yield server.base
