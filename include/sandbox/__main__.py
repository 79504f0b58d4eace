"""``python -m sandbox --port 0 --seeds DIR``: a Stripe and an S3 on 127.0.0.1, until SIGTERM or Ctrl-C."""

import argparse
import json
import secrets
import signal
from importlib.resources import as_file, files
from pathlib import Path
from threading import Event

from sandbox import s3, seeds
from sandbox.app import CONTROL, create_app
from sandbox.auth import Keys
from sandbox.clock import Clock
from sandbox.context import Sandbox
from sandbox.server import Server


def main() -> None:
    """Serve, and print one line of JSON that says where and with which keys."""
    parser = argparse.ArgumentParser(prog="sandbox", description="A Stripe and an S3 to rehearse against.")
    parser.add_argument("--port", type=int, default=0, help="the API's port; 0 takes a free one")
    parser.add_argument("--seeds", type=Path, help="a folder of seeds; left out, the shipped ones")
    parser.add_argument("--smart-disputes", action="store_true", help="the account has Smart Disputes")
    options = parser.parse_args()
    with as_file(files("sandbox") / "seeds") as shipped:
        _serve(options.seeds or shipped, options.port, smart_disputes=options.smart_disputes)


def _serve(folder: Path, port: int, *, smart_disputes: bool) -> None:
    stop = Event()
    for signum in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signum, lambda *_: stop.set())
    loaded = seeds.load(folder, Clock(), smart_disputes=smart_disputes)
    sandbox = Sandbox.of(loaded, Keys(secrets.token_hex(12)))
    with s3.serve(loaded.bucket) as s3_endpoint, Server(create_app(sandbox), port) as server:
        line = {
            "api_base": server.base,
            "s3_endpoint": s3_endpoint,
            "secret_key": sandbox.keys.secret,
            "restricted_key": sandbox.keys.restricted,
            "webhook_secret": f"whsec_{secrets.token_hex(16)}",
            "control_url": server.base + CONTROL,
            "evidence_bucket": s3.EVIDENCE_BUCKET,
        }
        print(json.dumps(line), flush=True)
        stop.wait()


if __name__ == "__main__":
    main()
