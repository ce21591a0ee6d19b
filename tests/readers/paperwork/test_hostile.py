"""Hostile papers: each is refused in one line, within a gigabyte, and nothing outside is touched."""

import io
import subprocess
import sys
import zipfile
import zlib

import docx
import pytest
from lists import workbook

from overlanded.readers import ocr
from overlanded.readers.paperwork.words import vocabulary

GIGABYTE = 1_000_000_000
PROGRAM = """
import resource, sys
from pathlib import Path
from overlanded.model.evidence import EvidenceItem, Side
from overlanded.model.records import Record
from overlanded.readers import HEAD, sniff
data = Path(sys.argv[1]).read_bytes()
card = sniff(data[:HEAD], sys.argv[1])
found = []
if card:
    item = EvidenceItem("i", "paper", "", len(data), card.name, Side.PAPERWORK, 1)
    found = list(card.load().read(item, data))
print(sum(isinstance(one, Record) for one in found))
for one in found:
    if not isinstance(one, Record):
        print(f"{one.unread} {one.what}: {one.why}")
# What getrusage says of a program itself begins with what its parent held.
status = Path("/proc/self/status").read_text().split()
own = int(status[status.index("VmHWM:") + 1])
print(max(own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss))
"""
"""Reads one file as an audit does; prints records, gaps, and the peak in KiB of it and its helpers."""


def read(tmp_path, data):
    """(records, gaps, most memory in bytes) of reading one file in a process of its own."""
    paper = tmp_path / "paper"
    paper.write_bytes(data)
    done = subprocess.run(
        (sys.executable, "-c", PROGRAM, paper), capture_output=True, check=True, text=True
    )
    records, *gaps, peak = done.stdout.splitlines()
    return int(records), gaps, int(peak) * 1024


def pdf(content, *, page=b"9 9", resources=b"", more=b""):
    head = (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 " + page + b"]/Contents 4 0 R"
    )
    tail = b">>endobj\n4 0 obj<<" + content + b" endobj\n" + more + b"\ntrailer<</Root 1 0 R>>"
    return head + resources + tail


def stream(data, filters=b"/FlateDecode"):
    return b"/Filter[" + filters + b"]/Length %d>>stream\n" % len(data) + data + b"\nendstream"


def pdf_bomb():
    packed = zlib.compress(zlib.compress(b"0 0 m " * 100_000_000, 9), 9)
    return pdf(stream(packed, b"/FlateDecode/FlateDecode"))


def picture_bomb(side=40_000):
    """A page that is one picture of 1.6 gigapixels, which packs to a few kilobytes."""
    pixels = zlib.compress(zlib.compress(bytes(side * side // 8), 9), 9)
    picture = b"/Type/XObject/Subtype/Image/Width %d/Height %d" % (side, side)
    picture += b"/ColorSpace/DeviceGray/BitsPerComponent 1"
    shown = b"595 0 0 842 0 0 cm /I Do"
    return pdf(
        b"/Length %d>>stream\n%s\nendstream" % (len(shown), shown),
        page=b"595 842",
        resources=b"/Resources<</XObject<</I 5 0 R>>>>",
        more=b"5 0 obj<<" + picture + stream(pixels, b"/FlateDecode/FlateDecode") + b" endobj",
    )


def packed(parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return out.getvalue()


def changed(data, name, content):
    """A package with one part exchanged or added."""
    with zipfile.ZipFile(io.BytesIO(data)) as old:
        parts = {part: old.read(part) for part in old.namelist()}
    return packed({**parts, name: content})


def document():
    made = docx.Document()
    made.add_paragraph("2.1 4G router: declined")
    made.save(out := io.BytesIO())
    return out.getvalue()


LAUGHS = b"<!DOCTYPE x [<!ENTITY a 'ha'>%s]><x>&z9;</x>" % b"".join(
    b"<!ENTITY z%d '%s'>" % (n, (b"&z%d;" % (n - 1) if n else b"&a;") * 10) for n in range(10)
)
OUTSIDE = b"<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><x>&a;</x>"
LISTED = {"List": [["Item", "Description", "Qty"], [1, "PLC", 1]]}
REFUSED = {
    "pdf bomb": pdf_bomb,
    "docx bomb": lambda: changed(document(), "word/document.xml", bytes(300 << 20)),
    "xlsx bomb": lambda: changed(workbook(LISTED), "xl/worksheets/sheet1.xml", bytes(300 << 20)),
    "docx entities": lambda: changed(document(), "word/document.xml", LAUGHS),
    "docx outside": lambda: changed(document(), "word/document.xml", OUTSIDE),
    "xlsx entities": lambda: changed(workbook(LISTED), "xl/worksheets/sheet1.xml", LAUGHS),
    "xlsx outside": lambda: changed(workbook(LISTED), "xl/workbook.xml", OUTSIDE),
    "bom entities": lambda: LAUGHS.replace(
        b"<x>", b"<bom xmlns='http://cyclonedx.org/schema/bom/1.5'>"
    ),
    "bom deep": lambda: b'{"bomFormat": "CycloneDX", "components": ' + b"[" * 5_000_000,
}


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused_in_one_line_and_a_gigabyte(name, tmp_path):
    records, gaps, peak = read(tmp_path, REFUSED[name]())
    assert records == 0
    assert len(gaps) == 1, gaps
    assert gaps[0].startswith("True "), gaps
    assert peak <= GIGABYTE


@pytest.mark.skipif(not ocr.available(), reason="the OCR extra is not installed")
def test_a_picture_beyond_all_measure_is_told_and_stays_within_a_gigabyte(tmp_path):
    records, gaps, peak = read(tmp_path, picture_bomb())
    assert records == 0
    assert any(gap.startswith("True ") for gap in gaps), gaps
    assert peak <= GIGABYTE


READ_ON = {
    "docx macros": (lambda: changed(document(), "word/vbaProject.bin", b"x"), "macros"),
    "xlsx macros": (lambda: changed(workbook(LISTED), "xl/vbaProject.bin", b"x"), "macros"),
    "xlsx links": (
        lambda: changed(workbook(LISTED), "xl/externalLinks/externalLink1.xml", b"<x/>"),
        "other workbooks",
    ),
    "docx objects": (lambda: changed(document(), "word/embeddings/a.bin", b"x"), "beside"),
}


@pytest.mark.parametrize("name", READ_ON)
def test_what_is_inside_is_told_and_neither_run_nor_fetched(name, tmp_path):
    made, told = READ_ON[name]
    records, gaps, peak = read(tmp_path, made())
    assert records == 1
    assert any(told in gap for gap in gaps), gaps
    assert peak <= GIGABYTE


def test_names_that_lead_out_of_a_package_write_nothing(tmp_path):
    outside = {f"../{'../' * 9}tmp/overlanded-{n}": b"x" for n in range(3)} | {"/etc/x": b"x"}
    with zipfile.ZipFile(io.BytesIO(workbook(LISTED))) as old:
        parts = {part: old.read(part) for part in old.namelist()}
    records, _, _ = read(tmp_path, packed({**parts, **outside}))
    assert records == 1
    assert [one.name for one in tmp_path.iterdir()] == ["paper"]


def test_every_confined_reader_is_bound_to_a_gigabyte():
    limits = vocabulary()["limits"]
    bounds = [limit for name, limit in limits.items() if name.endswith("bytes_of_memory")]
    assert len(bounds) == 2
    assert max(bounds) <= GIGABYTE
