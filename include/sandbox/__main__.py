"""``python -m sandbox --port 0 --seeds DIR``: a Stripe and an S3 on this machine, until SIGTERM or Ctrl-C."""

import argparse
import json
import logging
import secrets
import signal
from contextlib import closing
from pathlib import Path
from threading import Event

from sandbox import s3, seeds
from sandbox.clock import Clock
from sandbox.context import Sandbox
from sandbox.http.app import CONTROL, create_app
from sandbox.http.auth import Keys
from sandbox.http.server import Server
from sandbox.script import SeedError


def main() -> None:
    """Serve, and print one line of JSON that says where and with which keys."""
    parser = argparse.ArgumentParser(prog="sandbox", description="A Stripe and an S3 to rehearse against.")
    parser.add_argument("--host", default="127.0.0.1", help="where to listen; 0.0.0.0 only inside a container")
    parser.add_argument("--port", type=int, default=0, help="the API's port; 0 takes a free one")
    parser.add_argument("--s3-port", type=int, default=0, help="the S3's port; 0 takes a free one")
    parser.add_argument("--token", help="keys and webhook secret end with it, sk_test_TOKEN; a new one by default")
    parser.add_argument(
        "--seeds", type=Path, default=seeds.SHIPPED, help="a folder of seeds; the shipped ones by default"
    )
    parser.add_argument("--smart-disputes", action="store_true", help="the account has Smart Disputes")
    options = parser.parse_args()
    try:
        loaded = seeds.load(options.seeds, Clock(), smart_disputes=options.smart_disputes)
    except SeedError as error:
        parser.exit(2, f"sandbox: {error}\n")
    _serve(loaded, options)


def _serve(loaded: seeds.Seeds, options: argparse.Namespace) -> None:
    logging.getLogger("werkzeug").setLevel(logging.WARNING)  # or the S3 tells of every request
    stop = Event()
    for signum in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signum, lambda *_: stop.set())
    keys = Keys(options.token or secrets.token_hex(12), loaded.account.livemode)
    with (
        s3.serve(loaded.bucket, options.s3_port, options.host) as s3_endpoint,
        closing(Sandbox.of(loaded, keys, s3_endpoint)) as sandbox,
        Server(create_app(sandbox), options.port, options.host) as server,
    ):
        line = {
            "api_base": server.base,
            "s3_endpoint": s3_endpoint,
            "secret_key": keys.secret,
            "restricted_key": keys.restricted,
            "webhook_secret": keys.webhook_secret,
            "control_url": server.base + CONTROL,
            "evidence_bucket": s3.EVIDENCE_BUCKET,
        }
        print(json.dumps(line), flush=True)
        stop.wait()


if __name__ == "__main__":
    main()
