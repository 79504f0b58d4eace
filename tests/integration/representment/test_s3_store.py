"""The hook for S3 against a real S3 server."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from disputes.errors import InputError
from representment.exceptions import StorageError, StorageUnavailableError
from representment.hooks.s3_store import S3Store


def test_one_of_many_writers_succeeds_and_its_content_is_kept(world):
    with ThreadPoolExecutor(16) as pool:
        won = list(pool.map(lambda number: world.rounds.write_once("one", b"%d" % number), range(16)))
    assert sum(won) == 1
    assert world.rounds.read("one") == b"%d" % won.index(True)


def test_a_missing_object_reads_as_none_but_is_an_error_where_it_is_needed(world):
    assert world.rounds.read("none") is None
    with pytest.raises(StorageError, match=f"{world.rounds_uri}/none: is missing") as caught:
        world.rounds.need("none")
    assert caught.value.passing is False


@pytest.mark.slow
def test_a_listing_returns_more_than_one_page_and_nothing_outside_the_prefix(world):
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: world.rounds.write_once(f"many/{number:04d}", b""), range(1005)))
    world.rounds.write_once("man", b"")
    assert list(world.rounds.names("many/")) == [f"many/{number:04d}" for number in range(1005)]


def test_contents_are_returned_in_the_order_of_the_names(world):
    for name in "abc":
        world.rounds.write_once(name, name.encode())
    assert world.rounds.read_all("cab") == [b"c", b"a", b"b"]


def test_a_view_is_overwritten(world):
    for content in (b"one", b"two"):
        world.rounds.overwrite("current/it.json", content)
    assert world.rounds.read("current/it.json") == b"two"


def test_names_under_several_prefixes_are_returned_in_the_order_of_the_prefixes(world):
    for name in ("a/1", "b/1", "b/2"):
        world.rounds.write_once(name, b"")
    assert world.rounds.names_all(["b/", "c/", "a/"]) == [["b/1", "b/2"], [], ["a/1"]]


@pytest.mark.parametrize("uri", ["s3://bucket", "s3://bucket/", "s3://bucket/a/b", "s3://bucket/a/b/"])
def test_names_are_relative_to_the_address(uri):
    assert S3Store(uri).uri("c/d") == f"{uri.rstrip('/')}/c/d"


@pytest.mark.parametrize(
    "call",
    [
        lambda hook: hook.write_once("a", b""),
        lambda hook: hook.read("a"),
        lambda hook: list(hook.names("a")),
        lambda hook: hook.read_all(["a"]),
        lambda hook: hook.overwrite("a", b""),
        lambda hook: hook.names_all(["a"]),
    ],
    ids=["write_once", "read", "names", "read_all", "overwrite", "names_all"],
)
@pytest.mark.parametrize("where", ["no bucket", "no server"])
def test_a_missing_bucket_fails_at_once_and_an_unreachable_server_is_retried(world, monkeypatch, call, where):
    if where == "no server":
        extra = {
            "endpoint_url": "http://127.0.0.1:9",
            "region_name": "us-east-1",
            "config_kwargs": {"retries": {"total_max_attempts": 1}},
        }
        connection = {"conn_type": "aws", "login": "sandbox", "password": "sandbox", "extra": extra}
        monkeypatch.setenv("AIRFLOW_CONN_AWS_DEFAULT", json.dumps(connection))
    with pytest.raises(StorageError, match="s3://nobucket/a") as caught:
        call(S3Store("s3://nobucket"))
    assert isinstance(caught.value, StorageUnavailableError) is (where == "no server")
    assert "aws_default" in caught.value.remedy


@pytest.mark.parametrize("uri", ["", "bucket/prefix", "https://bucket/prefix", "s3://", "/data"])
def test_a_malformed_address_is_an_input_error(uri):
    with pytest.raises(InputError, match="is not an S3 address"):
        S3Store(uri)


def test_a_malformed_endpoint_fails_at_once(world, monkeypatch):
    connection = {"conn_type": "aws", "login": "a", "password": "b", "extra": {"endpoint_url": "s3.example.com"}}
    monkeypatch.setenv("AIRFLOW_CONN_AWS_DEFAULT", json.dumps(connection))
    with pytest.raises(StorageError, match="Invalid endpoint") as caught:
        world.rounds.read("a")
    assert caught.value.passing is False


def test_a_write_repeated_by_botocore_after_a_lost_answer_counts_as_ours(world):
    """The first request took effect; the repeated one is refused because of it."""
    assert world.rounds.write_once("one", b"ours")
    assert world.rounds.write_once("one", b"ours")
    assert not world.rounds.write_once("one", b"another's")
    assert world.rounds.read("one") == b"ours"


def test_an_archived_or_missing_document_does_not_stop_the_others(world):
    for name in "ac":
        world.rounds.write_once(name, name.encode())
    store = world.rounds
    store.client.put_object(Bucket=store.bucket, Key=store.prefix + "b", Body=b"b", StorageClass="GLACIER")
    first, archived, third, gone = store.read_each("abcd")
    assert (first, third) == (b"a", b"c")
    assert archived.of_document
    assert "restore it" in archived.remedy
    assert gone.of_document
    assert f"{world.rounds_uri}/d" in str(gone)


def test_an_error_that_concerns_every_document_is_raised(world):
    with pytest.raises(StorageError, match="NoSuchBucket"):
        S3Store("s3://nobucket").read_each("ab")
