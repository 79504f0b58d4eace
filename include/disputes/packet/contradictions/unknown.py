"""States that are in no list of ours: nobody here knows what they say."""

from collections.abc import Iterator

from disputes.facts.states import state, states
from disputes.facts.wording import described
from disputes.packet.contradictions.situation import Rule, Situation, contradiction
from disputes.packet.manifest import Contradiction

_SHOWN = 80


def _not_in_the_list(situation: Situation) -> Iterator[Contradiction]:
    for name in states():
        written = situation.value(name)
        if written is not None and state(name, written) is None:
            problem = f"nobody here knows what {name} {described(written, _SHOWN)} means"
            yield from contradiction("unknown_state", problem, name)


RULES: tuple[Rule, ...] = (_not_in_the_list,)
