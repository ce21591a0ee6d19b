"""What is known of a device, in the words that rules are written in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from overlanded.assess import carried, permits
from overlanded.assess.context import Context, family, shared
from overlanded.assess.distant import far_away
from overlanded.assess.reach import functions, observed, possible
from overlanded.assess.record import answer as record_answer
from overlanded.assess.wording import proofs, seen
from overlanded.data import table
from overlanded.model.citing import Citation
from overlanded.model.devices import Device, Standing
from overlanded.model.facts import Facts
from overlanded.model.observing import Observation, Subject

Known = Iterator[tuple[str, str, Sequence[Citation]]]
"""(word, value, proofs)."""


def facts(device: Device, context: Context) -> Facts:
    """The device in fact words, and which words somebody looked for."""
    known: dict[str, dict[str, list[Citation]]] = defaultdict(dict)
    for part in (_identity, _record, _seen, _carried, _permitted, _reach, _visited):
        for word, value, citations in part(device, context):
            known[word].setdefault(value, []).extend(citations)
    return Facts(device.id, _frozen(known), _looked(device, context), device.probability)


def _frozen(
    known: Mapping[str, Mapping[str, Sequence[Citation]]],
) -> Mapping[str, Mapping[str, tuple[Citation, ...]]]:
    return {
        word: {value: tuple(dict.fromkeys(values[value])) for value in sorted(values)}
        for word, values in sorted(known.items())
    }


def _identity(device: Device, context: Context) -> Known:
    identity = device.identity
    cited = [
        citation
        for one in (identity.evidence if identity else ())
        if one.weight > 0
        for citation in one.citations
    ] or list(proofs(seen(device)) or record_answer(device, context).citations)
    yield "class", device.device_class, cited
    yield "family", family(device.device_class), cited
    if identity and identity.maker:
        yield "maker", identity.maker.lower(), cited
    for way in identity.remote if identity else ():
        yield "remote", way, cited
    for one in seen(device):
        if one.subject.kind == "mac" and shared(one.subject.value):
            yield "identifier-shared", one.subject.value, (one.citation,)


def _record(device: Device, context: Context) -> Known:
    cited = record_answer(device, context).citations or proofs(seen(device))
    yield "standing", device.standing.value, cited
    for one in device.records:
        if one in context.records:
            record = context.records[one]
            yield "record-status", record.status.value, (record.citation,)
            if record.device_class:
                yield "record-family", family(record.device_class), (record.citation,)


OBSERVED = {
    "role": "role",
    "contact": "outside-contact",
}
"""Property → fact word with the same value."""


def _seen(device: Device, context: Context) -> Known:
    for one in seen(device, *OBSERVED):
        yield OBSERVED[one.property], one.value, (one.citation,)
    for one in far_away(device, context):
        yield "distance-ms", dict(one.detail)["distance_ms"], (one.citation,)
    for one in seen(device, "serves", "uses"):
        yield one.property, _protocol(one), (one.citation,)
    for one in seen(device, "serves", "snmp.version"):
        if name := _cleartext(one):
            yield "cleartext", name, (one.citation,)
    fronted = seen(device, "fronts")
    if fronted:
        yield "fronts", str(len({one.value for one in fronted})), proofs(fronted)
    for same in _claimed(device):
        yield "addresses-claimed", str(len({one.value for one in same})), proofs(same)


def _claimed(device: Device) -> Iterator[list[Observation]]:
    """What one MAC says by ARP that its IPv4 addresses are, by network."""
    claims: dict[Subject, list[Observation]] = defaultdict(list)
    for one in seen(device, "address"):
        if "arp" in dict(one.detail).get("how", "") and "." in one.value:
            claims[one.subject].append(one)
    yield from (claims[subject] for subject in sorted(claims))


def _carried(device: Device, context: Context) -> Known:  # noqa: ARG001 - one form for all
    for one in carried.shown(carried.outward(device)):
        yield f"{one.property}-outside", one.value, (one.citation,)


def _permitted(device: Device, context: Context) -> Known:
    for one in permits.held(device, context):
        yield "permitted", one.allowed.value, one.citations


def _protocol(one: Observation) -> str:
    return one.value.split("/")[0]


def _cleartext(one: Observation) -> str:
    known = table("assessing")["cleartext"]
    if one.property == "serves":
        return _protocol(one) if _protocol(one) in known["protocols"] else ""
    return f"snmp {one.value}" if one.value.lower() in known["snmp-versions"] else ""


def _reach(device: Device, context: Context) -> Known:
    for reached in observed(device, context):
        cited = proofs(reached.sessions)
        yield "controls-observed", reached.device.device_class, cited
        for name in functions(reached.sessions):
            yield "functions", name, cited
    own = proofs(seen(device))
    for name in sorted(possible(device, context)):
        yield "controls-possible", name, own


def _visited(device: Device, context: Context) -> Known:
    kinds = {visit.name: visit.kind for visit in context.visits}
    for one in context.changes(device):
        if one.what == "appeared" and kinds[one.since]:
            yield "appeared-after", kinds[one.since], one.citations


def _looked(device: Device, context: Context) -> frozenset[str]:
    """Words that a sensor or a paper could have given; the rest nobody looked for."""
    words: dict[str, dict[str, str]] = table("facts")["facts"]
    papers = {"record-status", "record-family"} if not context.records else set()
    if device.cluster is None or not context.coverage:
        network = {"activity", "inbound", "reach", "bridges"}
        return frozenset(
            word for word, about in words.items() if about["from"] not in network
        ) - frozenset(papers)
    unpapered = {"standing"} if device.standing is Standing.UNKNOWN else set()
    return frozenset(words) - papers - unpapered
