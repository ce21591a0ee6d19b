"""Which statements are about a device."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from overlanded.assess.context import Context
from overlanded.assess.wording import seen
from overlanded.model.devices import Device
from overlanded.model.identifiers import PARSERS
from overlanded.model.observing import cabinet
from overlanded.model.statements import Claim, Statement

Claimed = tuple[tuple[Statement, Claim], ...]


def claims(device: Device, context: Context, *kinds: str) -> Claimed:
    """What was claimed of the device: all kinds of claim when none is named."""
    return tuple(
        (statement, claim)
        for statement in statements(device, context)
        for claim in statement.claims
        if not kinds or claim.kind in kinds
    )


def statements(device: Device, context: Context) -> tuple[Statement, ...]:
    """The statements of which at least one word of ``about`` names the device."""
    if not context.statements:
        return ()
    mine = names(device, context)
    return tuple(one for one in context.statements if named(one.about, mine))


def names(device: Device, context: Context) -> frozenset[str]:
    """Everything that the device can be called by, in one spelling."""
    return frozenset(_names(device, context))


def named(about: Iterable[str], names: frozenset[str]) -> bool:
    """True when at least one word of ``about`` is among the names."""
    return any(not _forms(word).isdisjoint(names) for word in about)


def quoted(statement: Statement, claim: Claim) -> str:
    """``the maker (“for diagnostics”)``: the party and its own words for the claim."""
    return f"{statement.by} (“{claim.value}”)"


def _names(device: Device, context: Context) -> Iterator[str]:
    yield from (_plain(device.name), device.id, device.device_class)
    if device.identity:
        yield _plain(device.identity.model)
        yield _plain(f"{device.identity.maker} {device.identity.model}")
    for known in device.cluster.identifiers if device.cluster else ():
        yield _plain(known.value)
    for subject in device.cluster.subjects if device.cluster else ():
        yield _plain(subject.value)
    for one in seen(device, "place"):
        yield _place(one.value)
    for record in (context.records[one] for one in device.records if one in context.records):
        yield f"line {_plain(record.line)}"
        yield _place(record.place)


def _forms(name: str) -> frozenset[str]:
    """One word of ``about`` in every spelling it may be meant in; none for an empty one."""
    mac = PARSERS["mac"](name)
    forms = {_plain(name), f"line {_plain(name)}", _place(name)}
    return frozenset(forms | ({mac.value} if mac.checked else set())) - {"", "line "}


def _place(text: str) -> str:
    return cabinet(text).value.casefold() if text else ""


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
