"""A canary in every format that is read: no secret is in anything that an audit writes or shows.

Every reader in the list of readers must have its canaries here; one without makes a test fail.
"""

import base64
import gzip
import io
import json
import struct
import sys
from pathlib import Path

import docx as word
import pytest
from lists import workbook
from plant import Host, Wire, http_ask, http_reply
from program import document, run
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import Paragraph, SimpleDocTemplate, Table
from sheets import as_csv, as_xlsx, row
from zeeklike import log
from zeeklike import row as logged

import photos
from overlanded.readers import HEAD, READERS, head_size, sniff

sys.path.insert(0, str(Path(__file__).parents[1] / "readers" / "evidence" / "devicetext"))
from samples import ALL, archive, planted

CANARY = "Canary7Xq"
SECRET = f"{CANARY}001"
BASIC = base64.b64encode(f"admin:{SECRET}".encode()).decode()
CLIENT = Host("001b1b000002", "192.168.10.2")
SERVER = Host("001e42000001", "192.168.10.254")
SAID = (
    f"Default password: {SECRET}", f"WiFi key {SECRET}", f"密码：{SECRET}", "SIM PIN: 4711",
    f"rtsp://admin:{SECRET}@192.168.10.9/live", f"SNMP community: {SECRET}",
)  # fmt: skip
"""What people write into papers."""
HEADS = ["Item", "Description", "Type", "Qty", "Password", "Remark"]
LINES = [
    [str(at), f"4G router, {said}", "RUT955", "1", SECRET, said] for at, said in enumerate(SAID, 1)
]


def _ber(tag, body):
    return bytes([tag, len(body)]) + body


def _snmp(kind, values):
    version = _ber(2, b"\x01")
    head = _ber(2, b"\x07") + _ber(2, b"\0") + _ber(2, b"\0")
    oid = _ber(6, bytes([0x2B, 6, 1, 2, 1, 1, 1, 0]))
    bound = _ber(0x30, _ber(0x30, oid + values))
    return _ber(0x30, version + _ber(4, SECRET.encode()) + _ber(kind, head + bound))


def _mqtt():
    texts = ("MQTT", "crane", "u", SECRET)
    name, client, user, secret = (struct.pack("!H", len(one)) + one.encode() for one in texts)
    body = name + b"\x04\xc2\x00\x3c" + client + user + secret
    return bytes([0x10, len(body)]) + body


def _capture():
    wire = Wire()
    wire.announce(CLIENT, SERVER)
    head = f"Authorization: Basic {BASIC}\r\nCookie: session={SECRET}\r\n"
    ask = http_ask(SERVER.ip).replace(b"\r\n\r\n", f"\r\n{head}\r\n".encode())
    form = (
        f"POST /login?password={SECRET} HTTP/1.1\r\nHost: {SERVER.ip}\r\n\r\npw={SECRET}".encode()
    )
    reply = http_reply("lighttpd", "RUT955").replace(
        b"Server:", f"Set-Cookie: token={SECRET}\r\nLocation: /?key={SECRET}\r\nServer:".encode()
    )
    rtsp = f"DESCRIBE rtsp://admin:{SECRET}@{SERVER.ip}/1 RTSP/1.0\r\nCSeq: 1\r\n\r\n".encode()
    wire.session(CLIENT, SERVER, 80, ((ask, reply), (form, reply)))
    wire.session(CLIENT, SERVER, 554, ((rtsp, b"RTSP/1.0 200 OK\r\nCSeq: 1\r\nServer: x\r\n\r\n"),))
    wire.session(
        CLIENT, SERVER, 21,
        ((b"", b"220 RUT955 FTP\r\n"), (b"USER bob\r\n", b"331 ok\r\n"),
         (f"PASS {SECRET}\r\n".encode(), b"230 ok\r\n")),
    )  # fmt: skip
    wire.session(
        CLIENT, SERVER, 23,
        ((b"\r\n", b"RUT955 login: "), (b"bob\r\n", b"Password: "),
         (f"{SECRET}\r\n".encode(), b"BusyBox v1.30\r\n# ")),
    )  # fmt: skip
    wire.session(CLIENT, SERVER, 1883, ((_mqtt(), b"\x20\x02\x00\x00"),))
    wire.datagrams(CLIENT, SERVER, 161, _snmp(0xA0, b"\x05\x00"), _snmp(0xA2, _ber(4, b"RUT955")))
    return {"span.pcap": wire.pcap(), "again.pcap.gz": gzip.compress(wire.pcap())}


def _zeek():
    ends = (CLIENT.ip, SERVER.ip)
    http = logged(
        *ends, 80, method="GET", host=SERVER.ip, uri=f"/?password={SECRET}", username="admin",
        password=SECRET, user_agent="x", cookie_vars=SECRET,
    )  # fmt: skip
    ftp = logged(*ends, 21, user="bob", password=SECRET, command="RETR", arg="a")
    snmp = logged(*ends, 161, version="2c", community=SECRET, display_string="RUT955")
    named = {"http": http, "ftp": ftp, "snmp": snmp}
    made = {f"{name}.log": log(name, tuple(one), [one]) for name, one in named.items()}
    return made | {"again.log": json.dumps({"_path": "http", **http}).encode() + b"\n"}


def _photo():
    codes = (f"WIFI:T:WPA;S:crane;P:{SECRET};;", f"SN:1105123456;PW:{SECRET};MAC:001E423ABC01")
    placed = [(photos.code(text), (40 + 460 * at, 40)) for at, text in enumerate(codes)]
    text = [((40, 500), f"Password: {SECRET}"), ((40, 560), f"WPA key: {SECRET} S/N: 1105123456")]
    return {"IMG_1.jpg": photos.saved(photos.scene(*placed, text=text))}


def _pdf():
    out = io.BytesIO()
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    style = ParagraphStyle("plain", fontName="STSong-Light")
    told = [Paragraph(f"2.{at} 4G router, 1 pc, {said}", style) for at, said in enumerate(SAID, 1)]
    grid = ("GRID", (0, 0), (-1, -1), 0.5, "black")
    font = ("FONTNAME", (0, 0), (-1, -1), "STSong-Light")
    table = Table([HEADS, *LINES], style=[grid, font])
    SimpleDocTemplate(out, invariant=1).build([table, *told])
    return {"list.pdf": out.getvalue()}


def _docx():
    made = word.Document()
    table = made.add_table(1 + len(LINES), len(HEADS))
    for cells, texts in zip(table.rows, [HEADS, *LINES], strict=True):
        for cell, text in zip(cells.cells, texts, strict=True):
            cell.text = text
    for at, said in enumerate(SAID, 1):
        made.add_paragraph(f"2.{at} 4G router, 1 pc, {said}")
    out = io.BytesIO()
    made.save(out)
    return {"list.docx": out.getvalue()}


def _xlsx():
    def comments(_, pages):
        pages["List"].write_comment(1, 1, f"Password: {SECRET}")

    return {"list.xlsx": workbook({"List": [HEADS, *LINES]}, comments)}


def _csv():
    lines = [HEADS, *LINES]
    return {"list.csv": "\n".join(";".join(cells).replace(";;", ";") for cells in lines).encode()}


def _inspection():
    rows = [
        row(date="2019-08-30", cabinet="+K2", state="opened", what=f"4G router {said}", notes=said,
            serial="1105123456", sim=f"PIN: {SECRET}", cables=said)
        for said in SAID
    ]  # fmt: skip
    return {"visit.csv": as_csv(*rows), "visit.xlsx": as_xlsx(*rows)}


def _permits():
    head = "Permit no.,Issued to,Valid from,Valid until,Time zone,Equipment,Purpose,Given by\n"
    times = "2026-11-26 08:00,2026-11-26 10:30,+08:00"
    rows = [f'P-{at},Works,{times},+K2,"fault, {said}",Port' for at, said in enumerate(SAID)]
    return {"permits.csv": (head + "\n".join(rows)).encode()}


def _cyclonedx():
    parts = [
        {"type": "device", "name": f"4G router, {said}", "description": said,
         "properties": [{"name": "cdx:device:quantity", "value": "1"},
                        {"name": "password", "value": SECRET}]}
        for said in SAID
    ]  # fmt: skip
    made = {"bomFormat": "CycloneDX", "specVersion": "1.6", "components": parts}
    return {"hbom.json": json.dumps(made).encode()}


def _netbox():
    head = "Name,Status,Site,Rack,Role,Manufacturer,Type,IP Address,Password,Comments\n"
    rows = [
        f'sw{at},Active,Pier 4,E-house,Switch,Moxa,EDS-408A,10.0.0.{at}/24,{SECRET},"{said}"'
        for at, said in enumerate(SAID, 1)
    ]
    device = {
        "name": "sw9", "device_type": {"manufacturer": {"name": "Moxa"}, "model": "EDS-408A"},
        "role": {"name": "Switch"}, "site": {"name": "Pier 4"}, "status": {"value": "active"},
        "url": "/api/dcim/devices/9/", "description": SAID[0], "comments": SAID[1],
        "custom_fields": {"password": SECRET}, "local_context_data": {"psk": SECRET},
    }  # fmt: skip
    rest = {"count": 1, "results": [device]}
    return {"netbox.csv": (head + "\n".join(rows)).encode(), "rest.json": json.dumps(rest).encode()}


def _devicetext():
    texts = (planted(text, 20 * at)[0] for at, text in enumerate(ALL.values()))
    return {f"{name}.txt": text.encode() for name, text in zip(ALL, texts, strict=True)}


def _backup():
    inside = {
        "etc/config/network": planted(ALL["uci"], 500)[0].encode(),
        "etc/shadow": f"root:{SECRET}:1".encode(),
        "etc/ipsec.secrets": f': PSK "{SECRET}"'.encode(),
    }
    return {"backup.tar.gz": archive(inside)}


PLANTED = {
    "zeek": _zeek, "devicebackup": _backup, "capture": _capture, "photo": _photo, "pdf": _pdf,
    "docx": _docx, "inspection": _inspection, "permits": _permits, "xlsx": _xlsx,
    "cyclonedx": _cyclonedx, "netbox": _netbox, "devicetext": _devicetext, "csv": _csv,
}  # fmt: skip
"""Reader → what makes its files (name → content), each with canaries."""


def test_every_reader_has_its_canaries():
    assert set(PLANTED) == {card.name for card in READERS}


@pytest.mark.parametrize("name", PLANTED)
def test_each_file_is_taken_by_its_reader(name):
    for path, data in PLANTED[name]().items():
        card = sniff(data[: max(HEAD, head_size(data))], path)
        assert card is not None, path
        assert card.name == name, path


@pytest.mark.parametrize("name", PLANTED)
def test_no_secret_is_in_what_an_audit_writes_or_shows(name, tmp_path):
    (tmp_path / "in").mkdir()
    for path, data in PLANTED[name]().items():
        (tmp_path / "in" / path).write_bytes(data)
    done = run("audit", tmp_path)
    assert done.returncode in (0, 3), done.stderr
    told = document(tmp_path)
    assert any((told["devices"], told["records"], told["permits"], told["gaps"]))
    written = [path for path in (tmp_path / "outturn").rglob("*") if path.is_file()]
    shown = run("explain", tmp_path, 1).stdout
    for secret in (CANARY, BASIC):
        assert [path.name for path in written if secret.encode() in path.read_bytes()] == []
        assert secret not in done.stdout + done.stderr + shown
