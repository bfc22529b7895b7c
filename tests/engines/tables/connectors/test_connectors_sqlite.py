import sqlite3
import subprocess
import sys

import pytest

from tongban.engines.tables.connectors import Rejected, open_connector
from tongban.engines.tables.connectors.names import ReservedColumn
from tongban.engines.tables.connectors.places import FileMissing
from tongban.engines.tables.connectors.port import SourceUnreachable
from tongban.engines.tables.connectors.sqlite import NoSuchTable


@pytest.fixture
def fill(base):
    """Runs a script in the file t.db."""

    def fill(script):
        with sqlite3.connect(base / "t.db") as db:
            db.executescript(script)
        db.close()

    return fill


def test_every_value_comes_as_text_whatever_its_column_says(collect, fill):
    fill("""
        CREATE TABLE t (n integer, r real, d date, b blob, "we""ird; DROP" varchar(3));
        INSERT INTO t VALUES
            (329901199003070020, 0.30000000000000004, '2024-01-02', x'00ff', '张三䶮㛃𬭁'),
            ('abc', 1e300, 44927, 'text', ''),
            (NULL, 1.0, 'not a date', 2.5, 'a' || char(0) || 'b'),
            (9223372036854775807, -0.1, 1e-7, NULL, ' x ');
    """)
    extract, rows = collect("sqlite", path="t.db", table="t")

    assert [row[:5] for row in rows] == [
        ("329901199003070020", "0.30000000000000004", "2024-01-02", "x'00FF'", "张三䶮㛃𬭁"),
        ("abc", "1.0e+300", "44927", "text", ""),
        (None, "1.0", "not a date", "2.5", "a\0b"),
        ("9223372036854775807", "-0.1", "1.0e-07", None, " x "),
    ]
    assert rows[1][5:] == (
        2,
        None,
        '{"n":"abc","r":"1.0e+300","d":"44927","b":"text","we\\"ird; DROP":""}',
    )
    assert (extract.rows, extract.columns[-1]) == (4, 'we"ird; DROP')


def test_text_that_is_not_utf8_gives_its_row_back(collect, fill):
    fill("""
        CREATE TABLE t (a, b);
        INSERT INTO t VALUES ('1', 'x'), (2, CAST(x'd5c5c8fd' AS text)), (NULL, ''), (x'ff', 0.1);
    """)
    extract, rows = collect("sqlite", path="t.db", table="t")

    assert [row[:3] for row in rows] == [("1", "x", 1), (None, "", 3), ("x'FF'", "0.1", 4)]
    reason, zh = "a text is not UTF-8", "有文字不是 UTF-8 编码"
    assert extract.rejected == (Rejected(2, """{"a":"2","b":"x'D5C5C8FD'"}""", reason, zh),)
    assert extract.rows == 4


def test_views_and_odd_names_are_tables_like_others(collect, fill):
    fill("""
        CREATE TABLE "we'ird"" t" (x); INSERT INTO "we'ird"" t" VALUES (1);
        CREATE VIEW v AS SELECT x + 1 AS y FROM "we'ird"" t";
    """)
    assert collect("sqlite", path="t.db", table="we'ird\" t")[1][0][0] == "1"
    assert collect("sqlite", path="t.db", table="v")[1][0][0] == "2"


def test_an_empty_table_is_an_answer(collect, fill):
    fill("CREATE TABLE t (x)")
    extract, rows = collect("sqlite", path="t.db", table="t")
    assert (extract.rows, extract.columns, rows) == (0, ("x",), [])


def test_the_source_is_left_as_it_is(collect, fill, base):
    fill("CREATE TABLE t (x); INSERT INTO t VALUES (1)")
    before = (base / "t.db").read_bytes()
    collect("sqlite", path="t.db", table="t")
    assert [file.name for file in base.iterdir()] == ["t.db"]
    assert (base / "t.db").read_bytes() == before


def test_a_table_that_is_not_there_is_named(fill, base):
    fill("CREATE TABLE a (x); CREATE TABLE b (x)")
    with pytest.raises(NoSuchTable) as refused:
        open_connector("sqlite", {"path": "t.db", "table": "c"}, base).check()
    assert refused.value.facts == {"file": "t.db", "table": "c", "known": "a, b"}


def test_check_passes_where_the_table_can_be_read(fill, base):
    fill("CREATE TABLE a (x)")
    open_connector("sqlite", {"path": "t.db", "table": "a"}, base).check()
    with pytest.raises(FileMissing):
        open_connector("sqlite", {"path": "gone.db", "table": "a"}, base).check()


def test_a_reserved_column_is_refused(collect, fill):
    fill("CREATE TABLE t (_raw)")
    with pytest.raises(ReservedColumn):
        collect("sqlite", path="t.db", table="t")


def test_another_file_is_refused_by_its_own_name(base):
    (base / "t.db").write_bytes(b"no database" * 100)
    with pytest.raises(SourceUnreachable, match=r"t\.db.*not a database") as refused:
        open_connector("sqlite", {"path": "t.db", "table": "a"}, base).check()
    assert str(base) not in str(refused.value)


def test_a_damaged_file_is_refused_without_a_word_of_its_rows(collect, fill, base):
    fill("CREATE TABLE t (x); " + "INSERT INTO t VALUES (hex(randomblob(500)));" * 200)
    data = bytearray((base / "t.db").read_bytes())
    data[8192:] = b"s3cret" * (len(data[8192:]) // 6)
    (base / "t.db").write_bytes(data)
    with pytest.raises(SourceUnreachable, match=r"t\.db.*malformed") as refused:
        collect("sqlite", path="t.db", table="t")
    assert "s3cret" not in str(refused.value)


def test_a_file_that_another_process_is_writing_is_refused(fill, base, monkeypatch):
    monkeypatch.setattr("tongban.engines.tables.connectors.sqlite.PATIENCE", 10)
    fill("CREATE TABLE t (x)")
    hold = (
        "import sqlite3, sys; db = sqlite3.connect(sys.argv[1]); db.execute('BEGIN EXCLUSIVE');"
        " print(flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", hold, base / "t.db"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as writer:
        writer.stdout.readline()
        with pytest.raises(SourceUnreachable, match="database is locked"):
            open_connector("sqlite", {"path": "t.db", "table": "t"}, base).check()
        writer.stdin.close()
