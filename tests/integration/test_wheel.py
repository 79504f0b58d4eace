"""The wheel built from the project works without the project's files."""

import json
import os
import subprocess
import sys
import sysconfig
import textwrap
import zipfile
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
PACKAGES = {"representment": PROJECT / "plugins" / "representment", "disputes": PROJECT / "include" / "disputes"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dist")
    _uv("build", "--wheel", "--no-build-isolation", "--python", sys.executable, "--out-dir", folder, PROJECT)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    folder = tmp_path_factory.mktemp("installed")
    _uv("pip", "install", "--python", sys.executable, "--no-deps", "--target", folder, wheel)
    return folder


def test_the_wheel_contains_every_file_of_the_two_packages_and_nothing_else(wheel):
    expected = {
        f"{package}/{path.relative_to(folder)}"
        for package, folder in PACKAGES.items()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }

    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}

    assert names == expected
    for kind in ("rules/playbooks/*.yaml", "templates/**/*.j2", "fonts/*.ttf", "schemas/*.json", "rules/*.yaml"):
        assert any(Path(name).match(f"disputes/{kind}") for name in names), kind


def test_the_wheel_carries_its_licence(wheel):
    with zipfile.ZipFile(wheel) as archive:
        (licence,) = [name for name in archive.namelist() if name.endswith("licenses/LICENSE")]
        assert archive.read(licence) == (PROJECT / "LICENSE").read_bytes()


def test_airflow_finds_the_provider_and_the_stripe_connection_of_the_installed_wheel(installed, tmp_path):
    found = _ask(
        installed,
        tmp_path,
        """
        from importlib.metadata import entry_points

        import representment
        from airflow.providers_manager import ProvidersManager

        providers = entry_points(group="apache_airflow_provider")
        (entry_point,) = [each for each in providers if each.value.startswith("representment")]
        manager = ProvidersManager()
        answer = {
            "package": representment.__file__,
            "provider": entry_point.load()()["package-name"],
            "known to Airflow": "representment" in manager.providers,
            "hook": manager.hooks["stripe"].hook_class_name,
        }
        """,
    )

    assert found == {
        "package": str(installed / "representment" / "__init__.py"),
        "provider": "representment",
        "known to Airflow": True,
        "hook": "representment.hooks.stripe_hook.StripeHook",
    }


def test_airflow_finds_the_plugin_and_the_policy_of_the_installed_wheel(installed, tmp_path):
    found = _ask(
        installed,
        tmp_path,
        """
        from airflow import plugins_manager, settings

        settings.initialize()
        apps, _ = plugins_manager.get_fastapi_plugins()
        hook = settings.get_policy_plugin_manager().hook.task_instance_mutation_hook
        answer = {
            "apps": [app["url_prefix"] for app in apps if app["name"] == "Stripe webhooks"],
            "policy": [each.plugin.__name__ for each in hook.get_hookimpls()],
        }
        """,
    )

    assert found == {"apps": ["/stripe"], "policy": ["representment.pools"]}


def test_the_installed_disputes_package_reads_its_data_and_needs_no_sandbox(installed, tmp_path):
    found = _ask(
        installed,
        tmp_path,
        """
        from importlib.util import find_spec

        import disputes
        from disputes.rules.loading import playbook_for

        answer = {
            "package": disputes.__file__,
            "claim": playbook_for("fraudulent").claim,
            "besides": [name for name in ("sandbox", "demo") if find_spec(name)],
        }
        """,
    )

    assert found == {
        "package": str(installed / "disputes" / "__init__.py"),
        "claim": "fraudulent",
        "besides": [],
    }


def _uv(*arguments):
    subprocess.run(
        [sys.executable, "-m", "uv", "--offline", *map(str, arguments)], check=True, capture_output=True, text=True
    )


def _ask(installed, home, script):
    """Run a script where the wheel is and the project is not: without ``site`` (``-S``) no .pth file counts."""
    path = [str(installed), sysconfig.get_path("purelib")]
    env = os.environ | {"PYTHONPATH": os.pathsep.join(path), "AIRFLOW_HOME": str(home)}
    script = textwrap.dedent(script) + "import json\nprint(json.dumps(answer))"
    command = [sys.executable, "-S", "-c", script]
    asked = subprocess.run(command, check=True, capture_output=True, text=True, env=env, cwd=home)
    return json.loads(asked.stdout.splitlines()[-1])
