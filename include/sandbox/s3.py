"""An S3 to rehearse against: moto's server in this process. It serves SQS at the same address."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import boto3
from botocore.config import Config
from moto.server import ThreadedMotoServer

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


@contextmanager
def serve(evidence: Mapping[str, bytes], port: int = 0, host: str = "127.0.0.1") -> Iterator[str]:
    """Serve an S3 that holds the merchant's evidence, and an empty bucket for our rounds.

    :param evidence: objects by key
    :param port: 0 takes a free one
    :param host: where to listen
    :return: the endpoint's address
    """
    server = ThreadedMotoServer(ip_address=host, port=port, verbose=False)
    server.start()
    try:
        _, bound = server.get_host_and_port()
        endpoint = f"http://{host}:{bound}"
        s3 = client("s3", endpoint)
        for bucket in (EVIDENCE_BUCKET, ROUNDS_BUCKET):
            s3.create_bucket(Bucket=bucket)
        put(endpoint, evidence.items())
        yield endpoint
    finally:
        server.stop()
