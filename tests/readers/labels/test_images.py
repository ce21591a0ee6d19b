"""Pictures within bounds: what is hostile or damaged is refused or told, in one line."""

import struct
import subprocess
import sys
import zlib
from io import BytesIO

import pytest
from PIL import Image, ImageFilter

import photos
from overlanded.readers.labels import images


def bomb(width, height):
    """A PNG whose header claims so many pixels and holds next to nothing."""

    def chunk(name, data):
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 999))
    )


WHOLE = photos.saved(photos.scene((photos.code("one", scale=9), (40, 40)), size=(640, 480)))


@pytest.mark.parametrize("size", [(9000, 9000), (60000, 60000), (2**31 - 1, 2**31 - 1)])
def test_a_bomb_is_refused_by_its_header(size):
    with pytest.raises(images.RefusedError, match=r"pixels|header"):
        images.opened(bomb(*size))


@pytest.mark.parametrize(
    "data", [b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"II*\0" + b"\xff" * 64, WHOLE[:30]]
)
def test_what_is_no_picture_is_refused(data):
    with pytest.raises(images.RefusedError):
        images.opened(data)


def test_a_cut_picture_is_read_as_far_as_it_goes():
    found = images.opened(WHOLE[: len(WHOLE) // 2])
    assert found.grey.size == (640, 480)
    assert "ends before" in found.fault
    assert images.opened(WHOLE).fault == ""


@pytest.mark.parametrize("end", range(0, len(WHOLE), max(1, len(WHOLE) // 25)))
def test_every_cut_is_refused_or_told(end):
    try:
        assert images.opened(WHOLE[:end]).fault
    except images.RefusedError as refused:
        assert "\n" not in str(refused)


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "LA", "CMYK", "I;16"])
def test_every_mode_becomes_grey(mode):
    image = (
        Image.new("L", (40, 30), 255).convert(mode)
        if mode != "I;16"
        else Image.new(mode, (40, 30), 65535)
    )
    out = BytesIO()
    image.save(out, "TIFF" if mode in ("CMYK", "I;16") else "PNG")
    grey = images.opened(out.getvalue()).grey
    assert (grey.mode, grey.size) == ("L", (40, 30))
    assert grey.getpixel((5, 5)) == 255


def test_what_is_see_through_is_white():
    out = BytesIO()
    Image.new("RGBA", (20, 20), (0, 0, 0, 0)).save(out, "PNG")
    assert images.opened(out.getvalue()).grey.getpixel((3, 3)) == 255


@pytest.mark.parametrize(("turn", "size"), [(1, (1000, 700)), (6, (700, 1000)), (8, (700, 1000))])
def test_it_is_held_upright(turn, size):
    data = photos.saved(photos.scene(), tags={0x0112: turn})
    assert images.opened(data).grey.size == size


@pytest.mark.parametrize(
    ("exif", "gps", "text", "clock", "at"),
    [
        ({}, {}, "", "", None),
        (photos.TAKEN, {}, "2017-08-12T10:22:31", "camera, zone not stated", 1502533351),
        ({**photos.TAKEN, 0x9011: "-07:00"}, {}, "2017-08-12T10:22:31-07:00", "camera", 1502558551),
        (photos.TAKEN, photos.GPS_TIME, "2017-08-12T17:22:31Z", "satellites", 1502558551),
        ({0x9003: "0000:00:00 00:00:00"}, {}, "", "", None),
        ({0x9003: "rubbish"}, {7: (1.0, 2.0)}, "", "", None),
    ],
)
def test_when_it_was_taken_and_by_whose_clock(exif, gps, text, clock, at):
    taken = images.opened(photos.saved(photos.scene(), exif=exif, gps=gps)).taken
    assert (taken.text, taken.clock) == (text, clock)
    assert taken.at == (None if at is None else at * 10**9)


@pytest.mark.parametrize(
    ("gps", "where"),
    [
        (photos.GPS, "33.73500, -118.26000"),
        ({}, ""),
        ({1: "N", 2: (99.0, 0.0, 0.0), 3: "E", 4: (1.0, 0.0, 0.0)}, ""),
    ],
)
def test_where_it_was_taken(gps, where):
    assert images.opened(photos.saved(photos.scene(), gps=gps)).taken.where == where


def test_copies_show_the_same_and_other_labels_do_not():
    one = photos.scene(
        (photos.code(photos.PAYLOAD), (40, 40)), text=[((400, 60), "S/N: 1105123456")]
    )
    other = photos.scene((photos.code("else"), (500, 300)), text=[((40, 60), "S/N: 99")])
    first = images.shown(one)
    copies = (one.resize((500, 350)), one.filter(ImageFilter.GaussianBlur(2)))
    assert all(images.apart(first, images.shown(copy)) <= images.SAME for copy in copies)
    assert images.apart(first, images.shown(other)) > images.SAME
    assert images.shown(Image.new("L", (50, 50), 9)) == ""


def test_a_region_is_cut_out():
    (png,) = images.crops(WHOLE, [(10, 20, 30, 40)])
    assert Image.open(BytesIO(png)).size == (30, 40)


def test_the_largest_that_is_decoded_stays_below_a_gigabyte():
    code = (
        "import resource, io; from PIL import Image; from overlanded.readers.labels import images\n"
        "out = io.BytesIO(); Image.new('RGBA', (8000, 8000), (1, 2, 3, 200)).save(out, 'PNG', compress_level=1)\n"
        "images.opened(out.getvalue())\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 1 << 20
