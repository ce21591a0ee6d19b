"""What a value dates: days as written, week codes, the year in the number of a SIM card."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta

from overlanded.data import table
from overlanded.model.identifiers import iccid
from overlanded.model.intervals import day

FORMS = (
    re.compile(r"(?:20)?(?P<year>\d\d)[-/ ]?WK?[-/ ]?(?P<week>\d\d)", re.IGNORECASE),
    re.compile(r"20(?P<year>\d\d)(?P<week>\d\d)(?P<month>)"),
    re.compile(r"(?P<year>\d\d)(?P<week>\d\d)(?P<month>)(?P<turned>)"),
)
"""Year and week alone (``17W23``, ``2017-W23``), six digits, four digits. The empty groups say what
else the same digits may be: the second pair a month, and the two pairs turned round."""


def dates(fact: str, value: str, seen: str = "") -> str:
    """The time that a value gives a fact of ``data/timeline.toml``; empty when it gives it none.

    ``seen`` is when the value was seen, where that is known: a SIM card whose number would hold a
    later year is one whose operator puts something else there.
    """
    if value.endswith("Z"):
        return value
    at = READ.get(fact, day)(value)
    return "" if fact == "numbered" and seen and at > seen else at


def earliest(code: str) -> str:
    """The first day that a date code can mean, whichever way it is read.

    Empty when it cannot be year and week: it is no date code of this kind then.

    >>> earliest("1723"), earliest("1705"), earliest("1760")
    ('2017-06-04', '2005-04-23', '')
    """
    return min(filter(None, _readings(code))) if by_year_and_week(code) else ""


def by_week(code: str) -> str:
    """The first day of the week that a date code means by its standard, where it can mean less.

    >>> by_week("1723"), by_week("1705")
    ('', '2017-01-29')
    """
    usual = by_year_and_week(code)
    return usual if usual != earliest(code) else ""


def by_year_and_week(code: str) -> str:
    """The first day of a code that is year and week; empty for an impossible one."""
    found = _form(code)
    return _week(found["year"], found["week"]) if found else ""


def _form(code: str) -> re.Match[str] | None:
    return next(filter(None, (form.fullmatch(code) for form in FORMS)), None)


def _readings(code: str) -> Iterator[str]:
    """Every day that a code can begin: year and week, year and month, both turned round; a year."""
    found = _form(code)
    if found is None:
        return
    pairs = [(found["year"], found["week"])]
    if "turned" in found.re.groupindex:
        pairs.append((found["week"], found["year"]))
        yield f"{code}-01-01" if _is_year(int(code)) else ""
    for year, rest in pairs:
        yield _week(year, rest)
        yield _month(year, rest) if "month" in found.re.groupindex else ""


def _week(digits: str, week: str) -> str:
    """The first day of a week, by ISO 8601 or counted from New Year's Day, whichever is earlier."""
    year = century(digits)
    try:
        iso = date.fromisocalendar(year, int(week), 1)
    except ValueError:
        return ""
    counted = date(year, 1, 1) + timedelta(weeks=int(week) - 1)
    return min(iso, counted).isoformat() if _is_year(year) else ""


def _month(digits: str, month: str) -> str:
    year = century(digits)
    return f"{year}-{month}-01" if _is_year(year) and 1 <= int(month) <= 12 else ""


def numbered(number: str) -> str:
    """The year in the number of a SIM card; empty where its operator puts none there.

    Only numbers of 20 digits that pass their check are read.
    """
    card = iccid(number)
    for issuer in table("sims")["issuer"] if card.checked else ():
        found = re.fullmatch(issuer["pattern"], card.value)
        if found and _is_year(year := century(found["year"])):
            return str(year)
    return ""


def century(digits: str) -> int:
    """The year that two digits are."""
    return 2000 + int(digits)


def _is_year(year: int) -> bool:
    years = table("timeline")["years"]
    return bool(years["first"] <= year <= years["last"])


READ: Mapping[str, Callable[[str], str]] = {
    "coded": earliest,
    "coded-by-week": by_week,
    "numbered": numbered,
}
"""Fact → what reads its time from a value; any other fact has a day as it is written."""
