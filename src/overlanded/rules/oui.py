"""Who holds a MAC address block: IEEE MA-L, MA-M and MA-S (24, 28 and 36 bits)."""

from __future__ import annotations

import re

from overlanded.data.oui import registered

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
    for length, bits in BITS.items():
        name = registered(digits[:length])
        if name:
            return name, bits
    return None


def plain(name: str) -> str:
    """A holder's name without the forms of companies: ``Siemens`` for ``SIEMENS AG``."""
    before = ""
    while name != before:
        before, name = name, _FORMS.sub("", name).strip(" ,.%")
    return name.title() if name.isupper() and len(name) > 4 else name
