"""A log's bytes as batches of whole lines, with their numbers: here alone a log is cut up."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct, field

from overlanded.data import table
from overlanded.wire.containers import Source, opened


class Batch(Struct, frozen=True):
    """Whole lines, each with its end; the number of the first (from 1) and its place in the log."""

    data: bytes
    first: int
    at: int


class Damages(Struct):
    """What is wrong with a log: each reason once, with how often and the line where first."""

    found: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Reason → (lines, first of them)."""

    def note(self, why: str, line: int, count: int = 1) -> None:
        """Count one more reason, or several lines with one."""
        if count:
            before, first = self.found.get(why, (0, line))
            self.found[why] = (before + count, min(first, line))


class Lines:
    """The batches of a source. After the last one ``cut`` holds a last line without an end."""

    def __init__(self, source: Source, damages: Damages) -> None:
        bounds = table("zeek")["bounds"]
        self._source = source
        self._damages = damages
        self._room = bytearray(bounds["batch"])
        self._longest: int = bounds["line"]
        self.cut = Batch(b"", 1, 0)

    def __iter__(self) -> Iterator[Batch]:
        rest, line, at, skipping = b"", 1, 0, False
        while count := self._source.readinto(memoryview(self._room)):
            data = rest + self._room[:count]
            if skipping:
                end = data.find(b"\n") + 1
                at += end or len(data)
                data, rest = data[end:] if end else b"", b""
                line, skipping = line + bool(end), not end
            end = data.rfind(b"\n") + 1
            if end:
                yield Batch(bytes(data[:end]), line, at)
                line += data.count(b"\n", 0, end)
                at += end
            rest = bytes(data[end:])
            if len(rest) > self._longest:
                self._damages.note("the line is longer than any that Zeek writes", line)
                at, rest, skipping = at + len(rest), b"", True
        self.cut = Batch(rest, line, at)


def cut_out(source: Source, numbers: set[int]) -> list[tuple[int, bytes]]:
    """(number, line) of these lines and of the header's before them, in the order of the log.

    Lines keep their ends, so that what is cut out is a log of its own.
    """
    found: list[tuple[int, bytes]] = []
    last = max(numbers, default=0)
    lines = Lines(opened(source), Damages())
    for batch in lines:
        found += _wanted(batch, numbers, last)
        if batch.first > last:
            break
    else:
        found += _wanted(lines.cut, numbers, last)
    return [one for one in found if one[0] in numbers or not one[1].startswith(b"#close")]


def _wanted(batch: Batch, numbers: set[int], last: int) -> Iterator[tuple[int, bytes]]:
    for number, line in enumerate(batch.data.split(b"\n"), batch.first):
        if number in numbers or (number < last and line.startswith(b"#")):
            yield number, line + b"\n"
