"""The whole list of readers, in the order in which they sniff."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

from msgspec import Struct

from overlanded.model.evidence import Side


class Card(Struct, frozen=True):
    """One reader: where it is, which side it speaks for, what it gives and cannot tell.

    ``module`` has ``sniff(head, name) -> bool`` and ``read``. A streaming reader's ``read`` takes
    an open stream; any other takes the item and its whole content.
    """

    name: str
    module: str
    side: Side
    streaming: bool
    gives: str
    cannot_tell: str

    def load(self) -> ModuleType:
        """The reader's module, imported when it is first needed."""
        return import_module(f"overlanded.readers.{self.module}")


READERS = (
    # Both logs and captures come compressed, and a capture takes every compressed file that is no
    # log: so logs come first.
    Card(
        "zeek",
        "evidence.zeek",
        Side.EVIDENCE,
        True,
        "what Zeek saw: devices, their addresses, names, services and conversations; control "
        "functions and identities that ICSNPP parsers logged",
        "distances, frames below IP, contents that no field holds, conversations still under way",
    ),
    # A capture takes every compressed file, so archives of settings come before it.
    Card(
        "devicebackup",
        "evidence.backup",
        Side.EVIDENCE,
        False,
        "the settings in a router's backup (OpenWrt, Teltonika): interfaces, NAT, tunnels, users, "
        "APN, SIM; secrets are masked",
        "whether a setting was in use; files of the backup other than settings",
    ),
    # Captures have magic numbers of their own, so they come before what has none.
    Card(
        "capture",
        "evidence.capture",
        Side.EVIDENCE,
        True,
        "devices, their addresses, names, services and conversations on the captured network",
        "what does not cross the capture point: the air, serial and drive links, sleeping units",
    ),
    Card(
        "photo",
        "evidence.photo",
        Side.EVIDENCE,
        False,
        "labels: numbers with their check digits, maker and type, from QR and bar codes and, with "
        "the extra `ocr`, from print; when and where the camera says it was",
        "what is outside the frame; what stood there before and after; whether a clock was right",
    ),
    Card(
        "pdf",
        "paperwork.pdf",
        Side.PAPERWORK,
        False,
        "the lines of lists and the clauses of contracts and specifications, with their status; "
        "scanned pages with the extra `ocr`",
        "what was fitted; drawings; handwriting",
    ),
    # Documents and workbooks are zip archives with known members; a workbook's reader also takes
    # archives that show neither in their first bytes.
    Card(
        "docx",
        "paperwork.docx",
        Side.PAPERWORK,
        False,
        "the lines of tables and the clauses of contracts and specifications, with their status",
        "what was fitted; pictures and drawings inside",
    ),
    # A sheet that somebody filled in is a workbook or delimited text too.
    Card(
        "inspection",
        "evidence.inspection",
        Side.EVIDENCE,
        False,
        "what people found in the cabinets: equipment, numbers on labels, SIM, antenna, power; "
        "which cabinets were opened, and on which visit",
        "what is in cabinets that stayed closed; a small unit that was overlooked",
    ),
    # So is a list of permits, which other lists resemble less than it resembles them.
    Card(
        "permits",
        "paperwork.permits",
        Side.PAPERWORK,
        False,
        "permits and work orders for remote access: who, through what, from when to when",
        "who came; permits that were given by word of mouth",
    ),
    Card(
        "xlsx",
        "paperwork.xlsx",
        Side.PAPERWORK,
        False,
        "the lines of contract and option lists, change and work orders, drawing, approved, "
        "delivery and customs lists and inventories, with their status and the kind of paper",
        "what was fitted",
    ),
    Card(
        "cyclonedx",
        "paperwork.cyclonedx",
        Side.PAPERWORK,
        False,
        "the devices of a CycloneDX bill of materials (JSON or XML), nested assemblies included",
        "what was fitted; software components",
    ),
    Card(
        "netbox",
        "paperwork.netbox",
        Side.PAPERWORK,
        False,
        "devices, modules and inventory items of a NetBox export (CSV, REST JSON, database dump) "
        "and types of its device-type library (YAML)",
        "what was fitted; cables, racks and virtual machines",
    ),
    # Before delimited text: exports and tables hold commas too.
    Card(
        "devicetext",
        "evidence.devicetext",
        Side.EVIDENCE,
        False,
        "the text of switches, routers and modems: who is behind which port, addresses, "
        "neighbours, leases, modules; interfaces, routes, NAT, tunnels, users, APN, SIM; "
        "secrets are masked",
        "what was connected or set at other times; whether a setting was in use",
    ),
    # Delimited text has no magic number and comes last.
    Card(
        "csv",
        "paperwork.csv",
        Side.PAPERWORK,
        False,
        "the lines of lists kept as delimited text",
        "what was fitted",
    ),
)
"""Every reader there is, most specific first."""

HEAD = 4096
"""Bytes a reader may sniff at; of compressed files more, as ``head_size`` says."""


def head_size(first: bytes) -> int:
    """Bytes to sniff at, from the first of them: some compression gives nothing for few bytes."""
    from overlanded.data import table
    from overlanded.wire.containers import ZSTD

    if first.startswith(ZSTD):
        return int(table("zeek")["bounds"]["deep"])
    if first.startswith(b"PK\x03\x04"):
        return int(table("inspection")["sheet"]["largest"])
    return HEAD


def sniff(head: bytes, name: str) -> Card | None:
    """The first reader that takes a file by its first bytes; the name is only for messages."""
    return next((card for card in READERS if card.load().sniff(head, name)), None)
