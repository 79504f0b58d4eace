"""An S3 to rehearse against: moto's server in this process."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import boto3
from moto.server import ThreadedMotoServer

EVIDENCE_BUCKET = "evidence"
ROUNDS_BUCKET = "representment"
_ANY = "sandbox"  # moto takes any key


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
        client = boto3.client(
            "s3",
            endpoint_url=endpoint,
            region_name="us-east-1",
            aws_access_key_id=_ANY,
            aws_secret_access_key=_ANY,
        )
        for bucket in (EVIDENCE_BUCKET, ROUNDS_BUCKET):
            client.create_bucket(Bucket=bucket)
        for key, content in evidence.items():
            client.put_object(Bucket=EVIDENCE_BUCKET, Key=key, Body=content)
        yield endpoint
    finally:
        server.stop()
