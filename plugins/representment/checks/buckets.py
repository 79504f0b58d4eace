"""The two places in S3: can they be reached, are they versioned, and who owns them?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow.providers.amazon.aws.hooks.sts import StsHook
from airflow.sdk import Variable
from botocore.exceptions import BotoCoreError, ClientError

from representment.exceptions import BrakeError
from representment.hooks.s3_errors import code_of, translate_errors
from representment.hooks.s3_store import S3Store
from representment.storage.brake import check_brake

if TYPE_CHECKING:
    from representment.checks.finding import Findings

EXAMPLES = frozenset({"evidence", "representment", "my-shop-evidence", "my-shop-disputes"})
"""Example buckets of the sandbox and the README. At AWS, where bucket names are global, each belongs to somebody."""
PROBE = "checked.json"
"""Written once by the first check, and kept."""
FIRST, SECOND = b'{"checked": true}', b'{"checked": "again"}'


def check_buckets(found: Findings) -> None:
    """Check the merchant's bucket and that of the rounds' records."""
    for name, look in (("evidence", _check_evidence), ("rounds", _check_rounds)):
        variable = f"representment_{name}_uri"
        with found.looking_at(f"variable {variable}"):
            uri = Variable.get(variable, default=None)
            if uri is None:
                found.wrong(f"variable {variable}: is not set. Set it to s3://bucket/prefix, a place of your own")
                continue
            store = S3Store(uri)
            if _is_example(store):
                found.wrong(f"variable {variable}: {store.uri('')} is an example. Set it to a bucket of your own")
                continue
            look(store, found)
            _check_owner(store, found)


def _is_example(store: S3Store) -> bool:
    return store.bucket in EXAMPLES and _is_at_aws(store)


def _is_at_aws(store: S3Store) -> bool:
    return str(store.client.meta.endpoint_url).endswith((".amazonaws.com", ".amazonaws.com.cn"))


def _check_evidence(store: S3Store, found: Findings) -> None:
    some = next(iter(store.names("")), None)
    if some is None:
        found.note(
            f"{store.uri('')}: is still empty; without the merchant's facts a person has to approve every packet"
        )
        return
    store.need(some)
    found.ok(f"{store.uri('')}: can be listed and read")


def _check_rounds(store: S3Store, found: Findings) -> None:
    next(iter(store.names("")), None)
    store.keep(PROBE, FIRST)
    if store.write_once(PROBE, SECOND):
        found.wrong(
            f"{store.uri('')}: the store does not honour If-None-Match, so two runs could answer one round. "
            "Use another store"
        )
        return
    found.ok(f"{store.uri('')}: can be listed, read and written, and refuses a second write")
    try:
        check_brake(store)
    except BrakeError as error:
        found.note(str(error))
    with translate_errors(store.uri("")):
        try:
            kept = store.client.get_bucket_versioning(Bucket=store.bucket).get("Status")
        except ClientError as error:
            found.note(f"{store.uri('')}: S3 does not say whether it keeps versions ({code_of(error)})")
            return
    if kept != "Enabled":
        found.note(f"bucket {store.bucket}: has no versioning, so a deleted object is lost. Switch versioning on")


def _check_owner(store: S3Store, found: Findings) -> None:
    """Compare the bucket's account with the key's; only AWS has accounts."""
    if not _is_at_aws(store):
        return
    try:
        account = StsHook(aws_conn_id=store.aws_conn_id).get_account_number()  # type: ignore[no-untyped-call]
        store.client.head_bucket(Bucket=store.bucket, ExpectedBucketOwner=account)
    except ClientError as error:
        if code_of(error) not in ("403", "AccessDenied"):
            raise
        found.wrong(f"bucket {store.bucket}: does not belong to the account of aws_default. Set it to one of your own")
    except BotoCoreError as error:
        found.note(f"bucket {store.bucket}: its owner cannot be determined ({error})")
    else:
        found.ok(f"bucket {store.bucket}: belongs to account {account}")
