"""Configurations as flat statements: every setting with the blocks it stands in before it.

Six ways of writing lead to one form, ``interface Vlan10 › ip address 10.0.0.1 255.255.255.0``:
indentation (IOS, VRP …), braces (Junos, VyOS), edit and next (FortiOS), menus (RouterOS), UCI,
tables with titles (ROS).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from overlanded.readers.evidence.devicetext.text import Line

DEPTH = " › "
"""Between a block and what stands in it."""
COMMAND = re.compile(r" (?:add|set)\b.*")
"""What a line of RouterOS does in its menu."""
BOXED = re.compile(r"[\s#!]*\|\s*([\w./ -]{1,40}?)\s*\|\s*(\S[^|]*?)\s*\|\s*$")
"""``| name | value |``, a row of two cells."""
JOINT = "\u2800"
"""A blank inside a word that stood in quotes: the one that no pattern takes for a blank."""
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
    """The menus of RouterOS before each of their commands, which may stand on the same line.

    Blanks inside quotes become ``JOINT``, so that a name stays one word.
    """
    menu = ""
    for line in lines:
        text = line.text.strip()
        if text.startswith("/"):
            menu, command = _menu(text)
            text = command
        if text and not text.startswith("#"):
            whole = QUOTED.sub(lambda found: found[2].replace(" ", JOINT), f"{menu} {text}")
            yield Line(line.number, whole)


def _menu(text: str) -> tuple[str, str]:
    """(menu, command) of a line: ``/ip address add …``, or ``/ip/address`` alone."""
    found = COMMAND.search(text)
    menu, command = (text[: found.start()], found[0].strip()) if found else (text, "")
    return f"/{menu[1:].replace('/', ' ').strip()}", command


def _titled(lines: Iterable[Line]) -> Iterator[Line]:
    """Tables of RUGGEDCOM ROS: a title, the table's name, the columns, and rows with commas."""
    title = name = ""
    columns: list[str] = []
    for line in lines:
        text = line.text.strip()
        if not text or text.startswith("#"):
            title, name, columns = text.strip("# "), "", []
        elif title and not name:
            name = text
        elif title and not columns:
            columns = text.split(",")
        elif title:
            cells = [cell.strip() for cell in next(csv.reader([text]))]
            for column, cell in zip(columns, cells, strict=False):
                if column and cell:
                    yield Line(line.number, f"{title} {cells[0]}{DEPTH}{column.strip()} {cell}")


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
        if boxed := BOXED.match(line.text):
            yield Line(line.number, f"{boxed[1].lower()}: {boxed[2]}")
            continue
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
    "titled": _titled,
    "uci": _uci,
    "xml": _flat,
    "json": _flat,
    "pairs": _pairs,
}
"""Dialect → what makes statements of its lines."""
