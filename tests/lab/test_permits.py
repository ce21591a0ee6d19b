"""The list of permits of a built crane, and how the product reads it."""

from types import SimpleNamespace

from lab import permits
from overlanded.model.evidence import EvidenceItem, Side
from overlanded.readers import sniff
from overlanded.readers.paperwork.permits import read

BEGAN = "2026-11-26T10:35:54+00:00"


def test_seconds_of_the_recording_become_times(tmp_path):
    planted = [{"permit": {"from": 4, "until": 30, "through": "10.0.0.252"}}, {"kind": "cms-vnc"}]
    permits.write(SimpleNamespace(planted=planted), tmp_path, BEGAN)
    data = (tmp_path / permits.FILE).read_bytes()
    assert sniff(data, permits.FILE).name == "permits"
    item = EvidenceItem("p-1", permits.FILE, "0" * 64, 1, "permits", Side.PAPERWORK, 1)
    (permit,) = read(item, data)
    assert permit.last - permit.first == 26 * 10**9
    assert permit.about == ("10.0.0.252",)
    assert permit.number == "RA-001"


def test_nothing_is_written_where_nothing_has_a_permit(tmp_path):
    permits.write(SimpleNamespace(planted=[{"kind": "cms-vnc"}]), tmp_path, BEGAN)
    assert not list(tmp_path.iterdir())
