"""Memory for rows."""

from overlanded.wire.memory import grown, room


def test_rooms_are_zeroed_and_grow_with_what_they_hold():
    store = room(1 << 22)
    assert len(store) == 1 << 22
    assert store[:64] == bytes(64)
    store[:5] = b"first"
    larger = grown(store, 1 << 23)
    if larger is not None:
        assert (larger[:5], len(larger)) == (b"first", 1 << 23)


def test_a_room_in_use_does_not_move():
    store = room(1 << 12)
    with memoryview(store):
        assert grown(store, 1 << 13) is None
    assert len(store) == 1 << 12
