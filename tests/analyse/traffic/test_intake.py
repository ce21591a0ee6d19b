import pytest
from crane import PLC, capture

from overlanded.analyse.traffic import part
from overlanded.analyse.traffic.intake import Intake
from overlanded.custody.streams import Stream
from overlanded.errors import InputError
from overlanded.model.evidence import EvidenceItem, Side

ITEM = EvidenceItem("e-1", "span.pcap", "00", 1, "capture", Side.EVIDENCE, 1)


@pytest.fixture
def span(tmp_path):
    (tmp_path / "span.pcap").write_bytes(capture())
    return tmp_path / "span.pcap"


def observed(taken):
    return sorted(map(str, taken.observations(())))


def walked(folder, span):
    taken = Intake(folder)
    with Stream(span) as stream:
        taken.take(part.walk(stream, folder, 0), ITEM)
    return taken


def set_aside(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*.parquet")}


def test_rows_that_leave_memory_early_are_analysed_all_the_same(tmp_path, span, monkeypatch):
    whole = observed(walked(tmp_path / "a", span))
    real = part.decode

    def early(stream, *, spill, **more):
        done = real(stream, spill=spill, **more)
        for name in ("flows", "sightings"):
            spill(name, done.raw[name])
            done.raw[name] = {column: data[:0] for column, data in done.raw[name].items()}
        return done

    monkeypatch.setattr(part, "decode", early)
    assert observed(walked(tmp_path / "b", span)) == whole
    assert any(PLC[:2] in one for one in whole)


def test_nothing_of_a_capture_that_could_not_be_read_is_left(tmp_path, span, monkeypatch):
    real = part.decode

    def failing(stream, *, spill, **more):
        done = real(stream, spill=spill, **more)
        spill("flows", done.raw["flows"])
        spill("sightings", done.raw["sightings"])
        raise InputError("the disk failed")

    monkeypatch.setattr(part, "decode", failing)
    with Stream(span) as stream, pytest.raises(InputError):
        part.walk(stream, tmp_path / "b", 0)
    assert set_aside(tmp_path / "b") == {}


def test_a_number_that_no_capture_has_is_passed_over(tmp_path, span):
    taken = Intake(tmp_path / "a")
    with Stream(span) as stream:
        taken.take(part.walk(stream, tmp_path / "a", 1), ITEM)
    assert observed(taken) == observed(walked(tmp_path / "b", span))
