"""The plan by which a packet is made to fit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disputes.packet.budget import Fit, Item, Room, choose_fit

SIZES = st.lists(st.integers(1, 1000), min_size=1, max_size=3).map(lambda sizes: tuple(sorted(sizes, reverse=True)))
ITEMS = st.lists(st.builds(Item, SIZES, st.integers(1, 12), st.integers(1, 3), st.booleans()), max_size=12).map(
    lambda items: sorted(items, key=lambda item: not item.essential)
)
ROOMS = st.builds(Room, st.integers(0, 4000), st.integers(0, 60))


def smallest(items: list[Item]) -> tuple[int, int]:
    return sum(item.sizes[-1] for item in items), sum(item.pages for item in items)


def fit(items: list[Item], room: Room) -> bool:
    size, pages = smallest(items)
    return size <= room.bytes and pages <= room.pages


@given(ITEMS, ROOMS)
def test_no_limit_is_exceeded_unless_essential_items_alone_exceed_it(items: list[Item], room: Room) -> None:
    planned = choose_fit(items, room)
    used = planned.used(items)
    if fit([item for item in items if item.essential], room):
        assert used.bytes <= room.bytes
        assert used.pages <= room.pages
    else:
        kept = [item for item, step in zip(items, planned.steps, strict=True) if step is not None]
        assert all(item.essential for item in kept if used.pages > room.pages or used.bytes > room.bytes)


@given(ITEMS, ROOMS)
def test_essential_items_are_never_dropped(items: list[Item], room: Room) -> None:
    steps = choose_fit(items, room).steps
    assert all(step is not None for item, step in zip(items, steps, strict=True) if item.essential)


@given(ITEMS, ROOMS)
def test_no_item_is_dropped_that_fits_beside_everything_ranked_higher(items: list[Item], room: Room) -> None:
    steps = choose_fit(items, room).steps
    for at, step in enumerate(steps):
        higher = [item for item, kept in zip(items[:at], steps[:at], strict=True) if kept is not None]
        assert step is not None or not fit([*higher, items[at]], room)


@given(ITEMS, ROOMS)
def test_nothing_is_dropped_when_all_items_fit_at_their_smallest(items: list[Item], room: Room) -> None:
    assert not fit(items, room) or None not in choose_fit(items, room).steps


@given(ITEMS, ROOMS, st.integers(0, 2000), st.integers(0, 30))
def test_more_room_never_keeps_less_of_what_ranks_highest(items: list[Item], room: Room, size: int, pages: int) -> None:
    less, more = (
        [step is not None for step in choose_fit(items, given).steps]
        for given in (room, Room(room.bytes + size, room.pages + pages))
    )
    assert more >= less  # at the first place where they differ, the larger room keeps the item


@given(ITEMS, ROOMS)
def test_the_plan_is_the_same_each_time_and_has_a_step_for_each_item(items: list[Item], room: Room) -> None:
    assert choose_fit(items, room) == choose_fit(list(items), room)
    assert len(choose_fit(items, room).steps) == len(items)


@pytest.mark.parametrize(
    ("room", "again", "steps"),
    [
        (Room(1700, 10), True, (0, 0, 0)),
        (Room(1500, 10), False, (0, 0, 0)),
        (Room(1700, 4), False, (0, 0, 0)),
        (Room(1000, 10), False, (1, 0, 0)),  # the largest first
        (Room(599, 10), False, (2, 0, 0)),
        (Room(399, 10), False, (2, 1, 0)),
        (Room(349, 10), False, (2, 0, None)),  # the lowest rank is dropped
        (Room(1700, 2), False, (0, 0, None)),
        (Room(100, 2), False, (2, None, None)),
        (Room(0, 0), False, (2, None, None)),
    ],
)
def test_copies_go_first_then_sizes_shrink_then_the_lowest_ranks_are_dropped(
    room: Room, again: bool, steps: tuple[int | None, ...]
) -> None:
    items = [
        Item((1000, 300, 100), 1, essential=True),
        Item((200, 150), 1, copies=2),
        Item((100,), 1, copies=3),
    ]
    assert choose_fit(items, room) == Fit(again, steps)


def test_sizes_that_do_not_matter_are_not_computed() -> None:
    class Asked(tuple[int, ...]):
        def __getitem__(self, at):
            assert at == 0
            return super().__getitem__(at)

    assert choose_fit([Item(Asked((500, 1)), 1), Item((600, 2), 1)], Room(502, 9)).steps == (0, 1)
