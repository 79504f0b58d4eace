"""The subcommands of `python -m disputes`, one module each.

Each has `add(commands)`, which declares its parser and sets `run` as its default: a function that takes the parsed
arguments and returns the exit status.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import argparse

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001 - argparse gives it no public name
