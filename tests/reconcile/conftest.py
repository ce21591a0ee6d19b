"""Builders of small worlds: observations, identities, records, papers."""

from types import SimpleNamespace

import pytest

from overlanded.analyse.power import powers
from overlanded.model.citing import Citation, Locator
from overlanded.model.devices import Identity
from overlanded.model.evidence import EvidenceItem, Side
from overlanded.model.observing import Coverage, Observation, Subject, View
from overlanded.model.records import Record, RecordStatus
from overlanded.reconcile import cluster, reconcile

PAPER = EvidenceItem("p1", "contract.xlsx", "0" * 64, 1, "xlsx", Side.PAPERWORK, 1)


def mac(last, network=""):
    return Subject("mac", f"00:1e:42:00:00:{last:02x}", network)


def ip(last, network=""):
    return Subject("ip", f"10.0.0.{last}", network)


def saw(subject, name, value, *, count=1, to=None, **detail):
    place = Citation("e1", "a.pcap", Locator("frame", str(1 + len(name) + len(value))))
    parts = tuple(sorted(detail.items()))
    return Observation(subject, name, value, place, 10**18, 10**18 + 60, count, to, parts)


def record(number, status="ordered", quantity=1, **fields):
    words = {"description": f"thing {number}", "device_class": "", **fields}
    place = Citation("p1", "contract.xlsx", Locator("row", f"Parts › {number}"))
    return Record(
        id=f"r{number:03}",
        status=RecordStatus(status),
        quantity=quantity,
        citation=place,
        **words,
    )


def kind(device_class="unknown", maker="", model="", remote=()):
    return Identity(device_class, maker, model, remote, (), 0.9)


def devices(*identities):
    """One device for each identity, with MAC ...:01, ...:02 and so on, and 10.0.0.1 and so on."""
    seen = [saw(mac(n), "address", ip(n).value, how="arp") for n, _ in enumerate(identities, 1)]
    return [
        (one, identities[int(one.key.value[-2:], 16) - 1])
        for one in sorted(cluster(seen), key=lambda one: one.key)
    ]


SHIFT = Coverage("e1", "span.pcapng", "capture", "span", 1, 8 * 3_600_000_000_000, 1, 0, (), View())
POWER = powers([SHIFT])
"""What eight hours at a mirror port can show."""


def standings(records, identified, *, power=POWER):
    """Seen devices' standings by the last byte of their MAC, and those of unseen pieces."""
    papers = [PAPER] if records else []
    done = reconcile(records, identified, papers, power)
    seen = {d.cluster.key.value[-2:]: d.standing.value for d in done.devices if d.cluster}
    unseen = [d.standing.value for d in done.devices if not d.cluster]
    return seen, unseen


@pytest.fixture(scope="session")
def make():
    return SimpleNamespace(
        power=POWER,
        mac=mac,
        ip=ip,
        saw=saw,
        record=record,
        kind=kind,
        devices=devices,
        standings=standings,
        paper=PAPER,
    )
