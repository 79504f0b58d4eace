"""``python -m sandbox`` as a program of its own."""

import json
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

    def run(*arguments):
        command = [sys.executable, "-m", "sandbox", "--port", "0", "--seeds", str(seeds_folder), *arguments]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        started.append(process)
        return process, json.loads(process.stdout.readline())

    yield run
    for process in started:
        process.kill()
        process.communicate()


def test_one_line_says_where_everything_is(start):
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


def test_in_a_container_host_ports_and_keys_are_given(start):
    with socket.create_server(("127.0.0.1", 0)) as free:
        s3_port = free.getsockname()[1]
    _, line = start("--host=0.0.0.0", f"--s3-port={s3_port}", "--token=abc")

    assert line["api_base"].startswith("http://0.0.0.0:")
    assert line["s3_endpoint"] == f"http://0.0.0.0:{s3_port}"
    assert (line["secret_key"], line["restricted_key"]) == ("sk_test_abc", "rk_test_abc")
    assert line["webhook_secret"] == "whsec_abc"


def test_it_stops_while_a_receiver_keeps_it_waiting(start):
    process, line = start()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        body = json.dumps({"url": f"http://127.0.0.1:{silent.getsockname()[1]}/hook"}).encode()
        urlopen(Request(f"{line['control_url']}/webhook_endpoints", body, method="POST"), timeout=10).close()
        urlopen(Request(f"{line['control_url']}/disputes/du_1/win", method="POST"), timeout=10).close()
        silent.accept()
        process.send_signal(signal.SIGTERM)

        assert process.wait(timeout=10) == 0
    assert process.communicate() == ("", "")


def test_seeds_that_cannot_be_read_are_named(tmp_path):
    (tmp_path / "account.json").write_text("{", "utf-8")
    command = [sys.executable, "-m", "sandbox", "--seeds", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)

    assert done.returncode == 2
    assert "account.json" in done.stderr
    assert done.stdout == ""
