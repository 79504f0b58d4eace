"""Templates of operators, compiled once: Airflow compiles each again for each task, and tests run thousands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


def compile_once(compiles: Callable[..., Any]) -> Callable[..., Any]:
    """What to put in the place of an environment's `compile`."""
    made: dict[Any, Any] = {}

    def compiled(environment: Any, source: Any, *args: Any, **named: Any) -> Any:
        key = (type(environment), source, args, tuple(sorted(named.items())))
        if key not in made:
            made[key] = compiles(environment, source, *args, **named)
        return made[key]

    return compiled
