"""What un-staging has to restore: the earlier evidence, except where somebody has since overwritten ours."""

from collections.abc import Mapping
from typing import Any

from disputes.dispute import Dispute
from disputes.packet.nested import drop_empty, find_differences


def restore_evidence(ours: Mapping[str, Any], *, before: Dispute, now: Dispute) -> dict[str, Any]:
    """What each evidence field has to hold, `''` for nothing; fields that already hold it are left out.

    An object is the whole of its field: to take a member away, the field is emptied first.

    :param ours: what was staged
    :param before: the dispute as it was before that
    :param now: the dispute as it is
    """
    found = {}
    for field, sent in ours.items():
        was, held = before.evidence.get(field), now.evidence.get(field)
        wanted = drop_empty(_restored(held, sent, was))
        if list(find_differences(held, wanted, field)) or list(find_differences(wanted, drop_empty(held), field)):
            found[field] = wanted or ""
    return found


def _restored(held: Any, sent: Any, was: Any) -> Any:
    if not isinstance(sent, Mapping):
        return held if list(find_differences(held, sent, "")) else was
    # Emptied, perhaps by an un-staging that got no further.
    if drop_empty(held) is None:
        return was
    inside, earlier = (value if isinstance(value, Mapping) else {} for value in (held, was))
    return {**inside, **{name: _restored(inside.get(name), part, earlier.get(name)) for name, part in sent.items()}}
