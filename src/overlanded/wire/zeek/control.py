"""What the logs of control protocols say: which functions were used, and what names a device.

Codes are looked up where the dissectors of the same protocols keep them, so that a log and a
capture of the same traffic give the same words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from overlanded.data import table
from overlanded.wire.dissect import cip as cip_codes
from overlanded.wire.dissect import fins as fins_codes
from overlanded.wire.dissect import modbus as modbus_codes
from overlanded.wire.dissect import opcua as opcua_codes
from overlanded.wire.dissect import profinet_cm, profinet_dcp
from overlanded.wire.dissect import s7comm as s7_codes
from overlanded.wire.dissect import s7comm_plus as plus_codes
from overlanded.wire.dissect.fields import names_host
from overlanded.wire.dissect.plain import facts
from overlanded.wire.facts import Fact, Recognised
from overlanded.wire.zeek.row import Row, Said

JOB, USERDATA = "1", "7"
ANSWER_BIT = 0x80
CODE = re.compile(r"\(0x([0-9a-fA-F]{4})\)")
URL = ("opc.tcp://", "opc.https://", "opc.wss://")
UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
PROPERTIES = {
    "application-software-version": "firmware", "firmware-revision": "firmware",
    "model-name": "model", "object-name": "hostname", "vendor-name": "maker",
}  # fmt: skip
"""BACnet properties of the device object, by the names of ICSNPP; as in ``bacnet.PROPERTIES``."""
FINS_PRINTED = {0x0300 + one: 0x0303 + one for one in range(1, 6)}
"""ICSNPP prints the commands on program areas three lower than W342 lists them."""


def _said(row: Row, protocol: str, found: list[tuple[str, str]], word: str = "") -> Said:
    opener = "dst" if row.by_responder else "src"
    functions = (word,) if word else ()
    return Said(row.sender, Recognised(protocol, facts("src", found), opener, functions))


def modbus_identity(row: Row) -> Iterator[Said]:
    """An object of a device's identification."""
    code = row.number("object_id_code", 16)
    word = modbus_codes.OBJECTS.get(code, "") if code is not None else ""
    yield _said(row, "modbus", [(word, row.text("object_value"))] if word else [], "identify")


def known_modbus(row: Row) -> Iterator[Said]:
    """A host that was seen to answer as a Modbus server."""
    if "SLAVE" in row.text("device_type") or "SERVER" in row.text("device_type"):
        yield Said("host", Recognised("modbus", (), "dst"))


def s7comm(row: Row) -> Iterator[Said]:
    """The class of an S7 job or of a programmer's command."""
    code, kind = row.number("function_code", 16), row.text("rosctr_code")
    word = ""
    if kind == USERDATA and code is not None:
        word = _user(code & 0x0F, row.number("subfunction_code", 16) or 0)
    elif code == 0x28:
        word = s7_codes.SERVICES.get(row.text("subfunction_code").encode(), "")
    elif code is not None:
        word = s7_codes.JOBS.get(code, "")
    yield _said(row, "s7comm", [], word)


def _user(group: int, function: int) -> str:
    """As ``s7comm.py`` classes them; lists that are read have a log of their own."""
    if group == 1:
        return s7_codes.TEST_FUNCTIONS.get(function, "monitor")
    if group == 4:
        return "" if function == s7_codes.READ_LIST else "subscribe"
    if group == 7:
        return "write" if function in s7_codes.CLOCK_SET else "read"
    return s7_codes.USER_GROUPS.get(group, "")


def s7comm_list(row: Row) -> Iterator[Said]:
    """A system status list that was read: one that identifies, or any other."""
    number = row.number("szl_id", 16) or 0
    identifies = number & 0xFF in s7_codes.IDENTIFYING
    yield _said(row, "s7comm", [], "identify" if identifies else "read")


def s7comm_module(row: Row) -> Iterator[Said]:
    """What a module states of itself."""
    found = [
        ("station-name", row.text("plant_name")),
        ("station-name", row.text("automation_system_name")),
        ("model", row.text("module_name")),
        ("serial", row.text("module_serial")),
    ]
    yield Said("resp", Recognised("s7comm", facts("src", found), "dst", ("identify",)))


def s7comm_plus(row: Row) -> Iterator[Said]:
    """The class of a function of the newer protocol; what is set in it, the log does not tell."""
    opcode, code = row.number("opcode", 16), row.number("function_code", 16)
    if opcode == plus_codes.NOTE:
        word = "subscribe"
    elif opcode == plus_codes.ANSWER and code == plus_codes.SET_SEVERAL:
        word = ""
    else:
        word = plus_codes.FUNCTIONS.get(code or 0, "")
    yield _said(row, "s7comm-plus", [], word)


def enip(row: Row) -> Iterator[Said]:
    """An encapsulation command; what it carries, cip.log tells."""
    identity = row.number("enip_command_code", 16) == 0x63
    yield _said(row, "enip", [], "identify" if identity else "")


def cip(row: Row) -> Iterator[Said]:
    """The class of a CIP request; an answer carries no path and gives none."""
    service, path = row.number("cip_service_code", 16), row.number("class_id", 16)
    answer = row.text("direction").lower() == "response"
    word = ""
    if service is not None and not answer:
        service &= ~ANSWER_BIT
        tag = path is None and service >= cip_codes.VENDOR
        path = -1 if path is None else path
        word = next(cip_codes.classes(cip_codes.Message(service, answer, path, tag, b"")), "")
    yield _said(row, "enip", [], word)


def cip_identity(row: Row) -> Iterator[Said]:
    """What a device states of itself in an answer to ListIdentity."""
    serial = row.number("serial_number", 16)
    held = row.text("socket_address")
    found = [
        ("maker", _named("vendors", row, "vendor_id", "vendor_name")),
        ("model", row.text("product_name")),
        ("device-type", _named("device-types", row, "device_type_id", "device_type_name")),
        ("firmware", row.text("revision")),
        ("serial", f"{serial:08X}" if serial else ""),
        ("address", held if names_host(held) else ""),
    ]
    yield _said(row, "enip", found, "identify")


def _named(names: str, row: Row, code: str, text: str) -> str:
    """Our name for a code of ODVA's, else the log's."""
    return str(table("cip")[names].get(row.text(code), "") or row.text(text))


def cip_io(row: Row) -> Iterator[Said]:
    """Cyclic data."""
    yield _said(row, "enip", [], "cyclic")


def opcua(row: Row) -> Iterator[Said]:
    """The service that was asked for, and the server's address as the client names it."""
    code = row.number("req_identifier")
    code = row.number("identifier") if code is None else code
    word = opcua_codes.SERVICES.get(code or 0, "")
    url = row.text("endpoint_url")
    named = (Fact("dst", "opcua.endpoint", url),) if url.startswith(URL) else ()
    if row.by_responder or row.text("msg_type") == "ACK":
        yield Said("resp", Recognised("opcua", (), "dst"))
    else:
        yield Said("orig", Recognised("opcua", named, "src", (word,) if word else ()))
        if row.text("res_identifier"):
            yield Said("resp", Recognised("opcua", (), "dst"))


def opcua_application(row: Row) -> Iterator[Said]:
    """A server that describes itself in its endpoints."""
    url = row.text("endpoint_url") or row.text("endpoint_uri")
    found = [("opcua.application", row.text(one)) for one in ("text", "application_uri")]
    found.append(("opcua.application", row.text("product_uri")))
    found.append(("opcua.endpoint", url if url.startswith(URL) else ""))
    yield Said("resp", Recognised("opcua", facts("src", found), "dst", ("identify",)))


def opcua_session(row: Row) -> Iterator[Said]:
    """A client that opens a session: its application, and the server as it knows it."""
    if row.by_responder:
        return
    said = [("opcua.application", row.text(one)) for one in ("text", "application_uri")]
    said.append(("opcua.application", row.text("product_uri")))
    asked = [("opcua.application", row.text("server_uri"))]
    url = row.text("endpoint_url")
    asked.append(("opcua.endpoint", url if url.startswith(URL) else ""))
    yield Said("orig", Recognised("opcua", (*facts("src", said), *facts("dst", asked)), "src"))


def profinet(row: Row) -> Iterator[Said]:
    """Who connects to whom, what is called and what it is; as in ``profinet_cm.py``."""
    interface, item = _uuid(row.text("interface_uuid")), _uuid(row.text("object_uuid"))
    number = int.from_bytes(interface[:4], "big")
    known = interface[4:] == profinet_cm.INTERFACE
    asks = row.text("packet_type") in ("Request", "Ping", "0", "1")
    found: list[Fact] = []
    if known and number == profinet_cm.DEVICE:
        about = "dst" if asks else "src"
        if item[4:10] == profinet_cm.OBJECT:
            device, vendor = int.from_bytes(item[12:14], "big"), int.from_bytes(item[14:16], "big")
            found += facts(about, profinet_dcp.device(vendor, device))
        found.append(Fact(about, "role", "io-device"))
    operation = row.text("operation_num") or row.text("operation")
    word = table("zeek")["functions"]["profinet"].get(operation, "") if known else ""
    client = asks != (number == profinet_cm.CONTROLLER)
    functions = (word,) if word else ()
    yield Said(
        row.sender,
        Recognised("profinet-cm", tuple(found), "src" if client else "dst", functions),
    )


def _uuid(text: str) -> bytes:
    """A UUID in network order; ICSNPP prints that of a little-endian sender as it lies there."""
    if not UUID.fullmatch(text):
        return bytes(16)
    raw = bytes.fromhex(text.replace("-", ""))
    if raw[4:8] == profinet_cm.INTERFACE[:4]:
        return raw
    return raw[3::-1] + raw[5:3:-1] + raw[7:5:-1] + raw[8:]


def bacnet(row: Row) -> Iterator[Said]:
    """The class of a service; an answer has none."""
    asks = row.text("pdu_type").upper().endswith("REQUEST")
    service = row.text("pdu_service").lower().replace("-", "_")
    if service == "i_am":
        yield Said(row.sender, Recognised("bacnet", (), "dst"))
        return
    word = table("zeek")["functions"]["bacnet"].get(service, "") if asks else ""
    opener = "src" if asks else "dst"
    yield Said(row.sender, Recognised("bacnet", (), opener, (word,) if word else ()))


def bacnet_device(row: Row) -> Iterator[Said]:
    """An I-Am: the device's number and maker."""
    if row.text("pdu_service").lower().replace("-", "_") == "i_am":
        number = row.text("instance_number")
        found = [("device-type", f"BACnet device {number}" if number else "")]
        found.append(("maker", row.text("vendor")))
        yield Said(row.sender, Recognised("bacnet", facts("src", found), "dst"))


def bacnet_property(row: Row) -> Iterator[Said]:
    """A property of the device object in an answer."""
    service = row.text("pdu_service").lower().replace("-", "_")
    word = PROPERTIES.get(row.text("property").replace("_", "-"), "")
    if service.endswith("ack") and word and row.text("object_type").lower().startswith("device"):
        found = facts("src", [(word, row.text("value"))])
        yield Said(row.sender, Recognised("bacnet", found, "dst"))


def fins(row: Row) -> Iterator[Said]:
    """The class of a command, and a controller's model and version in an answer."""
    stated = CODE.search(row.text("command_code"))
    code = int(stated[1], 16) if stated else 0
    word = fins_codes.COMMANDS.get(FINS_PRINTED.get(code, code), "")
    answers = row.text("icf_data_type").startswith("Response")
    found = [("model", row.text("controller_model")), ("firmware", row.text("controller_version"))]
    recognised = Recognised(
        "fins", facts("src", found) if answers else (), "dst" if answers else "src",
        (word,) if word else (),
    )  # fmt: skip
    yield Said("resp" if answers else "orig", recognised)
