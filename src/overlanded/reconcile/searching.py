"""What was tried when no record was found: the proof that *not found* cites."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from overlanded.model.citing import Search
from overlanded.model.evidence import EvidenceItem
from overlanded.model.records import Record
from overlanded.reconcile.arranging import content_id
from overlanded.reconcile.lines import Line
from overlanded.reconcile.profiles import Profile


class Searcher:
    """The lines of the papers, and how many pieces of each are taken."""

    def __init__(
        self,
        compared: Sequence[Line],
        records: Sequence[Record],
        papers: Sequence[EvidenceItem],
        taken: Mapping[int, int],
    ) -> None:
        cited = {record.citation.item: record.citation.path for record in records}
        cited.update({paper.id: paper.path for paper in papers if paper.id in cited})
        self.documents = tuple(sorted(set(cited.values())))
        """Paths of the papers that gave at least one line."""
        self._compared = compared
        self._taken = taken

    def nearest(self, weights: Mapping[int, float]) -> tuple[int, float] | None:
        """The heaviest ordered line that still has a piece to give, and its weight."""
        return _heaviest(weights, self._is_free)

    def _is_ordered(self, line: int) -> bool:
        return not self._compared[line].refused

    def _is_free(self, line: int) -> bool:
        left = self._compared[line].capacity - self._taken.get(line, 0)
        return self._is_ordered(line) and left > 0

    def search(self, device: str, known: Profile, weights: Mapping[int, float]) -> Search:
        """The documents and keys tried for a device that no ordered line fits."""
        free = self.nearest(weights)
        near = free or _heaviest(weights, self._is_ordered)
        return Search(
            id=content_id("s", device),
            device=device,
            documents=self.documents,
            keys=tuple(_keys(known)),
            lines_compared=len(self._compared),
            best=self._words(*near, full=free is None) if near else "",
        )

    def _words(self, number: int, weight: float, *, full: bool) -> str:
        line = self._compared[number]
        why = f", all {line.capacity} matched with other devices" if full else ""
        text = line.record.description or line.record.model
        return f"{line.record.citation}: {text} (weight {weight:.1f}{why})"


def _heaviest(
    weights: Mapping[int, float], allowed: Callable[[int], bool]
) -> tuple[int, float] | None:
    found = ((line, weight) for line, weight in weights.items() if allowed(line))
    return max(found, key=lambda one: (one[1], -one[0]), default=None)


def _keys(known: Profile) -> Iterator[str]:
    for kind, values in known.identifiers.items():
        yield from (f"{kind} {value}" for value in sorted(values))
    yield from (f"class {name}" for name, _ in known.traits.classes)
    for field in ("maker", "model"):
        if value := getattr(known.traits, field):
            yield f"{field} {value}"
    yield from (f"name {name}" for name in known.traits.names)
