"""``python -m sandbox`` as its own program."""

import json
import os
import signal
import socket
import subprocess
import sys
from urllib.request import Request, urlopen

import boto3
import pytest
import stripe


@pytest.fixture
def start(seeds_folder):
    started = []

    def run(*arguments, **variables):
        command = [sys.executable, "-m", "sandbox", "--port", "0", "--seeds", str(seeds_folder), *arguments]
        env = os.environ | variables
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env)
        started.append(process)
        return process, json.loads(process.stdout.readline())

    yield run
    for process in started:
        process.kill()
        process.communicate()


def test_one_line_of_output_lists_every_address_and_key(start):
    process, line = start("--smart-disputes")

    client = stripe.StripeClient(line["secret_key"], base_addresses={"api": line["api_base"]})
    assert client.v1.disputes.retrieve("du_1").intended_submission_method == "prefer_manual"
    reader = stripe.StripeClient(line["restricted_key"], base_addresses={"api": line["api_base"]})
    assert len(reader.v1.disputes.list().data) == 4
    assert line["webhook_secret"].startswith("whsec_")
    assert line["control_url"] == f"{line['api_base']}/_control"

    s3 = boto3.client(
        "s3",
        endpoint_url=line["s3_endpoint"],
        aws_access_key_id="x",
        aws_secret_access_key="x",
        region_name="us-east-1",
    )
    facts = s3.get_object(Bucket=line["evidence_bucket"], Key="charges/ch_1/facts.json")["Body"].read()
    assert json.loads(facts) == {"charge": "ch_1"}
    s3.put_object(Bucket="representment", Key="once", Body=b"1", IfNoneMatch="*")
    with pytest.raises(s3.exceptions.ClientError) as caught:
        s3.put_object(Bucket="representment", Key="once", Body=b"2", IfNoneMatch="*")
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 412

    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=10) == 0
    assert process.communicate() == ("", "")


def test_for_a_container_the_host_port_and_token_can_be_given(start):
    with socket.create_server(("127.0.0.1", 0)) as free:
        s3_port = free.getsockname()[1]
    _, line = start("--host=0.0.0.0", f"--s3-port={s3_port}", "--token=abc")

    assert line["api_base"].startswith("http://0.0.0.0:")
    assert line["s3_endpoint"] == f"http://0.0.0.0:{s3_port}"
    assert (line["secret_key"], line["restricted_key"]) == ("sk_test_abc", "rk_test_abc")
    assert line["webhook_secret"] == "whsec_abc"


def test_it_stops_even_if_a_webhook_receiver_keeps_it_waiting(start):
    process, line = start()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        body = json.dumps({"url": f"http://127.0.0.1:{silent.getsockname()[1]}/hook"}).encode()
        urlopen(Request(f"{line['control_url']}/webhook_endpoints", body, method="POST"), timeout=10).close()
        urlopen(Request(f"{line['control_url']}/disputes/du_1/win", method="POST"), timeout=10).close()
        silent.accept()
        process.send_signal(signal.SIGTERM)

        assert process.wait(timeout=10) == 0
    assert process.communicate() == ("", "")


def test_a_proxy_and_an_aws_profile_do_not_affect_the_sandboxs_s3(start):
    _, line = start(HTTP_PROXY="http://127.0.0.1:9", NO_PROXY="", AWS_PROFILE="missing", AWS_DEFAULT_PROFILE="missing")
    assert line["s3_endpoint"]


def refused(*arguments):
    command = [sys.executable, "-m", "sandbox", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, "Traceback" in done.stderr) == (2, "", False)
    return done.stderr


@pytest.mark.parametrize("option", ["--port", "--s3-port"])
def test_a_port_in_use_is_reported(seeds_folder, option):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        assert f"cannot listen on 127.0.0.1, port {port}" in refused("--seeds", str(seeds_folder), option, port)


@pytest.mark.parametrize(
    ("option", "value"),
    [("--host", "192.0.2.1"), ("--host", "::1"), ("--port", "-1"), ("--port", "99999"), ("--token", "a b/ü")],
)
def test_invalid_options_are_named(seeds_folder, option, value):
    assert value in refused("--seeds", str(seeds_folder), f"{option}={value}")


def test_it_ends_without_an_error_if_nobody_reads_its_output(seeds_folder):
    read, write = os.pipe()
    os.close(read)
    command = [sys.executable, "-m", "sandbox", "--seeds", str(seeds_folder)]
    done = subprocess.run(command, stdout=write, stderr=subprocess.PIPE, timeout=60, check=False)
    os.close(write)
    assert (done.returncode, done.stderr) == (0, b"")


def test_unreadable_seeds_are_named(tmp_path):
    (tmp_path / "account.json").write_text("{", "utf-8")
    command = [sys.executable, "-m", "sandbox", "--seeds", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)

    assert done.returncode == 2
    assert "account.json" in done.stderr
    assert done.stdout == ""
