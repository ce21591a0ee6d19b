import pytest

from overlanded.custody.outturn import Outturn, write, write_new
from overlanded.errors import UsageError


def test_a_write_that_fails_leaves_the_old_file_and_nothing_beside_it(tmp_path):
    path = tmp_path / "a.json"
    write(path, [b"old"])

    def chunks():
        yield b"half"
        raise RuntimeError

    with pytest.raises(RuntimeError):
        write(path, chunks())
    assert [file.name for file in tmp_path.iterdir()] == ["a.json"]
    assert path.read_bytes() == b"old"


def test_write_new_does_not_replace_unless_forced(tmp_path):
    path = tmp_path / "a"
    write_new(path, [b"1"], force=False)
    with pytest.raises(UsageError, match="exists already"):
        write_new(path, [b"2"], force=False)
    write_new(path, [b"2"], force=True)
    assert path.read_bytes() == b"2"


def test_one_process_at_a_time(tmp_path):
    first = Outturn(tmp_path / "outturn")
    with pytest.raises(UsageError, match="another run is writing"):
        Outturn(tmp_path / "outturn")
    first.close()
    Outturn(tmp_path / "outturn").close()


def test_what_an_interrupted_run_left_is_cleared(tmp_path):
    (tmp_path / ".parts" / "columns").mkdir(parents=True)
    (tmp_path / ".report.html.99.part").write_bytes(b"half")
    Outturn(tmp_path).close()
    assert [path.name for path in tmp_path.iterdir()] == [".lock"]


def test_a_folder_is_put_in_place_whole(tmp_path):
    outturn = Outturn(tmp_path)
    for content in (b"1", b"2"):
        (outturn.fresh_folder("columns") / "a").write_bytes(content)
        outturn.settle_folder("columns")
    outturn.close()
    assert (tmp_path / "columns" / "a").read_bytes() == b"2"
    assert sorted(path.name for path in tmp_path.iterdir()) == [".lock", "columns"]
