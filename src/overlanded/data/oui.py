"""The IEEE's registry of MAC address blocks, laid out to be searched without being taken apart.

The list is the copy of the registry that python-stdnum ships (``stdnum/oui.dat``), read where that
package lies, once, by the installation: nothing of it is in this project.
"""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from overlanded.data import kept, made

_NUMBER = 5
"""Digits of a holder's number."""


def registered(prefix: str) -> str | None:
    """The holder of the block of exactly these upper-case hexadecimal digits, as registered."""
    found = blocks()
    prefixes, numbers = found["blocks"].get(str(len(prefix)), ("", ""))
    low, high = 0, len(prefixes) // len(prefix)
    while low < high:
        middle = (low + high) // 2
        if prefixes[middle * len(prefix) : (middle + 1) * len(prefix)] < prefix:
            low = middle + 1
        else:
            high = middle
    if prefixes[low * len(prefix) : (low + 1) * len(prefix)] != prefix:
        return None
    name: str = found["holders"][int(numbers[low * _NUMBER : (low + 1) * _NUMBER])]
    return name


@cache
def blocks() -> dict[str, Any]:
    """As ``laid_out``, the holders one by one."""
    found = kept(listed(), laid_out)
    return {**found, "holders": found["holders"].split("\n")}


def ready() -> tuple[str, str]:
    """(file name, JSON): what an installation makes for ``data.MADE``."""
    return made(listed(), laid_out)


def listed() -> bytes:
    """The list as it is shipped; empty where the package is not there."""
    # Found without being imported: the package pulls in its web clients.
    package = find_spec("stdnum")
    if package is None or package.origin is None:
        return b""
    return Path(package.origin).with_name("oui.dat").read_bytes()


def laid_out(content: bytes) -> dict[str, Any]:
    """The list as ``blocks`` searches it.

    ``holders``: their names, a line each. ``blocks``: digits of a prefix → all such prefixes,
    rising, and the numbers of their holders (lines from 0), each end to end in one text.
    """
    entries = _entries(content.decode("utf-8", "replace"))
    holders = {name: number for number, name in enumerate(dict.fromkeys(entries.values()))}
    sizes: dict[int, tuple[list[str], list[str]]] = {}
    for prefix, name in sorted(entries.items()):
        prefixes, numbers = sizes.setdefault(len(prefix), ([], []))
        prefixes.append(prefix)
        numbers.append(f"{holders[name]:0{_NUMBER}}")
    return {
        "holders": "\n".join(holders),
        "blocks": {str(size): ["".join(one) for one in pair] for size, pair in sizes.items()},
    }


def _entries(text: str) -> dict[str, str]:
    """Prefix → holder, prefixes of all lengths in one."""
    entries: dict[str, str] = {}
    parent = ""
    for line in text.splitlines():
        head, _, name = line.partition(' o="')
        if not name:
            parent = line
        elif head[0] == " ":
            _spread(entries, parent, head[1:], name.rstrip('"'))
        else:
            _spread(entries, "", head, name.rstrip('"'))
    return entries


def _spread(entries: dict[str, str], parent: str, head: str, name: str) -> None:
    """Enter every prefix of ``head``: ``000000-000009,0000AA``."""
    for part in head.split(","):
        first, dash, last = part.partition("-")
        if not dash:
            entries[parent + part] = name
            continue
        for number in range(int(first, 16), int(last, 16) + 1):
            entries[f"{parent}{number:0{len(first)}X}"] = name
