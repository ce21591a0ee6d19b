"""Secrets are masked on reading: nothing later sees a line that this has not gone over.

``data/secrets.toml`` says what a secret is. A value that follows a word for a secret is masked up
to its closing quote, to the next ``name=``, or to the end of its line.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from functools import cache

from overlanded.data import table

VALUE = r"""[\w.*-]*['"]?(?!\s+address\s.*\skey\s)(?!=\s(?:endpoint-address|client-address)=)(?:
    \s*[=:]\s*(?P<bounded>"(?:[^"\\]|\\.)*"?|'[^']*'?(?:\s+'[^']*')*|.+?(?=\s[\w.-]+=|\s*[,}]\s*['"]|$))
  | ['"]?\s+(?P<rest>\S.*)
)"""
"""What follows a word for a secret: the rest of its name, then the value.

RouterOS prints the empty keys of WireGuard peers before the two fields named here, which are kept;
IOS and Comware write the address of a peer between ``pre-shared-key`` and its key.
"""


TITLE = re.compile(r"# ?\w")
NAME = re.compile(r"\w+\s*")


def masked(lines: Iterable[str]) -> Iterator[str]:
    """The same lines with every secret as the mark, those of a block whole."""
    blocks = table("secrets")["blocks"]
    begin, end = re.compile(blocks["begin"]), re.compile(blocks["end"])
    left = 0
    inside: re.Pattern[str] | None = None
    columns = Columns()
    for line in map(columns.without, lines):
        inside = _context(line, inside)
        if not left and begin.search(line):
            left = blocks["longest"]
        if left:
            left = 0 if end.search(line) else left - 1
            yield mark()
        else:
            yield mask(inside.sub(_hidden, line) if inside else line)


class Columns:
    """The secret columns of tables with commas below a title, as RUGGEDCOM ROS writes them."""

    def __init__(self) -> None:
        self._since = ""
        """What was last: nothing, a title, the table's name, or its columns."""
        self._secret: tuple[int, ...] = ()

    def without(self, line: str) -> str:
        """The next line, its secret cells as the mark."""
        if not line.strip() or line.startswith("#"):
            self._since, self._secret = "title" if TITLE.match(line) else "", ()
        elif self._since == "title":
            self._since = "name" if NAME.fullmatch(line) else ""
        elif self._since == "name":
            self._since = "columns"
            names, secret = line.split(","), table("secrets")["columns"]
            self._secret = tuple(at for at, name in enumerate(names) if re.search(secret, name))
        elif self._secret:
            cells = enumerate(next(csv.reader([line])))
            return ",".join(mark() if at in self._secret and cell else cell for at, cell in cells)
        return line


def _context(line: str, inside: re.Pattern[str] | None) -> re.Pattern[str] | None:
    """What is secret in the block that a line opens or goes on; None outside such blocks."""
    for context in table("secrets")["contexts"]:
        if re.search(context["begin"], line):
            return re.compile(context["pattern"])
    ends = table("secrets")["ends"]
    return None if inside and re.search(ends, line) else inside


def mask(line: str) -> str:
    """One line with its secrets as the mark."""
    for shape in _shapes():
        line = shape.sub(_hidden, line)
    # Most lines hold none of the words, and looking for a word is cheap.
    plain = line.casefold()
    return _worded().sub(_hidden, line) if any(word in plain for word in _words()) else line


def mark() -> str:
    """What stands where a secret was."""
    return str(table("secrets")["mark"])


def _hidden(found: re.Match[str]) -> str:
    """The match with its secret replaced, quotes kept."""
    name = next(name for name, value in found.groupdict().items() if value is not None)
    whole, first = found[0], found.start()
    value = found[name]
    quote = value[0] if value[0] in "\"'" else ""
    before, after = whole[: found.start(name) - first], whole[found.end(name) - first :]
    return f"{before}{quote}{mark()}{quote}{after}"


@cache
def _shapes() -> tuple[re.Pattern[str], ...]:
    """Shapes of which only a part is secret; before the words, which mask what is left."""
    return tuple(re.compile(shape["pattern"]) for shape in table("secrets")["shapes"])


@cache
def _words() -> tuple[str, ...]:
    secrets = table("secrets")
    return tuple(word.casefold() for word in (*secrets["anywhere"], *secrets["whole"]))


@cache
def _worded() -> re.Pattern[str]:
    secrets = table("secrets")
    anywhere = "|".join(map(re.escape, secrets["anywhere"]))
    whole = "|".join(map(re.escape, secrets["whole"]))
    words = rf"(?:{anywhere}|(?<![\w-])(?:{whole})(?![\w-]))"
    return re.compile(rf"(?ix){words}{VALUE}")
