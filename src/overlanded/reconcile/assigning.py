"""One line a device, no line above its quantity, at the greatest total weight."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

from overlanded.data import table
from overlanded.reconcile.lines import Line
from overlanded.reconcile.pairing import Pair

SCALE = 1_000_000
"""The matching works on whole numbers: millionths of a weight."""


def assign(found: Iterable[Pair], lines: Sequence[Line]) -> dict[int, Pair]:
    """Device → its pair.

    Pairs at or below the acceptance weight are left out. A refused line counts a share of its
    weight, so that an ordered line that fits as well wins. Each connected part of the problem is
    solved by itself (maximum weight matching, Galil 1986), a line standing in it once for every
    piece it can take.
    """
    accepted = [pair for pair in found if pair.weight > table("matching")["accept"]["weight"]]
    chosen = (pair for part in _parts(accepted) for pair in _best(_needed(part, lines), lines))
    return {pair.device: pair for pair in chosen}


def _parts(accepted: Sequence[Pair]) -> Iterator[list[Pair]]:
    """The pairs by connected part: pairs without a device or line in common never compete."""
    parent: dict[tuple[str, int], tuple[str, int]] = {}

    def root(node: tuple[str, int]) -> tuple[str, int]:
        while parent.setdefault(node, node) != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for pair in accepted:
        parent[root(("line", pair.line))] = root(("device", pair.device))
    parts = defaultdict(list)
    for pair in accepted:
        parts[root(("device", pair.device))].append(pair)
    yield from parts.values()


def _needed(part: list[Pair], lines: Sequence[Line]) -> list[Pair]:
    """The pairs without the surplus of devices that weigh the same everywhere.

    Of devices with equal weights to the same lines, no more can find a place than these lines
    take together; the first in order stand for the rest.
    """
    weighed: dict[int, list[tuple[int, float]]] = defaultdict(list)
    for pair in part:
        weighed[pair.device].append((pair.line, pair.weight))
    taken: Counter[tuple[tuple[int, float], ...]] = Counter()
    kept = set()
    for device, weights in sorted(weighed.items()):
        alike = tuple(sorted(weights))
        taken[alike] += 1
        if taken[alike] <= sum(lines[line].capacity for line, _ in alike):
            kept.add(device)
    return [pair for pair in part if pair.device in kept]


def _best(part: list[Pair], lines: Sequence[Line]) -> Iterator[Pair]:
    if len(part) == 1:
        yield part[0]
        return
    import rustworkx

    graph: rustworkx.PyGraph[int, tuple[int, Pair]] = rustworkx.PyGraph()
    devices = {device: graph.add_node(device) for device in sorted({one.device for one in part})}
    suitors = Counter(pair.line for pair in part)
    slots = {
        line: graph.add_nodes_from([line] * min(lines[line].capacity, suitors[line]))
        for line in sorted(suitors)
    }
    for pair in part:
        value = round(_preference(pair, lines[pair.line]) * SCALE) + 1
        for slot in slots[pair.line]:
            graph.add_edge(devices[pair.device], slot, (value, pair))
    for one, other in sorted(rustworkx.max_weight_matching(graph, weight_fn=_value)):
        yield graph.get_edge_data(one, other)[1]


def _value(edge: tuple[int, Pair]) -> int:
    return edge[0]


def _preference(pair: Pair, line: Line) -> float:
    return pair.weight * (table("matching")["refused"]["share"] if line.refused else 1.0)
