"""States that none of our lists contains, so that we do not know what they mean."""

from collections.abc import Iterator

from disputes.facts.states import state, states
from disputes.packet.contradictions.situation import Rule, Situation, contradiction
from disputes.packet.manifest import Contradiction


def _not_in_the_list(situation: Situation) -> Iterator[Contradiction]:
    for name in states():
        written = situation.value(name)
        if written is not None and state(name, written) is None:
            problem = f"the value of {name} is not a known state"
            yield from contradiction("unknown_state", problem, name, passage=written)


RULES: tuple[Rule, ...] = (_not_in_the_list,)
