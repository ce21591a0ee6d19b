import documents
import pytest

from overlanded.errors import InputError, UsageError
from overlanded.exporters.json import export
from overlanded.exporters.lookup import case_document, choose
from overlanded.exporters.tree import tree

CASE = tree(documents.sts07())


@pytest.mark.parametrize("wanted", ["1", "device-01", "cellular router 1", "Cellular Router 1"])
def test_a_device_by_number_id_or_name(wanted):
    chosen = choose(CASE, wanted)
    assert [device["id"] for device in chosen.devices] == ["device-01"]
    assert [finding["id"] for finding in chosen.findings] == ["finding-1", "finding-2"]


@pytest.mark.parametrize(
    "wanted", ["finding-3", "service/cleartext-management", "cleartext-management"]
)
def test_a_finding_by_id_or_rule(wanted):
    chosen = choose(CASE, wanted)
    assert chosen.devices == ()
    assert [finding["id"] for finding in chosen.findings] == ["finding-3"]


@pytest.mark.parametrize("wanted", ["0", "41", "-1", "¹", "nothing", "", "01"])
def test_what_names_nothing_is_refused_in_one_line(wanted):
    with pytest.raises(UsageError, match="devices are numbered 1 to 40") as refused:
        choose(CASE, wanted)
    assert "\n" not in str(refused.value)


def test_the_document_is_found_from_the_case_the_outturn_or_itself(tmp_path):
    path = tmp_path / "sts-07" / "outturn" / "case-document.json"
    path.parent.mkdir(parents=True)
    path.write_bytes(export(documents.sts07()))
    capture = tmp_path / "sts-07" / "span.pcap"
    capture.write_bytes(b"")
    for given in (tmp_path / "sts-07", path.parent, path, capture):
        assert case_document(given) == CASE
    assert case_document(tmp_path, path.parent) == CASE


def test_no_document_says_what_to_do(tmp_path):
    with pytest.raises(UsageError, match="run `overlanded audit"):
        case_document(tmp_path)


def test_a_broken_document_says_what_to_do(tmp_path):
    (tmp_path / "case-document.json").write_bytes(b"{")
    with pytest.raises(InputError, match="run the audit again"):
        case_document(tmp_path)
