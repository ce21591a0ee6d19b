"""Backups of routers: settings with the file they stand in; nothing hostile in them does harm."""

import gzip
import io
import sys
import tarfile
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent / "devicetext"))
from samples import CANARY, UCI, archive, planted

from overlanded.data import table
from overlanded.model.evidence import EvidenceItem, Side
from overlanded.model.observing import Coverage, Gap, Observation
from overlanded.readers import sniff as first
from overlanded.readers.evidence import backup

NETWORK = b"config interface 'lan'\n\toption ipaddr '192.168.20.77'\n\toption proto 'static'\n"
SYSTEM = b"config system\n\toption hostname 'RUT955-K3'\n\toption timezone 'UTC'\n"
ITEM = EvidenceItem("e-1", "evidence/b.tar.gz", "00", 1, "devicebackup", Side.EVIDENCE, 1)


def read(data):
    return list(backup.read(ITEM, data))


def observed(data):
    return {
        (one.subject.value, one.property, one.value): one.citation.locator.place
        for one in read(data)
        if isinstance(one, Observation)
    }


def gaps(data):
    return [one for one in read(data) if isinstance(one, Gap)]


@pytest.mark.parametrize("folder", ["etc/config", "./etc/config"])
def test_settings_are_told_with_the_file_they_stand_in(folder):
    data = archive({f"{folder}/network": NETWORK, f"{folder}/system": SYSTEM})
    found = observed(data)
    assert found["rut955-k3", "address", "192.168.20.77"] == "etc/config/network › 2"
    assert found["rut955-k3", "hostname", "RUT955-K3"] == "etc/config/system › 2"
    (seen,) = [one for one in read(data) if isinstance(one, Coverage)]
    assert (seen.where, seen.seen) == ("rut955-k3", 3)


@pytest.mark.parametrize("name", ["etc/config/network", "./etc/config/network", "etc/passwd"])
def test_it_is_known_by_its_content(name):
    assert first(archive({name: NETWORK})[:4096], "capture.pcap.gz").name == "devicebackup"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x1f\x8b\x08",
        b"\x1f\x8b\x08" + b"\xff" * 50,
        gzip.compress(b"\xd4\xc3\xb2\xa1" + bytes(600), mtime=0),
        archive({"captures/a.pcap": bytes(600)}),
        archive({"etc/config/network": NETWORK}, "w"),
    ],
    ids=["nothing", "a magic", "damaged", "a capture", "a capture in an archive", "not packed"],
)
def test_others_are_left_alone(data):
    assert not backup.sniff(data[:4096], "backup.tar.gz")


def test_secrets_are_masked_and_other_files_not_read():
    files = {
        "etc/config/network": planted(UCI)[0].encode(),
        "etc/shadow": f"root:{CANARY}:1".encode(),
    }
    told = read(archive(files))
    assert any(isinstance(one, Observation) for one in told)
    assert CANARY not in repr(told)


TRICKS = {
    "../../etc/config/network": NETWORK,
    "/etc/config/network": NETWORK,
    "etc/config/../../network": NETWORK,
    "etc/config/a/network": NETWORK,
    "etc/config/new\nline": NETWORK,
    "etc/config/link": (tarfile.SYMTYPE, "/etc/shadow"),
    "etc/config/hard": (tarfile.LNKTYPE, "etc/config/network"),
    "etc/config/device": (tarfile.CHRTYPE, ""),
    "etc/config/pipe": (tarfile.FIFOTYPE, ""),
}


@pytest.mark.parametrize("name", TRICKS)
def test_ways_out_and_what_is_no_plain_file_are_passed_over(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    files, fault = backup.settings(archive({"etc/config/system": SYSTEM, name: TRICKS[name]}))
    assert ([name for name, _ in files], fault) == (["etc/config/system"], "")
    assert list(tmp_path.iterdir()) == []


def bomb(size):
    """A gzip that unpacks to so many zeros after one file of settings."""
    whole = archive({"etc/config/system": SYSTEM}, "w").rstrip(b"\0")
    whole += bytes(-len(whole) % 512)
    out = io.BytesIO()
    with gzip.GzipFile(fileobj=out, mode="wb", compresslevel=1) as packed:
        packed.write(whole)
        for _ in range(size >> 20):
            packed.write(bytes(1 << 20))
    return out.getvalue()


def test_a_bomb_is_unpacked_as_far_as_the_bound_goes():
    found = gaps(bomb(table("devicetext")["backup"]["unpacked"] + (8 << 20)))
    assert [one.why for one in found if one.unread] == ["it unpacks to more than 32 MB"]
    assert observed(bomb(40 << 20))


def test_too_many_files_and_too_long_ones_are_cut(monkeypatch):
    bounds = table("devicetext")["backup"]
    monkeypatch.setitem(bounds, "members", 2)
    monkeypatch.setitem(bounds, "file", 10)
    files, fault = backup.settings(archive({f"etc/config/f{n}": NETWORK for n in range(5)}))
    assert [len(content) for _, content in files] == [10, 10]
    assert "more than 2 files" in fault


@pytest.mark.parametrize("end", range(5, 400, 23))
def test_every_cut_gives_what_is_there_and_a_gap(end):
    whole = archive({"etc/config/network": NETWORK, "etc/config/system": SYSTEM})
    assert [one.unread for one in gaps(whole[: min(end, len(whole) - 9)])] == [True]
