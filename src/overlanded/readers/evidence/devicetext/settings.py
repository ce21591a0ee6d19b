"""Configurations as flat statements: every setting with the blocks it stands in before it.

Five ways of writing lead to one form, ``interface Vlan10 › ip address 10.0.0.1 255.255.255.0``:
indentation (IOS, VRP …), braces (Junos, VyOS), edit and next (FortiOS), menus (RouterOS), UCI.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from overlanded.readers.evidence.devicetext.text import Line

DEPTH = " › "
"""Between a block and what stands in it."""
QUOTED = re.compile(r"""(['"])(.*?)\1""")


def statements(lines: Iterable[Line], dialect: str) -> Iterator[Line]:
    """The statements of a configuration in its dialect, each with the line it stands on."""
    yield from DIALECTS[dialect](lines)


def _indented(lines: Iterable[Line]) -> Iterator[Line]:
    """Blocks by indentation; one that stands at the margin ends all."""
    above: list[tuple[int, str]] = []
    for line in lines:
        text = line.text.strip()
        if not text or text.startswith(("!", "#")):
            if text in ("#", "!"):
                above = above[:0] if line.text.startswith(("#", "!")) else above
            continue
        depth = len(line.text) - len(line.text.lstrip())
        while above and above[-1][0] >= depth:
            above.pop()
        yield Line(line.number, DEPTH.join((*(part for _, part in above), text)))
        above.append((depth, text))


def _braced(lines: Iterable[Line]) -> Iterator[Line]:
    """Blocks in braces as ``set`` lines have them, words of all blocks in a row."""
    above: list[str] = []
    for line in lines:
        text = re.sub(r"##.*|/\*.*?\*/", "", line.text).strip()
        if text.startswith("set "):
            yield Line(line.number, _plain(text[4:]))
        elif text.endswith("{"):
            above.append(text[:-1].strip().removeprefix("inactive: "))
        elif text.startswith("}"):
            above = above[:-1]
        elif text and not text.startswith("#"):
            yield Line(line.number, _plain(" ".join((*above, text.rstrip(";")))))


def _edited(lines: Iterable[Line]) -> Iterator[Line]:
    """``config``, ``edit``, ``set``, ``next``, ``end`` of FortiOS; blocks in a row."""
    above: list[str] = []
    for line in lines:
        word, _, rest = line.text.strip().partition(" ")
        if word in ("config", "edit"):
            above.append(_plain(rest))
            if word == "edit":
                yield Line(line.number, " ".join(above))
        elif word in ("next", "end"):
            above = above[:-1]
        elif word == "set":
            yield Line(line.number, _plain(" ".join((*above, rest))))


def _menus(lines: Iterable[Line]) -> Iterator[Line]:
    """The menus of RouterOS before each of their commands."""
    menu = ""
    for line in lines:
        text = line.text.strip()
        if text.startswith("/"):
            menu, _, text = text.partition(" add ") if " add " in text else (text, "", "")
            text = f"add {text}" if text else ""
        if text and not text.startswith("#"):
            yield Line(line.number, _plain(f"{menu} {text}"))


def _uci(lines: Iterable[Line]) -> Iterator[Line]:
    """``config TYPE NAME`` with its options, or ``package.name.option=value`` of ``uci show``."""
    block = ""
    types: dict[str, str] = {}
    for line in lines:
        text = line.text.strip()
        if found := re.match(r"config\s+(\S+)(?:\s+(\S.*))?$", text):
            block = _plain(f"{found[1]} {found[2] or ''}".strip()).replace("'", "")
            yield Line(line.number, f"{block}{DEPTH}")
        elif found := re.match(r"(?:option|list)\s+(\S+)\s+(\S.*)$", text):
            yield Line(line.number, f"{block}{DEPTH}{found[1]} {_plain(found[2])}")
        elif found := re.match(r"(?:[\w-]+)\.([^.=\s]+)=(\S+)$", text):
            types[found[1]] = _plain(found[2])
            yield Line(line.number, f"{types[found[1]]} {found[1]}{DEPTH}")
        elif found := re.match(r"(?:[\w-]+)\.([^.=\s]+)\.([\w.-]+)=(\S.*)$", text):
            kind = types.get(found[1], "")
            yield Line(line.number, f"{kind} {found[1]}{DEPTH}{found[2]} {_plain(found[3])}")


def _pairs(lines: Iterable[Line]) -> Iterator[Line]:
    """``name: value`` in any usual dress, comments and boxes included."""
    for line in lines:
        text = re.sub(r"^[\s#!;|*-]*(?:[\w/. -]{1,24}\|\s*)?", "", line.text).strip()
        if found := re.match(r"([\w+^$#*()/. -]{1,60}?)\s*(?:\.{2,}|[:=])+\s*(\S.*)$", text):
            yield Line(line.number, f"{found[1].strip().lower()}: {_plain(found[2])}")
        elif text:
            yield Line(line.number, text)


def _flat(lines: Iterable[Line]) -> Iterator[Line]:
    """Lines that are statements already (``elements``)."""
    yield from lines


def _plain(text: str) -> str:
    """Text without quotes."""
    return QUOTED.sub(r"\2", text)


DIALECTS: Mapping[str, Callable[[Iterable[Line]], Iterator[Line]]] = {
    "indented": _indented,
    "braced": _braced,
    "edited": _edited,
    "menus": _menus,
    "uci": _uci,
    "xml": _flat,
    "pairs": _pairs,
}
"""Dialect → what makes statements of its lines."""
