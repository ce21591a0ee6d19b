"""What a log is, by its content alone."""

import gzip
import json

import pytest
import zstandard
from zeeklike import CONN, ENDS, log, talk

from overlanded.data import table
from overlanded.wire.zeek.shape import Header, Shape, flat, is_log, kind_of, unescaped

TALKS = log("conn", CONN, [talk("10.0.0.1", "10.0.0.2", 502)])
JSON = json.dumps(talk("10.0.0.1", "10.0.0.2", 502)).encode() + b"\n"


HEADS = {
    "ascii": (TALKS, True),
    "ascii behind a mark of its encoding": (b"\xef\xbb\xbf" + TALKS, True),
    "json": (JSON, True),
    "json that the head cuts": (JSON[:200], True),
    "ascii in gzip": (gzip.compress(TALKS), True),
    "json in gzip": (gzip.compress(JSON), True),
    "ascii in zstandard": (zstandard.compress(TALKS), True),
    "no rows, other separator": (log("conn", CONN, [], separator="|"), True),
    "json with a path": (b'{"_path":"weird","ts":1.5}\n', True),
    "ascii behind a comment": (b"### made by hand\n" + TALKS, True),
    "a separator alone": (b"#separator \\x09\n", False),
    "fields alone": (b"#fields\tts\n", False),
    "a list with a comment": (b"# a comment\nItem,Qty\n", False),
    "json of another make": (b'{"timestamp":"x","src_ip":"10.0.0.1"}', False),
    "json with a time alone": (b'{"ts":1}', False),
    "json that begins": (b"{", False),
    "nothing": (b"", False),
    "gzip that begins": (b"\x1f\x8b\x08", False),
    "a list in gzip": (gzip.compress(b"Item,Qty\n"), False),
    "a capture": (b"\xd4\xc3\xb2\xa1", False),
    "text": (b"Lorem ipsum\n", False),
    "json that is no object": (b'["ts"]', False),
}


@pytest.mark.parametrize(("head", "taken"), HEADS.values(), ids=HEADS)
def test_a_log_is_known_by_its_header_or_its_fields(head, taken):
    assert is_log(head[:4096]) is taken


def test_every_directive_is_read_and_separators_are_those_stated():
    header = Header()
    text = log("conn", CONN, [], separator="||", between=";", empty="none", unset="?")
    changed = [header.take(line + b"\n") for line in text.splitlines()]
    assert header.shape == Shape("conn", "conn", CONN, b"||", ";", b"none", b"?")
    assert changed[:3] == [True, True, True]
    assert not any(header.take(line) for line in text.splitlines())


@pytest.mark.parametrize(
    ("text", "byte"), [("\\x09", b"\t"), ("\\x2c", b","), ("|", b"|"), ("\\t", b"\t"), ("", b"\t")]
)
def test_a_separator_is_written_as_itself_or_as_its_code(text, byte):
    assert unescaped(text) == byte


@pytest.mark.parametrize(
    ("path", "fields", "kind"),
    [
        ("conn", CONN, "conn"), ("conn", ENDS[:2], ""), ("my_conn_filter", CONN, "conn"),
        ("open_conn", CONN, ""), ("open_http", (), "http"), ("", CONN, "conn"),
        ("", ("ts", "id.orig_h", "query", "qtype_name"), "dns"), ("", ("ts", "uid"), ""),
        ("nobody_knows", ("ts", "uid"), ""), ("modbus", (), "modbus"),
    ],
)  # fmt: skip
def test_the_path_tells_the_kind_and_else_the_fields(path, fields, kind):
    assert kind_of(path, fields) == kind


def test_no_two_kinds_are_known_by_fields_of_which_one_has_all_of_the_others():
    logs = table("zeek")["logs"]
    for name, entry in logs.items():
        assert not entry["known"] or kind_of("", entry["known"]) == name, name


def test_ends_in_an_object_of_their_own_have_zeeks_names():
    row = {"ts": 1, "id": {"orig_h": "10.0.0.1", "resp_p": 80, "ctx": 1}, "uid": "C1"}
    assert flat(row) == {"ts": 1, "id.orig_h": "10.0.0.1", "id.resp_p": 80, "uid": "C1"}
    assert flat({"id": "Fabc"}) == {"id": "Fabc"}
