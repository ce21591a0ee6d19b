"""Identity: what it is."""

from __future__ import annotations

from overlanded.assess.context import Context
from overlanded.assess.wording import limit, proofs, seen, undetermined, would_change
from overlanded.data import table
from overlanded.model.citing import Citation
from overlanded.model.devices import Answer, Device, Question


def answer(device: Device, context: Context) -> Answer:
    """Class, maker and model by the fingerprints, or by the record for what was not seen."""
    if device.cluster is None:
        return _by_record(device, context)
    identity = device.identity
    if identity is None or identity.device_class == "unknown":
        return undetermined(Question.IDENTITY, _because(device), proofs(seen(device)))
    role = role_of(device.device_class)
    told = [f"{_made(identity.maker)} {identity.maker}"] * bool(identity.maker)
    told += [f"model {identity.model}"] * bool(identity.model)
    value = ", ".join((role, *told))
    article = "an" if role.startswith(VOWELS) else "a"
    return Answer(
        question=Question.IDENTITY,
        value=value,
        words=f"It {_sure(identity.probability)} {article} {value}.",
        probability=identity.probability,
        citations=_proofs(device, favour=True) or proofs(seen(device)),
        counter=_proofs(device, favour=False),
        because="; ".join(one.reason for one in identity.evidence[:3]),
        would_change=would_change(Question.IDENTITY),
    )


VOWELS = ("a", "e", "i", "o", "HMI", "OCR")
"""Beginnings of roles that take *an*."""


def role_of(device_class: str) -> str:
    """The name that a report gives to a class."""
    classes = table("device-classes")["classes"]
    return str(classes.get(device_class, classes["unknown"])["role"])


def _made(maker: str) -> str:
    """What the maker made: of a part that goes into anybody's box, not the box."""
    parts = table("matching")["maker"]["components"]
    return "network card" if any(part in maker.lower() for part in parts) else "maker"


def _sure(probability: float) -> str:
    """How a sentence puts the class: only what is almost certain *is*."""
    sure = table("assessing")["sure"]
    return next(str(verb) for verb, most in sure.items() if probability <= most)


def _proofs(device: Device, *, favour: bool) -> tuple[Citation, ...]:
    evidence = device.identity.evidence if device.identity else ()
    cited = (
        citation for one in evidence if (one.weight > 0) is favour for citation in one.citations
    )
    return tuple(dict.fromkeys(cited))[: limit("citations")]


def _because(device: Device) -> str:
    identity = device.identity
    if identity and identity.maker:
        return f"its maker is {identity.maker}, but nothing it sent says what kind of device it is"
    return "nothing it sent says what kind of device it is"


def _by_record(device: Device, context: Context) -> Answer:
    records = [context.records[one] for one in device.records if one in context.records]
    if not records:
        return undetermined(Question.IDENTITY, "it was not seen")
    return Answer(
        question=Question.IDENTITY,
        value=f"{role_of(device.device_class)} (by the record)",
        words=f"The record calls it “{records[0].description}”. It was not seen.",
        citations=tuple(one.citation for one in records),
        because="the record names it",
        would_change=would_change(Question.IDENTITY),
    )
