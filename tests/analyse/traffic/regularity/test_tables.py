"""Connections read from the tables in pieces: the same as all at once, and no more than asked."""

import numpy as np
import pytest
from tabled import NS, A, B, put, tables, talk
from traffic import ITEM_NS, flow, flows

from overlanded import data
from overlanded.analyse.traffic.regularity.measuring import measure
from overlanded.analyse.traffic.regularity.tables import Tables, measured


def read(folder):
    pieces = [found for found, _ in measured(tables(folder))]
    names = pieces[0]
    return {name: np.concatenate([piece[name] for piece in pieces]) for name in names}


MIXED = [
    row
    for client in range(1, 5)
    for server in range(1, 9)
    for row in talk(
        f"10.0.0.{client}", f"10.0.1.{server}", 5 * client * server * np.arange(1, 12 + server)
    )
]


def test_what_is_read_is_what_was_written(tmp_path):
    rows = talk("10.0.0.1", "10.0.1.1", 60 * np.arange(1, 30), bytes_ab=700)
    found = read(put(tmp_path, rows))
    assert found["period_ns"].tolist() == [60 * NS]
    assert found["first_frame"].tolist() == [61]
    assert found["a_mac"].tolist() == [0x1B1B000001]
    assert found["connections"].tolist() == found["established"].tolist() == [29]
    assert found["first_ns"].tolist() == [ITEM_NS + 60 * NS]


@pytest.mark.parametrize("size", [40, 150, 10**6])
def test_pieces_of_any_size_give_the_same(tmp_path, monkeypatch, size):
    monkeypatch.setitem(data.table("traffic")["regularity"], "piece-connections", size)
    found = read(put(tmp_path, MIXED[::2], MIXED[1::2]))
    order = np.lexsort((found["b_ip_lo"], found["a_ip_lo"]))
    expected = [5 * client * server * NS for client in range(1, 5) for server in range(1, 9)]
    assert found["period_ns"][order].tolist() == expected
    assert found["clients"].tolist() == [4] * 32
    assert found["share"].tolist() == [1.0] * 32


def test_no_piece_holds_much_more_than_asked(tmp_path, monkeypatch):
    monkeypatch.setitem(data.table("traffic")["regularity"], "piece-connections", 100)
    rows = [
        row for server in range(100) for row in talk("10.0.0.1", f"10.0.1.{server}", range(1, 11))
    ]
    held = Tables(tables(put(tmp_path, rows)))
    sizes = [len(piece.rows["first_ns"]) for piece in held.pieces()]
    assert sum(sizes) == held.watch().connections == 1000
    assert max(sizes) <= 100


def test_reading_gives_what_measuring_in_memory_gives(tmp_path):
    found = read(put(tmp_path, MIXED))
    columns = flows(*MIXED)
    rows = {
        "client": columns["a_ip_lo"], "server": columns["b_ip_lo"], "port": columns["b_port"],
        "proto": columns["proto"], "first_ns": columns["first_ns"],
        "bytes_ab": columns["bytes_ab"], "established": np.ones(len(MIXED), bool),
    }  # fmt: skip
    watched = int(columns["first_ns"].min()), int(columns["last_ns"].max())
    straight = measure(rows, watched)
    place = straight["at"]
    a = np.lexsort((columns["b_ip_lo"][place], columns["a_ip_lo"][place]))
    b = np.lexsort((found["b_ip_lo"], found["a_ip_lo"]))
    for name in set(straight) - {"at"}:
        np.testing.assert_allclose(straight[name][a], found[name][b], rtol=1e-9, err_msg=name)


def test_captures_that_follow_each_other_do_not_make_a_long_session_regular(tmp_path):
    going_on = [
        [flow("10.0.0.1", "10.0.1.1", 443, a_mac=A, b_mac=B, ns=ITEM_NS + hour * 3600 * NS)]
        for hour in range(10)
    ]
    later = [[row | {"part": 1} for row in talk("10.0.0.2", "10.0.1.2", range(1, 9))]]
    assert not len(read_or_nothing(put(tmp_path, *going_on, *later)))


def read_or_nothing(folder):
    return [score for found, _ in measured(tables(folder)) for score in found["score"]]


def test_a_server_is_as_common_as_its_clients_and_as_new_as_its_first(tmp_path):
    early = talk("10.0.0.1", "10.0.1.1", 60 * np.arange(1, 9))
    late = talk("10.0.0.1", "10.0.1.2", 7200 + 60 * np.arange(1, 9))
    once = talk("10.0.0.2", "10.0.1.1", [30])
    found = read(put(tmp_path, early + late + once))
    order = np.argsort(found["b_ip_lo"])
    assert found["clients"][order].tolist() == [2, 1]
    assert found["share"][order].tolist() == [1.0, 0.5]
    assert found["seen_after_ns"][order].tolist() == [0, 7230 * NS]


def test_nothing_is_written_and_a_quote_in_the_path_is_a_quote(tmp_path, monkeypatch):
    place = tmp_path / "the port's"
    monkeypatch.chdir(tmp_path)
    put(place, MIXED)
    before = sorted(tmp_path.rglob("*"))
    read(place)
    assert sorted(tmp_path.rglob("*")) == before
