"""The exhibits that a playbook asks for: where each would be, how it ranks, and its smaller versions."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from disputes.exhibits.exhibits import Exhibit, shrink_exhibit
from disputes.exhibits.images import STEPS
from disputes.exhibits.sheets import PageSize
from disputes.packet.budget import Item
from disputes.rules.playbook import FieldPlan

IMPORTANCES = ("essential", "strong", "helpful")
_SMALL = 100_000
"""Exhibits below this many bytes are not worth shrinking."""


class Versions:
    """Bytes of an exhibit at each quality step; the smaller versions are made when they are asked for."""

    def __init__(self, exhibit: Exhibit, page_size: PageSize) -> None:
        self._made = {0: exhibit}
        self._page_size = page_size

    def __len__(self) -> int:
        return len(STEPS) if len(self._made[0].pdf) > _SMALL else 1

    def __getitem__(self, step: int, /) -> int:
        return len(self.exhibit(range(len(self))[step]).pdf)

    def exhibit(self, step: int) -> Exhibit:
        """The exhibit at this step."""
        if step not in self._made:
            self._made[step] = shrink_exhibit(self._made[0], STEPS[step], self._page_size)
        return self._made[step]


@dataclass(frozen=True, eq=False)
class Candidate:
    """An exhibit that the playbook asks for.

    :param fields: the evidence fields that ask for it, the most important first
    :param importance: of the first of them, as a place in `IMPORTANCES`
    :param essential: it is never dropped
    """

    versions: Versions
    fields: tuple[str, ...]
    importance: int
    essential: bool

    @property
    def exhibit(self) -> Exhibit:
        """As it was made."""
        return self.versions.exhibit(0)

    @property
    def item(self) -> Item:
        """As the budget's plan sees it."""
        return Item(self.versions, self.exhibit.pages, len(self.fields), self.essential)


def candidates(plan: Mapping[str, FieldPlan], exhibits: Sequence[Exhibit], page_size: PageSize) -> list[Candidate]:
    """The exhibits in the order of the fields that hold them, the most important fields first.

    Of an essential field, the document that the playbook names first among those held is essential; the others help.
    """
    found: dict[tuple[str, str], Candidate] = {}
    for field in by_rank(plan):
        of_field = _of_field(plan[field], exhibits)
        for exhibit in of_field:
            key = exhibit.document, exhibit.filename
            if key in found:
                first = found[key]
                found[key] = Candidate(first.versions, (*first.fields, field), first.importance, first.essential)
            else:
                importance = IMPORTANCES.index(plan[field].importance)
                essential = importance == 0 and exhibit.document == of_field[0].document
                found[key] = Candidate(Versions(exhibit, page_size), (field,), importance, essential)
    return list(found.values())


def by_rank(plan: Mapping[str, FieldPlan]) -> list[str]:
    """The fields, the most important first."""
    return sorted(plan, key=lambda field: IMPORTANCES.index(plan[field].importance))


def _of_field(plan: FieldPlan, exhibits: Iterable[Exhibit]) -> list[Exhibit]:
    """By the playbook's order; those of one document as they came, `page-2` before `page-10`."""
    of_field = [exhibit for exhibit in exhibits if exhibit.document in plan.documents]
    return sorted(of_field, key=lambda exhibit: plan.documents.index(exhibit.document))
