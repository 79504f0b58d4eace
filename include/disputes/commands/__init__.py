"""The subcommands of `python -m disputes`, a module each.

Each has `add(commands)`, which declares its parser and sets `run` as its default: a function that takes the parsed
arguments and returns the exit status.
"""

import argparse
from typing import TypeAlias

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
