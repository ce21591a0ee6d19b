import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lists import ITEM, split

from overlanded.readers.paperwork import csv

LIST = "Item;Description;Qty\n1;PLC;1\n2;4G router;2\n"
CHINESE = "序号,设备名称,数量,备注\n1,路由器,一台,客户不选\n2,交换机,2,\n"


def read(data):
    return split(csv.read(ITEM, data))


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters(delimiter):
    records, gaps = read(LIST.replace(";", delimiter).encode())
    assert [(r.citation.locator.place, r.description, r.quantity) for r in records] == [
        ("2", "PLC", 1),
        ("3", "4G router", 2),
    ]
    assert gaps == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "gb18030"])
def test_encodings_of_a_chinese_list(encoding):
    records, _ = read(CHINESE.encode(encoding))
    assert [(r.description, r.device_class, r.quantity, r.status.value) for r in records] == [
        ("路由器", "router", 1, "declined"),
        ("交换机", "switch", 2, "ordered"),
    ]


def test_a_western_list_is_not_taken_for_chinese():
    text = "Pos;Bezeichnung;Menge\n1;Gerät für Laufkatze, Schütz, Kabelführung größer;1\n2;Übersetzer;2\n"
    records, _ = read(text.encode("cp1252"))
    assert records[0].description == "Gerät für Laufkatze, Schütz, Kabelführung größer"


def test_a_quoted_line_break_is_one_row():
    records, _ = read(b'Item,Description,Qty\n1,"4G router\nwith antenna",1\n2,PLC,1\n')
    assert [(r.citation.locator.place, r.description) for r in records] == [
        ("2", "4G router with antenna"),
        ("3", "PLC"),
    ]


def test_blank_rows_count_and_the_separator_line_does_not():
    records, _ = read(b"sep=;\nItem;Description;Qty\n\n1;PLC;1\n")
    assert [r.citation.locator.place for r in records] == ["3"]


def test_titles_above_a_short_list():
    text = "Crane 7\n\nContract list\nItem\tDescription\tQty\tUnit\n1\tPLC\t1\tpc\n2\tHMI\t2\tpcs\nNote\n"
    assert csv.sniff(text.encode(), "x")
    assert len(read(text.encode())[0]) == 2


def test_titles_above_a_single_line():
    text = b"Change order 5\nCrane 7\n\nItem,Description,Maker,Qty\n1,PLC,Siemens,1\n"
    assert csv.sniff(text, "x")
    assert [record.description for record in read(text)[0]] == ["PLC"]


def test_an_unclosed_quote_leaves_a_gap_and_what_came_before():
    records, gaps = read(b'Item,Description,Qty\n1,PLC,1\n2,"' + b"x" * 200_000)
    assert [r.description for r in records] == ["PLC"]
    assert [gap.unread for gap in gaps] == [True]


def test_prose_is_one_clear_gap():
    _, gaps = read(b"Dear Sirs\nour offer follows\n")
    assert [gap.why for gap in gaps] == ["it is no text in columns"]


@pytest.mark.parametrize(
    "data",
    [
        b"#separator \\x09\n#fields\tts\tuid\n1\ta\n2\tb\n",
        b'{"a": 1, "b": 2}\n{"a": 1, "b": 2}\n',
        b"<xml>\n<a>1,2</a>\n</xml>\n",
        b"! config, a, b\nhostname sw1, b\n",
        b"\xd4\xc3\xb2\xa1\x02\x00\x04\x00" + bytes(40),
        b"PK\x03\x04" + bytes(40),
        b"one line, only",
        b"Dear Sirs\n\nplease find our offer.\nRegards\n",
        b"",
    ],
)
def test_other_files_are_not_taken(data):
    assert not csv.sniff(data, "list.csv")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "gb18030"])
def test_lists_are_taken_whatever_their_name(encoding):
    assert csv.sniff(CHINESE.encode(encoding), "capture.pcap")
    assert csv.sniff(LIST.encode(encoding), "x")


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=400), st.sampled_from([b"", LIST.encode(), CHINESE.encode("utf-16")]))
def test_no_bytes_raise(junk, before):
    csv.sniff(before + junk, "")
    list(csv.read(ITEM, before + junk))


def test_a_few_control_characters_are_no_reason_to_refuse_a_list():
    text = "Item,Description,Qty\n" + "1,PLC CPU,1\n" * 20 + "2,HMI\x07 panel,1\n"
    assert csv.sniff(text.encode(), "list.csv")
    assert not csv.sniff(text.replace(" ", "\x01\x02").encode(), "list.csv")
