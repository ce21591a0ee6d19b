"""Tunnels and remote control of a device, and how they read in a sentence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from overlanded.assess.wording import counted, listed, seen
from overlanded.data import table
from overlanded.model.devices import Device
from overlanded.model.observing import Observation


def outward(device: Device) -> tuple[Observation, ...]:
    """Those with an address outside, and those whose end is not seen."""
    return tuple(one for one in _every(device) if _detail(one, "where") != "here")


def beyond(one: Observation) -> bool:
    """True when the other end has an address outside."""
    return _detail(one, "where") == "outside"


def kind(one: Observation) -> str:
    """``tunnel (GRE)``, ``remote control (VNC)``."""
    name = table("tunnels")["kinds"][one.value]["name"]
    return f"tunnel ({name})" if one.property == "tunnel" else f"remote control ({name})"


def local(device: Device) -> tuple[Observation, ...]:
    """Those between addresses here."""
    return tuple(one for one in _every(device) if _detail(one, "where") == "here")


def shown(observations: Sequence[Observation]) -> tuple[Observation, ...]:
    """Those that content or statistics show; a name alone shows no tunnel and no session."""
    return tuple(one for one in observations if _detail(one, "by") != "name")


def ways_in(device: Device) -> tuple[Observation, ...]:
    """Those through which the other end can come in, although the device opened them."""
    kinds = table("tunnels")["kinds"]
    return tuple(
        one
        for one in shown(outward(device))
        if _detail(one, "direction") == "outbound"
        and _detail(one, "answered") == "yes"
        and (one.property == "tunnel" or kinds[one.value].get("relayed", False))
    )


def told(observations: Sequence[Observation]) -> list[str]:
    """``tunnel (WireGuard) with 5.6.7.8, on port 443``: one part for each kind and way."""
    groups: dict[tuple[str, ...], list[Observation]] = defaultdict(list)
    for one in observations:
        how = (_detail(one, word) for word in ("by", "direction", "answered"))
        groups[(one.value, *how)].append(one)
    return [_told(same) for same in groups.values()]


def _told(same: Sequence[Observation]) -> str:
    one = same[0]
    name = table("tunnels")["kinds"][one.value]["name"]
    others = listed(sorted({each.object.value for each in same if each.object}))
    if _detail(one, "by") == "statistics":
        return _in_names(same, name, others)
    if _detail(one, "by") == "name":
        return f"contact with the service of {name} at {others}"
    way = "from" if _detail(one, "direction") == "inbound" else "with"
    tried = "" if _detail(one, "answered") == "yes" else ", no answer seen"
    ports = sorted({_detail(each, "port") for each in same} - {""}, key=int)
    return f"{kind(one)} {way} {others}{f', on port {listed(ports)}' if ports else ''}{tried}"


def _in_names(same: Sequence[Observation], name: str, others: str) -> str:
    domains = listed(sorted({_detail(one, "domain") for one in same}))
    names = counted(sum(int(_detail(one, "names")) for one in same), "name")
    mean = _detail(same[0], "mean-length")
    return (
        f"{name}: {names} of {mean} characters below {domains} asked of {others}; "
        "where it ends is not seen"
    )


def _every(device: Device) -> tuple[Observation, ...]:
    return seen(device, "tunnel", "remote-control")


def _detail(one: Observation, word: str) -> str:
    return dict(one.detail).get(word, "")
