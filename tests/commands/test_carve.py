import gzip
import json
import shutil
import struct
import subprocess
from importlib.resources import files
from io import BytesIO

import crane
import documents
import jsonschema
import pytest
from click.testing import CliRunner
from msgspec.structs import replace
from zeeklike import CONN, log, talk

from overlanded.commands.carve import command
from overlanded.custody.vault import open_case
from overlanded.errors import IntegrityError, UsageError
from overlanded.exporters.json import export
from overlanded.model.citing import Citation, Locator
from overlanded.model.devices import Answer, Question
from overlanded.model.evidence import Side
from overlanded.pipeline import Options, audit
from overlanded.wire.frames import every

FRAMES = [bytes([number]) * 60 for number in range(1, 21)]


def pcap():
    head = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)
    records = (
        struct.pack("<IIII", 1_700_000_000 + number, 0, 60, 60) + frame
        for number, frame in enumerate(FRAMES)
    )
    return head + b"".join(records)


FILES = {
    "span.pcap": pcap(),
    "table.txt": "one\nzwei \u202e\nthree\n".encode(),
    "list.csv": b"14.3;router;declined\n",
}


@pytest.fixture
def folder(tmp_path):
    """A sealed case whose first device cites frames, a line and a row."""
    case = tmp_path / "sts-07"
    case.mkdir()
    for name, data in FILES.items():
        (case / name).write_bytes(data)
    vault = open_case(case, at="2025-06-04T08:00:00Z")
    items = {
        found.path: vault.seal(found, vault.digest(found), "kind", Side.EVIDENCE).id
        for found in vault.found.files
    }
    (case / "outturn").mkdir()
    vault.save()

    def cite(path, kind, place, excerpt=""):
        return Citation(items[path], path, Locator(kind, place), excerpt)

    cited = (
        cite("span.pcap", "frame", "3"),
        cite("span.pcap", "frame", "17"),
        cite("span.pcap", "frame", "3"),
        cite("table.txt", "line", "2", "zwei"),
        cite("list.csv", "row", "1", "14.3 | router | declined"),
        cite("list.csv", "item", ""),
    )
    document = documents.sts07()
    router, other = document.devices[0], document.devices[1]
    answer = Answer(Question.REACH, "yes", "Yes.", citations=cited)
    bare = replace(other, answers=())
    router = replace(router, cluster=None, identity=None, answers=(answer,))
    document = replace(document, devices=(router, bare), findings=())
    (case / "outturn" / "case-document.json").write_bytes(export(document))
    return case


def run(*arguments):
    return CliRunner().invoke(command, [str(argument) for argument in arguments])


def carved(data):
    return [frame.data for frame in every(BytesIO(data))]


def test_frames_go_to_a_file_and_rows_are_printed(folder):
    done = run(folder, 1)
    assert done.exit_code == 0, done.exception
    path = folder / "outturn" / "carved" / "1.pcapng"
    assert carved(path.read_bytes()) == [FRAMES[2], FRAMES[16]]
    assert done.stdout == (
        "table.txt:2: zwei <U+202E>\nlist.csv › 1: 14.3 | router | declined\n"
        "list.csv: cited as a whole\n"
    )
    assert str(path) in done.stderr


def test_again_is_no_error_but_another_file_is_not_replaced(folder, tmp_path):
    assert run(folder, 1).exit_code == 0
    assert run(folder, 1).exit_code == 0
    target = tmp_path / "mine.pcapng"
    target.write_bytes(b"mine")
    refused = run(folder, 1, "-o", target)
    assert isinstance(refused.exception, UsageError)
    assert target.read_bytes() == b"mine"
    assert run(folder, 1, "-o", target, "--force").exit_code == 0
    assert carved(target.read_bytes()) == [FRAMES[2], FRAMES[16]]


@pytest.mark.parametrize("name", ["span.pcap", "new.pcapng", "outturn/../list.csv"])
def test_nothing_is_written_over_or_beside_what_was_handed_in(folder, name):
    before = sorted(folder.iterdir()), (folder / "span.pcap").read_bytes()
    done = run(folder, 1, "-o", folder / name, "--force")
    assert isinstance(done.exception, UsageError)
    assert (sorted(folder.iterdir()), (folder / "span.pcap").read_bytes()) == before


def test_to_stdout(folder):
    done = run(folder, 1, "-o", "-")
    assert carved(done.stdout_bytes) == [FRAMES[2], FRAMES[16]]
    assert "zwei" in done.stderr
    assert not (folder / "outturn" / "carved").exists()


def test_another_program_reads_it(folder):
    tool = shutil.which("capinfos")
    if not tool:
        pytest.skip("capinfos is not installed")
    run(folder, 1)
    path = folder / "outturn" / "carved" / "1.pcapng"
    told = subprocess.run([tool, "-c", path], capture_output=True, text=True, check=True)
    assert told.stdout.split()[-1] == "2"


def test_the_outturn_may_be_named(folder):
    assert (
        run(folder / "outturn", 1, "-o", "-").stdout_bytes == run(folder, 1, "-o", "-").stdout_bytes
    )


@pytest.mark.parametrize("name", sorted(set(FILES)))
def test_a_file_that_is_not_the_sealed_one_is_not_carved(folder, name):
    path = folder / name
    path.write_bytes(FILES[name].replace(b"3", b"4").replace(b"z", b"s").replace(b"\x05", b"\x06"))
    done = run(folder, 1)
    assert isinstance(done.exception, IntegrityError)
    assert name in str(done.exception)
    assert not (folder / "outturn" / "carved").exists()


def test_a_file_that_is_gone(folder):
    (folder / "span.pcap").unlink()
    assert isinstance(run(folder, 1).exception, IntegrityError)


def test_nothing_cited(folder):
    done = run(folder, 2)
    assert isinstance(done.exception, UsageError)
    assert "nothing in the evidence is cited" in str(done.exception)


def state(folder):
    return {
        name: ((folder / name).read_bytes(), (folder / name).stat().st_mtime_ns) for name in FILES
    }


def test_what_was_handed_in_is_left_as_it_was(folder):
    before = state(folder)
    run(folder, 1)
    assert state(folder) == before


def test_after_an_audit(tmp_path):
    case = crane.case(tmp_path / "sts-01")
    audit(case, Options("2025-06-04T08:00:00Z"))
    schema = json.loads(files("overlanded.schemas").joinpath("case-document-1.json").read_text())
    document = json.loads((case / "outturn" / "case-document.json").read_bytes())
    jsonschema.validate(document, schema)
    done = run(case, 1)
    assert done.exit_code == 0, done.exception
    cited = {
        int(place["place"]) for place in places(document["devices"][0]) if place["kind"] == "frame"
    }
    assert cited
    assert len(carved((case / "outturn" / "carved" / "1.pcapng").read_bytes())) >= len(cited)


def test_lines_of_a_zeek_log_become_a_log_of_their_own(tmp_path):
    rows = [talk("10.0.0.2", "10.0.0.1", 502, at, service="modbus") for at in range(3)]
    (tmp_path / "zeek").mkdir()
    (tmp_path / "zeek" / "conn.log.gz").write_bytes(gzip.compress(log("conn", CONN, rows)))
    audit(tmp_path, Options("2025-06-04T08:00:00Z"))
    done = run(tmp_path, 1)
    assert done.exit_code == 0, done.exception
    assert "zeek/conn.log.gz:9: 1700000000.000000 C" in done.stdout
    copied = (tmp_path / "outturn" / "carved" / "1-zeek-conn.log").read_bytes().splitlines()
    assert copied[-1] == log("conn", CONN, rows).splitlines()[8]
    assert copied[6].startswith(b"#fields\tts\tuid")
    assert not (tmp_path / "outturn" / "carved" / "1.pcapng").exists()
    again = run(tmp_path, 1, "-o", "-")
    assert (again.stdout, "conn.log.gz:9" in again.stderr) == ("", True)


def places(node):
    """Every locator below a part of the document."""
    if isinstance(node, dict):
        yield from [node["locator"]] if "locator" in node else places(list(node.values()))
    elif isinstance(node, list):
        for child in node:
            yield from places(child)
