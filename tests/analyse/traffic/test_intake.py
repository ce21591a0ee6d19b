import pytest
from crane import PLC, capture

from overlanded.analyse.traffic import intake
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
        taken.walk(stream)
    taken.items.append(ITEM)
    return taken


def set_aside(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*.parquet")}


def test_rows_that_leave_memory_early_are_analysed_all_the_same(tmp_path, span, monkeypatch):
    whole = observed(walked(tmp_path / "a", span))
    real = intake.decode

    def early(stream, *, spill, **more):
        done = real(stream, spill=spill, **more)
        for name in ("flows", "sightings"):
            spill(name, done.raw[name])
            done.raw[name] = {column: data[:0] for column, data in done.raw[name].items()}
        return done

    monkeypatch.setattr(intake, "decode", early)
    assert observed(walked(tmp_path / "b", span)) == whole
    assert any(PLC[:2] in one for one in whole)


def test_nothing_of_a_capture_that_could_not_be_read_is_cited_as_the_next(
    tmp_path, span, monkeypatch
):
    whole = observed(walked(tmp_path / "a", span))
    real, taken = intake.decode, Intake(tmp_path / "b")

    def failing(stream, *, spill, **more):
        done = real(stream, spill=spill, **more)
        spill("flows", done.raw["flows"])
        spill("sightings", done.raw["sightings"])
        raise InputError("the disk failed")

    with monkeypatch.context() as patch, Stream(span) as stream:
        patch.setattr(intake, "decode", failing)
        with pytest.raises(InputError):
            taken.walk(stream)
    with Stream(span) as stream:
        taken.walk(stream)
    taken.items.append(ITEM)
    assert observed(taken) == whole
    assert set_aside(tmp_path / "b") == set_aside(tmp_path / "a")
