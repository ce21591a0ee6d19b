"""Ids, names and the order of devices in a report."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from ipaddress import ip_address

from msgspec.structs import replace

from overlanded.data import table
from overlanded.model.devices import Device

Order = tuple[object, ...]


def content_id(prefix: str, content: str) -> str:
    """An id that the same content always gets: ``d-`` and ten hexadecimal digits."""
    return f"{prefix}-{hashlib.sha256(content.encode()).hexdigest()[:10]}"


def arranged(devices: Sequence[Device]) -> tuple[Device, ...]:
    """Named by role, sorted with the least accounted for first, numbered from 1."""
    named = _named(sorted(devices, key=_by_address))
    ordered = sorted(named, key=_by_account)
    return tuple(replace(device, number=number) for number, device in enumerate(ordered, 1))


def _named(devices: Sequence[Device]) -> list[Device]:
    """Names such as ``PLC-1`` and ``cellular router 1``, counted in order of address."""
    counted: Counter[str] = Counter()
    named = []
    for device in devices:
        role = _class(device)["role"]
        counted[role] += 1
        joint = "-" if role.isupper() else " "
        named.append(replace(device, name=f"{role}{joint}{counted[role]}"))
    return named


def _class(device: Device) -> dict[str, str]:
    classes: dict[str, dict[str, str]] = table("device-classes")["classes"]
    return classes.get(device.device_class, classes["unknown"])


def _by_account(device: Device) -> Order:
    standing = table("matching")["standing"]
    return (
        standing["order"].index(device.standing),
        standing["families"].index(_class(device)["family"]),
        _by_address(device),
    )


def _by_address(device: Device) -> Order:
    """Seen before unseen, then by lowest IPv4 address, then by key."""
    if device.cluster is None:
        return (2, 0, str(device.records), device.id)
    addresses = [
        int(ip_address(subject.value))
        for subject in device.cluster.subjects
        if subject.kind == "ip" and "." in subject.value
    ]
    return (0 if addresses else 1, min(addresses, default=0), str(device.cluster.key), device.id)
