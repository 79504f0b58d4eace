"""Translates S3's errors into ours: whether another try helps, what is affected, and what to do.

Source: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    InvalidRegionError,
    ParamValidationError,
    ProfileNotFound,
    UnsupportedS3ConfigurationError,
)

from representment.exceptions import StorageError, StorageUnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterator

RIGHTS = "Give the key of the connection aws_default permission to list, read and write there"
KEY = "Put a valid key into the connection aws_default"
ADDRESS = "Check the address, and the region and endpoint of the connection aws_default"
OBJECT = "Restore this object, or upload it again"


class Meaning(NamedTuple):
    """What one of S3's codes means.

    :param passing: whether the same call may succeed later
    :param of_document: where an object was read, whether that object alone is concerned
    :param remedy: what a person has to do; None where time does it
    """

    passing: bool
    of_document: bool
    remedy: str | None


_BUSY = Meaning(passing=True, of_document=False, remedy=None)
MEANINGS = {
    # One object.
    "NoSuchKey": Meaning(passing=False, of_document=True, remedy=OBJECT),
    "404": Meaning(passing=False, of_document=True, remedy=OBJECT),
    "InvalidObjectState": Meaning(passing=False, of_document=True, remedy="It is archived: restore it first"),
    "AccessDenied": Meaning(passing=False, of_document=True, remedy=RIGHTS),
    "403": Meaning(passing=False, of_document=True, remedy=RIGHTS),
    "KMS.DisabledException": Meaning(passing=False, of_document=True, remedy="Enable its KMS key"),
    "KMS.NotFoundException": Meaning(passing=False, of_document=True, remedy="Its KMS key is gone: upload it again"),
    "KMS.KMSInvalidStateException": Meaning(passing=False, of_document=True, remedy="Enable its KMS key"),
    # The bucket, the key or the address.
    "NoSuchBucket": Meaning(passing=False, of_document=False, remedy=ADDRESS),
    "InvalidBucketName": Meaning(passing=False, of_document=False, remedy=ADDRESS),
    "PermanentRedirect": Meaning(passing=False, of_document=False, remedy=ADDRESS),
    "AuthorizationHeaderMalformed": Meaning(passing=False, of_document=False, remedy=ADDRESS),
    "AllAccessDisabled": Meaning(passing=False, of_document=False, remedy=RIGHTS),
    "AccountProblem": Meaning(passing=False, of_document=False, remedy="Look at the AWS account"),
    "InvalidAccessKeyId": Meaning(passing=False, of_document=False, remedy=KEY),
    "SignatureDoesNotMatch": Meaning(passing=False, of_document=False, remedy=KEY),
    "InvalidToken": Meaning(passing=False, of_document=False, remedy=KEY),
    # Temporary. A conflict means that another write is under way.
    "ConditionalRequestConflict": _BUSY,
    "OperationAborted": _BUSY,
    "SlowDown": _BUSY,
    "InternalError": _BUSY,
    "ServiceUnavailable": _BUSY,
    "RequestTimeout": _BUSY,
    "ExpiredToken": _BUSY,
    "RequestTimeTooSkewed": Meaning(passing=True, of_document=False, remedy="Set this machine's clock"),
}
"""S3's code -> what it means. For a code that is not listed the HTTP status decides."""
PASSING_STATUSES = (408, 409, 429)
"""In addition to 500 and above."""
MISCONFIGURED = (InvalidRegionError, ParamValidationError, ProfileNotFound, UnsupportedS3ConfigurationError, ValueError)
"""Errors that botocore raises before it sends anything; a `ValueError` is a malformed endpoint."""


def code_of(error: ClientError) -> str:
    """S3's code, such as `NoSuchKey`; the status where the answer had no body."""
    return str(error.response.get("Error", {}).get("Code", ""))


@contextmanager
def translate_errors(address: str, *, reads: bool = False) -> Iterator[None]:
    """Raise our errors for botocore's inside this block.

    :param address: `s3://…`, what the call is about
    :param reads: an object is read, so that an error may be this object's alone
    """
    try:
        yield
    except ClientError as error:
        meaning = _meaning(error)
        kind = StorageUnavailableError if meaning.passing else StorageError
        raise kind(
            f"S3 answered {error}",
            of_document=reads and meaning.of_document,
            subject=address,
            remedy=meaning.remedy or "S3 is busy or out of reach; the task is tried again",
        ) from error
    except MISCONFIGURED as error:
        raise StorageError(str(error), subject=address, remedy=ADDRESS) from error
    except BotoCoreError as error:
        remedy = (
            "The task is tried again; if the error stays, check the connection aws_default and the network path to S3"
        )
        raise StorageUnavailableError(str(error), subject=address, remedy=remedy) from error


def _meaning(error: ClientError) -> Meaning:
    known = MEANINGS.get(code_of(error))
    if known:
        return known
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 500)
    if status >= 500 or status in PASSING_STATUSES:
        return _BUSY
    return Meaning(passing=False, of_document=False, remedy=RIGHTS)
