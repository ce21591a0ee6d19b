from __future__ import annotations

import struct

import pytest
from lab.errors import LabError
from lab.pcapng import without_machine


def option(code, value):
    return struct.pack("<HH", code, len(value)) + value + b"\0" * (-len(value) % 4)


def block(kind, body):
    size = struct.pack("<I", len(body) + 12)
    return struct.pack("<I", kind) + size + body + size


def capture(section, interface):
    head = struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)
    port = struct.pack("<HHI", 1, 0, 65535)
    packet = struct.pack("<IIIII", 0, 0, 1, 3, 3) + b"abc\0"
    return (
        block(0x0A0D0D0A, head + b"".join(section))
        + block(1, port + b"".join(interface))
        + block(6, packet)
    )


def test_only_what_describes_the_machine_goes():
    kept = [option(4, b"dumpcap"), option(0, b"")]
    name, resolution, end = option(2, b"mirror"), option(9, b"\x09"), option(0, b"")
    full = capture(
        [option(2, b"some processor"), option(3, b"some system"), *kept],
        [name, resolution, option(12, b"some system"), end],
    )
    assert without_machine(full) == capture(kept, [name, resolution, end])
    assert without_machine(without_machine(full)) == without_machine(full)


@pytest.mark.parametrize("head", [b"\xd4\xc3\xb2\xa1" + b"\0" * 20, b"\0" * 40])
def test_another_format_is_refused(head):
    with pytest.raises(LabError, match="pcapng"):
        without_machine(head)
