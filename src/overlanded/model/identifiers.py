"""Identifiers: parsed, checked and normalised values. One that fails its check is kept, flagged."""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache

from msgspec import Struct


class Identifier(Struct, frozen=True, order=True):
    """A value that can tie two observations, or a record and a device, together."""

    kind: str
    """mac, ip, hostname, serial, imei, imeisv, meid, iccid, imsi, eid, fcc-id, cmiit-id,
    part-number."""
    value: str
    checked: bool = True
    """False when the value fails its own check (Luhn, length, reserved range)."""
    note: str = ""

    def __str__(self) -> str:
        """``kind value`` for people."""
        return f"{self.kind} {self.value}"


@lru_cache(maxsize=1 << 14)
def mac(text: str) -> Identifier:
    """A MAC address in any usual notation as ``aa:bb:cc:dd:ee:ff`` (IEEE 802-2014 section 8.2)."""
    digits = re.sub(r"[^0-9a-f]", "", text.lower())
    if len(digits) != 12:
        return Identifier("mac", text.strip().lower(), False, "not 48 bits")
    value = ":".join(digits[i : i + 2] for i in range(0, 12, 2))
    first = int(digits[:2], 16)
    if digits == "0" * 12 or first & 1:
        return Identifier("mac", value, False, "group or null address")
    return Identifier("mac", value, True, "locally administered" if first & 2 else "")


@lru_cache(maxsize=1 << 14)
def ip(text: str) -> Identifier:
    """An IPv4 or IPv6 address in its canonical text form (RFC 5952).

    The loopback counts as an address: in a capture it is the capturing machine.
    """
    try:
        address = ipaddress.ip_address(text.strip())
    except ValueError:
        return Identifier("ip", text.strip(), False, "not an address")
    usable = not (address.is_multicast or address.is_unspecified)
    return Identifier("ip", str(address), usable, "" if usable else "names no device")


def hostname(text: str) -> Identifier:
    """A host name in lower case without the trailing dot."""
    value = text.strip().rstrip(".").lower()
    return Identifier("hostname", value, bool(value), "")


def luhn(digits: str) -> bool:
    """The check of ISO/IEC 7812-1 annex B over a string of decimal digits."""
    total = 0
    for index, char in enumerate(reversed(digits)):
        digit = int(char)
        if index % 2:
            digit = digit * 2 - 9 if digit > 4 else digit * 2
        total += digit
    return bool(digits) and total % 10 == 0


def imei(text: str) -> Identifier:
    """An IMEI: 15 digits, the last a Luhn digit (3GPP TS 23.003 annex B)."""
    digits = re.sub(r"[\s/.-]", "", text)
    right = bool(re.fullmatch(r"\d{15}", digits)) and luhn(digits)
    return Identifier("imei", digits, right, "" if right else "check digit fails")


def iccid(text: str) -> Identifier:
    """A SIM card number: 18-20 digits from 89, Luhn at the end (ITU-T E.118)."""
    digits = re.sub(r"[\s-]", "", text).upper().rstrip("F")
    right = bool(re.fullmatch(r"89\d{16,18}", digits)) and luhn(digits)
    return Identifier("iccid", digits, right, "" if right else "check digit fails")


def imeisv(text: str) -> Identifier:
    """An IMEI with the software version: 16 digits, no check digit (3GPP TS 23.003 6.2.2)."""
    digits = re.sub(r"[\s/.-]", "", text)
    right = bool(re.fullmatch(r"\d{16}", digits))
    return Identifier("imeisv", digits, right, "" if right else "not 16 digits")


def meid(text: str) -> Identifier:
    """A MEID: 14 hexadecimal digits from A0 up, a 15th checks them (3GPP2 S.R0048-A)."""
    digits = re.sub(r"[\s.-]", "", text).upper()
    if not re.fullmatch(r"[A-F][0-9A-F]{13,14}", digits):
        return Identifier("meid", digits, False, "not 14 hexadecimal digits from A0 up")
    right = len(digits) == 14 or _luhn16(digits)
    value = digits[:14] if right else digits
    return Identifier("meid", value, right, "" if right else "check digit fails")


def _luhn16(digits: str) -> bool:
    """The Luhn check with base 16 instead of 10, as MEIDs have it."""
    total = 0
    for index, char in enumerate(reversed(digits)):
        digit = int(char, 16)
        total += sum(divmod(digit * 2, 16)) if index % 2 else digit
    return total % 16 == 0


def imsi(text: str) -> Identifier:
    """A subscriber's number: 14 or 15 digits from a country code (3GPP TS 23.003 section 2.2).

    Country codes are those of ITU-T E.212: 2xx to 7xx by region, 901 for world-wide networks, 001
    and 999 for tests and private ones. It has no check digit.
    """
    digits = re.sub(r"[\s-]", "", text)
    right = bool(re.fullmatch(r"([2-7]\d\d|90[12]|001|999)\d{11,12}", digits))
    return Identifier("imsi", digits, right, "" if right else "no country code, or wrong length")


def eid(text: str) -> Identifier:
    """The number of an embedded SIM: 32 digits from 89, 1 modulo 97 (GSMA SGP.29)."""
    digits = re.sub(r"[\s-]", "", text)
    right = bool(re.fullmatch(r"89\d{30}", digits)) and int(digits) % 97 == 1
    return Identifier("eid", digits, right, "" if right else "check digits fail")


def fcc_id(text: str) -> Identifier:
    """An FCC ID: grantee code of 3 characters, or 5 that begin with a digit, and a product code.

    47 CFR 2.926: a product code has 1 to 14 capitals, digits and dashes.
    """
    value = re.sub(r"\s+", "", text).upper()
    right = bool(re.fullmatch(r"([A-Z][A-Z0-9]{2}|[2-9][A-Z0-9]{4})[A-Z0-9-]{1,14}", value))
    return Identifier("fcc-id", value, right, "" if right else "not of the form of an FCC ID")


def cmiit_id(text: str) -> Identifier:
    """A Chinese radio type approval: year, two letters for the kind, running number."""
    value = re.sub(r"\s+", "", text).upper()
    right = bool(re.fullmatch(r"(19|20)\d\d[A-Z]{2}\d{4,6}(\(M\))?", value))
    return Identifier("cmiit-id", value, right, "" if right else "not of the form of a CMIIT ID")


def serial(text: str) -> Identifier:
    """A serial number, upper case without blanks; serials carry no check of their own."""
    return Identifier("serial", re.sub(r"\s+", "", text).upper(), True, "")


def part_number(text: str) -> Identifier:
    """An order or part number: letters of full width, blanks, dots, dashes and slashes folded."""
    plain = unicodedata.normalize("NFKC", text)
    return Identifier("part-number", re.sub(r"[\s./_-]+", "", plain).upper(), True, "")


PARSERS: dict[str, Callable[[str], Identifier]] = {
    "mac": mac,
    "ip": ip,
    "hostname": hostname,
    "imei": imei,
    "imeisv": imeisv,
    "meid": meid,
    "iccid": iccid,
    "imsi": imsi,
    "eid": eid,
    "fcc-id": fcc_id,
    "cmiit-id": cmiit_id,
    "serial": serial,
    "part-number": part_number,
}
"""kind → parser; every parser returns an ``Identifier`` and never raises."""


def mac_text(number: int) -> str:
    """A MAC held as an integer (network byte order) in the usual notation."""
    return ":".join(f"{(number >> shift) & 255:02x}" for shift in range(40, -8, -8))


def ip_text(high: int, low: int) -> str:
    """An address held as two 64-bit halves; IPv4 is held as ::ffff:a.b.c.d (RFC 4291 2.5.5.2)."""
    if high == 0 and low >> 32 == 0xFFFF:
        return str(ipaddress.IPv4Address(low & 0xFFFFFFFF))
    return str(ipaddress.IPv6Address((high << 64) | low))


def ip_halves(text: str) -> tuple[int, int]:
    """A valid address as two 64-bit halves: the inverse of ``ip_text``."""
    address = ipaddress.ip_address(text)
    number = int(address) | (0xFFFF << 32 if address.version == 4 else 0)
    return number >> 64, number & 0xFFFFFFFFFFFFFFFF
