"""Records a network with dumpcap on its mirror port, and leaves the recording machine out of it."""

from __future__ import annotations

import signal
import struct
import subprocess
import time
from pathlib import Path

from lab.errors import LabError
from lab.hosts import Ground
from lab.programs import Program

READY = 5.0
"""Seconds within which the recorder must have begun its file."""
SECTION, INTERFACE = 0x0A0D0D0A, 1
MACHINE = {SECTION: (24, {2, 3}), INTERFACE: (16, {12, 15})}
"""Where a block's options begin, and which of them describe the recording machine: hardware and
operating system of the section and of the interface (pcapng, sections 4.1 and 4.2)."""


def begin(ground: Ground, namespace: str, path: Path) -> subprocess.Popen[bytes]:
    """Start recording; it runs when this returns."""
    argv = ("dumpcap", "-q", "-i", "mirror", "-w", str(path))
    recorder = ground.start(namespace, Program(argv), path.with_suffix(".log"))
    until = time.monotonic() + READY
    while not path.exists() or path.stat().st_size == 0:
        if recorder.poll() is not None or time.monotonic() > until:
            raise LabError(f"the recorder did not start: see {path.with_suffix('.log')}")
        time.sleep(0.05)
    return recorder


def end(recorder: subprocess.Popen[bytes], path: Path) -> None:
    """Stop recording and take the machine's description out of the file."""
    recorder.send_signal(signal.SIGINT)
    recorder.wait(timeout=10)
    path.write_bytes(without_machine(path.read_bytes()))


def without_machine(capture: bytes) -> bytes:
    """A pcapng file without the options that describe the recording machine."""
    if struct.unpack_from("<I4xI", capture) != (SECTION, 0x1A2B3C4D):
        raise LabError("the recorder did not write a little-endian pcapng file")
    out = []
    at = 0
    while at < len(capture):
        kind, size = struct.unpack_from("<II", capture, at)
        block = capture[at : at + size]
        out.append(_trimmed(block, *MACHINE[kind]) if kind in MACHINE else block)
        at += size
    return b"".join(out)


def _trimmed(block: bytes, start: int, unwanted: set[int]) -> bytes:
    body = block[8:start]
    at = start
    while at < len(block) - 4:
        code, length = struct.unpack_from("<HH", block, at)
        step = 4 + (length + 3) // 4 * 4
        body += b"" if code in unwanted else block[at : at + step]
        at += step
    size = struct.pack("<I", len(body) + 12)
    return block[:4] + size + body + size
