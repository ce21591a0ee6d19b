"""Small parts of plain sentences, and of answers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from overlanded.data import table
from overlanded.model.citing import Citation
from overlanded.model.devices import Answer, Device, Question
from overlanded.model.observing import Chance, Coverage, Observation

NOT_DETERMINED = "not determined"


def undetermined(question: Question, because: str, citations: tuple[Citation, ...] = ()) -> Answer:
    """*Not determined*, with the reason and what would change it."""
    return answered(question, NOT_DETERMINED, f"Not determined: {because}.", citations, because)


def answered(
    question: Question, value: str, words: str, citations: tuple[Citation, ...], because: str
) -> Answer:
    """An answer in words, with what would change it."""
    return Answer(
        question=question,
        value=value,
        words=words,
        citations=citations,
        because=because,
        would_change=would_change(question),
    )


def would_change(question: Question) -> str:
    """What evidence would change the answer to a question."""
    return str(table("assessing")["change"][question])


def seen(device: Device, *properties: str) -> tuple[Observation, ...]:
    """The device's observations of these properties; all of them when none is named."""
    if device.cluster is None:
        return ()
    mine = device.cluster.observations
    return tuple([one for one in mine if one.property in properties]) if properties else mine


def proofs(observations: Iterable[Observation]) -> tuple[Citation, ...]:
    """The observations' citations, each once, as many as an answer shows."""
    unique = dict.fromkeys(one.citation for one in observations)
    return tuple(unique)[: limit("citations")]


def limit(name: str) -> int:
    """A number of ``data/assessing.toml``, limits."""
    return int(table("assessing")["limits"][name])


def counted(number: int, thing: str) -> str:
    """``1 session``, ``4 812 reads``, ``2 addresses``."""
    grouped = f"{number:,}".replace(",", " ")
    if number == 1:
        return f"{grouped} {thing}"
    return f"{grouped} {thing}es" if thing.endswith("s") else f"{grouped} {thing}s"


def listed(names: Sequence[str]) -> str:
    """``a, b and c``; a long list ends in ``and 12 more``."""
    shown = limit("named")
    if len(names) > shown:
        return f"{', '.join(names[:shown])} and {len(names) - shown} more"
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def moment(ns: int) -> str:
    """Nanoseconds since 1970 as ISO 8601 to the second, UTC."""
    return f"{datetime.fromtimestamp(ns // 1_000_000_000, UTC).isoformat()[:19]}Z"


def span(observations: Iterable[Observation]) -> tuple[int | None, int | None]:
    """First and last time of the observations whose clock was set."""
    floor = datetime.fromisoformat(table("assessing")["limits"]["time-floor"] + "T00:00:00+00:00")
    least = int(floor.timestamp()) * 1_000_000_000
    mine = list(observations)
    firsts = [one.first for one in mine if one.first is not None and one.first >= least]
    lasts = [one.last for one in mine if one.last is not None and one.last >= least]
    return min(firsts, default=None), max(lasts, default=None)


def watched(coverage: Sequence[Coverage]) -> str:
    """``by these sensors in these 41.0 h``; without times, ``by these sensors``."""
    timed = [(one.first, one.last) for one in coverage if one.first and one.last]
    total = sum(last - first for first, last in timed) / 3.6e12
    if not timed:
        return "by these sensors"
    return f"by these sensors in these {lasting(total)}"


def chances(one: Chance) -> str:
    """``0.98 (0.93 to 1.00)``: a probability with the ends of what it may be."""
    return f"{one.middle:.2f} ({one.least:.2f} to {one.most:.2f})"


def lasting(hours: float) -> str:
    """Hours as the first page writes them: in days from two days on."""
    if hours >= 48:
        return f"{hours / 24:.1f} days"
    if hours >= 1:
        return f"{hours:.1f} h"
    return f"{hours * 60:.0f} min" if hours * 60 >= 1 else f"{hours * 3600:.1f} s"
