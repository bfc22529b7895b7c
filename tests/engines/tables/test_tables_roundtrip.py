"""What is staged and committed is what is read, whatever it is."""

import json
import math
from decimal import Decimal

import pyarrow as pa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.engines.tables.made_up import FREE
from tongban.engines.tables import Column, Schema

RARE = "𬭁㛃䶮〇'\"\\%{}\n\t\0é🀄"
TEXT = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from(RARE), max_size=20)
LARGEST = 2**63 - 1
VALUES = {
    "string": TEXT,
    "integer": st.integers(-LARGEST - 1, LARGEST),
    "double": st.floats(),
    "boolean": st.booleans(),
    "date": st.dates(),
    "timestamp": st.datetimes(),
    "decimal(9,2)": st.integers(-(10**9) + 1, 10**9 - 1).map(lambda n: Decimal(n).scaleb(-2)),
    "decimal(38,0)": st.integers(-(10**30), 10**30).map(Decimal),
}
NAMES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1,
                max_size=8)  # fmt: skip


@st.composite
def tables(draw):
    names = draw(st.lists(NAMES, min_size=1, max_size=4, unique_by=str.casefold))
    columns = tuple(
        Column(name, draw(st.sampled_from(sorted(VALUES))), draw(st.integers(1, 4)))
        for name in names
    )
    row = st.tuples(*(st.none() | VALUES[column.type] for column in columns))
    return Schema(columns), draw(st.lists(row, max_size=12))


def same(a, b):
    both_nan = isinstance(a, float) and isinstance(b, float) and math.isnan(a) and math.isnan(b)
    return both_nan or (type(a), a) == (type(b), b)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(table=tables(), more=st.booleans())
def test_what_is_committed_is_what_is_read(engine, lake, table, more):
    schema, rows = table
    name = f"ods.t{next(NUMBER)}"
    cells = list(zip(*rows, strict=True)) or [()] * len(schema.columns)
    arrays = [pa.array(c, f.type) for c, f in zip(cells, schema.arrow(), strict=True)]
    with engine.connect() as con:
        con.register("given", pa.Table.from_arrays(arrays, schema=schema.arrow()))
        lake.commit(engine.stage(con, "SELECT * FROM given", name, schema, "r1"), lock=FREE)
        if more:
            staged = engine.stage(con, "SELECT * FROM given", name, schema, "r2")
            lake.commit(staged, mode="append", lock=FREE)
        snapshot = lake.snapshot(name)
        engine.attach(con, snapshot, "t")
        found = con.execute("SELECT * FROM t").fetchall()

    expected = rows * 2 if more else rows
    assert snapshot.schema == schema
    assert snapshot.rows == len(expected)
    assert len(found) == len(expected)
    for got, wanted in zip(found, expected, strict=True):
        assert all(map(same, got, wanted))
    check_log(lake, name, schema, rows)


def check_log(lake, name, schema, rows):
    folder = name.replace(".", "/")
    entry = lake.storage.read(f"{folder}/_delta_log/{0:020}.json").decode().split("\n")
    (stats,) = [
        json.loads(a["add"]["stats"]) for a in map(json.loads, filter(None, entry)) if "add" in a
    ]
    assert stats["numRecords"] == len(rows)
    for kind, extreme in (("minValues", min), ("maxValues", max)):
        for i, column in enumerate(schema.columns):
            known = [row[i] for row in rows if row[i] is not None]
            if column.grade > 2 or column.type not in ("integer", "date", "timestamp") or not known:
                assert column.name not in stats[kind]
            else:
                assert stats[kind][column.name] == in_log(extreme(known))


def in_log(value):
    if isinstance(value, int):
        return value
    text = value.isoformat(timespec="milliseconds") if hasattr(value, "hour") else str(value)
    return text


NUMBER = iter(range(10**9))
