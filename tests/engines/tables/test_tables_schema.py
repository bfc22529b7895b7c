import pyarrow as pa
import pytest

from tests.engines.tables.made_up import PEOPLE
from tongban.engines.tables import BadColumn, BadSchema, Column, Schema
from tongban.engines.tables.schema import from_log


@pytest.mark.parametrize(
    ("type", "duckdb", "delta", "arrow"),
    [
        ("string", "VARCHAR", "string", pa.string()),
        ("integer", "BIGINT", "long", pa.int64()),
        ("double", "DOUBLE", "double", pa.float64()),
        ("boolean", "BOOLEAN", "boolean", pa.bool_()),
        ("date", "DATE", "date", pa.date32()),
        ("timestamp", "TIMESTAMP", "timestamp_ntz", pa.timestamp("us")),
        ("decimal(18,2)", "DECIMAL(18,2)", "decimal(18,2)", pa.decimal128(18, 2)),
    ],
)
def test_a_type_has_one_name_in_each_world(type, duckdb, delta, arrow):
    column = Column("a", type, 1)

    assert (column.duckdb, column.delta, column.arrow) == (duckdb, delta, arrow)


@pytest.mark.parametrize(
    ("name", "type", "grade"),
    [
        ("", "string", 1),
        ("a\0b", "string", 1),
        ("a", "text", 1),
        ("a", "decimal(39,2)", 1),
        ("a", "decimal(4,5)", 1),
        ("a", "decimal(0,0)", 1),
        ("a", "string", 0),
        ("a", "string", 5),
    ],
)
def test_a_column_that_cannot_be_is_refused(name, type, grade):
    with pytest.raises(BadColumn):
        Column(name, type, grade)


def test_the_refusal_says_what_is_wrong_in_both_languages():
    with pytest.raises(BadColumn) as refused:
        Column("fee", "money", 2)

    assert str(refused.value) == "Column 'fee' (money, grade 2) cannot be: there is no such type."
    assert refused.value.told("zh") == "字段 'fee'（money，2 级）不成立：没有这种类型。"


@pytest.mark.parametrize("names", [[], ["id", "ID"]])
def test_a_table_has_columns_and_no_name_twice(names):
    with pytest.raises(BadSchema):
        Schema(tuple(Column(name, "string", 1) for name in names))


def test_names_types_and_grades_come_back_from_the_log():
    assert from_log(PEOPLE.delta()) == PEOPLE


def test_arrow_knows_the_same_columns():
    assert PEOPLE.arrow().names == list(PEOPLE.names)
    assert PEOPLE.arrow().field("fee").type == pa.decimal128(12, 2)
