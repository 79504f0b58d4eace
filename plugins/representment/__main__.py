"""``python -m representment``, where Airflow's connections, variables and database can be reached."""

from __future__ import annotations

import argparse
import logging
import sys
from typing import TYPE_CHECKING

from airflow.sdk import Variable

from disputes.errors import DisputeError
from representment.airflow_internals.database import delete_runs, read_all_secrets
from representment.airflow_internals.deployment import read_dags, read_pools, unpause
from representment.checks.accounts import check_accounts
from representment.checks.buckets import check_buckets
from representment.checks.deployment import check_dags, check_pools
from representment.checks.finding import Findings, Level
from representment.checks.variables import check_variables
from representment.erasing import erase_charge
from representment.hooks.s3_store import S3Store

if TYPE_CHECKING:
    from collections.abc import Callable

CHECKS: tuple[Callable[[Findings], None], ...] = (
    check_variables,
    check_buckets,
    check_accounts,
    check_pools,
    check_dags,
)


def main(arguments: list[str] | None = None) -> int:
    """Run the command; the exit status is 1 where something is wrong, or a charge could not be erased."""
    parser = argparse.ArgumentParser(prog="python -m representment", description="Maintain a deployment.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("check", help="report problems with variables, buckets, Stripe accounts, pools and DAGs")
    commands.add_parser("unpause", help="let Airflow schedule all of our DAGs")
    erase = commands.add_parser(
        "erase", help="erase the data of a charge's customer from both buckets and Airflow's database, permanently"
    )
    erase.add_argument("charges", nargs="+", metavar="CHARGE", help="ch_… or py_…, as Stripe names it")
    options = parser.parse_args(arguments)
    read_all_secrets()
    if options.command == "check":
        return _check()
    if options.command == "unpause":
        return _unpause()
    return max(_erase(charge) for charge in options.charges)


def _check() -> int:
    found = Findings()
    logging.disable(logging.CRITICAL)  # every error on the way becomes a finding
    try:
        with found.looking_at("Airflow's database"):
            read_pools()
        for check in () if found else CHECKS:  # without the database nothing else can be known
            check(found)
    finally:
        logging.disable(logging.NOTSET)
    print(*found, sep="\n")
    wrong = sum(one.level is Level.WRONG for one in found)
    print(f"{wrong} wrong" if wrong else "Nothing is wrong")
    return 1 if wrong else 0


def _unpause() -> int:
    paused = [dag_id for dag_id, is_paused in read_dags().items() if is_paused]
    unpause(paused)
    print(f"{len(paused)} DAGs unpaused{': ' if paused else ''}{', '.join(paused)}")
    return 0


def _erase(charge: str) -> int:
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
