"""Certainty: how sure, by what, and what would change it."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from overlanded.assess.context import Context
from overlanded.assess.record import answer as record_answer
from overlanded.assess.wording import (
    limit,
    proofs,
    seen,
    undetermined,
    would_change,
)
from overlanded.data import table
from overlanded.model.certainty import words
from overlanded.model.citing import Citation
from overlanded.model.devices import Answer, Device, Question, Standing


def answer(device: Device, context: Context) -> Answer:
    """The probability of the standing, with the weights behind identity and match."""
    if device.standing is Standing.UNKNOWN and device.cluster is None:
        unlooked = undetermined(Question.CERTAINTY, "nobody looked where it would be seen")
        return replace(unlooked, would_change=_by_looking())
    chance = device.probability
    if device.standing is Standing.UNKNOWN:
        chance = device.identity.probability if device.identity else 0.0
        if not chance:
            return undetermined(Question.CERTAINTY, "nothing says what it is", proofs(seen(device)))
    weights = list(_weights(device))
    about = "kind" if device.standing is Standing.UNKNOWN else "standing"
    rests = f" It rests on: {'; '.join(weights)}." if weights else ""
    return Answer(
        question=Question.CERTAINTY,
        value=f"{words(chance)} ({chance:.2f})",
        words=f"How sure of its {about}: {words(chance)} ({chance:.2f}).{rests}",
        probability=chance,
        citations=_proofs(device, context),
        counter=_against(device),
        because="; ".join(weights),
        would_change=_ahead(device),
    )


def _ahead(device: Device) -> str:
    """What would make it surer: a look, a photograph of its label, or, with one, more papers."""
    if device.cluster is None:
        return _by_looking()
    known = seen(device, "photographed")
    return would_change(Question.RECORD if known else Question.CERTAINTY)


def _by_looking() -> str:
    return str(table("assessing")["unseen"]["change"])


def _weights(device: Device) -> Iterator[str]:
    if device.identity:
        for one in device.identity.evidence[: limit("named")]:
            yield f"{one.reason} {one.weight:+.1f}"
    for match in device.matches:
        for compared in match.comparisons:
            yield f"{compared.field} of the record {compared.weight:+.1f}"


def _proofs(device: Device, context: Context) -> tuple[Citation, ...]:
    cited = [
        citation
        for one in (device.identity.evidence if device.identity else ())
        if one.weight > 0
        for citation in one.citations
    ]
    cited += record_answer(device, context).citations or proofs(seen(device))
    return tuple(dict.fromkeys(cited))[: limit("citations")]


def _against(device: Device) -> tuple[Citation, ...]:
    evidence = device.identity.evidence if device.identity else ()
    cited = (citation for one in evidence if one.weight < 0 for citation in one.citations)
    return tuple(dict.fromkeys(cited))[: limit("citations")]
