"""The titles of documents: `exhibit_titles.yaml`."""

from functools import cache
from importlib.resources import files
from typing import NamedTuple

import yaml


class Title(NamedTuple):
    """What letter and caption call a document, and what the reader finds in it."""

    title: str
    shows: str


@cache
def titles() -> dict[str, Title]:
    """By the playbooks' name for the document, like `proof_of_delivery`."""
    content = yaml.load((files("disputes.rules") / "exhibit_titles.yaml").read_bytes(), yaml.CSafeLoader)
    return {name: Title(*words) for name, words in content.items()}
