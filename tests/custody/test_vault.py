import pytest

from overlanded.custody.vault import MAX_BYTES, item_id, open_case, sealed_file
from overlanded.errors import InputError, IntegrityError
from overlanded.model.evidence import Side

AT = "2026-01-01T00:00:00Z"


@pytest.fixture
def case(tmp_path):
    (tmp_path / "a.csv").write_bytes(b"one")
    (tmp_path / "crane.toml").write_bytes(b"")
    return tmp_path


def seal_all(folder, at=AT):
    vault = open_case(folder, at=at)
    items = [vault.seal(f, vault.digest(f), "csv", Side.PAPERWORK) for f in vault.found.files]
    vault.save()
    return vault, items


def test_sealing_twice_adds_nothing_and_changes_no_byte(case):
    _, first = seal_all(case)
    before = (case / "outturn" / "custody.jsonl").read_bytes()
    vault, second = seal_all(case, at="2027-01-01T00:00:00Z")
    assert first == second
    assert (case / "outturn" / "custody.jsonl").read_bytes() == before
    assert vault.entries[-1].at == AT


def test_changed_evidence_is_refused_with_what_to_do(case):
    seal_all(case)
    (case / "a.csv").write_bytes(b"two")
    with pytest.raises(IntegrityError, match=r"a\.csv: not the file that was sealed at 2026"):
        seal_all(case)


def test_a_file_that_users_go_on_writing_is_entered_again(case):
    seal_all(case)
    (case / "crane.toml").write_bytes(b'crane = "STS-07"')
    vault, _ = seal_all(case)
    assert [entry.action for entry in vault.entries] == ["sealed", "sealed", "edited"]


def test_a_sealed_file_that_is_gone_is_a_gap(case):
    seal_all(case)
    (case / "a.csv").unlink()
    (gap,) = open_case(case).lost()
    assert gap.what == "a.csv"
    assert gap.unread
    assert "no longer in the folder" in gap.why


def test_sealed_file_rehashes(case):
    _, items = seal_all(case)
    assert sealed_file(open_case(case), items[0].id).file.read_bytes() == b"one"
    (case / "a.csv").write_bytes(b"xxx")
    with pytest.raises(IntegrityError):
        sealed_file(open_case(case), items[0].id)
    with pytest.raises(IntegrityError):
        sealed_file(open_case(case), "e-nowhere")


def test_a_paper_larger_than_the_bound_is_refused_before_it_is_read(case):
    with (case / "big.csv").open("wb") as out:
        out.truncate(MAX_BYTES + 1)
    vault = open_case(case)
    big = next(file for file in vault.found.files if file.path == "big.csv")
    with pytest.raises(InputError, match=r"big\.csv: 64 MiB, more than"):
        vault.read_bytes(big)


def test_item_ids_tell_content_and_place_apart():
    assert item_id("a", "1") != item_id("b", "1") != item_id("a", "2")
    assert item_id("a", "1") == item_id("a", "1")
