"""Our Parquet, read by DuckDB and by ourselves."""

import duckdb
import numpy as np
import pytest

from overlanded.model.columns import Column, Table
from overlanded.wire.parquet import GROUP_ROWS, encode
from overlanded.wire.unparquet import groups

KIND = Table(
    "t", "a row", tuple(Column(dtype, dtype, "") for dtype in ("u1", "u2", "u4", "u8", "i8"))
)


def columns(count, *, constant=False):
    random = np.random.default_rng(7)
    made = {}
    for column in KIND.columns:
        kind = np.dtype(f"<{column.dtype}")
        low, high = np.iinfo(kind).min, np.iinfo(kind).max
        made[column.name] = random.integers(low, high, count, kind, endpoint=True)
        if constant:
            made[column.name][:] = high
    return made


@pytest.mark.parametrize("count", [1, 7, 1000, 1025, GROUP_ROWS + 3])
@pytest.mark.parametrize("constant", [False, True])
def test_what_is_written_is_read(tmp_path, count, constant):
    held = columns(count, constant=constant)
    batch = {name: memoryview(values.tobytes()) for name, values in held.items()}
    path = tmp_path / "t.parquet"
    path.write_bytes(b"".join(encode(KIND, [batch, batch])))
    theirs = duckdb.read_parquet(str(path)).fetchnumpy()
    for found in (theirs, read_back(path.read_bytes(), list(held))):
        for name, values in held.items():
            assert found[name].dtype == values.dtype
            assert (found[name] == np.concatenate([values, values])).all()


def read_back(written, names):
    """All row groups in one."""
    parts = list(groups(KIND, written, names))
    return {name: np.concatenate([part[name] for part in parts]) for name in names}


def test_only_the_named_columns_are_read_back():
    held = columns(100)
    batch = {name: memoryview(values.tobytes()) for name, values in held.items()}
    (found,) = groups(KIND, b"".join(encode(KIND, [batch])), ("u8", "u1"))
    assert list(found) == ["u8", "u1"]
    assert (found["u1"] == held["u1"]).all()


def test_an_empty_table_is_a_table(tmp_path):
    path = tmp_path / "t.parquet"
    path.write_bytes(
        b"".join(encode(KIND, [dict.fromkeys(("u1", "u2", "u4", "u8", "i8"), memoryview(b""))]))
    )
    assert not list(groups(KIND, path.read_bytes(), ("u1", "i8")))
    found = duckdb.read_parquet(str(path))
    assert [str(kind) for kind in found.types] == [
        "UTINYINT",
        "USMALLINT",
        "UINTEGER",
        "UBIGINT",
        "BIGINT",
    ]
    assert found.fetchall() == []


def test_a_column_of_one_value_takes_no_room():
    batch = {
        name: memoryview(values.tobytes())
        for name, values in columns(50_000, constant=True).items()
    }
    assert sum(len(piece) for piece in encode(KIND, [batch])) < 1500
