"""Checks of a case document against what was handed in, read here by other means."""

import csv
import io
import struct

import openpyxl

from overlanded.pipeline import Options, audit

AT = "2026-01-01T00:00:00Z"


def audited(folder, **options):
    """Audit in this process; the document as it was written."""
    import json

    audit(folder, Options(AT, **options))
    return json.loads((folder / "outturn" / "case-document.json").read_bytes())


def frames(path):
    """Frames of a classic little-endian µs pcap, the first with number 1."""
    data, at, out = path.read_bytes(), 24, [b""]
    while at + 16 <= len(data):
        (size,) = struct.unpack_from("<I", data, at + 8)
        out.append(data[at + 16 : at + 16 + size])
        at += 16 + size
    return out


def rows(path):
    """Sheet row as cited → its texts."""
    if path.suffix == ".xlsx":
        book = openpyxl.load_workbook(path)
        return {
            f"{sheet.title} › {number}": [str(cell) for cell in row if cell is not None]
            for sheet in book
            for number, row in enumerate(sheet.iter_rows(values_only=True), 1)
        }
    text = path.read_text("utf-8-sig")
    return {str(n): row for n, row in enumerate(csv.reader(io.StringIO(text)), 1)}


def citations(node):
    if isinstance(node, dict):
        if "locator" in node:
            yield node
        else:
            for child in node.values():
                yield from citations(child)
    elif isinstance(node, list):
        for child in node:
            yield from citations(child)


class Sources:
    """The files of a case, opened without the product."""

    def __init__(self, folder):
        self.folder, self._frames, self._rows = folder, {}, {}

    def frame(self, cited):
        path = cited["path"]
        if path not in self._frames:
            self._frames[path] = frames(self.folder / path)
        found = self._frames[path]
        number = int(cited["locator"]["place"])
        assert 1 <= number < len(found), cited
        return found[number]

    def row(self, cited):
        path = cited["path"]
        if path not in self._rows:
            self._rows[path] = rows(self.folder / path)
        assert cited["locator"]["place"] in self._rows[path], cited
        return self._rows[path][cited["locator"]["place"]]


def marks(device):
    """The bytes by which a device shows in a frame: its MACs and addresses."""
    for subject in device["subjects"]:
        if subject["kind"] == "mac":
            yield bytes.fromhex(subject["value"].replace(":", ""))
        elif subject["kind"] == "ip" and "." in subject["value"]:
            yield bytes(map(int, subject["value"].split(".")))


def check(folder, document):
    """Every assertion has a proof, and every proof is where it is said to be."""
    sources = Sources(folder)
    records = {record["id"]: record for record in document["records"]}
    for record in records.values():
        said = " ".join(sources.row(record["citation"]))
        assert record["description"].split(",")[0].split(":")[0] in said, record
    for device in document["devices"]:
        own = tuple(marks(device))
        for cited in citations([device["observations"], device["identity"]]):
            if cited["locator"]["kind"] == "frame" and own:
                frame = sources.frame(cited)
                assert any(mark in frame for mark in own), (device["name"], cited)
        for question, answer in device["answers"].items():
            places = [*citations(answer)]
            if answer["value"] != "not determined":
                proofs = places or device["searches"]
                assert proofs or device["standing"] == "UNKNOWN", (device["name"], question, answer)
            for cited in places:
                if cited["locator"]["kind"] == "frame":
                    sources.frame(cited)
                elif cited["locator"]["kind"] == "row":
                    sources.row(cited)
        if device["standing"] == "UNDOCUMENTED":
            searches = {one["id"]: one for one in document["searches"]}
            (search,) = [searches[one] for one in device["searches"]]
            assert search["documents"]
            assert search["keys"]
    for finding in document["findings"]:
        assert finding["citations"] or finding["device"], finding


def standings(document):
    """MAC, or the record's line where nothing was seen → standing."""
    lines = {record["id"]: record["line"] for record in document["records"]}
    out = {}
    for device in document["devices"]:
        macs = [one["value"] for one in device["subjects"] if one["kind"] == "mac"]
        key = macs[0].replace(":", "") if macs else ""
        out[key or " ".join(lines[one] for one in device["records"]) or device["name"]] = device[
            "standing"
        ]
    return out
