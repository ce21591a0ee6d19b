"""Captures read on several cores: the same parts as one after another, and none after the end."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from crane import case

from overlanded import abreast
from overlanded.abreast import Abreast, Reading
from overlanded.custody.vault import open_case
from overlanded.errors import InputError
from overlanded.readers import READERS

CAPTURE = next(card for card in READERS if card.name == "capture")


@pytest.fixture
def vault(tmp_path):
    folder = case(tmp_path / "sts-01")
    (first,) = folder.rglob("*.pcap")
    for number in (2, 3):
        (folder / f"{number}.pcap").write_bytes(first.read_bytes())
    return open_case(folder)


def readings(vault):
    captures = [one for one in vault.found.files if one.path.endswith(".pcap")]
    return [Reading(found, CAPTURE, number) for number, found in enumerate(captures)]


def told(vault, folder, jobs, progress=lambda *_: None):
    with Abreast(vault, folder, jobs, progress) as one:
        one.begin(readings(vault))
        parts = [one.part(reading) for reading in readings(vault)]
    return [(part.number, digest, part.given.frames, part.reads) for part, digest in parts]


def tables(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*.parquet")}


def test_parts_and_tables_are_the_same_on_any_number_of_cores(vault, tmp_path):
    alone = told(vault, tmp_path / "1", 1)
    assert [number for number, *_ in alone] == [0, 1, 2]
    for jobs in (2, 3, 8):
        assert told(vault, tmp_path / str(jobs), jobs) == alone
        assert tables(tmp_path / str(jobs)) == tables(tmp_path / "1")


def test_progress_is_of_all_together_when_several_are_read_at_the_same_time(vault, tmp_path):
    heard = []
    told(vault, tmp_path / "2", 2, lambda *one: heard.append(one))
    size = sum(one.found.size for one in readings(vault))
    assert {(what, total) for what, _, total in heard} == {("captures and logs", size)}
    assert max(done for _, done, _ in heard) <= size


def test_what_cannot_be_read_fails_in_its_turn_and_the_others_do_not(vault, tmp_path):
    readings(vault)[1].found.file.unlink()
    with Abreast(vault, tmp_path / "2", 2, lambda *_: None) as one:
        one.begin(readings(vault))
        first, second, third = readings(vault)
        assert one.part(first)[0].number == 0
        with pytest.raises(InputError):
            one.part(second)
        assert one.part(third)[0].number == 2


def test_reading_ends_with_the_audit(vault, tmp_path, monkeypatch):
    over = threading.Event()

    class Pool(ThreadPoolExecutor):
        def shutdown(self, **how):
            over.set()
            super().shutdown(**how)

    monkeypatch.setattr(abreast, "threads", Pool)
    with Abreast(vault, tmp_path / "2", 2, lambda *_: over.wait(60)) as one:
        one.begin(readings(vault))
    assert over.is_set()
    assert not list((tmp_path / "2").rglob("000002-*"))
