"""Documents that people add: stored in the merchant's bucket beside the charge's documents, with a separate key.

The tasks' own connection only reads that bucket.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import PurePath

from airflow.models.connection import Connection
from airflow.models.variable import Variable
from airflow.sdk.exceptions import AirflowNotFoundException

from disputes.errors import InputError, LimitError
from representment.hooks.s3_store import S3Store

CONNECTION = "aws_documents"
"""The connection that may write below `charges/` of the merchant's bucket. Without it people cannot add documents."""
EVIDENCE_VARIABLE = "representment_evidence_uri"
MOST_OF_A_DOCUMENT = 15_000_000
"""Largest document that can be added, in bytes."""


def may_add_documents() -> bool:
    """Whether this deployment has the connection."""
    try:
        Connection.get_connection_from_secrets(CONNECTION)
    except AirflowNotFoundException:
        return False
    return True


def name_document(document: str, given: str) -> str:
    """The name under which a document is stored: its kind, then the safe characters of its original name.

    :param document: the playbook's name for it
    :raises InputError: the name does not end in the kind of file
    """
    path = PurePath(given.replace("\\", "/"))
    stem, suffix = re.sub(r"[^a-z0-9]+", "-", path.stem.casefold()).strip("-"), path.suffix.casefold()
    if not re.fullmatch(r"\.[a-z0-9]{1,8}", suffix):
        raise InputError("the file's name has no extension, like .pdf", remedy="Rename it")
    return f"{document}-{stem[:60] or 'added'}{suffix}"


def keep_document(charge: str, name: str, content: bytes) -> None:
    """Write a document beside those of its charge, without overwriting any.

    :raises InputError: another document has this name, or the connection does not exist
    :raises LimitError: it is empty or too large
    """
    if not 0 < len(content) <= MOST_OF_A_DOCUMENT:
        raise LimitError(f"a document must have 1 to {MOST_OF_A_DOCUMENT:,} bytes", subject=name)
    if not may_add_documents():
        raise InputError(
            f"the connection {CONNECTION} does not exist",
            remedy="Ask an administrator to create it, as the README describes",
        )
    store = _store(Variable.get(EVIDENCE_VARIABLE))
    if not store.write_once(f"charges/{charge}/documents/{name}", content):
        raise InputError("another document has this name", subject=name, remedy="Give it another name")


@cache
def _store(uri: str) -> S3Store:
    return S3Store(uri, aws_conn_id=CONNECTION)
