"""A person's SQL: what it may ask, what it gets, and everything hostile that it may try."""

import dataclasses
import time

import pyarrow as pa
import pytest

from tests.data.exchange import tiny
from tests.data.exchange.tiny import ANALYST, FACTS, MONDAY, PEOPLE, STEWARD, give, subject
from tongban.base.audit.models import Event
from tongban.data.exchange import gate, sandbox, statements, workshop
from tongban.data.exchange.models import GrantUse
from tongban.data.exchange.pseudonyms import pseudonym

six = pytest.mark.usefixtures("six")


def run(query, *, reader=ANALYST, use="study", limit=100):
    return gate.run_sql(reader=reader, use=use, query=query, at=MONDAY, limit=limit)


@six
def test_a_select_runs_over_the_granted_relation():
    give("G1")

    found = run(f"select town, count(*) as n, avg(age) as a from {FACTS} group by town order by 1")

    assert found == gate.Result(
        ("town", "n", "a"), (("329904", 4, 32.5), ("329905", 2, 35.5)), truncated=False
    )


@six
def test_it_sees_masked_values_pseudonyms_and_rows_of_the_filter_only():
    give("G1", columns=["subject_id", "name"], mask={"name": "name"}, row_filter="age > 35")

    found = run(f"select * from {FACTS}")

    assert found.rows == ((pseudonym("G1", subject(6)), "周**"),)


@six
def test_relations_can_be_joined_when_each_is_granted():
    give("G1")
    give("G2", relation=PEOPLE, columns=["town", "kind"])

    found = run(
        f"with t as (select town, count(*) as n from {PEOPLE} group by town)"
        f" select f.name, t.n from {FACTS} f join t on t.town = f.town where f.age = 36"
    )

    assert found.rows == (("周雨六", 2),)
    assert tiny.last_event().details == {
        "facts": [f"{PEOPLE}.town", f"{FACTS}.name", f"{FACTS}.town", f"{FACTS}.age"],
        "grants": ["G2", "G1"],
        "returned": 1,
    }


@six
def test_only_columns_that_the_query_names_are_sent(monkeypatch):
    give("G1")
    sent = {}
    real = sandbox.run

    def watched(query, tables, **known):
        sent.update({name: table.column_names for name, table in tables.items()})
        return real(query, tables, **known)

    monkeypatch.setattr(sandbox, "run", watched)

    run(f"select count(*), min(AGE) from {FACTS}")
    assert sent == {FACTS: ["age"]}
    assert run(f"select count(*) from {FACTS}").rows == ((6,),)
    assert sent == {FACTS: ["_"]}


@six
def test_more_rows_than_asked_for_are_cut_off_and_said_so():
    give("G1")

    assert run(f"select name from {FACTS}", limit=5).truncated
    assert len(run(f"select name from {FACTS}", limit=5).rows) == 5
    assert not run(f"select name from {FACTS}", limit=6).truncated


@six
def test_it_is_audited_with_what_it_was_run_over():
    give("G1", row_filter='town = "329905"')
    run(f"select count(*) from {FACTS} where name = 'nobody'")

    event = tiny.last_event()

    assert (event.kind, event.subject_id, event.rows, event.edition) == ("sql.run", "study", 2, 1)
    assert gate.was_included(tiny.bulk_read(event), subject(5)) is True
    assert gate.was_included(tiny.bulk_read(event), subject(1)) is False


@six
@pytest.mark.parametrize(
    ("query", "asked", "refusal"),
    [
        (f"select note from {FACTS}", {}, gate.NotGranted),
        (f"select town from {FACTS} order by note", {}, gate.NotGranted),
        (f"select town from {PEOPLE}", {}, gate.NotGranted),
        (f"select f.town from {FACTS} f, {PEOPLE} p", {}, gate.NotGranted),
        (f"select town from {FACTS}", {"use": "other"}, gate.NotGranted),
        (f"select town from {FACTS}", {"reader": STEWARD}, gate.NotGranted),
        (f"select town from {FACTS}", {"limit": 0}, gate.TooManyRows),
        ("select 1", {}, gate.NotGranted),
        ("select", {}, gate.NotGranted),
        ("select * from information_schema.tables", {}, gate.NotGranted),
        ("select * from pg_catalog.pg_class", {}, gate.NotGranted),
        ("select * from main.duckdb_tables", {}, gate.NotGranted),
        ("drop table x.y", {}, gate.SqlNotAllowed),
    ],
)
def test_what_is_not_granted_is_refused_before_anything_is_read(query, asked, refusal):
    give("G1")

    with pytest.raises(refusal) as refused:
        run(query, **asked)
    assert type(refused.value) is refusal
    assert not Event.objects.filter(rows__isnull=False).exists()
    assert not GrantUse.objects.exists()


@six
def test_no_more_rows_come_back_than_the_grant_gives_at_once():
    give("G1", quota=tiny.quota(rows=7))

    found = run(f"select a.name from {FACTS} a, {FACTS} b", limit=1_000)

    assert (len(found.rows), found.truncated) == (7, True)


@six
def test_part_of_a_relation_is_never_passed_off_as_all_of_it():
    give("G1", quota=tiny.quota(rows=5))

    with pytest.raises(gate.TooMuchForSql, match="6 rows under grant G1, which gives 5"):
        run(f"select count(*) from {FACTS}", limit=1)


@six
def test_an_attempt_that_fails_counts_and_says_nothing_of_the_rows():
    give("G1", quota=tiny.quota(requests=1))

    with pytest.raises(gate.SqlFailed) as failed:
        run(f"select cast(name as int) from {FACTS}")
    assert failed.value.told("en") == "The query failed (Conversion). "
    with pytest.raises(gate.QuotaUsedUp):
        run(f"select name from {FACTS}")
    assert not Event.objects.filter(kind="sql.run").exists()


HOSTILE = [
    # files, network, environment
    "select * from read_text('/etc/passwd')",
    "select * from read_blob('/etc/passwd')",
    "select * from read_csv('/etc/passwd')",
    "select * from read_csv_auto('/etc/passwd')",
    "select * from read_parquet('/tmp/*.parquet')",
    "select * from read_json('/proc/self/environ')",
    "select * from '/etc/passwd'",
    'select * from "/etc/passwd"',
    "select * from 'https://example.org/x.csv'",
    "select * from glob('/*')",
    "select * from sniff_csv('/etc/passwd')",
    "select * from parquet_metadata('/tmp/x')",
    "select getenv('HOME') from r.p",
    "select * from r.p, read_text('/proc/self/environ')",
    "select (select content from read_text('/etc/passwd')) from r.p",
    "select * from r.p where exists (select 1 from glob('/root/*'))",
    # statements that are no SELECT
    "copy r.p to '/tmp/out.csv'",
    "copy (select 1) to '/dev/stdout'",
    "attach '/tmp/x.db' as x",
    "attach 'postgresql:///tongban' as x (type postgres)",
    "install httpfs",
    "load httpfs",
    "pragma database_list",
    "pragma add_parquet_key('a', 'b')",
    "set enable_external_access = true",
    "set memory_limit = '100GB'",
    "reset lock_configuration",
    "create table r.q as select 1",
    "insert into r.p values (1)",
    "update r.p set a = 1",
    "delete from r.p",
    "drop table r.p",
    "call disable_logging()",
    "export database '/tmp/x'",
    "import database '/tmp/x'",
    "explain analyze select * from r.p",
    "describe r.p",
    "summarize r.p",
    "show tables",
    "checkpoint",
    "begin",
    "use r",
    "prepare x as select 1",
    "execute x",
    "values (1)",
    "from r.p select 1; select 2",
    "select 1 from r.p; drop table r.p",
    # catalogues and engine functions
    "select * from duckdb_settings()",
    "select * from duckdb_secrets()",
    "select * from sqlite_master",
    "select current_setting('temp_directory') from r.p",
    "select version() from r.p",
    "select current_database() from r.p",
    "select query('select 1') from r.p",
    "select * from query_table('r.p')",
    "select * from query('select 42')",
    "select columns('.*') from r.p",
    "select error(a::varchar) from r.p",
    "select $1 from r.p",
    "select ? from r.p",
    "select getvariable('x') from r.p",
    # bombs
    "with recursive t as (select 1 as n union all select n + 1 from t) select * from t",
    "select * from range(1000000000000)",
    "select * from generate_series(1, 1000000000)",
    "select unnest(range(1000000000)) from r.p",
    "select repeat('x', 1000000000) from r.p",
    "select lpad('x', 1000000000) from r.p",
    "select list(a) from r.p",
    "select string_agg(b, b) from r.p",
    "select array_agg(a) from r.p",
    "select list_transform([1], x -> x) from r.p",
    "select regexp_matches(b, '(a+)+$') from r.p",
    "select a::blob from r.p",
    "select cast(b as json) from r.p",
    "select sleep(100) from r.p",
    "pivot r.p on a using count(*)",
    "unpivot r.p on a into name n value v",
    "select * from r.p tablesample 10%",
    "select * from r.p at (version => 1)",
    "select * from (values (1)) t",
    "select * from lateral (select 1)",
    "select [1, 2, 3] from r.p",
    "select {'a': 1} from r.p",
    "select " + "(" * 500 + "1" + ")" * 500 + " from r.p",
    "select " + "not " * 5_000 + "true from r.p",
    "select " + "- " * 5_000 + "1 from r.p",
    "select " + "case when true then " * 300 + "1" + " end" * 300 + " from r.p",
    "select " + "a + " * 4_000 + "a from r.p",
    "select * from " + "(select * from " * 200 + "r.p" + ")" * 200,
    "select " + "[" * 3_000,
    "\0select 1 from r.p",
    "",
    ";",
    "🂡",
]


@pytest.mark.parametrize("query", HOSTILE, ids=lambda query: query[:60].replace(" ", "_"))
def test_a_hostile_query_is_refused_before_it_runs(query):
    started = time.process_time()

    with pytest.raises(statements.SqlNotAllowed) as refused:
        statements.read(query)

    assert "root:" not in refused.value.told("zh")
    assert time.process_time() - started < 2


TABLES = {"r.p": pa.table({"a": list(range(20_000)), "b": ["x" * 50] * 20_000})}
SMALL = sandbox.Limits(memory_mb=256, cpu_seconds=2, wall_seconds=20, bytes_out=1 << 20)


def in_child(query, scratch, limits=SMALL, limit=1_000):
    return sandbox.run(query, TABLES, limit=limit, limits=limits, scratch=scratch)


# allowed in form, without bounds in what they cost
COSTLY = [
    "select count(*) from r.p x, r.p y, r.p z",
    "select x.a, y.a from r.p x, r.p y order by x.b || y.b, y.a",
    "select count(distinct x.a * 100000 + y.a) from r.p x, r.p y",
    "select sum(x.a) over (partition by x.b order by y.a) from r.p x, r.p y",
    "select x.b || y.b, count(*) from r.p x, r.p y group by all having count(*) > 9999999",
    "select median(x.a + y.a) from r.p x, r.p y",
]


@pytest.mark.parametrize("query", COSTLY)
def test_a_costly_query_is_stopped_in_bounded_time_and_memory(query, tmp_path):
    sql = statements.read(query).sql

    with pytest.raises(sandbox.SqlStopped):
        in_child(sql, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_large_answer_is_cut_off(tmp_path):
    query = statements.read("select replace(b, 'x', b) as c, a from r.p").sql

    assert len(in_child(query, tmp_path, limit=10).rows) == 10
    with pytest.raises(sandbox.SqlStopped, match="answer is too large"):
        in_child(query, tmp_path, limit=20_000)


def test_a_child_that_hangs_is_killed(tmp_path):
    late = dataclasses.replace(SMALL, wall_seconds=0.01)

    with pytest.raises(sandbox.SqlStopped, match="took too long"):
        in_child("select 1", tmp_path, late)
    assert list(tmp_path.iterdir()) == []


def test_too_much_data_is_never_sent(tmp_path):
    with pytest.raises(sandbox.SqlStopped, match="too much data"):
        in_child("select 1", tmp_path, dataclasses.replace(SMALL, bytes_in=1_000))


# were the reading of statements to fail, the child would still give nothing away
SECOND_LINE = [
    "select * from read_text('/etc/passwd')",
    "select * from glob('/*')",
    "select * from '/etc/passwd'",
    "copy r.p to '/tmp/tongban-escaped.csv'",
    "attach '/tmp/tongban-escaped.db' as x",
    "install httpfs",
    "load httpfs",
    "set enable_external_access = true",
    "set lock_configuration = false",
    "set threads = 8",
    "pragma memory_limit = '100GB'",
    "select getenv('HOME')",
    "select * from read_csv('https://example.org/x')",
    "select 1; select 2",
    "create table z as select 1",
    "select repeat(b, 900000000) from r.p",
    "with recursive t as (select 1 as n union all select n + 1 from t) select count(*) from t",
]


@pytest.mark.parametrize("query", SECOND_LINE)
def test_the_child_alone_gives_nothing_away(query, tmp_path):
    with pytest.raises((sandbox.SqlFailed, sandbox.SqlStopped)) as refused:
        in_child(query, tmp_path)
    assert "root:" not in refused.value.told("en")
    assert list(tmp_path.iterdir()) == []


def test_the_child_holds_no_environment_of_ours(tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://secret")
    monkeypatch.setenv("TONGBAN_MASTER_KEY", "secret")
    script = (
        "import os, sys, tongban.data.exchange.child;"
        "print(sorted(os.environ), os.listdir('.'),"
        " [m for m in sys.modules if m.startswith(('django', 'tongban'))])"
    )
    monkeypatch.setattr(sandbox, "CHILD", (*sandbox.CHILD[:5], "-c", script))

    said, code = sandbox._exchanged(b"", tmp_path, SMALL)

    modules = ["tongban", "tongban.data", "tongban.data.exchange", "tongban.data.exchange.child"]
    assert said.decode().strip() == f"['LC_ALL', 'TZ'] [] {modules}"


@pytest.mark.parametrize(
    "query",
    [
        "select year(date '2026-01-01'), a from r.p",
        "select lower(b), length(b), a % 2, a / 3 from r.p where b like 'x%' and a between 1 and 9",
        "select case when a > 1 then 'x' else 'y' end as k, count(*) from r.p group by all",
        "select a, row_number() over (partition by b order by a) as n from r.p qualify n = 1",
        "select a from r.p where a in (select max(a) from r.p) union all select 1 from r.p limit 3",
        "select coalesce(nullif(b, ''), 'z'), round(avg(a), 2), median(a) from r.p group by 1",
        "select count(distinct a), sum(a) filter (where a > 3) from r.p having count(*) > 1",
        "select cast(a as varchar) || b, a::double from r.p order by 1 desc nulls last limit 2",
        "select date_trunc('month', date '2026-05-06') - interval 1 day from r.p",
        "select p.a from r.p as p left join r.p q on p.a = q.a where q.a is not null",
        "select " + "a + " * 300 + "a as s from r.p",
    ],
)
def test_everyday_queries_run(query, tmp_path):
    assert in_child(statements.read(query).sql, tmp_path).rows.num_rows > 0


def test_limits_of_the_workshop_are_those_documented():
    assert (
        sandbox.Limits(
            memory_mb=512, cpu_seconds=10, wall_seconds=30.0, bytes_in=256 << 20, bytes_out=16 << 20
        )
        == workshop.LIMITS
    )
