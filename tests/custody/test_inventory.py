import pytest

from overlanded.custody.inventory import inventory
from overlanded.errors import UsageError


def test_lists_files_in_the_order_of_their_paths_without_outturn_or_hidden_ones(tmp_path):
    for name in (
        "b/2.pcap",
        "a.xlsx",
        "outturn/report.html",
        ".git/x",
        "b/.DS_Store",
        "b/outturn/1",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    found = inventory(tmp_path)
    assert [file.path for file in found.files] == ["a.xlsx", "b/2.pcap", "b/outturn/1"]
    assert found.gaps == ()


def test_links_are_passed_over_and_said_so_even_when_they_go_round(tmp_path):
    (tmp_path / "case").mkdir()
    (tmp_path / "outside.pcap").write_bytes(b"secret")
    (tmp_path / "case" / "a.csv").write_bytes(b"x")
    (tmp_path / "case" / "round").symlink_to(tmp_path / "case", target_is_directory=True)
    (tmp_path / "case" / "out.pcap").symlink_to(tmp_path / "outside.pcap")
    found = inventory(tmp_path / "case")
    assert [file.path for file in found.files] == ["a.csv"]
    assert [(gap.what, gap.unread) for gap in found.gaps] == [("out.pcap", True), ("round", True)]
    assert all("link" in gap.why for gap in found.gaps)


def test_a_single_file_is_a_case_of_its_own(tmp_path):
    (tmp_path / "one.pcap").write_bytes(b"x")
    (tmp_path / "other.pcap").write_bytes(b"x")
    found = inventory(tmp_path / "one.pcap")
    assert [file.path for file in found.files] == ["one.pcap"]
    assert found.root == tmp_path


@pytest.mark.parametrize(
    ("make", "says"), [(True, "the folder is empty"), (False, "no such folder")]
)
def test_nothing_to_list_is_one_clear_line(tmp_path, make, says):
    folder = tmp_path / "sts"
    if make:
        folder.mkdir()
    with pytest.raises(UsageError, match=says) as caught:
        inventory(folder)
    assert "\n" not in str(caught.value)


def test_a_name_that_is_no_text_is_listed_readably(tmp_path):
    (tmp_path / b"caf\xe9.pcap".decode("utf-8", "surrogateescape")).write_bytes(b"x")
    (found,) = inventory(tmp_path).files
    found.path.encode("utf-8")
    assert found.file.read_bytes() == b"x"
