"""What a seed decides in a scenario file: values marked with a tag, drawn one by one.

=====================================  =========================================================
written                                drawn
=====================================  =========================================================
``!between [2, 5]``                    a whole number, both ends included
``!between [0.5, 2.0]``                a number; of ends that are no whole numbers
``!log [10, 1000]``                    a number whose logarithm is even
``!any [a, b, c]``                     one of them
``!weighted [[3, a], [1, b]]``         one of them, ``a`` three times as often
``!some {of: [a, b, c], count: 2}``    so many different ones, in the order given
``!chance 0.3``                        true three times in ten
``!pattern "SN-####-??"``              a digit for every ``#``, a capital for every ``?``
=====================================  =========================================================

Every value has a generator of its own, made of the seed and of where the value stands: adding one
thing to a scenario changes no other.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from random import Random
from typing import Any

import yaml
from msgspec import Struct

CAPITALS = "ABCDEFGHJKLMNPRSTUVWXYZ"
"""Letters of serial numbers; those that look like digits are left out, as makers do."""


class Draw(Struct, frozen=True):
    """A value that is not there yet: how it is drawn, and from what."""

    how: str
    what: Any


def rng(seed: object, *what: object) -> Random:
    """A generator of its own for one thing, so that adding a device changes no other device."""
    return Random("/".join(str(part) for part in (seed, *what)))


def between(draw: Random, ends: list[float]) -> float:
    """A number between the ends; whole if they are."""
    low, high = ends
    if isinstance(low, int) and isinstance(high, int):
        return draw.randint(low, high)
    return round(draw.uniform(low, high), 3)


def log(draw: Random, ends: list[float]) -> float:
    """A number between the ends, as often below their geometric mean as above."""
    low, high = map(math.log, ends)
    value = math.exp(draw.uniform(low, high))
    return round(value, 3) if value < 100 else round(value)


def some(draw: Random, what: dict[str, Any]) -> list[Any]:
    """Different ones, in the order given."""
    places = draw.sample(range(len(what["of"])), min(what["count"], len(what["of"])))
    return [what["of"][place] for place in sorted(places)]


def weighted(draw: Random, what: list[tuple[float, Any]]) -> Any:  # noqa: ANN401
    """One of them by its weight."""
    return draw.choices([value for _, value in what], [weight for weight, _ in what])[0]


def pattern(draw: Random, text: str) -> str:
    """The text with digits and capitals put in."""
    put = {"#": "0123456789", "?": CAPITALS}
    return "".join(draw.choice(put[one]) if one in put else one for one in text)


HOW: dict[str, Callable[[Random, Any], Any]] = {
    "between": between,
    "log": log,
    "any": lambda draw, what: draw.choice(what),
    "weighted": weighted,
    "some": some,
    "chance": lambda draw, share: draw.random() < share,
    "pattern": pattern,
}


class Loader(yaml.SafeLoader):
    """YAML with the tags of this module."""


def _constructor(how: str) -> Callable[[Loader, yaml.Node], Draw]:
    def construct(loader: Loader, node: yaml.Node) -> Draw:
        if isinstance(node, yaml.SequenceNode):
            return Draw(how, loader.construct_sequence(node, deep=True))
        if isinstance(node, yaml.MappingNode):
            return Draw(how, loader.construct_mapping(node, deep=True))
        text = str(loader.construct_scalar(node))  # type: ignore[arg-type]
        return Draw(how, text if how == "pattern" else yaml.safe_load(text))

    return construct


for _how in HOW:
    Loader.add_constructor(f"!{_how}", _constructor(_how))


def read(text: str) -> Any:  # noqa: ANN401
    """The content of a YAML text, with draws where it has tags."""
    return yaml.load(text, Loader)  # noqa: S506 - a safe loader with tags of ours


def drawn(value: Any, seed: object, *where: object) -> Any:  # noqa: ANN401
    """The value with everything in it drawn; what a draw holds is drawn first."""
    if isinstance(value, Draw):
        what = drawn(value.what, seed, *where, value.how)
        return HOW[value.how](rng(seed, *where), what)
    if isinstance(value, dict):
        return {key: drawn(part, seed, *where, key) for key, part in value.items()}
    if isinstance(value, list):
        return [drawn(part, seed, *where, place) for place, part in enumerate(value)]
    return value
