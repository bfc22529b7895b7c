"""Answers of a decision, counted: what the decision says itself is told, what people are is not."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongban.data.exchange import answers
from tongban.data.exchange.answers import FEWEST, MOST, WITHHELD, Answer, NameTaken, answered
from tongban.data.lake.rows import NotReadable
from tongban.engines.feel import ANY, DAYS_TIME, NUMBER, YEARS_MONTHS, ContextOf, Months

HALF_PAST_8 = datetime.fromisoformat("2026-07-01T08:30")
PAIR = ContextOf((("grade", NUMBER), ("wait", DAYS_TIME)))


def asked(con, sql: str, type_=ANY, table: str = "live"):
    decision: Any = SimpleNamespace(name="等级", type=type_)
    return answered(con, decision, sql, table)


def counted(sql: str, type_=ANY):
    """The answers of a query over `people (subject_id, cell)`, as (answer, people)."""
    with duckdb.connect() as con:
        return [
            (answer, n) for (answer,), n in answers.counted(con, "live", [asked(con, sql, type_)])
        ]


def values(*given: str) -> str:
    """A query that answers with these SQL values, one for each person."""
    rows = ", ".join(f"('P{n}', {value})" for n, value in enumerate(given))
    return f"SELECT s AS subject_id, v AS value, false AS unknown FROM (VALUES {rows}) AS t (s, v)"


def computed(*given: str) -> str:
    """The same with values that the query does not write down."""
    rows = ", ".join(f"('P{n}', '{value[0]}', '{value[1:]}')" for n, value in enumerate(given))
    return (
        "SELECT s AS subject_id, a || b AS value, false AS unknown"
        f" FROM (VALUES {rows}) AS t (s, a, b)"
    )


def test_truths_are_told_whoever_they_are_about():
    assert counted(values("true", "true", "false", "NULL")) == [
        (Answer(True, False), 2),
        (Answer(False, False), 1),
        (Answer(None, False), 1),
    ]


def test_what_is_unknown_is_no_null():
    query = (
        "SELECT s AS subject_id, CAST(NULL AS BOOLEAN) AS value, u AS unknown"
        " FROM (VALUES ('a', true), ('b', true), ('c', false)) AS t (s, u)"
    )
    assert counted(query) == [(Answer(None, True), 2), (Answer(None, False), 1)]


def test_the_rule_that_decided_is_no_part_of_the_answer():
    query = (
        "SELECT s AS subject_id, true AS value, false AS unknown, s AS rule"
        " FROM (VALUES (1), (2)) AS t (s)"
    )
    assert counted(query) == [(Answer(True, False), 2)]


@pytest.mark.parametrize(
    ("written", "type_", "value"),
    [
        ("'甲级'", ANY, "甲级"),
        ("12", NUMBER, Decimal(12)),
        ("-12", NUMBER, Decimal(-12)),
        ("CAST(2.50 AS DECIMAL(5, 2))", NUMBER, Decimal("2.5")),
        ("CAST('2026-07-01' AS DATE)", ANY, date(2026, 7, 1)),
        ("CAST('2026-07-01 08:30:00' AS TIMESTAMP)", ANY, HALF_PAST_8),
        ("14", YEARS_MONTHS, Months(14)),
        ("86400000000", DAYS_TIME, timedelta(days=1)),
    ],
)
def test_a_constant_of_the_decision_is_told_though_one_person_has_it(written, type_, value):
    assert counted(values(written), type_) == [(Answer(value, False), 1)]


def test_a_computed_value_of_few_people_is_counted_and_not_told():
    crowd = ["汉族"] * FEWEST + ["回族"] * (FEWEST - 1) + ["满族"]

    assert counted(computed(*crowd)) == [(Answer("汉族", False), FEWEST), (WITHHELD, FEWEST)]


def test_a_computed_number_of_one_person_is_not_told():
    query = (
        "SELECT s AS subject_id, CAST(s * 1000 AS BIGINT) AS value, false AS unknown"
        " FROM (VALUES (3), (4)) AS t (s)"
    )
    assert counted(query, NUMBER) == [(WITHHELD, 2)]


def test_a_context_has_its_members_in_their_order():
    query = "SELECT 'a' AS subject_id, 2 AS grade, 86400000000 AS wait, false AS unknown, 1 AS rule"
    members = (("grade", Decimal(2)), ("wait", timedelta(days=1)))

    assert counted(query, PAIR) == [(Answer(members, False), 1)]


def test_a_context_of_one_member_called_value_is_still_a_context():
    type_ = ContextOf((("value", NUMBER),))

    assert counted(values("7"), type_) == [(Answer((("value", Decimal(7)),), False), 1)]


def test_one_computed_member_withholds_the_whole_context():
    query = (
        "SELECT s AS subject_id, 'y' AS class, upper(s) AS name, false AS unknown"
        " FROM (VALUES ('wang'), ('li')) AS t (s)"
    )
    assert counted(query) == [(WITHHELD, 2)]


def test_answers_beyond_the_most_are_put_together():
    many = [str(n) for n in range(MOST + 5) for _ in range(2)]

    found = counted(values(*many), NUMBER)

    assert len(found) == MOST + 1
    assert found[-1] == (WITHHELD, 10)
    assert sum(count for _, count in found) == len(many)


@pytest.mark.parametrize("member", ["Unknown", "RULE", "edition", "decided_on", "Decision"])
def test_a_member_called_as_a_column_of_the_table_is_refused(member):
    query = f"""SELECT 'a' AS subject_id, 1 AS "{member}", false AS unknown"""

    with duckdb.connect() as con, pytest.raises(NameTaken) as refused:
        asked(con, query)
    assert refused.value.told("zh") == (
        f"决策 等级 的结果含有 {member}，与结果表的其他列同名（不分大小写），请在决策中改名。"
    )
    assert refused.value.told("en") == (
        f"等级 answers with {member}: the table of its answers needs the name for itself, or has "
        "it twice, whatever its case. Rename it in the decision."
    )


def test_two_members_that_differ_in_case_alone_are_refused():
    query = """SELECT 'a' AS subject_id, 1 AS "Fee", 2 AS "fee", false AS unknown"""

    with duckdb.connect() as con, pytest.raises(NameTaken) as refused:
        asked(con, query)
    assert refused.value.facts["names"] == "Fee、fee"


def test_an_error_of_the_engine_quotes_no_value():
    query = (
        "SELECT s AS subject_id, CAST(s AS INTEGER) AS value, false AS unknown"
        " FROM (VALUES ('周雨桐')) AS t (s)"
    )
    with duckdb.connect() as con, pytest.raises(NotReadable) as refused:
        asked(con, query)
    assert "周雨桐" not in refused.value.told("zh") + refused.value.told("en")


def pairs(con, live: str, draft: str):
    sides = [asked(con, live), asked(con, draft, table="draft")]
    return answers.counted(con, "live JOIN draft USING (subject_id)", sides)


def test_two_decisions_are_counted_by_pairs():
    with duckdb.connect() as con:
        found = pairs(con, values("true", "true", "false"), values("'x'", "'y'", "'y'"))

    assert found == (
        ((Answer(False, False), Answer("y", False)), 1),
        ((Answer(True, False), Answer("x", False)), 1),
        ((Answer(True, False), Answer("y", False)), 1),
    )


def test_of_a_pair_only_the_side_that_tells_of_people_is_withheld():
    with duckdb.connect() as con:
        found = pairs(con, values("true", "false"), computed("王芳", "李强"))

    assert found == (
        ((Answer(False, False), WITHHELD), 1),
        ((Answer(True, False), WITHHELD), 1),
    )


CELLS = st.sampled_from(["甲甲", "乙乙", "丙丙", "丁丁"])


@settings(max_examples=10)
@given(st.lists(CELLS, max_size=60))
def test_counts_add_up_and_nothing_that_few_share_is_told(crowd):
    query = computed(*crowd) if crowd else f"{computed('甲甲')} WHERE false"

    found = counted(query)

    assert sum(count for _, count in found) == len(crowd)
    told = {answer.value: count for answer, count in found if not answer.withheld}
    assert told == {value: n for value in {*crowd} if (n := crowd.count(value)) >= FEWEST}
