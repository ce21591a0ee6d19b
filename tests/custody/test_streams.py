import hashlib
import os

import pytest

from overlanded.custody.streams import Stream
from overlanded.errors import InputError, IntegrityError


@pytest.mark.parametrize("aside", [False, True])
def test_hashes_exactly_what_it_hands_on(tmp_path, aside):
    file = tmp_path / "a.bin"
    file.write_bytes(bytes(range(256)) * 9999)
    with Stream(file, aside=aside) as stream:
        head = stream.read(10)
        stream.drain()
    assert head == bytes(range(10))
    assert stream.hexdigest() == hashlib.sha256(file.read_bytes()).hexdigest()


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path):
    file = tmp_path / "a.bin"
    file.write_bytes(b"before")
    stream = Stream(file)
    stream.read(2)
    file.write_bytes(b"after, longer")
    with pytest.raises(IntegrityError, match=r"a\.bin: changed while it was read"):
        stream.close()


@pytest.mark.parametrize("make", ["missing", "folder", "link", "pipe"])
def test_only_regular_files_are_opened(tmp_path, make):
    path = tmp_path / "x"
    if make == "folder":
        path.mkdir()
    elif make == "link":
        (tmp_path / "real").write_bytes(b"1")
        path.symlink_to(tmp_path / "real")
    elif make == "pipe":
        os.mkfifo(path)
        holder = os.open(path, os.O_RDWR)
    with pytest.raises(InputError, match="x: "):
        Stream(path)
    if make == "pipe":
        os.close(holder)
