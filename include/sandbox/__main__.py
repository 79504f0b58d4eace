"""``python -m sandbox --port 0 --seeds DIR``: a Stripe and an S3 on this machine, until SIGTERM or Ctrl-C."""

import argparse
import json
import logging
import os
import re
import secrets
import signal
import socket
import sys
from contextlib import ExitStack, closing
from pathlib import Path
from typing import NoReturn

from sandbox import s3, seeds
from sandbox.clock import Clock
from sandbox.context import Sandbox
from sandbox.http.app import CONTROL, create_app
from sandbox.http.auth import Keys
from sandbox.http.server import Server
from sandbox.script import SeedError

_SIGNALS = (signal.SIGTERM, signal.SIGINT)
_MOST_PORT = 65_535


def main() -> None:
    """Serve, and print one line of JSON that says where and with which keys."""
    for signum in _SIGNALS:
        signal.signal(signum, _end)
    parser = argparse.ArgumentParser(prog="sandbox", description="Run a Stripe sandbox and an S3 to rehearse against.")
    parser.add_argument("--host", default="127.0.0.1", help="where to listen; 0.0.0.0 only inside a container")
    parser.add_argument("--port", type=_port, default=0, help="the API's port; 0 takes a free one")
    parser.add_argument("--s3-port", type=_port, default=0, help="the S3's port; 0 takes a free one")
    parser.add_argument(
        "--token", type=_token, help="keys and webhook secret end with it, sk_test_TOKEN; a new one by default"
    )
    parser.add_argument(
        "--seeds", type=Path, default=seeds.SHIPPED, help="a folder of seeds; the shipped ones by default"
    )
    parser.add_argument("--smart-disputes", action="store_true", help="the account has Smart Disputes")
    options = parser.parse_args()
    try:
        _check_free(options.host, options.port, options.s3_port)
        loaded = seeds.load(options.seeds, Clock(), smart_disputes=options.smart_disputes)
    except (SeedError, OSError) as error:
        parser.exit(2, f"sandbox: {error}\n")
    _serve(loaded, options)


def _end(*_: object) -> NoReturn:
    for signum in _SIGNALS:
        signal.signal(signum, signal.SIG_IGN)  # a second signal must not interrupt the cleanup
    raise SystemExit(0)


def _port(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or int(text) > _MOST_PORT:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port: 0 to {_MOST_PORT}")
    return int(text)


def _token(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9]+", text):
        raise argparse.ArgumentTypeError(f"{text!r} must be letters and digits")
    return text


def _check_free(host: str, *ports: int) -> None:
    """Try the addresses first: moto's server would silently end its thread, and the start would wait forever.

    :raises OSError: an address that cannot be used
    """
    with ExitStack() as held:
        for port in ports:
            try:
                held.enter_context(socket.create_server((host, port)))
            except OSError as error:
                raise OSError(f"cannot listen on {host}, port {port}: {error.strerror}") from error


def _serve(loaded: seeds.Seeds, options: argparse.Namespace) -> None:
    logging.getLogger("werkzeug").setLevel(logging.WARNING)  # or the S3 prints every request
    for name in ("AWS_PROFILE", "AWS_DEFAULT_PROFILE"):
        os.environ.pop(
            name, None
        )  # boto3 would look for the profile in a file that does not have it, on moto's side too
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
        if _print_line(json.dumps(line)):
            signal.pause()


def _print_line(line: str) -> bool:
    """Print a line; False when nobody listens any more."""
    try:
        print(line, flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # takes what is flushed at the exit
        return False
    return True


if __name__ == "__main__":
    main()
