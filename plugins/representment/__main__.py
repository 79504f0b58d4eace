"""``python -m representment erase CHARGE…``, where Airflow's connections, variables and database can be reached."""

from __future__ import annotations

import argparse
import sys

from airflow.sdk import Variable

from disputes.errors import DisputeError
from representment.airflow_internals.database import delete_runs, read_all_secrets
from representment.erasing import erase_charge
from representment.hooks.s3_store import S3Store


def main(arguments: list[str] | None = None) -> int:
    """Run the command; the exit status is 1 where a charge could not be erased."""
    parser = argparse.ArgumentParser(prog="python -m representment", description="Look after what Representment keeps.")
    commands = parser.add_subparsers(required=True)
    erase = commands.add_parser(
        "erase", help="erase a charge's customer from both buckets and Airflow's database, for good"
    )
    erase.add_argument("charges", nargs="+", metavar="CHARGE", help="ch_… or py_…, as Stripe names it")
    options = parser.parse_args(arguments)
    return max(_erase(charge) for charge in options.charges)


def _erase(charge: str) -> int:
    read_all_secrets()
    rounds, evidence = (S3Store(Variable.get(f"representment_{name}_uri")) for name in ("rounds", "evidence"))
    try:
        erased = erase_charge(charge, rounds=rounds, evidence=evidence)
    except DisputeError as error:
        print(f"{charge}: {error}", file=sys.stderr)
        return 1
    runs = delete_runs(erased.about)
    about = ", ".join(erased.about) or "no dispute"
    print(f"{charge} ({about}): {erased.objects} objects and {runs} runs of Airflow erased")
    return 0


if __name__ == "__main__":
    sys.exit(main())
