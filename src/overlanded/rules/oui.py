"""Who holds a MAC address block: IEEE MA-L, MA-M and MA-S (24, 28 and 36 bits).

The list is the copy of the IEEE registry that python-stdnum ships (``stdnum/oui.dat``). It is read
once a process in a single pass, about 20 ms, and never copied into this project.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path

BITS = {9: 36, 7: 28, 6: 24}
"""Hexadecimal digits of a prefix → bits, the longest first."""

_LOCAL = 0x02
_FORMS = re.compile(
    r"[\s,.]+(co|corp|corporation|inc|ltd|limited|llc|gmbh|ag|kg|sa|spa|s\.p\.a|srl|bv|b\.v|ab|oy|oyj"
    r"|a/s|as|uab|company|technologies|technology|& co)\.?\s*$",
    re.IGNORECASE,
)


def holder(mac_text: str) -> tuple[str, int] | None:
    """The holder's name as registered and the bits of the block, or None.

    ``mac_text`` is in any usual notation. Locally administered and group addresses have no holder
    (IEEE 802-2014 section 8.2), nor do blocks outside the list.
    """
    digits = re.sub(r"[^0-9A-F]", "", mac_text.upper())
    if len(digits) != 12 or int(digits[1], 16) & (_LOCAL | 1):
        return None
    table = _table()
    for length, bits in BITS.items():
        name = table.get(digits[:length])
        if name:
            return name.rstrip('"'), bits
    return None


def plain(name: str) -> str:
    """A holder's name without the forms of companies: ``Siemens`` for ``SIEMENS AG``."""
    before = ""
    while name != before:
        before, name = name, _FORMS.sub("", name).strip(" ,.%")
    return name.title() if name.isupper() and len(name) > 4 else name


@cache
def _table() -> dict[str, str]:
    """Prefix in upper-case hexadecimal digits → holder (its end quote kept), all lengths in one."""
    table: dict[str, str] = {}
    parent = ""
    # Found without being imported: the package pulls in its web clients.
    package = find_spec("stdnum")
    if package is None or package.origin is None:
        return table
    text = Path(package.origin).with_name("oui.dat").read_bytes().decode("utf-8", "replace")
    for line in text.splitlines():
        head, _, name = line.partition(' o="')
        if not name:
            parent = line
        elif head[0] == " ":
            _spread(table, parent, head[1:], name)
        elif len(head) == 6:
            table[head] = name
        else:
            _spread(table, "", head, name)
    return table


def _spread(table: dict[str, str], parent: str, head: str, name: str) -> None:
    """Enter every prefix of ``head``: ``000000-000009,0000AA``."""
    for part in head.split(","):
        first, dash, last = part.partition("-")
        if not dash:
            table[parent + part] = name
            continue
        for number in range(int(first, 16), int(last, 16) + 1):
            table[f"{parent}{number:0{len(first)}X}"] = name
