"""The connection type as Airflow registers it."""

import json
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path

import airflow
import jsonschema
import pytest

from representment.provider_info import get_provider_info


def test_the_installed_entry_point_is_this_one():
    (entry,) = (one for one in entry_points(group="apache_airflow_provider") if one.value.startswith("representment"))
    assert entry.load()() == get_provider_info()


def test_airflow_accepts_the_description():
    schema = json.loads((Path(airflow.__file__).parent / "provider_info.schema.json").read_text())
    assert list(jsonschema.Draft7Validator(schema).iter_errors(get_provider_info())) == []


@pytest.mark.parametrize("name", get_provider_info()["extra-links"])
def test_the_links_named_in_the_provider_info_exist(name):
    module, _, attribute = name.rpartition(".")
    assert hasattr(import_module(module), attribute)


def test_the_connection_form_offers_exactly_the_three_modes():
    (connection,) = get_provider_info()["connection-types"]
    assert [*connection["conn-fields"]["mode"]["schema"]["enum"]] == ["shadow", "stage", "submit", None]


def test_the_hook_named_in_the_provider_info_has_that_connection_type():
    (connection,) = get_provider_info()["connection-types"]
    module, _, name = connection["hook-class-name"].rpartition(".")
    hook = getattr(import_module(module), name)
    assert hook.conn_type == connection["connection-type"]
