"""A folder with all of one dispute's input: Stripe's objects, the merchant's facts, documents and policies."""

import json
import warnings
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from disputes.case.document_choice import VERSIONS
from disputes.case.gathered import Gathered, gather
from disputes.dispute import Dispute
from disputes.errors import InputError
from disputes.exhibits.isolation import MAX_BYTES
from disputes.facts.facts import Facts
from disputes.facts.stripe_shapes import SHAPES, check_dispute, checked_list
from disputes.safe_files import names_below, read_file

MAX_JSON = 20_000_000
"""Largest JSON file, in bytes."""


class InputFolder:
    """Reads `dispute.json`, `facts.json`, `prior_charges.json` and the like, `documents/` and `policies/`.

    :param path: the folder
    :raises InputError: it is none
    """

    def __init__(self, path: Path) -> None:
        if not path.is_dir():
            raise InputError("is not a folder", subject=str(path), remedy="Name the folder that contains dispute.json")
        self.path = path
        self.documents = names_below(path / "documents")
        self.policies = _library(names_below(path / "policies"))
        """Where each policy is in the folder, by its name in the merchant's bucket."""

    def gathered(self, claim: str | None = None) -> Gathered:
        """What is known.

        :param claim: what a person chose of the claims that the network's code leaves open
        :raises InputError: naming the file and the member that is wrong
        """
        stored = self._json("dispute.json")
        if stored is None:
            raise InputError(
                "contains no dispute.json",
                subject=str(self.path),
                remedy="Save the dispute as Stripe's API returns it, with charge.customer and charge.refunds expanded",
            )
        check_dispute(stored)
        try:
            return self._gathered(stored, claim)
        # A file can hold what the API never returns, at any depth.
        except (AttributeError, KeyError, OverflowError, TypeError, ValueError) as error:
            raise InputError(
                f"part of it is not as Stripe's API returns it ({type(error).__name__}: {error})",
                subject="dispute.json, or a list beside it",
                remedy="Save the objects from the API again",
            ) from error

    def _gathered(self, stored: dict[str, Any], claim: str | None) -> Gathered:
        dispute = Dispute.model_validate(stored)
        found = gather(dispute, stored, self._bytes("facts.json"), self._related, claim)
        return replace(found, facts=_as_stored(found.facts))

    def read(self, name: str) -> bytes:
        """A document, by the name that :func:`disputes.case.gathered.wanted` gives.

        :raises InputError: when it cannot be read
        """
        kind, _, within = name.partition("/")
        path = self.path / kind / (self.policies[within] if kind == "policies" else within)
        if any("\ud800" <= character <= "\udfff" for character in name):
            raise InputError("has a name that is not UTF-8", remedy="Rename it")
        content = read_file(path, most=MAX_BYTES)
        if content is None:
            raise InputError("is gone", remedy="Supply the document again")
        return content

    def not_read(self, related: Iterable[str]) -> list[str]:
        """Lists that are there, and that the playbook does not ask for."""
        return [f"{name}.json" for name in SHAPES if name not in related and (self.path / f"{name}.json").exists()]

    def _related(self, name: str) -> list[dict[str, Any]]:
        content = self._json(f"{name}.json")
        return [] if content is None else checked_list(name, content)

    def _json(self, name: str) -> Any:
        content = self._bytes(name)
        return None if content is None else json.loads(content)

    def _bytes(self, name: str) -> bytes | None:
        """A JSON file whose every text and number can also be written; None where there is none."""
        content = read_file(self.path / name, most=MAX_JSON)
        if content is None:
            return None
        try:
            json.dumps(json.loads(content), ensure_ascii=False, allow_nan=False).encode()
        except (ValueError, RecursionError) as error:
            raise InputError(f"is not JSON in UTF-8: {error}", subject=name, remedy="Save it again") from error
        return content


def _as_stored(facts: Facts) -> Facts:
    """The facts as a round in Airflow reads them back: every value is checked."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # pydantic only warns of a value that is not of its type
        for name, fact in facts.items():
            try:
                Facts.from_json(Facts({name: fact}).to_json())
            except (AttributeError, InputError, TypeError, UserWarning, ValueError) as error:
                raise InputError(
                    f"{fact.source} has no usable {name}",
                    subject="dispute.json, or a list beside it",
                    remedy="Supply the object as Stripe's API returns it",
                ) from error
    return Facts.from_json(facts.to_json())


def _library(names: Iterable[str]) -> Mapping[str, str]:
    """Names of policies, like `refund_policy/v3.pdf`, stored in folders or flat, as `refund_policy-v3.pdf`."""
    library: dict[str, str] = {}
    for name in names:
        policy, dash, version = name.partition("-")
        entry = f"{policy}/{version}" if dash and policy in VERSIONS else name
        if entry in library:
            raise InputError(
                f"{library[entry]} and {name} are the same version", subject="policies", remedy="Leave one"
            )
        library[entry] = name
    return library
