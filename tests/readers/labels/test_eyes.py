"""One confined program for all photos: hostile ones end it, and the next photo is read all the same."""

import struct
import sys
import zlib
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

import photos
from overlanded.data import table
from overlanded.readers.labels import eyes, looking
from overlanded.readers.labels.images import RefusedError

QR = photos.saved(photos.scene((photos.code(photos.PAYLOAD), (40, 40))), exif=photos.TAKEN)


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(width, height, *chunks):
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(chunks)


def saved(image, form="PNG", **how):
    out = BytesIO()
    image.save(out, form, **how)
    return out.getvalue()


PIXELS = chunk(b"IDAT", zlib.compress(b"\0" * 999))
HOSTILE = {
    "a header that claims more than is decoded": png(60_000, 60_000, PIXELS),
    "a header beyond any memory": png(2**31 - 1, 2**31 - 1, PIXELS),
    "a comment that unpacks to much": png(
        100, 100, chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(2**26), 1)), PIXELS
    ),
    "a TIFF whose tags point to themselves": b"II*\0\x08\0\0\0\x01\0\x69\x87\x04\0\x01\0\0\0\x08\0\0\0\x08\0\0\0",
    "a header alone": QR[:40],
    "nothing": b"",
}  # fmt: skip


@pytest.fixture(scope="module")
def program():
    made = eyes.Eyes()
    yield made
    made.close()


def ask(program, data, what="look", **more):
    return program.ask({"what": what, "size": len(data), **more}, data)


def test_it_sees_what_the_function_sees():
    assert eyes.look(QR) == looking.look(QR)


def test_regions_are_cut_out_and_hostile_ones_refused():
    (png_made,) = eyes.crops(QR, [(10, 20, 30, 40)])
    assert Image.open(BytesIO(png_made)).size == (30, 40)
    with pytest.raises(RefusedError):
        eyes.crops(HOSTILE["a header alone"], [(0, 0, 1, 1)])


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_pictures_end_in_one_line_and_the_next_is_read(program, name):
    with pytest.raises(RefusedError) as refused:
        ask(program, HOSTILE[name])
    assert "\n" not in str(refused.value)
    assert ask(program, QR)["codes"][0]["text"] == photos.PAYLOAD


def test_all_photos_share_one_program(program):
    first = [ask(program, QR), program.process.pid]
    assert [ask(program, QR), program.process.pid] == first


def told(program, name):
    """A table of the kernel about the program: what a line begins with → its first number."""
    lines = Path(f"/proc/{program.process.pid}/{name}").read_text().splitlines()
    return {line[:25].strip().split(":")[0]: line for line in lines}


def test_it_writes_no_file(program):
    ask(program, QR)
    assert told(program, "limits")["Max file size"].split()[3:5] == ["0", "0"]


def test_the_largest_that_is_decoded_is_read_within_a_gigabyte(program):
    image = Image.new("RGB", (8000, 8000), (200, 200, 200))
    image.paste(photos.code(photos.PAYLOAD, scale=20).convert("RGB"), (500, 500))
    for data in (saved(image, "JPEG", progressive=True), saved(image, "PNG", compress_level=1)):
        assert ask(program, data)["codes"][0]["text"] == photos.PAYLOAD
    held = int(told(program, "status")["VmHWM"].split()[1]) * 1024
    assert held < table("labels")["bounds"]["memory"] == 10**9


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("import os; os._exit(1)", "more memory than a picture may"),
        (
            "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)",
            "more memory than a picture may",
        ),
        ("import sys; sys.stdin.buffer.readline(); sys.stdout.write('{\"half')", "more memory"),
        ("import time; time.sleep(60)", "more than 0.2 seconds"),
    ],
)
def test_a_program_that_ends_or_hangs_is_ended_and_said(code, why, monkeypatch):
    monkeypatch.setitem(table("labels")["bounds"], "seconds", 0.2 if "sleep" in code else 60)
    program = eyes.Eyes((sys.executable, "-c", code))
    with pytest.raises(RefusedError, match=why):
        ask(program, QR)
    assert program.process is None
