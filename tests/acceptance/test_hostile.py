"""Input that was made to harm: bounded in time and memory, told in one line, never passed on raw."""

import gzip
import io
import os
import resource
import struct
import subprocess
import sys
import zipfile
import zlib

import pytest
from crane import BASE_NS, CONTRACT, capture, pcap
from plant import Host, Wire, dhcp, dns, lldp, udp, web
from program import document, handed_in, run

GOOD = capture()
RECORD = struct.Struct("<IIII")
MIB = 1 << 20


def block(kind, body):
    body = body.ljust((len(body) + 3) // 4 * 4, b"\0")
    size = struct.pack("<I", 12 + len(body))
    return struct.pack("<I", kind) + size + body + size


SECTION = block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1))
INTERFACE = block(1, struct.pack("<HHI", 1, 0, 65535))


def nested(depth, proto, between=b""):
    """IP in IP (or GRE), every header claiming all that follows."""
    inner = b"x" * 20
    for _ in range(depth):
        size = (20 + len(between) + len(inner)) & 0xFFFF
        head = struct.pack("!BBHHHBBH", 0x45, 0, size, 1, 0, 64, proto, 0)
        inner = head + b"\x0a\0\0\1\x0a\0\0\2" + between + inner
    return bytes(6) + b"\x00\x1b\x1b\0\0\1" + b"\x08\0" + inner


def zeros(wrap):
    return wrap.compress(GOOD) + b"".join(wrap.compress(bytes(MIB)) for _ in range(1024))


def gzip_bomb():
    wrap = zlib.compressobj(6, wbits=31)
    return zeros(wrap) + wrap.flush()


def zstd_bomb():
    import zstandard

    wrap = zstandard.ZstdCompressor().compressobj()
    return zeros(wrap) + wrap.flush()


def at_odd_times():
    frames = GOOD[24:]
    seconds = [0xFFFFFFFF, 0, 0x7FFFFFFF, 1]
    out, at, number = [GOOD[:24]], 0, 0
    while at < len(frames):
        (size,) = struct.unpack_from("<I", frames, at + 8)
        head = RECORD.pack(seconds[number % 4], 0xFFFFFFFF if number % 7 else 0, size, size)
        out.append(head + frames[at + 16 : at + 16 + size])
        at, number = at + 16 + size, number + 1
    return b"".join(out)


NS = "http://schemas.openxmlformats.org"
MAIN = f'xmlns="{NS}/spreadsheetml/2006/main"'
RELS = f'<Relationships xmlns="{NS}/package/2006/relationships">'
LINKS = f"{NS}/officeDocument/2006/relationships"


def row(number, *cells):
    made = (
        f'<c r="{chr(65 + at)}{number}" t="inlineStr"><is><t>{text}</t></is></c>'
        for at, text in enumerate(cells)
    )
    return f'<row r="{number}">{"".join(made)}</row>'


HEADING = row(1, "Item", "Description", "Maker", "Type", "Qty")
LINE = row(2, "1", "PLC", "Siemens", "S7-300", "1")


def book(rows=HEADING + LINE, before="", target="worksheets/sheet1.xml", more=()):
    sheet = f"{before}<worksheet {MAIN}><sheetData>{rows}</sheetData></worksheet>"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in (
            ("[Content_Types].xml", "<Types/>"),
            ("_rels/.rels", f'{RELS}<Relationship Id="a" Type="{LINKS}/officeDocument" Target="xl/workbook.xml"/></Relationships>'),
            ("xl/workbook.xml", f'<workbook {MAIN} xmlns:r="{LINKS}"><sheets><sheet name="L" sheetId="1" r:id="a"/></sheets></workbook>'),
            ("xl/_rels/workbook.xml.rels", f'{RELS}<Relationship Id="a" Type="{LINKS}/worksheet" Target="{target}"/></Relationships>'),
            ("xl/worksheets/sheet1.xml", sheet),
            *more,
        ):  # fmt: skip
            archive.writestr(name, text)
    return out.getvalue()


ENTITIES = "".join(
    f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9)
)  # fmt: skip
INSIDE = '<!DOCTYPE w [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
LAUGHS = f'<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa">{ENTITIES}]>'
OUTWARD = '<Relationships><Relationship Id="a" Target="http://127.0.0.1:9/" TargetMode="External"/>'

CASES = {
    # name: (file name, content, exit code)
    "a length of 4 GiB": ("a.pcap", lambda: GOOD + RECORD.pack(1, 1, 2**32 - 1, 2**32 - 1), 3),
    "a block of 4 GiB": ("a.pcapng", lambda: SECTION + INTERFACE + struct.pack("<II", 6, 2**32 - 16), 3),
    "a block of nothing": ("a.pcapng", lambda: SECTION + INTERFACE + bytes(64), 3),
    "GRE in GRE": ("a.pcap", lambda: pcap([(BASE_NS + n, nested(2000, 47, b"\0\0\x08\0")) for n in range(99)]), 0),
    "IP in IP": ("a.pcap", lambda: pcap([(BASE_NS + n, nested(3000, 4)) for n in range(99)]), 0),
    "100,000 interfaces": ("a.pcapng", lambda: SECTION + INTERFACE * 100_000, 0),
    "30,000 sections": ("a.pcapng", lambda: (SECTION + INTERFACE) * 30_000, 0),
    "gzip of 1 GiB": ("a.pcap.gz", gzip_bomb, 3),
    "zstd of 1 GiB": ("a.pcap.zst", zstd_bomb, 3),
    "gzip of empty frames": ("a.gz", lambda: gzip.compress(GOOD[:24] + RECORD.pack(1, 1, 0, 0) * 10**6), 3),
    "times without order": ("a.pcap", at_odd_times, None),
    "an entity from a file": ("a.xlsx", lambda: book(LINE.replace("PLC", "&a;"), INSIDE), 3),
    "entities of entities": ("a.xlsx", lambda: book(LINE.replace("PLC", "&j;"), LAUGHS), 3),
    "a sheet outside": ("a.xlsx", lambda: book(target="../../../../etc/passwd"), 3),
    "names outside": ("a.xlsx", lambda: book(more=[("../../escaped.txt", "x"), ("/escaped.txt", "x")]), 0),
    "a link outside": ("a.xlsx", lambda: book(more=[("xl/externalLinks/_rels/e.xml.rels", OUTWARD)]), 0),
    "400,000 cells": ("a.xlsx", lambda: book(HEADING + "".join(row(n, *"1234") for n in range(3, 100_003))), 3),
    "rows in rows": ("a.xlsx", lambda: book("<row>" * 200_000), 3),
    "a cell of 20 MB": ("a.xlsx", lambda: book(HEADING + row(2, "1", "PLC " + "A" * 20_000_000)), None),
    "a line of 5 million cells": ("a.csv", lambda: b"Item,Description,Qty\n1,PLC," + b"," * 5_000_000, 3),
    "quantities beyond reason": ("a.csv", lambda: b"Item,Description,Qty\n1,PLC,99999999999999999999\n2,PLC,1e308\n3,PLC,-5\n", 0),
}  # fmt: skip


def limits():
    resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))


@pytest.mark.parametrize("name", CASES)
def test_bounded_in_time_and_memory(tmp_path, name):
    file, make, code = CASES[name]
    folder = tmp_path / "case" / "sts"
    folder.mkdir(parents=True)
    (folder / file).write_bytes(make())
    before = handed_in(folder)
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, "audit", str(folder)],
        capture_output=True, text=True, check=False, preexec_fn=limits, timeout=60,
    )  # fmt: skip
    assert done.returncode == code or (code is None and done.returncode in (0, 3)), done.stderr
    (measured,) = done.stderr.splitlines()
    seconds, peak = measured.split()
    assert float(seconds) < 5
    assert int(peak) < 1 << 20
    assert handed_in(folder) == before
    assert [path.name for path in tmp_path.rglob("escaped*")] == []
    gaps = [gap for gap in document(folder)["gaps"] if gap["unread"]]
    assert bool(gaps) == (done.returncode == 3)
    assert not any("\n" in gap["what"] + gap["why"] + gap["mend"] for gap in gaps)
    assert "root:" not in done.stdout


MEASURED = """
import pathlib, sys, time
from overlanded.commands import run
code = run()
held = pathlib.Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0]
print(time.process_time(), held, file=sys.stderr)
sys.exit(code)
"""
"""The program, which at its end tells its seconds of processor and its peak memory in KiB.

Not by ``getrusage``: what that says of a program's memory begins with what its parent held.
"""


def test_a_sheet_that_is_not_in_the_workbook_is_named(tmp_path):
    (tmp_path / "a.xlsx").write_bytes(book(target="../../../../etc/passwd"))
    assert run("audit", tmp_path).returncode == 3
    (gap,) = [gap for gap in document(tmp_path)["gaps"] if gap["unread"]]
    assert "it names a part that is not in it: etc/passwd" in gap["why"]


NAMES = {
    "newline": b"a\nb.pcap",
    "right to left": "a\u202egpj.pcap".encode(),
    "255 bytes": b"x" * 250 + b".pcap",
    "escape": b"a\x1b[31mred\x1b[0m.pcap",
    "markup": b"<script>alert(1)<x>.pcap",
    "formula": b"=cmd|' C calc'!A0.pcap",
    "not UTF-8": b"\xff\xfe.pcap",
}


def unsafe(text):
    return [mark for mark in ("\x1b", "\u202e", "\x07", "\x9b") if mark in text]


@pytest.mark.parametrize("content", [GOOD, b"notes\n"], ids=["capture", "text"])
def test_file_names_are_shown_harmless(tmp_path, content):
    folder = tmp_path / "sts"
    folder.mkdir()
    for name in NAMES.values():
        (folder / os.fsdecode(name)).write_bytes(content)
    done = run("audit", folder)
    assert done.returncode == (0 if content == GOOD else 3), done.stderr
    report = (folder / "outturn" / "report.html").read_text("utf-8")
    assert unsafe(done.stdout) == unsafe(report) == []
    assert "<script" not in report
    assert len(document(folder)["evidence"]) == len(NAMES)
    assert run("verify", folder).returncode == 0


EVIL = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "\x1b[31mred\x1b]0;title\x07",
    "=HYPERLINK(1)",
    "{{7*7}}",
    "a\u202eb",
    "line\nbreak",
]


def speaking(wire, number, evil):
    """A router and a computer that call themselves so in every way there is."""
    router = Host(f"001e420000{number:02x}", f"192.168.10.{100 + number}")
    pc = Host(f"f8b1560000{number:02x}", f"192.168.10.{200 + number}")
    everybody = Host("ffffffffffff", "255.255.255.255")
    wire.announce(router, pc)
    wire.put(lldp(router, evil, f"RUT950 {evil}"))
    web(wire, pc, router, f"uhttpd {evil.splitlines()[0]}", f"RUT950 {evil}")
    wire.put(udp(pc, everybody, 68, 67, dhcp(pc, 1, [(12, evil.encode()), (60, evil.encode())])))
    wire.datagrams(pc, router, 53, dns(evil), dns(evil, "203.0.113.9"))
    quoted = evil.replace('"', '""')
    return f'{number},"{quoted} 4G router",Teltonika,RUT950,1,"{quoted}",declined\n'


def test_what_devices_and_papers_say_is_shown_harmless(tmp_path):
    wire, folder = Wire(), tmp_path / "sts"
    folder.mkdir()
    lines = [speaking(wire, number, evil) for number, evil in enumerate(EVIL, 1)]
    (folder / "a.pcap").write_bytes(wire.pcap())
    (folder / "list.csv").write_text(CONTRACT + "".join(lines), "utf-8")
    (folder / "crane.toml").write_text(f"port = {toml(' '.join(EVIL))}\n", "utf-8")
    done = run("audit", folder)
    assert done.returncode in (0, 3), done.stderr
    report = (folder / "outturn" / "report.html").read_text("utf-8")
    explained = [run("explain", folder, number).stdout for number in (1, 2, 3)]
    for shown in (done.stdout, *explained, run("carve", folder, 3).stdout, report):
        assert unsafe(shown) == []
    assert "DECLINED" in done.stdout
    assert "<script" not in report
    assert "<img" not in report
    assert "{{7*7}}" in report


def toml(text):
    return '"' + "".join(f"\\U{ord(char):08x}" for char in text) + '"'
