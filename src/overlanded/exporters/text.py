"""Words and numbers as people read them, and evidence made safe to print.

Text from evidence may hold anything. ``safe`` makes every character that could move the cursor,
reverse the reading direction or hide something visible as its code.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from overlanded.model.records import PaperKind

HIDDEN = frozenset(("Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"))
"""Unicode general categories with no glyph of their own (UAX #44 table 12)."""


def safe(text: object, limit: int = 2000) -> str:
    """``text`` on one line, hidden characters as ``<U+202E>``, cut with … past ``limit``."""
    value = str(text)
    if len(value) > limit:
        value = value[: limit - 1] + "…"
    if value.isprintable():
        return value
    return "".join(map(_visible, value))


def _visible(char: str) -> str:
    if char in "\t\n\r":
        return " "
    return f"<U+{ord(char):04X}>" if unicodedata.category(char) in HIDDEN else char


def sentence(text: str) -> str:
    """The text with a capital at its start."""
    return text[:1].upper() + text[1:]


def count(number: float) -> str:
    """A whole number with no-break blanks between the thousands: ``4 812``."""
    return f"{round(number):,}".replace(",", "\u00a0")


def many(number: int, noun: str, plural: str = "") -> str:
    """``1 capture``, ``2 captures``."""
    return f"{count(number)} {noun if number == 1 else plural or noun + 's'}"


def chance(probability: float | None) -> str:
    """A probability to two places; never rounded up to certainty: ``0.98``, ``> 0.99``."""
    if probability is None:
        return ""
    if probability > 0.99:
        return "> 0.99"
    if probability < 0.01:
        return "< 0.01"
    return f"{probability:.2f}"


def size(octets: int) -> str:
    """A size in the binary unit that keeps it under 1024: ``3.4 MiB``."""
    value = float(octets)
    for unit in ("B", "KiB", "MiB", "GiB"):
        if value < 1024:
            return f"{value:.0f} {unit}" if unit == "B" else f"{value:.1f} {unit}"
        value /= 1024
    return f"{value:.1f} TiB"


def hours(seconds: float) -> str:
    """A span of time in the unit people would use: ``41 h``, ``12 min``, ``8 s``."""
    if seconds >= 48 * 3600:
        return f"{seconds / 86400:.1f} days"
    if seconds >= 3600:
        return f"{seconds / 3600:.3g} h"
    if seconds >= 60:
        return f"{seconds / 60:.3g} min"
    return f"{seconds:.3g} s"


def place(citation: Mapping[str, Any], names: Mapping[str, str] | None = None) -> str:
    """A citation in short: ``list.xlsx › Options › 31``, ``span.pcapng #18``, ``conn.log:41``."""
    where = citation["locator"]["place"]
    path = safe((names or {}).get(citation["path"], citation["path"]))
    if not where:
        return path
    if citation["locator"]["kind"] == "frame":
        return f"{path} #{safe(where)}"
    if citation["locator"]["kind"] == "line":
        return f"{path}:{safe(where)}"
    if citation["locator"]["kind"] == "box":
        # People count lines; the edges on the page are for programs.
        line, _, edges = where.rpartition(" › ")
        where = line if "," in edges else where
    return f"{path} › {safe(where)}"


def paper(record: Mapping[str, Any]) -> str:
    """What kind of paper a record stands in; empty when the paper does not say."""
    return PaperKind(record["paper"]).words


def once(citations: Iterable[Any]) -> list[Any]:
    """Each place once, with the first excerpt that is given for it."""
    found: dict[tuple[str, str, str], Any] = {}
    for citation in citations:
        locator = citation["locator"]
        key = (citation["item"], locator["kind"], locator["place"])
        if key not in found or (citation["excerpt"] and not found[key]["excerpt"]):
            found[key] = citation
    return list(found.values())


def _readable(citation: Mapping[str, Any]) -> Mapping[str, Any]:
    """The same of a whole photo: a label in it is found without its edges."""
    if citation["locator"]["kind"] != "region":
        return citation
    return {**citation, "locator": {"kind": "item", "place": ""}}


def places(citations: Iterable[Any], names: Mapping[str, str] | None = None, limit: int = 3) -> str:
    """Several citations; a path is not repeated: ``span.pcapng #18 #204 …``.

    The blanks inside one citation are no-break blanks, so that wrapping keeps it whole.
    """
    parts: list[str] = []
    before = None
    unique = once(map(_readable, citations))
    for citation in unique[:limit]:
        again = citation["path"] == before
        text = place(citation, {citation["path"]: ""} if again else names).strip(" ›")
        parts.append(text if again or not parts else f"· {text}")
        before = citation["path"]
    more = [f"and {len(unique) - limit} more"] if len(unique) > limit else []
    return " ".join(part.replace(" ", "\u00a0") for part in (*parts, *more) if part)


def short_names(paths: list[str]) -> dict[str, str]:
    """The file name alone for every path whose file name no other path has."""
    names = {path: path.rpartition("/")[2] for path in paths}
    tally = Counter(names.values())
    return {path: name if tally[name] == 1 else path for path, name in names.items()}
