"""Link-local multicast name resolution (RFC 4795)."""

from __future__ import annotations

from collections.abc import Iterator

from overlanded.wire.dissect.fields import gather
from overlanded.wire.dissect.labels import PTR, Message, address, parse
from overlanded.wire.facts import Fact, Recognised, Sample

PORT = 5355


def dissect(sample: Sample) -> Recognised | None:
    """The name asked for; a responder answers for its own name only (section 2.4)."""
    message = parse(sample.payload)
    if message is None or PORT not in (sample.src_port, sample.dst_port):
        return None
    if message.opcode or len(message.questions) != 1:
        return None
    if message.response:
        return Recognised("llmnr", gather([_answered(message)]), "dst")
    label, kind, _ = message.questions[0]
    facts = () if kind == PTR else (Fact("src", "resolved", label.lower()),)
    return Recognised("llmnr", facts, "src")


def _answered(message: Message) -> Iterator[Fact]:
    for record in message.resources[: message.answers]:
        if address(record):
            yield Fact("src", "hostname", record.name.lower())
