"""``overlanded columns`` from end to end."""

import struct

import pytest
from click.testing import CliRunner

from overlanded.commands import columns
from overlanded.errors import InputError, UsageError


def capture(count=3, port=502):
    packet = bytes.fromhex("001e42000002001e420000010800450000210001000040110000c0a80701c0a80702")
    packet += struct.pack(">HHHH", 40000, port, 13, 0) + b"hello"
    head = struct.pack("<IHHIIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)
    return (
        head + (struct.pack("<IIII", 1_700_000_000, 0, len(packet), len(packet)) + packet) * count
    )


@pytest.fixture
def case(tmp_path):
    evidence = tmp_path / "evidence"
    evidence.mkdir()
    (evidence / "a.pcap").write_bytes(capture())
    (evidence / "b.pcap").write_bytes(capture(5, 102)[:-4])
    (evidence / "notes.txt").write_text("no capture")
    return tmp_path


def run(command, *args):
    return CliRunner().invoke(command, [str(arg) for arg in args], standalone_mode=False)


def test_a_folder_becomes_tables_beside_it(case):
    done = run(columns.command, case, "--jobs", 2)
    assert done.return_value == 3
    assert "a.pcap" in done.stdout
    assert "damaged at byte 276: the file ends inside this record" in done.stdout
    assert sorted(
        path.relative_to(case / "outturn/columns").as_posix() for path in case.rglob("*.parquet")
    ) == [
        f"{table}/{number}.parquet"
        for table in ("flows", "services", "sightings")
        for number in (0, 1)
    ]
    again = run(columns.command, case)
    assert again.stdout == done.stdout


def test_a_folder_that_is_there_is_replaced_only_by_force(case):
    out = case / "tables"
    single = case / "evidence/a.pcap"
    assert run(columns.command, single, "-o", out, "--quiet").return_value == 0
    assert isinstance(run(columns.command, single, "-o", out).exception, UsageError)
    assert run(columns.command, single, "-o", out, "--force").return_value == 0
    empty = run(columns.command, case / "tables", "-o", case / "none")
    assert isinstance(empty.exception, InputError)
