"""One Zeek log in, its columns, statements and accounts out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import orjson
from msgspec import Struct, field
from msgspec.structs import replace

from overlanded.data import table
from overlanded.model.columns import SIGHTINGS
from overlanded.wire.containers import Source, opened
from overlanded.wire.dissect.fields import text as printable
from overlanded.wire.facts import Recognised, Sample
from overlanded.wire.folding import Columns
from overlanded.wire.zeek.cells import Cells
from overlanded.wire.zeek.conn import Conn, Spill, as_bytes, sighted
from overlanded.wire.zeek.lines import Batch, Damages, Lines
from overlanded.wire.zeek.objects import Objects
from overlanded.wire.zeek.row import Certificate, Said, Seen, Value
from overlanded.wire.zeek.shape import BOM, Header, Shape, flat, kind_of
from overlanded.wire.zeek.statements import (
    OWN_PORTS,
    Entry,
    Key,
    Statements,
    is_private,
    normal,
    samples,
    wanted,
)
from overlanded.wire.zeek.values import moment

NUL = b"\0"
"""Stands for a separator of several bytes; in Zeek's own cells it is escaped."""
LOOKED_AT = 100
"""JSON rows whose fields together tell the kind of a log without ``_path``."""
ENDS = ("id.orig_h", "id.resp_h", "host", "mac")


class Shown(Struct, frozen=True):
    """A certificate that somebody showed: its key, and a sample of whoever did."""

    key: str
    sample: Sample


class Logged(Struct):
    """What one log gave. Times are nanoseconds since 1970 UTC, 0 = none; lines count from 1."""

    raw: dict[str, dict[str, memoryview]] = field(default_factory=dict)
    """Table → columns, of what was not handed on while reading."""
    reads: list[tuple[Sample, Recognised]] = field(default_factory=list)
    shown: list[Shown] = field(default_factory=list)
    certificates: dict[str, tuple[Recognised, int, int]] = field(default_factory=dict)
    """Key → (what it says, time, line)."""
    rows: Counter[str] = field(default_factory=Counter)
    """Kind, or ``path …`` for one that is not read → rows."""
    first_ns: int = 0
    last_ns: int = 0
    damages: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Reason → (lines, first of them)."""
    fault: str = ""
    """Why reading ended before the end: damage to the compression."""
    over: int = 0
    lost: tuple[float, int] = (0.0, 0)
    """Highest share of packets that the monitor says it lost, in per cent, and its line."""
    conn: int = 0
    with_macs: int = 0
    with_counts: int = 0
    missed_rows: int = 0
    missed_bytes: int = 0
    words: Counter[str] = field(default_factory=Counter)
    """Word in ``service`` → services that conn.log says it of."""


def read(
    source: Source, *, file: int, spill: Spill, progress: Callable[[int], None] | None = None
) -> Logged:
    """Read a whole log. Never raises on its bytes: damage is told in the result.

    ``spill`` takes rows that leave memory early, ``progress`` the bytes of the source read so far.
    """
    return _Reading(opened(source), file, spill).run(progress or (lambda _: None))


class _Reading:
    """A log on its way: its shape as far as it is known, and what was read of it."""

    def __init__(self, source: Any, file: int, spill: Spill) -> None:  # noqa: ANN401
        self.source = source
        self.damages = Damages()
        self.lines = Lines(source, self.damages)
        self.header = Header()
        self.changes = 0
        self.json: bool | None = None
        self.kind = ""
        self.conn = Conn(file, spill, self.damages)
        self.statements = Statements()
        self.out = Logged()
        self.file = file

    def run(self, progress: Callable[[int], None]) -> Logged:
        """Batch after batch to the end."""
        for batch in self.lines:
            self._batch(batch)
            progress(self.source.taken)
            if self.changes > table("zeek")["bounds"]["headers"]:
                why = "there are more headers than a log has; reading stopped"
                self.damages.note(why, batch.first)
                break
        self._cut(self.lines.cut)
        self._finish()
        return self.out

    def _batch(self, batch: Batch) -> None:
        if batch.first == 1:
            batch = replace(batch, data=batch.data.removeprefix(BOM))
        if self.json is None:
            self.json = batch.data.startswith(b"{") or (
                b"\n{" in batch.data and b"#fields" not in batch.data
            )
        if self.json:
            self._objects(batch)
        else:
            for shape, part in self._parts(batch):
                self._cells(shape, part)

    def _cut(self, rest: Batch) -> None:
        """A last line without an end: a whole JSON row, a directive, or what is left of a row."""
        if not rest.data.strip():
            return
        if self.json and _object(rest.data) is not None:
            self._batch(replace(rest, data=rest.data + b"\n"))
        elif not rest.data.startswith(b"#"):
            self.damages.note("the log ends inside it", rest.first)

    def _parts(self, batch: Batch) -> Iterator[tuple[Shape, Batch]]:
        """The batch where its columns change: logs that were joined have headers in between."""
        begin, line, at = 0, batch.first, -1
        while (at := _comment(batch.data, at)) >= 0:
            end = batch.data.find(b"\n", at) + 1
            before = self.header.shape
            if self.header.take(batch.data[at:end]):
                self.changes += 1
                if self.changes > table("zeek")["bounds"]["headers"]:
                    return
                if before.fields and at > begin:
                    yield before, Batch(batch.data[begin:at], line, begin)
                line += batch.data.count(b"\n", begin, at)
                begin = at
        if begin < len(batch.data):
            yield self.header.shape, Batch(batch.data[begin:], line, begin)

    def _cells(self, shape: Shape, part: Batch) -> None:
        if not shape.fields:
            self.damages.note("no header before it tells its fields", part.first, 1)
            return
        data = part.data
        if len(shape.separator) > 1:
            data, shape = data.replace(shape.separator, NUL), replace(shape, separator=NUL)
        rows = Cells(data, shape, part.first)
        wrong = rows.wrong
        why = f"it has not the {len(shape.fields)} fields of its header"
        self.damages.note(why, int(wrong[0]) if len(wrong) else 0, len(wrong))
        self._count(shape.kind or f"path {_named(shape.path)}", len(rows))
        if not len(rows):
            return
        if shape.kind == "conn":
            self._times(rows.moments("ts"))
            self.conn.take(rows)
        else:
            self._rows(shape, rows)

    def _rows(self, shape: Shape, rows: Cells) -> None:
        """Rows of any other kind: the different ones are kept."""
        times, good = rows.moments("ts")
        self._times((times, good))
        entry = table("zeek")["logs"].get(shape.kind, {})
        if "loss" in entry and entry["loss"] in shape.fields:
            self._losses(shape.fields.index(entry["loss"]), shape, rows)
        if "how" not in entry:
            return
        names = [name for name in wanted(shape.kind) if name in shape.fields]
        places = [shape.fields.index(name) for name in names]
        chosen = [names.index(name) for name in OWN_PORTS if name in names]
        told = [names.index(name) if name in names else -1 for name in ("id.resp_p", "proto")]
        nothing = {shape.unset, shape.empty}
        numbers = zip(rows.rows(), times.tolist(), rows.lines.tolist(), strict=True)
        for raw, ns, line in numbers:
            cells = raw.split(shape.separator)
            key = [cells[place] for place in places]
            if chosen:
                other, by = (key[at].decode("latin-1") if at >= 0 else "" for at in told)
                for at in chosen:
                    if is_private(shape.kind, key[at].decode("latin-1"), other, by):
                        key[at] = b"0"
            whole = (shape.kind, *key)
            if not self.statements.find(whole, (ns, line)):
                said = zip(names, key, strict=True)
                values = {name: cell for name, cell in said if cell not in nothing}
                self._keep(whole, shape.kind, values, shape.between, (ns, line))

    def _keep(
        self,
        key: Key,
        kind: str,
        values: Mapping[str, Value],
        between: str,
        place: tuple[int, int],
    ) -> None:
        pair = (kind, *(values.get(name, "") for name in ENDS))
        self.statements.add(key, pair, Entry(kind, values, between, place, place))

    def _losses(self, at: int, shape: Shape, rows: Cells) -> None:
        for raw, line in zip(rows.rows(), rows.lines.tolist(), strict=True):
            share = raw.split(shape.separator)[at].decode("latin-1")
            self._lost(share, line)

    def _lost(self, share: Any, line: int) -> None:  # noqa: ANN401 - whatever JSON holds
        try:
            value = float(share)
        except (TypeError, ValueError):
            return
        if self.out.lost[0] < value <= 100:
            self.out.lost = (value, line)

    def _objects(self, batch: Batch) -> None:
        """JSON rows: those of conn become columns, of the others the different ones are kept."""
        rows, lines = self._parsed(batch)
        if not self.kind:
            self.kind = kind_of("", {name for row in rows[:LOOKED_AT] for name in row})
        kinds = [self._kind(row) for row in rows]
        for kind, number in Counter(kinds).items():
            self._count(kind, number)
        talks = [at for at, kind in enumerate(kinds) if kind == "conn"]
        if talks:
            found = Objects([rows[at] for at in talks], np.array(lines, np.int64)[talks])
            self._times(found.moments("ts"))
            self.conn.take(found)
        for row, line, kind in zip(rows, lines, kinds, strict=True):
            if kind != "conn":
                self._object_row(kind, row, line)

    def _parsed(self, batch: Batch) -> tuple[list[Any], list[int]]:
        """The rows of a batch and the numbers of their lines."""
        rows, lines = [], []
        for line, raw in enumerate(batch.data.split(b"\n"), batch.first):
            row = _object(raw)
            if row is not None:
                rows.append(row)
                lines.append(line)
            elif raw.strip():
                self.damages.note("it is no row of JSON", line)
        return rows, lines

    def _kind(self, row: Any) -> str:  # noqa: ANN401
        """A row's kind, or the path of one that is not known."""
        path = row.get("_path")
        if path is None:
            return self.kind or "path not stated"
        return kind_of(str(path), row) or f"path {_named(str(path))}"

    def _object_row(self, kind: str, row: Any, line: int) -> None:  # noqa: ANN401
        ns = moment(row.get("ts"))
        self._span(ns or 0, ns or 0)
        entry = table("zeek")["logs"].get(kind, {})
        if "loss" in entry:
            self._lost(row.get(entry["loss"]), line)
        if "how" not in entry:
            return
        values = {name: normal(row[name]) for name in wanted(kind) if row.get(name) is not None}
        other, by = str(values.get("id.resp_p", "")), str(values.get("proto", ""))
        for name in OWN_PORTS:
            if is_private(kind, str(values.get(name, "")), other, by):
                values[name] = "0"
        key = (kind, *values.items())
        if not self.statements.find(key, (ns or 0, line)):
            plain = {name: _printable(value) for name, value in values.items()}
            self._keep(key, kind, plain, ",", (ns or 0, line))

    def _count(self, kind: str, rows: int) -> None:
        if rows and (kind in self.out.rows or len(self.out.rows) < LOOKED_AT):
            self.out.rows[kind] += rows

    def _times(self, moments: Any) -> None:  # noqa: ANN401 - a pair of arrays
        times, good = moments
        if good.any():
            self._span(int(times[good].min()), int(times[good].max()))

    def _span(self, first: int, last: int) -> None:
        if last:
            self.out.first_ns = min(self.out.first_ns or first, first)
            self.out.last_ns = max(self.out.last_ns, last)

    def _finish(self) -> None:
        """What the rows say, and the accounts."""
        out, conn = self.out, self.conn
        out.raw = conn.finish()
        seen: list[tuple[Entry, Seen]] = []
        for entry, row, told in self.statements.told():
            if isinstance(told, Certificate):
                out.certificates.setdefault(told.key, (told.recognised, *entry.first))
            elif isinstance(told, Seen):
                seen += [(entry, told)] if told.mac or any(told.ip) else []
            else:
                self._say(entry, row, told)
        if seen:
            self.conn.spill("sightings", as_bytes(SIGHTINGS, _sightings(seen), self.file))
        out.reads += _services(conn)
        out.words = Counter(
            part.removeprefix("spicy_") for *_, word in conn.services for part in word.split(",")
        )
        out.fault = self.source.fault
        out.damages, out.over = self.damages.found, self.statements.over
        out.conn, out.with_macs, out.with_counts = conn.rows, conn.with_macs, conn.with_counts
        out.missed_rows, out.missed_bytes = conn.missed_rows, conn.missed_bytes

    def _say(self, entry: Entry, row: Any, said: Said) -> None:  # noqa: ANN401
        made = list(samples(entry, row, said))
        self.out.reads += made
        if said.certificate:
            self.out.shown.append(Shown(said.certificate, made[0][0]))


def _services(conn: Conn) -> Iterator[tuple[Sample, Recognised]]:
    """A sample without content for each service that conn.log names the protocol of."""
    words = table("zeek")["services"]
    for (vlan, address, proto, port, word), (ns, line) in conn.services.items():
        layer = {6: "tcp", 17: "udp"}.get(proto, "ip")
        for part in word.lower().split(","):
            protocol = words.get(part.removeprefix("spicy_"), "")
            if protocol:
                yield (
                    Sample(line, ns, layer, proto, vlan, 0, 0, (0, 0), address, 0, port, True, b""),
                    Recognised(protocol),
                )


def _sightings(seen: Sequence[tuple[Entry, Seen]]) -> Columns:
    """Sightings that rows state, one each."""
    columns: Columns = {
        "mac": np.array([one.mac for _, one in seen], np.uint64),
        "vlan": np.zeros(len(seen), np.int64),
        "ip_hi": np.array([one.ip[0] for _, one in seen], np.uint64),
        "ip_lo": np.array([one.ip[1] for _, one in seen], np.uint64),
        "first_frame": np.array([entry.first[1] for entry, _ in seen], np.int64),
        "first_ns": np.array([entry.first[0] for entry, _ in seen], np.int64),
        "last_ns": np.array([entry.last[0] for entry, _ in seen], np.int64),
        "packets": np.array([entry.count for entry, _ in seen], np.int64),
    }
    made = sighted(columns)
    made["how"] = np.array([one.how for _, one in seen], np.uint8)
    return made


def _comment(data: bytes, after: int) -> int:
    """Where the next line that begins with ``#`` begins; -1 when there is none."""
    if after < 0 and data.startswith(b"#"):
        return 0
    at = data.find(b"\n#", max(after, 0))
    return at + 1 if at >= 0 else -1


def _object(raw: bytes) -> Any:  # noqa: ANN401 - whatever JSON holds
    """A JSON row with Zeek's own names, None for anything else."""
    try:
        row = orjson.loads(raw)
    except orjson.JSONDecodeError:
        return None
    if isinstance(row, dict):
        return flat(row) if "id" in row else row
    return None


def _printable(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, str):
        return printable(value.encode("utf-8", "replace"))
    return tuple(_printable(one) for one in value)


def _named(path: str) -> str:
    return printable(path.encode("utf-8", "replace"), 40)
