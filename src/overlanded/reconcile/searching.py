"""What was tried when no record was found: the proof that *not found* cites."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from overlanded.model.citing import Search
from overlanded.model.evidence import EvidenceItem
from overlanded.model.records import Record
from overlanded.reconcile.arranging import content_id
from overlanded.reconcile.lines import Line
from overlanded.reconcile.pairing import Pair
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

    def nearest(self, found: Iterable[Pair]) -> Pair | None:
        """The heaviest pair with an ordered line that still has a piece to give."""
        free = (pair for pair in found if self._is_free(pair.line))
        return max(free, key=lambda pair: (pair.weight, -pair.line), default=None)

    def _is_free(self, line: int) -> bool:
        one = self._compared[line]
        return not one.refused and self._taken.get(line, 0) < one.capacity

    def search(self, device: str, known: Profile, found: Sequence[Pair]) -> Search:
        """The documents and keys tried for a device that no ordered line fits."""
        ordered = [pair for pair in found if not self._compared[pair.line].refused]
        free = self.nearest(ordered)
        near = free or max(ordered, key=lambda pair: (pair.weight, -pair.line), default=None)
        return Search(
            id=content_id("s", device),
            device=device,
            documents=self.documents,
            keys=tuple(_keys(known)),
            lines_compared=len(self._compared),
            best=self._words(near, full=free is None) if near else "",
        )

    def _words(self, near: Pair, *, full: bool) -> str:
        line = self._compared[near.line]
        why = f", all {line.capacity} matched with other devices" if full else ""
        text = line.record.description or line.record.model
        return f"{line.record.citation}: {text} (weight {near.weight:.1f}{why})"


def _keys(known: Profile) -> Iterator[str]:
    for kind, values in known.identifiers.items():
        yield from (f"{kind} {value}" for value in sorted(values))
    yield from (f"class {name}" for name, _ in known.traits.classes)
    for field in ("maker", "model"):
        if value := getattr(known.traits, field):
            yield f"{field} {value}"
    yield from (f"name {name}" for name in known.traits.names)
