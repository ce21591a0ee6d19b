"""Flows as tables on disk, for what reads them back."""

from traffic import ITEM_NS, flow, flows

from overlanded.custody.outturn import write
from overlanded.model.columns import FLOWS
from overlanded.wire.parquet import encode

A, B = "00:1b:1b:00:00:01", "00:1b:1b:00:00:02"
NS = 1_000_000_000


def talk(client, server, times, port=443, **more):
    """Answered connections at these times, s; ``more`` are columns that differ."""
    return [
        flow(client, server, port, a_mac=A, b_mac=B, ns=ITEM_NS + int(at * NS), ack_after=5,
             frame=int(at) + 1) | more
        for at in times
    ]  # fmt: skip


def put(folder, *files):
    """Each list of flows as one table, numbered as its file is."""
    for number, rows in enumerate(files):
        columns = flows(*(row | {"file": number} for row in rows))
        raw = {name: memoryview(column.tobytes()) for name, column in columns.items()}
        write(folder / f"{number:06}.parquet", encode(FLOWS, [raw]))
    return folder


def tables(folder):
    """Its tables in order."""
    return sorted(folder.glob("*.parquet"))
