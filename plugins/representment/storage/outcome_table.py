"""Outcome records as Parquet, one file a record, in a folder a month."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from disputes.errors import PersonNeededError
from disputes.record_format import read_model
from disputes.response.outcome_records import OutcomeRecord
from representment.storage.record_names import LATE_WINS, OUTCOMES

if TYPE_CHECKING:
    from representment.hooks.s3_store import S3Store

TABLE = "outcome_records"
LATE_WIN = "__late_win"
"""Suffix of the name of a late win's record, which is stored beside that of the loss."""
NAMES = "list"
COLUMNS = {
    "response": "string",
    "dispute": "string",
    "round": "string",
    "revision": "int32",
    "account": "string",
    "reason": "string",
    "claim": "string",
    "product_type": "string",
    "network": "string",
    "network_code": "string",
    "amount": "int64",
    "currency": "string",
    "outcome": "string",
    "status": "string",
    "submission_method": "string",
    "past_due": "bool",
    "fields": NAMES,
    "files": NAMES,
    "pages": "int32",
    "essential_share": "float64",
    "strong_share": "float64",
    "helpful_share": "float64",
    "decision": "string",
    "contradictions": NAMES,
    "version": "string",
    "packet_sha256": "string",
    "approved_by": "string",
    "opened_at": "timestamp",
    "submitted_at": "timestamp",
    "seen_at": "timestamp",
    "days_to_submission": "float64",
    "days_to_outcome": "float64",
    "balance_currency": "string",
    "fees": "int64",
    "net": "int64",
    "late_win": "bool",
    "livemode": "bool",
    "missing": NAMES,
}
"""Column -> type: names are lists of strings, times are seconds in UTC. Columns stay; new ones come at the end."""


def write_record(store: S3Store, record: OutcomeRecord) -> None:
    """Add a record to the table, once; a repetition changes nothing."""
    month = datetime.fromtimestamp(record.seen_at, UTC).strftime("%Y-%m")
    name = record.response + (LATE_WIN if record.late_win else "")
    store.write_once(f"{TABLE}/month={month}/{name}.parquet", parquet(record))


def complete_table(store: S3Store, problems: list[str]) -> None:
    """Add to the table the records of a task that died before it had added them.

    :param problems: takes a line for each record that cannot be read
    """
    held = {PurePosixPath(name).stem for name in store.names(f"{TABLE}/")}
    for index, ending in ((OUTCOMES, ""), (LATE_WINS, LATE_WIN)):
        names = [name for name in store.names(f"{index}/") if PurePosixPath(name).stem + ending not in held]
        for name, content in zip(names, store.read_all(names), strict=True):
            try:
                record = read_model(OutcomeRecord, content, store.uri(name))
            except PersonNeededError as error:
                problems.append(str(error))
            else:
                write_record(store, record)


def parquet(record: OutcomeRecord) -> bytes:
    """One record as a Parquet file."""
    # Heavy: only the task that writes pays for it. Neither has types.
    import pyarrow as pa  # type: ignore[import-untyped]
    import pyarrow.parquet as pq  # type: ignore[import-untyped]

    schema = pa.schema([(name, _type(pa, kind)) for name, kind in COLUMNS.items()])
    table = pa.Table.from_pylist([record.model_dump()], schema=schema)
    content = BytesIO()
    pq.write_table(table, content)
    return content.getvalue()


def _type(arrow: Any, kind: str) -> Any:
    types = {NAMES: arrow.list_(arrow.string()), "timestamp": arrow.timestamp("s", "UTC"), "bool": arrow.bool_()}
    return types[kind] if kind in types else arrow.type_for_alias(kind)
