import pytest

from demo.sandbox_process import SEEDS
from demo.scenes import Scene, read_scenes


def test_the_shipped_script_says_how_every_dispute_ends():
    scenes = read_scenes(SEEDS)
    assert set(scenes) == {file.stem for file in (SEEDS / "stripe" / "disputes").glob("*.json")}
    assert all("status" in scene.ends for scene in scenes.values())


def test_an_entry_needs_only_a_few_fields(tmp_path):
    (tmp_path / "script.yaml").write_text("du_1: {bank: won}\n")
    assert read_scenes(tmp_path) == {"du_1": Scene("du_1", "approve", "")}


@pytest.mark.parametrize(("ends", "expects"), [("{dag: respond_general}", True), ("{dag: null}", False), ("{}", False)])
def test_a_run_is_expected_where_a_dag_is_named(tmp_path, ends, expects):
    (tmp_path / "script.yaml").write_text(f"du_1: {{ends: {ends}}}\n")
    assert read_scenes(tmp_path)["du_1"].expects_a_run is expects


def test_seeds_without_a_script_have_no_scenes(tmp_path):
    assert read_scenes(tmp_path) == {}


def test_an_unknown_field_of_an_end_is_refused(tmp_path):
    (tmp_path / "script.yaml").write_text("du_1: {ends: {statuss: won}}\n")
    with pytest.raises(ValueError, match="du_1: ends has unknown statuss"):
        read_scenes(tmp_path)
