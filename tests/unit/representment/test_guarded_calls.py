"""Every call to Stripe that is final or overwrites something asks the guard first."""

import ast
from pathlib import Path

import pytest

import representment

WRITES = {"update_dispute", "close_dispute", "refund"}
EXEMPT = {"stripe_hook.py", "answer_warning.py"}
"""The calls themselves, and the refund of a warning, which has no round: its own operator checks the charge."""


def called(path):
    """The names of the methods that a module calls."""
    tree = ast.parse(path.read_text())
    calls = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
    return {call.attr for call in calls if isinstance(call, ast.Attribute)}


MODULES = {path.name: path for path in Path(representment.__file__).parent.rglob("*.py")}
WRITING = sorted(name for name, path in MODULES.items() if called(path) & WRITES and name not in EXEMPT)


def test_the_modules_that_write_to_stripe_are_known():
    assert {"stage.py", "submit.py", "endings.py", "refund.py", "unstaging.py"} == set(WRITING)


@pytest.mark.parametrize("name", WRITING)
def test_a_module_that_writes_asks_the_guard(name):
    assert "check" in called(MODULES[name])
