"""Memory for rows."""

import pytest

from overlanded.wire.memory import Rooms, grown, room


def test_rooms_are_zeroed_and_grow_with_what_they_hold():
    store = room(1 << 22)
    assert len(store) == 1 << 22
    assert store[:64] == bytes(64)
    store[:5] = b"first"
    larger = grown(store, 1 << 23)
    if larger is not None:
        assert (larger[:5], len(larger)) == (b"first", 1 << 23)


@pytest.mark.parametrize("asked", [{}, {"large": True}, {"whole": True}])
def test_rooms_of_every_kind_are_zeroed_and_large_enough(asked):
    store = room(3 << 12, **asked)
    assert len(store) >= 3 << 12
    assert store[:] == bytes(len(store))
    store[-1:] = b"x"
    assert store[-1:] == b"x"


def test_a_room_in_use_does_not_move():
    store = room(1 << 12)
    with memoryview(store):
        assert grown(store, 1 << 13) is None
    assert len(store) == 1 << 12


def test_a_room_is_used_again_when_nobody_looks_at_it_and_not_before():
    rooms = Rooms()
    first = rooms.room(1 << 12)
    with memoryview(first):
        second = rooms.room(1 << 12)
        assert second is not first
    resizes = grown(room(1 << 12), 1 << 13) is not None
    again = rooms.room(1 << 13)
    assert (again is first) == resizes
    assert len(again) == 1 << 13


def test_more_rooms_than_are_kept_are_given_when_all_are_looked_at():
    rooms = Rooms()
    made, views = [], []
    for _ in range(4):
        made.append(rooms.room(1 << 12))
        views.append(memoryview(made[-1]))
    assert len({id(one) for one in made}) == 4
    for view in views:
        view.release()
