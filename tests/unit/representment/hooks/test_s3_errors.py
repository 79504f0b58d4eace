"""What S3's errors mean: whether to try again, what is affected, and what to do."""

import pytest
from botocore.exceptions import (
    ClientError,
    EndpointConnectionError,
    IncompleteReadError,
    NoCredentialsError,
    ParamValidationError,
)

from representment.exceptions import StorageError, StorageUnavailableError
from representment.hooks.s3_errors import MEANINGS, translate_errors

NAME = "s3://bucket/du_1/chargeback/1/facts.json"


def refusal(code, status=403):
    answer = {"Error": {"Code": code, "Message": "words"}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(answer, "GetObject")


def ours(error, *, reads=False):
    with pytest.raises(StorageError) as caught, translate_errors(NAME, reads=reads):
        raise error
    assert str(caught.value).startswith(NAME)
    assert caught.value.remedy
    return caught.value


@pytest.mark.parametrize("code", MEANINGS)
def test_each_code_determines_whether_to_retry_and_what_is_affected(code):
    error = ours(refusal(code), reads=True)
    meaning = MEANINGS[code]
    assert (error.passing, error.of_document) == (meaning.passing, meaning.of_document)
    assert isinstance(error, StorageUnavailableError) is meaning.passing


@pytest.mark.parametrize("code", ["NoSuchBucket", "AccessDenied", "InvalidAccessKeyId", "InvalidBucketName"])
def test_an_error_that_waiting_does_not_fix_fails_at_once(code):
    assert ours(refusal(code)).passing is False


def test_a_denied_read_concerns_one_document_and_any_other_denial_the_bucket():
    assert ours(refusal("AccessDenied"), reads=True).of_document
    assert not ours(refusal("AccessDenied")).of_document


@pytest.mark.parametrize("code", ["ConditionalRequestConflict", "OperationAborted"])
def test_a_conflict_is_retried_and_not_reported_as_a_missing_permission(code):
    error = ours(refusal(code, 409))
    assert error.passing
    assert "right" not in error.remedy


@pytest.mark.parametrize(("status", "passing"), [(500, True), (503, True), (429, True), (409, True), (400, False)])
def test_for_an_unknown_code_the_status_decides(status, passing):
    assert ours(refusal("BrandNew", status)).passing is passing


@pytest.mark.parametrize(
    "error",
    [EndpointConnectionError(endpoint_url="http://s3"), IncompleteReadError(actual_bytes=1, expected_bytes=2)],
    ids=["no server", "half an answer"],
)
def test_a_request_without_an_answer_is_retried(error):
    assert ours(error).passing


def test_missing_credentials_are_retried_as_instance_metadata_may_be_unavailable():
    assert ours(NoCredentialsError()).passing


@pytest.mark.parametrize(
    "error", [ParamValidationError(report="Invalid bucket name"), ValueError("Invalid endpoint: s3")]
)
def test_a_malformed_address_fails_at_once(error):
    error = ours(error)
    assert error.passing is False
    assert "address" in error.remedy
