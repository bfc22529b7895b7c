"""Values of grade 3 and 4 are in no byte on the disk: data, log, old versions, spill files."""

from pathlib import Path

import duckdb
import pytest

from tests.engines.tables.made_up import FREE
from tongban.engines.tables import Column, DuckEngine, Schema, erase

SCHEMA = Schema(
    (
        Column("id", "integer", 1),
        Column("CANARYNAME", "string", 1),  # what is looked for is values: a name may show
        Column("name", "string", 3),
        Column("citizen", "string", 4),
        Column("account", "integer", 4),
        Column("born", "date", 3),
        Column("seen", "timestamp", 3),
        Column("income", "decimal(12,2)", 4),
    )
)
ROWS = 450_000
QUERY = """
    SELECT i AS id, 'open' AS "CANARYNAME",
        '金丝雀𬭁' || hash(i)::VARCHAR AS name, 'CANARY-' || md5(i::VARCHAR) AS citizen,
        7707700000000000 + i AS account, DATE '2777-01-01' + (i % 300)::INT AS born,
        TIMESTAMP '2888-01-01 00:00:00' + to_seconds(i) AS seen,
        (770000000 + i)::DECIMAL(12,2) AS income
    FROM range({rows}) t(i)
"""
SPILLING = "CREATE TEMP TABLE kept AS FROM t"  # its files lie there until the connection is closed
SIGNS = (
    "金丝雀𬭁".encode(),
    b"CANARY-",
    b"77077000000",
    (7707700000000000 >> 24).to_bytes(5, "little"),  # as the engine keeps an integer
    b"2777-",
    b"2888-",
    b"77000000",
)


def canaries(folder):
    """How many values stand in any file below, and how many bytes were looked at."""
    found = seen = 0
    for path in filter(Path.is_file, Path(folder).rglob("*")):
        content = path.read_bytes()
        found += sum(map(content.count, SIGNS))
        seen += len(content)
    return found, seen


@pytest.fixture
def engine(lake, tmp_path):
    return DuckEngine(lake, memory_limit="60MB", threads=1, scratch=tmp_path / "scratch")


def test_the_search_finds_them_where_nothing_is_encrypted(tmp_path):
    with duckdb.connect(config={"memory_limit": "60MB", "threads": "1"}) as con:
        con.execute(f"SET temp_directory = '{tmp_path}/spill'")
        con.execute(f"COPY ({QUERY.format(rows=ROWS)}) TO '{tmp_path}/t.parquet'")
        con.execute(f"CREATE VIEW t AS SELECT * FROM '{tmp_path}/t.parquet'")
        con.execute(SPILLING)
        found, seen = canaries(tmp_path / "spill")

    assert found > 10_000
    assert seen > 1_000_000
    assert canaries(tmp_path)[0] > 100


def test_no_value_of_grade_3_or_4_is_on_the_disk(write, engine, lake, tmp_path):
    write(QUERY.format(rows=ROWS), SCHEMA)
    write(QUERY.format(rows=50), SCHEMA, run="r2", mode="append")
    write(QUERY.format(rows=50), SCHEMA, run="r3")
    with engine.connect() as con:
        engine.attach(con, lake.snapshot("ods.people", 1), "t")
        con.execute(SPILLING)
        found, seen = canaries(tmp_path / "scratch")

    assert (found, seen > 1_000_000) == (0, True)
    assert list((tmp_path / "scratch").iterdir()) == []
    found, seen = canaries(tmp_path)
    assert (found, seen > 5_000_000) == (0, True)


def test_erasing_leaves_none_either(write, engine, lake, tmp_path):
    write(QUERY.format(rows=500), SCHEMA)
    erase(engine, "ods.people", version=0, column="account", values=[7707700000000003], run="e",
          reason="request 12", lock=FREE)  # fmt: skip

    assert canaries(tmp_path)[0] == 0
    assert lake.snapshot("ods.people").rows == 499
