"""A log in batches of whole lines, whatever the pieces are in which it comes."""

import io

import pytest

from overlanded.wire.zeek import lines
from overlanded.wire.zeek.lines import Damages, Lines, cut_out


def through(data, size, longest=1 << 20):
    bounds = {"zeek": {"bounds": {"batch": size, "line": longest}}}
    damages = Damages()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lines, "table", bounds.get)
        whole = Lines(io.BytesIO(data), damages)
        return list(whole), whole.cut, damages.found


@pytest.mark.parametrize("size", [1, 2, 3, 7, 100])
def test_every_line_comes_once_with_its_number_and_place(size):
    data = b"one\ntwo\n\nfour\nfive"
    batches, cut, _ = through(data, size)
    told = {}
    for batch in batches:
        assert batch.data.endswith(b"\n")
        assert data[batch.at :].startswith(batch.data)
        told |= dict(enumerate(batch.data.split(b"\n")[:-1], batch.first))
    assert told == {1: b"one", 2: b"two", 3: b"", 4: b"four"}
    assert (cut.first, cut.data) == (5, b"five")


def test_a_line_without_end_is_passed_over_and_what_follows_keeps_its_number():
    data = b"one\n" + b"x" * 500 + b"\nthree\n"
    batches, _, found = through(data, 50, longest=100)
    assert [(one.first, one.data) for one in batches] == [(1, b"one\n"), (3, b"three\n")]
    assert found == {"the line is longer than any that Zeek writes": (1, 2)}


def test_the_same_damage_is_told_once_with_its_first_line():
    damages = Damages()
    damages.note("bad", 9)
    damages.note("bad", 4, 2)
    damages.note("bad", 1, 0)
    assert damages.found == {"bad": (3, 4)}


def test_lines_are_cut_out_with_the_header_before_them():
    data = b"#separator \\x09\n#fields\ta\n1\n2\n#close\tx\n#fields\tb\n3\n4\n#fields\tc\n5"
    found = cut_out(io.BytesIO(data), {4, 7})
    assert [number for number, _ in found] == [1, 2, 4, 6, 7]
    assert b"".join(line for _, line in found) == (
        b"#separator \\x09\n#fields\ta\n2\n#fields\tb\n3\n"
    )
    assert cut_out(io.BytesIO(data), {10})[-1] == (10, b"5\n")
    assert cut_out(io.BytesIO(data), set()) == []
