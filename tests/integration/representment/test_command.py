"""The domain's own command makes the packet that a run in Airflow makes from the same input."""

import json

from disputes.__main__ import main
from representment.hooks.s3_store import S3Store


def test_the_command_makes_the_same_packet_as_the_run(world, tmp_path):
    response = world.response(world.take("broken"))
    for task in ("gather", "collect", "render"):
        response.do(task)
    folder, evidence = tmp_path / "in", S3Store("s3://evidence")
    (folder / "documents").mkdir(parents=True)
    (folder / "dispute.json").write_text(json.dumps(response.folder.dispute_json()))
    below = f"charges/{response.stored['charge']}/"
    for name in (*evidence.names(below), *evidence.names("policies/")):
        target = folder / name.removeprefix(below)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(evidence.need(name))
    made = response.folder.manifest()
    assert made.refused
    assert main(["packet", str(folder), "--out", str(tmp_path / "out")]) == 0
    assert (tmp_path / "out" / "manifest.json").read_bytes() == made.to_json()
    assert main(["check", str(tmp_path / "out")]) == 0
