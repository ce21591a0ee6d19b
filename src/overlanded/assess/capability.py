"""Capability: whether it can talk outside, and by what."""

from __future__ import annotations

from overlanded.assess import carried, written
from overlanded.assess.context import Context, family
from overlanded.assess.wording import limit, listed, proofs, seen, undetermined, would_change
from overlanded.data import table
from overlanded.model.devices import Answer, Device, Question


def answer(device: Device, context: Context) -> Answer:  # noqa: ARG001 - one form for all
    """By its kind (fingerprints), and by what it was seen to do."""
    if device.cluster is None:
        return undetermined(Question.CAPABILITY, "it was not seen")
    ways = device.identity.remote if device.identity else ()
    held = carried.outward(device)
    contacts = (*seen(device, "contact"), *(one for one in held if carried.beyond(one)))
    onward = tuple(one for one in held if not carried.beyond(one))
    modem, cards = written.cellular(device), seen(device, "sim-card", "iccid")
    if not ways and not contacts and not onward and not modem and not cards:
        return _none(device)
    names = table("assessing")["ways"]
    told = [names.get(way, way) for way in ways]
    words = [f"Equipment of this kind can talk outside by {listed(told)}."] if ways else []
    if contacts:
        words.append("It was seen to talk outside across this network.")
    if onward:
        words.append("Names that it asked for carry data to wherever a resolver passes them on.")
    if modem:
        of = written.told_cellular(modem)
        words.append(f"Its own text speaks of a cellular connection{': ' + of if of else ''}.")
    if cards and not modem:
        words.append("A SIM card was found in it, or its number.")
    shown = proofs((*contacts, *onward, *modem, *cards))
    own = ["cellular"] if (modem or cards) and "cellular" not in ways else []
    evidence = device.identity.evidence if device.identity else ()
    cited = [citation for one in evidence if one.weight > 0 for citation in one.citations]
    return Answer(
        question=Question.CAPABILITY,
        value=", ".join((*ways, *own, *(["this network"] if contacts or onward else []))),
        words=" ".join(words),
        probability=device.identity.probability if ways and device.identity else None,
        citations=tuple(dict.fromkeys((*shown, *cited)))[: limit("citations")]
        or proofs(seen(device)),
        because="its kind, by the fingerprints" if ways else "its own text and conversations seen",
        would_change=would_change(Question.CAPABILITY),
    )


def _none(device: Device) -> Answer:
    if family(device.device_class) == "unknown":
        because = "what kind of device it is, is not known"
    else:
        because = (
            "nothing seen says that it can talk outside, "
            "but a modem built into it would not show on this network"
        )
    return undetermined(Question.CAPABILITY, because, proofs(seen(device)))
