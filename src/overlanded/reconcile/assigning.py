"""One line a device, no line above its quantity, at the greatest total weight.

A transport problem: kinds of equal devices supply, lines take up to their quantity, and *no line*
takes any number at weight 0. Kinds are placed one after the other along the cheapest augmenting
path (Edmonds and Karp, JACM 19, 1972), with a price for every line that is full, so that a search
looks no further than the lines that are contested. Weights are whole numbers: sums are exact.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from heapq import heappop, heappush

from msgspec import Struct, field

Weights = Mapping[int, int]
"""Line → what a device of the kind is worth there, above 0."""
NO_LINE = -1


class Plan(Struct):
    """The devices placed so far, and what the contested places cost."""

    offers: Sequence[Sequence[tuple[int, int]]]
    """For every kind (worth, line), the greatest worth first."""
    capacity: Mapping[int, int]
    placed: dict[int, dict[int, int]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(int))
    )
    """Line → kind → how many."""
    used: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    price: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    """Of every full line, what a place there is worth to those who do not get one."""
    gain: dict[int, int] = field(default_factory=dict)
    """Of every placed kind, weight less price at its places; never below 0."""


class _Search(Struct):
    """One search for the cheapest way to place one more device of a kind."""

    far: dict[int, int] = field(default_factory=dict)
    """Line → loss on the way to a place there."""
    moved: dict[int, int] = field(default_factory=dict)
    """Kind → loss on the way to moving one of it."""
    via: dict[int, int] = field(default_factory=dict)
    """Line → the kind that would come to it."""
    left: dict[int, int] = field(default_factory=dict)
    """Kind → the line that one of it would leave."""
    heap: list[tuple[int, bool, int]] = field(default_factory=list)
    """(loss, whether the line is full, line): of equal losses a free place comes first."""
    done: list[int] = field(default_factory=list)
    """Full lines that were passed."""
    end: int = NO_LINE
    loss: int = 0
    last: int = 0
    """The kind of which one goes without a line, when ``end`` is NO_LINE."""


def place(
    offers: Sequence[Weights], supply: Sequence[int], capacity: Mapping[int, int]
) -> tuple[Mapping[int, int], ...]:
    """For every kind: line → how many of it, at the greatest total weight.

    ``supply`` counts the devices of each kind; those without a line are left out.
    """
    ranked = [
        sorted(((worth, line) for line, worth in one.items()), reverse=True) for one in offers
    ]
    plan = Plan(ranked, capacity)
    for kind, number in enumerate(supply):
        if offers[kind]:
            _place(plan, kind, number)
    placed: list[dict[int, int]] = [{} for _ in offers]
    for line, takers in sorted(plan.placed.items()):
        for kind, number in takers.items():
            if number:
                placed[kind][line] = number
    return tuple(placed)


def _place(plan: Plan, kind: int, number: int) -> None:
    price = plan.price
    best = max(worth - price[line] for worth, line in plan.offers[kind])
    plan.gain[kind] = max(0, best)
    while number:
        search = _cheapest(plan, kind)
        _reprice(plan, search)
        moving = _moving(plan, search, kind, number)
        _move(plan, search, kind, moving)
        number -= moving


def _cheapest(plan: Plan, kind: int) -> _Search:
    """The nearest line with a place left, or nobody's line: Dijkstra over contested lines."""
    search = _Search(moved={kind: 0}, loss=plan.gain[kind], last=kind)
    _reach(plan, search, kind)
    while search.heap:
        loss, full, line = heappop(search.heap)
        if loss >= search.loss:
            break
        if loss > search.far[line]:
            continue
        if not full:
            search.end, search.loss = line, loss
            break
        search.done.append(line)
        for taker, number in plan.placed[line].items():
            if number and taker not in search.moved:
                search.moved[taker], search.left[taker] = loss, line
                if loss + plan.gain[taker] < search.loss:
                    search.loss, search.last = loss + plan.gain[taker], taker
                _reach(plan, search, taker)
    return search


def _reach(plan: Plan, search: _Search, kind: int) -> None:
    """Note the lines that one of this kind could go to, where that is cheaper than known."""
    start, price, far = search.moved[kind] + plan.gain[kind], plan.price, search.far
    for worth, line in plan.offers[kind]:
        if start - worth >= search.loss:
            break
        loss = start - worth + price[line]
        if loss < search.loss and (line not in far or loss < far[line]):
            far[line], search.via[line] = loss, kind
            full = plan.used[line] >= plan.capacity[line]
            heappush(search.heap, (loss, full, line))


def _reprice(plan: Plan, search: _Search) -> None:
    for line in search.done:
        plan.price[line] += search.loss - search.far[line]
    for kind, loss in search.moved.items():
        plan.gain[kind] -= search.loss - loss


def _way(search: _Search, kind: int) -> list[tuple[int, int]]:
    """The moves as (kind, the line it goes to), the last first."""
    moves = []
    line = search.end
    mover = search.last if line == NO_LINE else search.via[line]
    while True:
        moves.append((mover, line))
        if mover == kind and mover not in search.left:
            return moves
        line = search.left[mover]
        mover = search.via[line]


def _moving(plan: Plan, search: _Search, kind: int, number: int) -> int:
    """How many can go this way at once."""
    room = number
    if search.end != NO_LINE:
        room = min(room, plan.capacity[search.end] - plan.used[search.end])
    for mover, _ in _way(search, kind):
        if mover in search.left:
            room = min(room, plan.placed[search.left[mover]][mover])
    return room


def _move(plan: Plan, search: _Search, kind: int, number: int) -> None:
    for mover, line in _way(search, kind):
        if mover in search.left:
            plan.placed[search.left[mover]][mover] -= number
        if line != NO_LINE:
            plan.placed[line][mover] += number
    if search.end != NO_LINE:
        plan.used[search.end] += number
