"""What is compared of a device: its classes, maker, model, names and identifiers."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from math import log

from msgspec import Struct

from overlanded.data import table
from overlanded.model.devices import Cluster, Identity
from overlanded.model.identifiers import Identifier, part_number
from overlanded.reconcile.bindings import shared

Classes = tuple[tuple[str, float], ...]
"""Device classes with the share of full weight each has: 1 when stated, less when hinted."""


class Traits(Struct, frozen=True):
    """What many devices may have in common; compared once for all of them."""

    classes: Classes
    maker: str
    model: str
    plain_model: str
    remote: tuple[str, ...]
    names: tuple[str, ...]
    place: str
    sure: float = 1.0
    """How likely the class is right; a doubtful one says little against a line."""
    numbered: bool = False
    """Whether the model is an order number, which lists do not call a model."""


class Profile(Struct, frozen=True):
    """One device as it is compared."""

    traits: Traits
    identifiers: Mapping[str, frozenset[str]]
    """Kind → checked values."""


def profile(cluster: Cluster, identity: Identity) -> Profile:
    """What of a cluster and its identity is held against the records."""
    told = _told(cluster)
    maker = identity.maker or min(told["maker"], default="")
    model = identity.model or min(told["model"], default="")
    identifiers = by_kind(cluster.identifiers)
    traits = Traits(
        classes=_classes(identity, told["role"], maker_name(maker)),
        maker="" if _is_component(maker) else maker_name(maker),
        model=model,
        plain_model=plain(model),
        remote=identity.remote,
        names=tuple(sorted(told["name"])),
        place=min(told["place"], default=""),
        sure=_sure(identity),
        numbered=_order_number(model) in identifiers.get("part-number", ()),
    )
    return Profile(traits, identifiers)


def _sure(identity: Identity) -> float:
    if identity.device_class != "unknown":
        return round(identity.probability, 2)
    return round(identity.may_be[0][1], 2) if identity.may_be else 1.0


def _order_number(model: str) -> str:
    return part_number(model).value if model else ""


def _is_component(maker: str) -> bool:
    known = table("matching")["maker"]["components"]
    return any(f" {name} " in f" {plain(maker)} " for name in known)


def _told(cluster: Cluster) -> Mapping[str, set[str]]:
    matching = table("matching")
    told: dict[str, set[str]] = defaultdict(set)
    for one in cluster.observations:
        if one.property in ("maker", "model", "role", "place"):
            told[one.property].add(one.value)
        elif one.property == "distance" and one.value == "far":
            told["role"].add("relay")
        elif one.property in matching["naming"]["names"] and _says_something(one.value):
            told["name"].add(spaced(one.value))
    return told


def _says_something(name: str) -> bool:
    matching = table("matching")
    return (
        len(name) >= matching["name"]["length"] and name.lower() not in matching["generic"]["names"]
    )


def _classes(identity: Identity, roles: Iterable[str], maker: str) -> Classes:
    stated = {identity.device_class} - {"unknown"}
    vague = not stated or stated == {"router"}
    hints = table("matching")["hints"]
    hinted: set[str] = set()
    if vague:
        hinted |= {hints["roles"][role] for role in roles if role in hints["roles"]}
        hinted |= {name for name, makers in hints["makes"].items() if _one_of(maker, makers)}
    share = table("matching")["class"]["hinted"]
    shares = {name: _share(chance) for name, chance in identity.may_be}
    shares |= {name: max(share, shares.get(name, 0.0)) for name in sorted(hinted)}
    return tuple((shares | dict.fromkeys(stated, 1.0)).items())


def _share(chance: float) -> float:
    """The share of a class's weight that its chance leaves: exp(w · share) = chance · exp(w)."""
    full: float = table("matching")["class"]["equal"]
    return max(0.0, round(1 + log(chance) / full, 3))


def _one_of(maker: str, known: Iterable[str]) -> bool:
    return any(f" {name} " in f" {maker} " for name in known)


def by_kind(known: Iterable[Identifier]) -> Mapping[str, frozenset[str]]:
    """Kind → values of the identifiers that passed their check and name one piece or type."""
    kinds: dict[str, set[str]] = defaultdict(set)
    for one in known:
        if one.checked and not _generic(one):
            kinds[one.kind].add(one.value)
    return {kind: frozenset(values) for kind, values in sorted(kinds.items())}


def _generic(one: Identifier) -> bool:
    matching = table("matching")
    return (
        (one.kind == "hostname" and one.value in matching["generic"]["names"])
        or (one.kind == "serial" and one.value in matching["generic"]["serials"])
        or (one.kind == "mac" and shared(one.value))
    )


def plain(text: str) -> str:
    """Lower case with blanks for punctuation."""
    return " ".join(re.findall(r"[^\W_]+", text.lower()))


def maker_name(text: str) -> str:
    """A maker without legal form and trade words: ``Moxa Inc.`` is ``moxa``."""
    left_out = table("matching")["maker"]["left-out"]
    words = plain(text).split()
    kept = " ".join(word for word in words if word not in left_out) or plain(text)
    return _other_names().get(kept, kept)


@cache
def _other_names() -> Mapping[str, str]:
    groups = table("matching")["maker"]["same"]
    return {other: name for name, *others in groups for other in others}


def spaced(text: str) -> str:
    """A name as words: ``hoist-drive01`` is ``hoist drive 01``."""
    return " ".join(re.findall(r"[^\W\d_]+|\d+", text.lower()))


def tokens(text: str) -> Iterator[str]:
    """Words of a model name that can find it again: with a digit, at least three long."""
    for word in re.findall(r"[a-z0-9]+", text.lower()):
        if len(word) >= 3 and re.search(r"\d", word):
            yield word
