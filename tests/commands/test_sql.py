"""``overlanded sql``: what it shows, and that it cannot write or look elsewhere."""

import io
import json
import struct

import pytest
from click.testing import CliRunner

from overlanded.commands import sql
from overlanded.errors import UsageError
from overlanded.model.columns import TABLES
from overlanded.wire import parquet
from overlanded.wire.decode import decode


def capture():
    packet = bytes.fromhex("001e42000002001e420000010800450000210001000040110000c0a80701c0a80702")
    packet += struct.pack(">HHHH", 40000, 502, 13, 0) + b"hello"
    head = struct.pack("<IHHIIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)
    return head + (struct.pack("<IIII", 1_700_000_000, 0, len(packet), len(packet)) + packet) * 3


def run(command, *args):
    return CliRunner().invoke(command, [str(arg) for arg in args], standalone_mode=False)


@pytest.fixture
def tables(tmp_path):
    walked = decode(io.BytesIO(capture()), samples=False)
    for kind in TABLES:
        path = tmp_path / kind.name / "0.parquet"
        path.parent.mkdir()
        path.write_bytes(b"".join(parquet.encode(kind, [walked.raw[kind.name]])))
    return tmp_path


def test_queries_read_addresses_as_people_write_them(tables):
    query = "select a_ip, b_ip, b_port, a_mac_text, packets_ab from flows"
    done = run(sql.command, tables, query, "--format", "json")
    assert json.loads(done.stdout) == [
        {
            "a_ip": "192.168.7.1",
            "b_ip": "192.168.7.2",
            "b_port": 502,
            "a_mac_text": "00:1e:42:00:00:01",
            "packets_ab": 3,
        }
    ]
    assert (
        run(sql.command, tables, query, "--format", "csv")
        .stdout.splitlines()[1]
        .startswith("192.168.7.1,")
    )
    assert json.loads(run(sql.command, tables, query, "--format", "jsonl").stdout)["b_port"] == 502
    assert (
        run(sql.command, tables, "select ip, how from sightings").stdout
        == "ip           how\n192.168.7.1  1\n"
    )


def test_ipv6_is_written_in_full(tables):
    query = "select ip_text(2306139568115548160::ubigint, 1::ubigint) as ip"
    assert run(sql.command, tables, query).stdout.split() == [
        "ip",
        "2001:0db8:0000:0000:0000:0000:0000:0001",
    ]


@pytest.mark.parametrize(
    "query",
    [
        "copy flows to 'x.csv'",
        "select 1; select 2",
        "create table t as select 1",
        "select * from read_csv('/etc/passwd')",
        "select nothing from flows",
        "set enable_external_access = true",
        "attach 'x.db'",
        "selec",
    ],
)
def test_nothing_but_one_query_runs(tables, query):
    assert isinstance(run(sql.command, tables, query).exception, UsageError)
    assert sorted(path.name for path in tables.iterdir()) == ["flows", "services", "sightings"]


def test_a_folder_without_tables_says_so(tmp_path):
    assert "run `overlanded columns` first" in str(run(sql.command, tmp_path, "select 1").exception)


def test_a_name_that_is_a_formula_is_text_in_a_spreadsheet(tables):
    query = (
        "select '=cmd|'' /C calc''!A0' as host, -packets_ab::int as less, '+K2' as place from flows"
    )
    lines = run(sql.command, tables, query, "--format", "csv").stdout.splitlines()
    assert lines == ["host,less,place", "'=cmd|' /C calc'!A0,-3,'+K2"]
