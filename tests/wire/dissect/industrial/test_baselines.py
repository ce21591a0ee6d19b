"""Every unit of a capture held against the logs that CISA's icsnpp parsers wrote of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from overlanded.wire.dissect import cip, cotp, enip, fins, modbus, s7comm, s7comm_plus

from .helper import corpus, needs_corpus, samples

ROOT = "ics-icsnpp/"


def rows(path: str) -> Iterator[list[str]]:
    for line in corpus(ROOT + path).read_text().splitlines():
        if not line.startswith("#"):
            yield line.split("\t")


def messages(path: str) -> Iterator[bytes]:
    for one in samples(corpus(ROOT + path)):
        transport = cotp.read(one.payload) if one.layer == "tcp" else None
        yield from transport.messages if transport else ()


@needs_corpus
def test_s7_units() -> None:
    for name in ("s7ident", "s7comm_plus"):
        logged = Counter(
            (int(row[11]), row[14])
            for row in rows(f"tests/baseline/analyzer.{name}/s7comm.log")
            if row[11] != "7"
        )
        units = [s7comm.unit(one) for one in messages(f"tests/traces/{name}.pcap")]
        read = Counter(
            (one.kind, f"0x{one.parameters[0]:02x}")
            for one in units
            if one and one.kind != 7 and one.parameters
        )
        assert read == logged


@needs_corpus
def test_s7_status_lists() -> None:
    logged = [row for row in rows("tests/baseline/analyzer.s7ident/s7comm.log") if row[11] == "7"]
    units = [s7comm.unit(one) for one in messages("tests/traces/s7ident.pcap")]
    read = [one for one in units if one and one.kind == 7]
    assert [f"0x{one.parameters[5]:02x}" for one in read] == [row[14] for row in logged]


@needs_corpus
def test_s7_plus_units() -> None:
    logged = Counter(
        (int(row[11]), row[12], row[14].replace("-", "0x0000"))
        for row in rows("tests/baseline/analyzer.s7comm_plus/s7comm_plus.log")
    )
    found = [(raw, s7comm_plus.unit(raw)) for raw in messages("tests/traces/s7comm_plus.pcap")]
    read = Counter(
        (raw[1], f"0x{one.operation:02x}", f"0x{one.function:04x}") for raw, one in found if one
    )
    assert read == logged


CODES = {
    "READ_COILS": 1,
    "READ_DISCRETE_INPUTS": 2,
    "READ_HOLDING_REGISTERS": 3,
    "READ_INPUT_REGISTERS": 4,
    "WRITE_SINGLE_COIL": 5,
    "WRITE_SINGLE_REGISTER": 6,
    "WRITE_MULTIPLE_COILS": 15,
    "WRITE_MULTIPLE_REGISTERS": 16,
    "READ_EXCEPTION_STATUS": 7,
    "DIAGNOSTICS": 8,
    "REPORT_SLAVE_ID": 17,
    "READ_FILE_RECORD": 20,
    "WRITE_FILE_RECORD": 21,
    "READ_FIFO_QUEUE": 24,
    "MASK_WRITE_REGISTER": 22,
    "READ_WRITE_MULTIPLE_REGISTERS": 23,
    "ENCAP_INTERFACE_TRANSPORT": 43,
}


@needs_corpus
def test_modbus_functions() -> None:
    log = [row[6] for row in rows("testing/baseline/analyzer.basic/modbus.log")]
    logged = Counter(CODES[name.removesuffix("_EXCEPTION")] for name in log)
    captured = list(samples(corpus(ROOT + "testing/traces/modbus_example.pcap")))
    units = [
        code for one in captured if one.dst_port == 502 for code, _ in modbus.units(one.payload)[0]
    ]
    assert Counter(units) == logged
    assert all(modbus.dissect(one) for one in captured)


def cip_messages(path: str) -> Iterator[cip.Message]:
    for one in samples(corpus(ROOT + path)):
        units, _ = enip.units(one.payload) if one.layer == "tcp" else ([], False)
        for message in (found for unit in units for found in enip.messages(unit)):
            yield message
            if message.service == cip.SEVERAL:
                yield from filter(None, map(cip.message, cip.several(message.data)))


@needs_corpus
def test_encapsulation_commands() -> None:
    logged = Counter(row[11] for row in rows("tests/baseline/analyzer.basic/enip.log"))
    read = Counter(
        f"0x{unit.command:02x}"
        for one in samples(corpus(ROOT + "tests/traces/enip_cip_example.pcap"))
        if one.layer == "tcp"
        for unit in enip.units(one.payload)[0]
    )
    assert read == logged


@needs_corpus
def test_cip_services() -> None:
    """Requests with service and class; answers by service alone, they carry no path."""
    logged: Counter[tuple[str, str]] = Counter()
    for row in rows("tests/baseline/analyzer.basic/cip.log"):
        logged[(row[13], row[19] if row[12] == "request" else "")] += 1
    read: Counter[tuple[str, str]] = Counter()
    for one in cip_messages("tests/traces/enip_cip_example.pcap"):
        read[(f"0x{one.service:02x}", "" if one.answer else f"0x{one.path_class:02x}")] += 1
    assert read == logged


PRINTED = {f"030{number}": f"030{number + 3}" for number in range(1, 6)}
"""The log prints program area commands three lower than the frames carry and W342 lists them."""


@needs_corpus
def test_fins_commands() -> None:
    for folder, capture in (
        ("tests.omron_fins", "omron"),
        ("tests.omron_fins_tcp", "omron_fins_tcp_commands_responses"),
    ):
        text = corpus(f"{ROOT}testing/Baseline/{folder}/omron_fins_general.log").read_text()
        logged = Counter(
            (PRINTED.get(code, code.lower()), kind == "Response")
            for kind, code in re.findall(r"(Command|Response) \(\d\).*?\(0x(\w{4})\)", text)
        )
        read: Counter[tuple[str, bool]] = Counter()
        for one in samples(corpus(f"{ROOT}testing/traces/{capture}.pcap")):
            frames = [one.payload] if one.layer == "udp" else fins.stream(one.payload)[0]
            for frame in filter(fins.sound, frames):
                read[(f"{fins.command(frame):04x}", bool(frame[0] & 0x40))] += 1
        assert read == logged
