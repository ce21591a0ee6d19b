"""What the text of network equipment says of a device: its port, its settings, its modem."""

from __future__ import annotations

from collections.abc import Iterable

from overlanded.assess.wording import counted, listed, seen
from overlanded.data import table
from overlanded.model.devices import Device
from overlanded.model.observing import Observation

CELLULAR = ("apn", "sim", "operator", "registration")
"""Properties that only equipment with a cellular modem states in its own text."""
SOURCES = frozenset(("table", "configuration"))


def cellular(device: Device) -> tuple[Observation, ...]:
    """What its own settings and status say of a cellular connection."""
    return seen(device, *CELLULAR)


def tunnels(device: Device) -> tuple[Observation, ...]:
    """The other ends of tunnels that are set up on it."""
    return seen(device, "vpn-peer")


def accounts(device: Device) -> tuple[Observation, ...]:
    """The accounts that are set up on it."""
    return seen(device, "user")


def ports(device: Device) -> tuple[Observation, ...]:
    """The ports behind which a switch has it in a table."""
    return seen(device, "port-mac", "neighbour")


def only_written(device: Device) -> bool:
    """True when settings and tables alone know it, and no sensor saw it send."""
    known = table("properties")["properties"]
    mine = seen(device)
    texts = {
        one.citation.item for one in mine if known.get(one.property, {}).get("source") in SOURCES
    }
    return bool(texts) and all(one.citation.item in texts for one in mine)


def told_cellular(found: Iterable[Observation]) -> str:
    """``APN m2m.example, operator Example Net``."""
    names = {"apn": "APN ", "operator": "operator "}
    parts = [f"{names[one.property]}{one.value}" for one in found if one.property in names]
    return listed(list(dict.fromkeys(parts)))


def told_ways_in(device: Device) -> list[str]:
    """What its settings say of ways in, each as the end of a sentence that begins with *It*."""
    peers = sorted({one.value for one in tunnels(device)})
    names = sorted({one.value for one in accounts(device)})
    return [
        *([f"is set up to keep a tunnel to {listed(peers)}"] if peers else []),
        *([f"has {counted(len(names), 'account')} set up: {listed(names)}"] if names else []),
    ]
