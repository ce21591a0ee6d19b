"""Conversations of conn.log as flows, sightings and services: the columns of the model.

What the log does not tell stays never seen: hop limits, times of a handshake's segments, window
sizes. Counts of bytes are Zeek's: from the IP header on.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from msgspec import Struct, field

from overlanded.data import table
from overlanded.model.columns import FLOWS, SERVICES, SIGHTINGS, Table
from overlanded.wire.folding import HEADS, Bring, Columns, folded
from overlanded.wire.sampling import known_ports
from overlanded.wire.zeek.cells import Cells, Flags, Halves, Numbers
from overlanded.wire.zeek.lines import Damages
from overlanded.wire.zeek.objects import Objects

if TYPE_CHECKING:
    from numpy.typing import NDArray

Rows = Cells | Objects
Spill = Callable[[str, "dict[str, memoryview]"], None]

TCP, UDP, ICMP, ICMP6, SCTP, NOT_STATED = 6, 17, 1, 58, 132, 255
"""IP protocol numbers (IANA); 255 is reserved there and stands for what the log does not say."""
PROTOCOLS = {"tcp": TCP, "udp": UDP, "icmp": ICMP, "sctp": SCTP}
ECHO_ANSWERS = (0, 129)
FIN, SYN, RST, ACK = 1, 2, 4, 16
"""TCP flags (RFC 9293 section 3.1)."""
SPOKE, ASKED, AGREED = 0x100, 0x200, 0x400
"""Beside the flags of a side: it sent anything, a SYN, a SYN-ACK."""
LETTERS = {
    "S": SYN | ASKED, "H": SYN | ACK | AGREED, "A": ACK, "D": ACK, "F": FIN, "R": RST,
}  # fmt: skip
"""Letters of a history (docs.zeek.org, conn.log): capital for the originator, small for the
responder. Content is taken for acknowledged: after the first segment every segment is."""
NEVER_LOWEST = 255
"""What ``ttl_min`` and ``wscale`` hold when there was none."""
SMALL = 65536
"""Rows that are not worth bringing together."""
SERVICE = ("vlan", "mac", "ip_hi", "ip_lo", "proto", "port")
TALKS = (
    "vlan", "proto", "a_mac", "b_mac", "a_ip_hi", "a_ip_lo", "b_ip_hi", "b_ip_lo", "b_port",
)  # fmt: skip
VOLUME = ("packets_ab", "packets_ba", "bytes_ab", "bytes_ba")
ADDED, LEAST, MOST = np.add.reduceat, np.minimum.reduceat, np.maximum.reduceat
SUMMED: dict[str, Bring] = {"flows": ADDED, "bytes": ADDED, "last_ns": MOST}
SIGHTED: dict[str, Bring] = {
    "how": np.bitwise_or.reduceat, "packets": ADDED, "bytes": ADDED, "last_ns": MOST,
    "ttl_min": LEAST, "ttl_max": MOST,
}  # fmt: skip


def meanings(*, responder: bool) -> NDArray[np.uint16]:
    """Byte → flags it stands for on one side, with ``SPOKE`` for every letter of that side."""
    found = np.zeros(256, np.uint16)
    for code in range(ord("A"), ord("Z") + 1):
        found[code + 32 * responder] = SPOKE
    for letter, flags in LETTERS.items():
        found[ord(letter) + 32 * responder] |= flags
    return found


ORIGINATOR, RESPONDER = meanings(responder=False), meanings(responder=True)


class Conn(Struct):
    """The conn rows of one log on their way to columns."""

    file: int
    spill: Spill
    damages: Damages
    rows: int = 0
    with_macs: int = 0
    with_counts: int = 0
    missed_rows: int = 0
    missed_bytes: int = 0
    services: dict[tuple[Any, ...], list[int]] = field(default_factory=dict)
    """(VLAN, server address, IP protocol, port, word) → [time, line] where first said."""
    _flow_parts: list[dict[str, memoryview]] = field(default_factory=list)
    _flow_rows: int = 0
    _seen: list[Columns] = field(default_factory=list)
    _asked: list[Columns] = field(default_factory=list)
    _listens: NDArray[np.bool_] = field(
        default_factory=lambda: (np.frombuffer(known_ports(), np.uint8) & 1).astype(bool)
    )

    def take(self, rows: Rows) -> None:
        """Turn a batch of rows into columns and hand its flows on."""
        made, words = self._flows(rows)
        self.rows += len(made["proto"])
        if not len(made["proto"]):
            return
        self._flow_parts.append(as_bytes(FLOWS, made, self.file))
        self._flow_rows += len(made["proto"])
        if self._flow_rows >= table("zeek")["bounds"]["flows"]:
            self._spill_flows()
        talks = _talks(made, words[1])
        self._words(talks, words[0])
        self._seen = self._held("sightings", SIGHTINGS, [*self._seen, sightings(talks)])
        self._asked = self._held("services", SERVICES, [*self._asked, asked(talks)])

    def _spill_flows(self) -> None:
        """Hand the flows so far on as one table."""
        parts, self._flow_parts, self._flow_rows = self._flow_parts, [], 0
        joined = {name: b"".join(part[name] for part in parts) for name in parts[0]}
        self.spill("flows", {name: memoryview(whole) for name, whole in joined.items()})

    def finish(self) -> dict[str, dict[str, memoryview]]:
        """The tables that are left; a log without conversations has them without rows."""
        if self._flow_parts:
            self._spill_flows()
        nothing: Columns = {"first_ns": np.zeros(0, np.int64)}
        return {
            name: as_bytes(kind, made(parts) if parts else nothing, self.file)
            for name, kind, made, parts in (
                ("flows", FLOWS, _sighted, []),
                ("sightings", SIGHTINGS, _sighted, self._seen),
                ("services", SERVICES, services, self._asked),
            )
        }

    def _held(self, name: str, kind: Table, parts: list[Columns]) -> list[Columns]:
        """The parts, brought together when they have grown; nothing when they were written out."""
        rows = [len(part["first_ns"]) for part in parts]
        if sum(rows) < max(2 * rows[0], SMALL):
            return parts
        one = _sighted(parts) if name == "sightings" else _asked(parts)
        if len(one["first_ns"]) < table("zeek")["bounds"]["held"]:
            return [one]
        whole = one if name == "sightings" else services([one])
        self.spill(name, as_bytes(kind, whole, self.file))
        return []

    def _flows(self, rows: Rows) -> tuple[Columns, tuple[list[str], Numbers]]:
        """Rows with two addresses as flows, client first, and the words for their services."""
        (a, a_good), (b, b_good) = rows.addresses("id.orig_h"), rows.addresses("id.resp_h")
        keep = a_good & b_good
        self._note("an address in it is none", rows, ~keep)
        made = self._plain(rows, (a, b))
        made |= self._volume(rows)
        words, which = rows.words("service")
        made = {name: column[keep] for name, column in made.items()}
        which = which[keep]
        _turn(made, _asked_by_responder(made, self._listens))
        return made, (words, which)

    def _plain(self, rows: Rows, ends: tuple[Halves, Halves]) -> Columns:
        """Who, when and where; a is the originator."""
        first, timed = rows.moments("ts")
        span, _ = rows.moments("duration")
        self._note("its time is none", rows, ~timed)
        made: Columns = {"first_frame": rows.lines, "first_ns": first}
        made["last_ns"] = np.where(timed, first + span, 0)
        made["a_ip_hi"], made["a_ip_lo"] = ends[0]
        made["b_ip_hi"], made["b_ip_lo"] = ends[1]
        for name, column, most in (
            ("id.orig_p", "a_port", 65535), ("id.resp_p", "b_port", 65535), ("vlan", "vlan", 4095),
            ("inner_vlan", "inner_vlan", 4095),
        ):  # fmt: skip
            made[column] = self._number(rows, name, most)
        made["a_mac"], made["b_mac"] = rows.macs("orig_l2_addr"), rows.macs("resp_l2_addr")
        self.with_macs += int(np.count_nonzero(made["a_mac"] | made["b_mac"]))
        made["proto"] = self._protocols(rows, ends[0])
        return made

    def _volume(self, rows: Rows) -> Columns:
        """How much each side sent; at least one packet for a side that the row says spoke."""
        ours, theirs = rows.letters("history", ORIGINATOR), rows.letters("history", RESPONDER)
        made: Columns = {"flags_ab": ours & 0xFF, "flags_ba": theirs & 0xFF}
        made |= {"said_ab": ours, "said_ba": theirs}
        for side, end, said in (("ab", "orig", ours), ("ba", "resp", theirs)):
            packets, counted = self._number(rows, f"{end}_pkts"), rows.has(f"{end}_pkts")
            made[f"payload_{side}"] = self._number(rows, f"{end}_bytes")
            made[f"bytes_{side}"] = self._number(rows, f"{end}_ip_bytes")
            spoke = (said > 0) | (made[f"payload_{side}"] > 0) | (end == "orig")
            made[f"packets_{side}"] = packets if counted else spoke.astype(np.int64)
            self.with_counts += len(rows) if counted else 0
        missed = self._number(rows, "missed_bytes")
        self.missed_rows += int(np.count_nonzero(missed))
        self.missed_bytes += int(missed.sum())
        return made

    def _number(self, rows: Rows, name: str, most: int = 0) -> Numbers:
        value, _ = rows.counts(name)
        most = most or table("zeek")["bounds"]["most"]
        absurd = value > most
        self._note(f"its {name} is larger than any", rows, absurd)
        return np.where(absurd, 0, value)

    def _protocols(self, rows: Rows, ends: Halves) -> Numbers:
        words, which = rows.words("proto")
        numbers = np.array([PROTOCOLS.get(word, NOT_STATED) for word in words] or [0], np.int64)
        found = numbers[which]
        stated, fits = rows.counts("ip_proto")
        found = np.where((found == NOT_STATED) & fits & (stated < NOT_STATED), stated, found)
        six = (ends[0] != 0) | (ends[1] >> np.uint64(32) != 0xFFFF)
        return np.where((found == ICMP) & six, ICMP6, found)

    def _note(self, why: str, rows: Rows, wrong: Flags) -> None:
        lines = rows.lines[wrong]
        self.damages.note(why, int(lines[0]) if len(lines) else 0, len(lines))

    def _words(self, talks: Columns, words: list[str]) -> None:
        """Note the word for each service that a conversation was recognised as, where first."""
        named = np.array([bool(word) for word in words] or [False], bool)[talks["word"]]
        keys = ("vlan", "b_ip_hi", "b_ip_lo", "proto", "b_port", "word")
        served = folded([{name: talks[name][named] for name in (*keys, *HEADS)}], keys, {})
        lists = [served[name].tolist() for name in (*keys, *HEADS)]
        for vlan, high, low, proto, port, word, *place in zip(*lists, strict=True):
            key = (vlan, (high, low), proto, port, words[word])
            if key in self.services or len(self.services) < table("zeek")["bounds"]["rows"]:
                self.services[key] = min(self.services.get(key, place), place)


def _talks(made: Columns, words: Numbers) -> Columns:
    """The flows of a batch with equal ends, service and word as one row each."""
    tcp, udp = (made["proto"] == TCP) | (made["proto"] == SCTP), made["proto"] == UDP
    greeted = (made["payload_ba"] > 0) | (made["flags_ba"] & (SYN | ACK) == SYN | ACK)
    answered = (made["packets_ba"] > 0) & (udp | (tcp & greeted))
    rows: Columns = {name: made[name] for name in (*TALKS, *VOLUME, *HEADS, "last_ns")}
    rows |= {"word": words, "flows": answered.astype(np.int64)}
    rows["bytes"] = np.where(answered, made["bytes_ab"] + made["bytes_ba"], 0)
    how = {**SUMMED, **dict.fromkeys(VOLUME, ADDED)}
    return folded([rows], (*TALKS, "word"), how)


def _asked_by_responder(made: Columns, listens: NDArray[np.bool_]) -> Flags:
    """Where the responder is the client: as ``client_is_b`` in ``wire/kernels/flows.py`` tells."""
    proto, a, b = made["proto"], made["a_port"], made["b_port"]
    ours, theirs = made["said_ab"], made["said_ba"]
    here = (ours & ASKED > 0) | ((theirs & ASKED == 0) & (theirs & AGREED > 0))
    back = ~here & ((theirs & ASKED > 0) | (ours & AGREED > 0))
    made["client_known"] = ((here | back) & (proto == TCP)).astype(np.uint8)
    echo = (proto == ICMP) | (proto == ICMP6)
    guessed = np.where(listens[a] != listens[b], listens[a], a < b)
    guessed = np.where(echo, np.isin(a, ECHO_ANSWERS) & (b != 0), guessed)
    return np.where(made["client_known"] == 1, back, guessed)


def _turn(made: Columns, other: Flags) -> None:
    """Exchange the two sides of these rows."""
    if not other.any():
        return
    for name in [name for name in made if name.startswith("a_")]:
        twin = f"b_{name[2:]}"
        made[name], made[twin] = (
            np.where(other, made[twin], made[name]), np.where(other, made[name], made[twin]),
        )  # fmt: skip
    for name in [name for name in made if name.endswith("_ab")]:
        twin = f"{name[:-2]}ba"
        made[name], made[twin] = (
            np.where(other, made[twin], made[name]), np.where(other, made[name], made[twin]),
        )  # fmt: skip


def sightings(talks: Columns) -> Columns:
    """Both ends of these conversations, as far as they sent anything."""
    parts = []
    for side, way in (("a", "ab"), ("b", "ba")):
        sent = talks[f"packets_{way}"] > 0
        part: Columns = {
            "mac": talks[f"{side}_mac"], "ip_hi": talks[f"{side}_ip_hi"],
            "ip_lo": talks[f"{side}_ip_lo"], "packets": talks[f"packets_{way}"],
            "bytes": talks[f"bytes_{way}"],
        }  # fmt: skip
        part |= {name: talks[name] for name in ("vlan", *HEADS, "last_ns")}
        parts.append(sighted({name: column[sent] for name, column in part.items()}))
    return _sighted(parts)


def sighted(part: Columns, how: int = 1) -> Columns:
    """Rows of sightings with what no log tells: no hop limits; ``how`` as in the columns."""
    count = len(part["mac"])
    return {
        **part, "how": np.full(count, how, np.uint8),
        "ttl_min": np.full(count, NEVER_LOWEST, np.uint8), "ttl_max": np.zeros(count, np.uint8),
    }  # fmt: skip


def _sighted(parts: list[Columns]) -> Columns:
    return folded(parts, ("mac", "vlan", "ip_hi", "ip_lo"), SIGHTED)


def asked(talks: Columns) -> Columns:
    """Each client of each endpoint that answered, from these conversations."""
    columns: Columns = {
        "mac": talks["b_mac"], "ip_hi": talks["b_ip_hi"], "ip_lo": talks["b_ip_lo"],
        "port": talks["b_port"], "client_hi": talks["a_ip_hi"], "client_lo": talks["a_ip_lo"],
    }  # fmt: skip
    columns |= {name: talks[name] for name in ("vlan", "proto", *HEADS, *SUMMED)}
    return _asked([{name: column[talks["flows"] > 0] for name, column in columns.items()}])


def _asked(parts: list[Columns]) -> Columns:
    return folded(parts, (*SERVICE, "client_hi", "client_lo"), SUMMED)


def services(parts: list[Columns]) -> Columns:
    """One row an endpoint, with the number of its clients."""
    pairs = _asked(parts)
    counted = {**pairs, "clients": np.ones(len(pairs["port"]), np.int64)}
    return folded([counted], SERVICE, {**SUMMED, "clients": ADDED})


def as_bytes(kind: Table, made: Columns, file: int) -> dict[str, memoryview]:
    """All columns of a table, little-endian; those that are not given are never seen."""
    count = len(made["first_ns"])
    out = {}
    for column in kind.columns:
        never = NEVER_LOWEST if column.name.startswith(("ttl_min", "wscale")) else 0
        values = made.get(column.name)
        if values is None:
            values = np.full(count, file if column.name == "file" else never)
        out[column.name] = memoryview(values.astype(f"<{column.dtype}").tobytes())
    return out
