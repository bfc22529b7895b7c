import pytest

from tests.engines.tables.made_up import FREE
from tongban.engines.tables import (
    Column,
    ColumnsNotAsDeclared,
    NotWrittenWhole,
    QueryFailed,
    Schema,
    duck,
)


def schema(**types):
    return Schema(tuple(Column(name, type, 1) for name, type in types.items()))


@pytest.fixture
def stage(engine):
    def stage(query, schema, before=()):
        with engine.connect() as con:
            for statement in before:
                con.execute(statement)
            return engine.stage(con, query, "dwd.t", schema, "r1")

    return stage


def test_columns_that_are_not_declared_or_not_delivered_are_named(stage, lake):
    with pytest.raises(ColumnsNotAsDeclared) as refused:
        stage("SELECT 1 AS a, 'x' AS b, 2 AS c", schema(a="string", b="string", d="date"))

    assert refused.value.facts == {
        "table": "dwd.t",
        "missing": "d",
        "unknown": "c",
        "mistyped": "a (INTEGER → VARCHAR)",
    }
    assert lake.data_files("dwd.t") == {}


@pytest.mark.parametrize(
    ("expression", "type"),
    [
        ("1::TINYINT", "integer"),
        ("1::UINTEGER", "integer"),
        ("sum(1)", "integer"),
        ("1.5::FLOAT", "double"),
        ("1.5::DECIMAL(4,1)", "decimal(6,2)"),
        ("TIMESTAMP_S '2026-01-01 00:00:00'", "timestamp"),
        ("to_json([1])", "string"),
    ],
)
def test_a_narrower_type_becomes_the_declared_one(stage, expression, type):
    assert stage(f"SELECT {expression} AS a", schema(a=type)).rows == 1


@pytest.mark.parametrize(
    ("expression", "type"),
    [
        ("'1'", "integer"),
        ("1.5", "integer"),
        ("1", "string"),
        ("1", "double"),
        ("'2026-01-01'", "date"),
        ("now()", "timestamp"),
        ("1.55::DECIMAL(4,2)", "decimal(6,1)"),
        ("1.5::DECIMAL(6,1)", "decimal(6,2)"),
        ("[1]", "string"),
    ],
)
def test_nothing_is_converted(stage, expression, type):
    with pytest.raises(ColumnsNotAsDeclared, match="a "):
        stage(f"SELECT {expression} AS a", schema(a=type))


def test_a_sum_too_large_for_its_column_is_refused_without_its_value(stage):
    with pytest.raises(QueryFailed) as refused:
        stage("SELECT sum(9223372036854775807) AS a FROM range(2)", schema(a="integer"))

    assert str(refused.value) == (
        "The rows for dwd.t could not be computed: Conversion error in column a"
    )


@pytest.mark.parametrize(
    "query",
    [
        "SELECT CAST(s AS BIGINT) AS a FROM secret",
        "SELECT CAST(s AS DATE)::VARCHAR AS a FROM secret",
        "SELECT error(s)::VARCHAR AS a FROM secret",
        "SELECT CAST(hash(s) AS TINYINT)::BIGINT AS a FROM secret",
    ],
)
def test_an_error_never_quotes_a_value(stage, query):
    kind = "string" if "VARCHAR" in query else "integer"
    with pytest.raises(QueryFailed) as refused:
        stage(query, schema(a=kind), ["CREATE TEMP TABLE secret AS SELECT 'CANARY-李四' AS s"])

    assert "CANARY" not in str(refused.value)
    assert refused.value.__suppress_context__


def test_an_error_in_the_query_itself_is_told_in_full(stage):
    with pytest.raises(QueryFailed, match="Table with name nowhere does not exist"):
        stage("SELECT * FROM nowhere", schema(a="integer"))


def test_a_large_result_has_many_row_groups_and_is_read_in_its_order(stage, engine, lake):
    descending = "SELECT i AS a, hash(i)::VARCHAR AS b FROM range(300000) t(i) ORDER BY i DESC"
    staged = stage(descending, schema(a="integer", b="string"))
    lake.commit(staged, lock=FREE)

    with engine.connect() as con:
        engine.attach(con, lake.snapshot("dwd.t"), "t")
        found = [a for (a,) in con.execute("SELECT a FROM t").fetchall()]
    assert found == list(range(299_999, -1, -1))
    assert staged.rows == 300_000
    assert '"minValues": {"a": 0}, "maxValues": {"a": 299999}' in staged.files[0].stats


def test_a_file_with_fewer_rows_than_were_written_is_found_before_the_commit(
    stage, lake, keys, monkeypatch
):
    def lose_a_row(con, path, secret):
        con.execute(
            f"COPY (SELECT i AS a FROM range(2) t(i)) TO '{path}'"
            " (FORMAT parquet, ENCRYPTION_CONFIG {footer_key_value: ?})",
            [secret],
        )
        return columns_of(con, path, secret)

    columns_of = duck.columns_of
    monkeypatch.setattr(duck, "columns_of", lose_a_row)
    with pytest.raises(NotWrittenWhole, match="3 rows were written and 2 can be read back"):
        stage("SELECT i AS a FROM range(3) t(i)", schema(a="integer"))
    assert lake.latest("dwd.t") is None


def test_a_date_the_log_has_no_words_for_stays_out_of_it(stage):
    staged = stage(
        "SELECT DATE '10000-01-01' AS a, DATE '2026-01-01' AS b, DATE 'infinity' AS c"
        " UNION ALL SELECT DATE '0044-03-15 (BC)', NULL, NULL",
        schema(a="date", b="date", c="date"),
    )

    (file,) = staged.files
    assert file.stats == (
        '{"numRecords": 2, "minValues": {"b": "2026-01-01"}, "maxValues": {"b": "2026-01-01"}}'
    )
