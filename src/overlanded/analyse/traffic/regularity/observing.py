"""What stands out as regular, as observations: who came back to whom, how often and how surely.

Contact with the outside comes first. What goes on between two devices of the crane is told as
``local``, and the cadence of its connections is not told at all: polling is what controllers do.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from overlanded import data
from overlanded.analyse.traffic import contacts, dns_tunnels, tunnels
from overlanded.analyse.traffic.conversations import TRANSPORTS, Ends, Pair
from overlanded.analyse.traffic.regularity import inside, notable
from overlanded.analyse.traffic.regularity.measuring import CLOCKS, KINDS, PARTS
from overlanded.analyse.traffic.regularity.tables import Watch, measured
from overlanded.analyse.traffic.seen import Traffic
from overlanded.analyse.traffic.spans import length
from overlanded.model.identifiers import ip_text
from overlanded.model.observing import Observation, Subject
from overlanded.wire.folding import Columns, places
from overlanded.wire.kernels.layout import BEAT_BUCKETS, RH_A_LO, RH_B_LO
from overlanded.wire.rhythms import Rhythms

if TYPE_CHECKING:
    from numpy.typing import NDArray

NS = 1_000_000_000


class Found(Struct, frozen=True):
    """One observation and its place: outside before local, the most notable first."""

    place: tuple[bool, float, int, int]
    """Whether local, how doubtful, when it was first seen (ns) and in which frame."""
    told: Observation
    far: str
    """The other's address."""


def observe(traffic: Traffic) -> Iterator[Observation]:
    """``regular`` for what stands out; no more of one device than ``limits`` allows."""
    most = data.table("traffic")["limits"]["regular"]
    kept: Counter[Subject] = Counter()
    found = [*_connections(traffic), *_inside(traffic)]
    held = _held(traffic) if found else {}
    # What carries a tunnel comes first, also where it is asked of a name server here.
    for one in sorted(found, key=lambda one: ((one.told.subject, one.far) not in held, one.place)):
        kept[one.told.subject] += 1
        if kept[one.told.subject] <= most:
            kinds = held.get((one.told.subject, one.far), {})
            carried = (("carries", ",".join(kinds)),) if kinds else ()
            yield replace(one.told, detail=(*one.told.detail, *carried))


def _held(traffic: Traffic) -> dict[tuple[Subject, str], dict[str, None]]:
    """(who, the other's address) → kinds of tunnel and remote control that were told of the two."""
    held: dict[tuple[Subject, str], dict[str, None]] = defaultdict(dict)
    for one in (*tunnels.observe(traffic), *dns_tunnels.observe(traffic)):
        if one.object is not None and dict(one.detail)["by"] != "name":
            held[one.subject, one.object.value][one.value] = None
    return dict(held)


# Connections


def _connections(traffic: Traffic) -> Iterator[Found]:
    """The tables are opened only when some pair connected often enough to be judged."""
    least = data.table("traffic")["regularity"]["least-connections"]
    flows = traffic.pairs.get("flows", np.zeros(0))
    if traffic.flows and len(flows) and int(flows.max()) >= least:
        yield from told(traffic, measured(traffic.flows))


def told(traffic: Traffic, pieces: Iterable[tuple[Columns, Watch]]) -> Iterator[Found]:
    """What stands out of what was measured, as observations."""
    networks = contacts.stated(traffic.zones)
    for found, watch in pieces:
        for row in _standing_out(found):
            made = _told(traffic, row, watch, networks)
            if made is not None:
                yield made


def _standing_out(found: Columns) -> Iterator[dict[str, Any]]:
    least = data.table("traffic")["regularity"]["stands-out"]
    places = np.flatnonzero((found["score"] >= least) & (found["period_ns"] > 0))
    lists = {name: column[places].tolist() for name, column in found.items()}
    for place in range(len(places)):
        yield {name: values[place] for name, values in lists.items()}


def _told(
    traffic: Traffic, row: dict[str, Any], watch: Watch, networks: contacts.Networks
) -> Found | None:
    a_ip, b_ip = (row["a_ip_hi"], row["a_ip_lo"]), (row["b_ip_hi"], row["b_ip_lo"])
    subject = traffic.parties.subject
    client = subject(row["a_mac"], row["vlan"], a_ip)
    server = subject(row["b_mac"], row["vlan"], b_ip, reached=not row["established"])
    if client is None or server is None or client == server:
        return None
    way = contacts.direction((client, a_ip), (server, b_ip), networks)
    mine, other = (server, client) if way == "inbound" else (client, server)
    if way == "transit":
        return None
    protocol, service = _service(traffic, row)
    habit = notable.regular_by_itself(protocol)
    more = {
        name: float(value[0])
        for name, value in notable.parts(np.array([habit]), np.array([row["clients"]])).items()
    }
    beside = {f"notable_{name}": f"{value + 0.0:+.1f}" for name, value in more.items()}
    beside |= {"notable": f"{row['score'] + sum(more.values()):.1f}"}
    return _found(
        way,
        row["score"] + sum(more.values()),
        Observation(
            mine,
            "regular",
            f"every {length(row['period_ns'])}",
            traffic.cite(row["file"], row["first_frame"]),
            row["first_ns"],
            row["last_ns"],
            row["connections"],
            other,
            (
                ("direction", way),
                ("service", service),
                *_habit(protocol),
                *_detail(row, watch),
                *beside.items(),
            ),
        ),
        ip_text(*(a_ip if way == "inbound" else b_ip)),
    )


def _found(way: str, sure: float, made: Observation, far: str) -> Found:
    frame = int(made.citation.locator.place)
    return Found((way == "local", -sure, made.first or 0, frame), made, far)


def _detail(row: dict[str, Any], watch: Watch) -> Iterator[tuple[str, str]]:
    yield "how", KINDS[row["kind"]]
    yield "period_s", f"{row['period_ns'] / NS:.9g}"
    yield "period_low_s", f"{row['period_low_ns'] / NS:.9g}"
    yield "period_high_s", f"{row['period_high_ns'] / NS:.9g}"
    yield "jitter", f"{row['jitter']:.3f}"
    yield "jitter_s", f"{row['jitter'] * row['period_ns'] / NS:.3g}"
    yield "clock", CLOCKS[row["clock"]]
    yield "beats", str(row["beats"])
    yield "beats_missed", str(missed(row["beats"], row["present"]))
    yield "gaps_regular", f"{row['regular']:.2f}"
    yield "ran", length(row["ran_ns"])
    yield "established", str(row["established"])
    yield "failed", str(row["failed"])
    yield "hours_bias", f"{row['bias']:.2f}"
    yield "same_size", f"{row['same_size']:.2f}"
    yield "clients_of_server", f"{row['clients']} of {watch.clients}"
    yield "first_seen_after", length(row["seen_after_ns"])
    yield "score", f"{row['score']:.1f}"
    for part in (*PARTS, "base"):
        yield f"score_{part}", f"{row[f'score_{part}']:+.1f}"


def missed(beats: int, present: float) -> int:
    """Beats that should have come while it ran and did not, by the share that did."""
    return round(beats * (1 - present) / present) if present > 0 else 0


def _service(traffic: Traffic, row: dict[str, Any]) -> tuple[str, str]:
    """``ntp``, and ``ntp/udp/123`` as the observation ``uses`` names it."""
    server = (row["b_ip_hi"], row["b_ip_lo"])
    protocol = traffic.protocols.get((row["vlan"], server, row["proto"], row["b_port"]), "")
    transport = TRANSPORTS.get(row["proto"], f"ip-{row['proto']}")
    return protocol, f"{protocol or 'unknown'}/{transport}/{row['b_port']}"


def _habit(protocol: str) -> Iterator[tuple[str, str]]:
    """Why the protocol is regular by itself, where it is."""
    known = data.table("traffic")["regularity"]["habits"]
    if protocol in known:
        yield "habit", known[protocol]


# Inside one connection


def _inside(traffic: Traffic) -> Iterator[Found]:
    """Connections with somebody outside in which a side sends at one interval."""
    networks = contacts.stated(traffic.zones)
    ways = {}
    for pair in traffic.conversations:
        way = contacts.direction((pair.client, pair.a_ip), (pair.server, pair.b_ip), networks)
        if way in {"outbound", "inbound"}:
            ways[pair.ends] = (way, pair)
    for kept in traffic.rhythms if ways else ():
        yield from _cadences(traffic, kept, ways)


def _cadences(
    traffic: Traffic, kept: Rhythms, ways: dict[Ends, tuple[str, Pair]]
) -> Iterator[Found]:
    """Of each connection the steadier side."""
    mine = _among(kept, ways)
    some = kept.some(mine)
    beats = some.beats.reshape(2 * len(some), BEAT_BUCKETS)
    found = inside.measure(beats, np.repeat(some.lasted_ns, 2))
    out = inside.standing_out(found)
    gain = np.where(out, found["gain"], -np.inf).reshape(len(some), 2)
    for row in np.flatnonzero(gain.max(axis=1, initial=-np.inf) > -np.inf).tolist():
        side = int(gain[row].argmax())
        values = {name: column[2 * row + side].item() for name, column in found.items()}
        client = next((end for end in (0, 1) if some.client(row, end) in ways), None)
        if client is not None:
            known = ways[some.client(row, client)]
            sender = "client" if side == client else "server"
            yield _cadence(traffic, some, row, *known, sender, values)


def _among(kept: Rhythms, ways: Iterable[Ends]) -> NDArray[np.intp]:
    """Rows with an end whose address is a client's of these: few, of all that were timed."""
    clients = np.array(sorted({low for _, (_, low), _, _ in ways}), "<u8")
    words = kept.words
    _, opened = places(clients, words[:, RH_A_LO])
    _, answered = places(clients, words[:, RH_B_LO])
    rows: NDArray[np.intp] = np.flatnonzero(opened | answered)
    return rows


def _cadence(
    traffic: Traffic,
    kept: Rhythms,
    row: int,
    way: str,
    pair: Pair,
    sender: str,
    values: dict[str, Any],
) -> Found:
    low, high = values["period_low_ns"], values["period_high_ns"]
    frame, first, last = kept.seen(row)
    mine, far = (pair.client, pair.b_ip) if way == "outbound" else (pair.server, pair.a_ip)
    made = Observation(
        mine,
        "regular",
        f"every {length(low)} to {length(high)}",
        traffic.cite(kept.file, frame),
        first,
        last,
        1,
        Subject("ip", ip_text(*far), mine.network),
        (
            ("direction", way),
            ("service", pair.service),
            *_habit(pair.protocol),
            ("how", "inside"),
            ("sender", sender),
            ("period_low_s", f"{low / NS:.6g}"),
            ("period_high_s", f"{high / NS:.6g}"),
            ("beats", str(values["beats"])),
            ("gaps_regular", f"{values['regular']:.2f}"),
            ("ran", f"{values['ran']:.2f}"),
            ("score", f"{values['gain']:.1f}"),
        ),
    )
    return _found(way, values["gain"], made, ip_text(*far))
