"""What the query looks like, where its inputs come from, and what it refuses."""

from datetime import date
from decimal import Decimal

import duckdb
import pytest
import sqlglot

from tests.engines.decisions import dmn_models as dmn
from tongban.engines.decisions import examine, load
from tongban.engines.decisions.sql import Child, Column, NotInRelation, NotInSubset, Relation
from tongban.engines.feel import Unknown

AGE = Column("age", "INTEGER")


def decided(*elements, name="D"):
    return load(dmn.model(*elements)).find(name)


def expression(text, type_="number", result=""):
    """A decision about `age` alone."""
    logic = dmn.decision("D", dmn.literal(text), ["age"], result)
    return decided(dmn.input_data("age", type_), logic)


def relation(**more):
    return Relation("people", ("id",), {"age": AGE}, **more)


def answered(decision, where, *statements):
    connection = duckdb.connect()
    for statement in statements or ("CREATE TABLE people AS SELECT 1 AS id, 20 AS age",):
        connection.execute(statement)
    cursor = connection.execute(decision.sql("duckdb", where))
    names = [each[0] for each in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def test_disjoint_rules_are_one_case_without_any_flag():
    table = dmn.table('age : number || out : string\n>= 18 || "adult"\n< 18 || "child"')
    decision = decided(dmn.input_data("age", "number"), dmn.decision("D", table, ["age"]))
    assert decision.sql("duckdb", relation()) == (
        'WITH stage_1 AS NOT MATERIALIZED (SELECT r."id", CASE WHEN r."age" >= 18 THEN 1'
        ' WHEN r."age" < 18 THEN 2 ELSE 3 END AS "c1" FROM "people" AS r),'
        ' stage_2 AS NOT MATERIALIZED (SELECT r."id", r."c1",'
        " ['adult', 'child', NULL][r.\"c1\"] AS \"c2\" FROM stage_1 AS r)"
        ' SELECT r."id" AS "id", r."c2" AS "value", FALSE AS "unknown",'
        ' CASE WHEN r."c1" <= 2 THEN r."c1" END AS "rule" FROM stage_2 AS r'
    )


def test_what_several_decisions_read_is_computed_once():
    decision = decided(
        dmn.input_data("age", "number"),
        dmn.decision("twice", dmn.literal("age * 2"), ["age"]),
        dmn.decision("D", dmn.literal("twice * twice + twice"), ["!twice"]),
    )
    assert decision.sql("duckdb", relation()).count('r."age"') == 1


@pytest.mark.parametrize("dialect", ["duckdb", "postgres", "spark"])
def test_every_dialect_reads_its_query_back(dialect):
    table = dmn.table('age : number || out : string\n>= 18 || "it\'s"\n< 60 || "b\\\\"')
    decision = decided(dmn.input_data("age", "number"), dmn.decision("D", table, ["age"]))
    where = Relation("city.people", ("id",), {"age": Column('a"ge', "INT", "unknown")})
    query = decision.sql(dialect, where)
    assert sqlglot.parse_one(query, dialect=dialect).sql(dialect) == query


def test_texts_and_names_cannot_leave_their_quotes():
    decision = expression('if age = 1 then "x\'; DROP TABLE people; --" else null')
    where = Relation('pe"ople', ('i"d',), {"age": Column('a"ge', "INTEGER")})
    made = 'CREATE TABLE "pe""ople" AS SELECT 7 AS "i""d", 1 AS "a""ge"'
    assert answered(decision, where, made) == [
        {'i"d': 7, "value": "x'; DROP TABLE people; --", "unknown": False}
    ]


def test_today_is_a_constant_or_a_column():
    decision = decided(
        dmn.input_data("birth", "date"),
        dmn.decision("D", dmn.literal('birth + @"P18Y" <= today()'), ["birth"]),
    )
    birth = {"birth": Column("birth", "DATE")}
    made = (
        "CREATE TABLE people AS SELECT 1 AS id, DATE '2008-11-22' AS birth, DATE '2026-11-21' AS t"
    )
    constant = Relation("people", ("id",), birth, constants={"today()": date(2026, 11, 22)})
    column = Relation("people", ("id",), {**birth, "today()": Column("t", "DATE")})
    assert answered(decision, constant, made)[0]["value"] is True
    assert answered(decision, column, made)[0]["value"] is False


def test_an_unknown_constant_leaves_open_what_depends_on_it():
    where = Relation("people", ("id",), constants={"age": Unknown(frozenset())})
    assert answered(expression("age > 1 or true"), where)[0] == {
        "id": 1,
        "value": True,
        "unknown": False,
    }
    assert answered(expression("age > 1"), where)[0]["unknown"] is True


def test_a_constant_that_is_not_of_the_declared_type_is_unknown():
    where = Relation("people", ("id",), constants={"age": "twenty"})
    assert answered(expression("age > 1"), where)[0]["unknown"] is True


def test_an_input_that_is_not_allowed_is_unknown():
    item = dmn.item(
        "years", dmn.element("typeRef", "number") + dmn.text("allowedValues", "[0..150]")
    )
    decision = decided(
        item, dmn.input_data("age", "years"), dmn.decision("D", dmn.literal("age + 1"), ["age"])
    )
    made = (
        "CREATE TABLE people AS SELECT * FROM (VALUES (1, 20), (2, -1), (3, NULL)) AS p (id, age)"
    )
    assert [(row["value"], row["unknown"]) for row in answered(decision, relation(), made)] == [
        (21, False),
        (None, True),
        (None, False),
    ]


def test_a_list_with_an_item_that_is_not_allowed_is_unknown_as_a_whole():
    item = dmn.item(
        "marks",
        dmn.element("typeRef", "number") + dmn.text("allowedValues", "[1..6]"),
        isCollection="true",
    )
    decision = decided(
        item,
        dmn.input_data("marks", "marks"),
        dmn.decision("D", dmn.literal("count(marks)"), ["marks"]),
    )
    marks = Child("exams", {"person": "id"}, Column("mark", "INTEGER"))
    where = Relation("people", ("id",), children={"marks": marks})
    people = "CREATE TABLE people AS SELECT * FROM range(1, 4) AS p (id)"
    exams = (
        "CREATE TABLE exams AS SELECT * FROM (VALUES (1, 2), (1, 3), (2, 9)) AS e (person, mark)"
    )
    found = answered(decision, where, people, exams)
    assert [
        (row["id"], row["value"], row["unknown"]) for row in sorted(found, key=lambda r: r["id"])
    ] == [
        (1, 2, False),
        (2, None, True),
        (3, 0, False),
    ]


def test_a_context_may_be_handed_in_as_columns_and_answered_in_columns():
    decision = decided(
        dmn.input_data("home"),
        dmn.decision("D", dmn.literal("{size: home.rooms + 1, big: home.rooms > 2}"), ["home"]),
    )
    where = Relation("people", ("id",), {"home": {"rooms": Column("age", "INTEGER", "unknown")}})
    assert answered(decision, where) == [{"id": 1, "size": 21, "big": True, "unknown": False}]


def test_a_knowledge_model_is_written_out_where_it_is_called():
    body = dmn.element("formalParameter", name="x", typeRef="number") + dmn.literal("x * x")
    model = dmn.element(
        "businessKnowledgeModel",
        dmn.element("variable", name="square") + dmn.element("encapsulatedLogic", body),
        id="square",
        name="square",
    )
    needs = dmn.element("knowledgeRequirement", dmn.element("requiredKnowledge", href="#square"))
    asked = dmn.element(
        "decision",
        dmn.element("variable", name="D")
        + dmn.requires("age")
        + needs
        + dmn.literal("square(age) + square(x: 2)"),
        id="D",
        name="D",
    )
    found = answered(decided(dmn.input_data("age", "number"), model, asked), relation())
    assert found == [{"id": 1, "value": 404, "unknown": False}]


def refusal(call):
    with pytest.raises((NotInSubset, NotInRelation)) as refused:
        call()
    return refused.value.told("zh"), refused.value.message


REFUSED = {
    "age / 7": ("除以 7 的结果没有有限小数，这", "A division by 7, which has no end,", 5),
    "1 / age": ("除以不是常数的数", "A division by what is no constant", 3),
    "age ** 9": ("不是 0 至 4 的常数次幂", "A power that is not a constant 0 to 4", 5),
    "age ** age": ("不是 0 至 4 的常数次幂", "A power that is not a constant 0 to 4", 5),
    "age * age * age * age": (
        "可能超过 34 位的数字",
        "A number that may have more than 34 digits",
        17,
    ),
    "sqrt(age)": ("函数“sqrt”", "The function “sqrt”", 5),
    "[age][1]": ("对不是表的列表的筛选", "A filter on a list that is no table", 6),
    "modulo(age, age)": (
        "除数不是正整数常数的取模",
        "A modulo by what is no positive whole constant",
        7,
    ),
    'if age > 1 then age else "x"': ("可能有两种类型的值", "A value that may be of two types", 1),
    "(age..3) = null": ("作为值的区间", "An interval as a value", 1),
    'some x in [@"10:00:00"] satisfies x = null and age = 1': (
        "这种值",
        "A value of this kind",
        12,
    ),
    "age + (if age = 1 then {a: 1} else null)": ("此处的上下文", "A context in this place", 8),
    "{a: age} = {a: 1}": ("两个上下文的比较", "A comparison of contexts", 10),
    "count(if age = 1 then [1] else [2])": (
        "有条件的列表",
        "A list that depends on a condition",
        7,
    ),
    "count(age)": ("不是列表的值", "What is no list", 6),
    'substring("abc", age)': ("不是常数的位置", "A position that is no constant", 10),
    "floor(age, age)": ("函数“floor”的小数位数", "The scale of “floor”", 6),
    "round half up(age, -1)": ("舍入到整数位以上", "Rounding to tens and more", 14),
    "age instance of list<number>": (
        "类型 list<number> 的检验",
        "A test for the type list<number>",
        5,
    ),
    'min(age, "x")': ("不同类型的最小或最大", "The least or most of two types", 4),
    'sum(age, "x")': ("不是数字的合计", "A sum of what are no numbers", 4),
    "max(age = 1)": ("不可比较的值的最小或最大", "The least or most of what has no order", 4),
    "(if age = 1 then {a: 1} else {b: 2}) = null": (
        "不同的上下文",
        "Contexts of different members",
        2,
    ),
    '@"P1D" * (age + 0.5)': ("时长乘以不是整数的数", "A duration times what is no whole number", 8),
    '@"P1D" / age': (
        "时长除以不是整数常数的数",
        "A duration divided by what is no whole constant",
        8,
    ),
    '@"2024-01-31" + @"P4000Y" * modulo(age, 3)': (
        "可能离现在 4000 年以上的日期",
        "A date that may lie 4000 years away",
        15,
    ),
    'date and time("2024-01-31T10:00:00") + @"P1Y" * modulo(age, 3)': (
        "这种时间运算",
        "This arithmetic with times",
        38,
    ),
    "for x in [1], y in [2] return x + age": ("这种 for 循环", "A loop of this form", 1),
    "some x in 1..age satisfies x > 1": (
        "不是列表的循环",
        "A loop over what is no list",
        1,
    ),
}


@pytest.mark.parametrize("text", REFUSED)
def test_what_sql_cannot_compute_is_refused_by_name_and_place(text):
    zh, en, column = REFUSED[text]
    decision = examine(
        dmn.model(dmn.input_data("age", "number"), dmn.decision("D", dmn.literal(text), ["age"]))
    )[0].find("D")
    assert refusal(lambda: decision.sql("duckdb", relation())) == (
        f"决策“D”，第 1 行，第 {column} 列：{zh}不能用 SQL 计算，请逐件决策。",
        f"Decision “D”, line 1, column {column}: {en} cannot be computed in SQL."
        " Decide these cases one by one.",
    )


def test_a_refusal_names_the_cell():
    table = dmn.table("age : number || out : number\n>= 18 || 1\n< sqrt(9) || age / 3", "FIRST")
    decision = decided(dmn.input_data("age", "number"), dmn.decision("D", table, ["age"]))
    assert refusal(lambda: decision.sql("duckdb", relation())) == (
        "决策“D”，第 2 条规则输出“out”，第 1 行，第 5 列："
        "除以 3 的结果没有有限小数，这不能用 SQL 计算，请逐件决策。",
        "Decision “D”, rule 2, output “out”, line 1, column 5: A division by 3, which has no end,"
        " cannot be computed in SQL. Decide these cases one by one.",
    )


@pytest.mark.parametrize(
    ("policy", "zh", "en"),
    [
        ("COLLECT", "命中策略 COLLECT 的列表", "The list of hit policy COLLECT"),
        ("RULE ORDER", "命中策略 RULE ORDER 的列表", "The list of hit policy RULE ORDER"),
        ("PRIORITY", "计算得出的优先级结果", "A computed result under hit policy PRIORITY"),
    ],
)
def test_hit_policies_that_sql_cannot_follow_are_refused(policy, zh, en):
    table = dmn.table("age : number || out : number\n- || age", policy)
    decision = decided(dmn.input_data("age", "number"), dmn.decision("D", table, ["age"]))
    assert refusal(lambda: decision.sql("duckdb", relation())) == (
        f"决策“D”：{zh}不能用 SQL 计算，请逐件决策。",
        f"Decision “D”: {en} cannot be computed in SQL. Decide these cases one by one.",
    )


def test_a_function_that_calls_itself_is_refused():
    decision = expression("{f: function(x: number) if x = 0 then 0 else f(x - 1), v: f(age)}.v")
    zh, en = refusal(lambda: decision.sql("duckdb", relation()))
    assert zh.endswith("不能用 SQL 计算，请逐件决策。") and "one by one" in en


WRONG = {
    "no place": (
        Relation("people", ("id",)),
        "没有说明输入“age”在哪里",
        "it does not say where the input “age” is",
    ),
    "other type": (
        Relation("people", ("id",), {"age": Column("age", "VARCHAR")}),
        "列“age”的类型 VARCHAR 不能用作“age”（number）",
        "the column “age” (VARCHAR) cannot be “age” (number)",
    ),
    "not exact": (
        Relation("people", ("id",), {"age": Column("age", "DOUBLE")}),
        "列“age”的类型 DOUBLE 不能用作“age”（number）",
        "the column “age” (DOUBLE) cannot be “age” (number)",
    ),
    "a list": (
        Relation("people", ("id",), children={"age": Child("ages", {"p": "id"}, AGE)}),
        "输入“age”应为 number",
        "the input “age” must be number",
    ),
    "a context": (
        Relation("people", ("id",), {"age": {"years": AGE}}),
        "输入“age”应为 number",
        "the input “age” must be number",
    ),
    "two columns": (
        Relation("people", ("id", "value"), {"age": AGE}),
        "结果中有两列“value”",
        "two columns “value” result",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_relation_that_does_not_fit_is_refused(case):
    where, zh, en = WRONG[case]
    assert refusal(lambda: expression("age + 1").sql("duckdb", where)) == (
        f"数据表与决策不符：{zh}。",
        f"The relation does not fit the decision: {en}.",
    )


def test_a_dialect_that_nobody_knows_is_refused():
    assert refusal(lambda: expression("age").sql("oracle", relation()))[1] == (
        "The relation does not fit the decision: no dialect “oracle”: duckdb, postgres, spark."
    )


def test_numbers_stay_exact_to_the_last_of_34_digits():
    decision = expression("age + 0.0000000001")
    where = Relation("people", ("id",), {"age": Column("age", "DECIMAL(24, 10)")})
    exact = "CAST('12345678901234.0123456789' AS DECIMAL(24, 10))"
    made = f"CREATE TABLE people AS SELECT 1 AS id, {exact} AS age"
    assert answered(decision, where, made)[0]["value"] == Decimal("12345678901234.0123456790")


def test_small_columns_do_not_overflow():
    decision = expression("age * age + age")
    where = Relation("people", ("id",), {"age": Column("age", "SMALLINT")})
    made = "CREATE TABLE people AS SELECT 1 AS id, CAST(32767 AS SMALLINT) AS age"
    assert answered(decision, where, made)[0]["value"] == 32767 * 32768


def test_a_list_is_no_answer_of_a_query():
    assert refusal(lambda: expression("[age]").sql("duckdb", relation())) == (
        "列表、函数或多层的结果不能用 SQL 计算，请逐件决策。",
        "A result that is a list, a function or nested cannot be computed in SQL."
        " Decide these cases one by one.",
    )


def test_a_result_of_another_type_than_is_declared_is_refused():
    logic = dmn.decision("D", dmn.literal('if age = 1 then "x" else null'), ["age"], "number")
    model = examine(dmn.model(dmn.input_data("age", "number"), logic))[0]
    assert refusal(lambda: model.find("D").sql("duckdb", relation()))[1] == (
        "Decision “D”: A value of another type than is declared cannot be computed in SQL."
        " Decide these cases one by one."
    )


def test_the_call_of_a_decision_service_is_refused():
    service = dmn.element(
        "decisionService",
        dmn.element("variable", name="S")
        + dmn.element("outputDecision", href="#own")
        + dmn.element("inputData", href="#age"),
        id="S",
        name="S",
    )
    needs = dmn.element("knowledgeRequirement", dmn.element("requiredKnowledge", href="#S"))
    asked = dmn.element(
        "decision",
        dmn.element("variable", name="D") + dmn.requires("age") + needs + dmn.literal("S(age)"),
        id="D",
        name="D",
    )
    own = dmn.decision("own", dmn.literal("age + 1"), ["age"])
    model = load(dmn.model(dmn.input_data("age", "number"), own, service, asked))
    assert "S" in refusal(lambda: model.find("D").sql("duckdb", relation()))[1]
    assert answered(model.find("S"), relation()) == [{"id": 1, "value": 21, "unknown": False}]


def test_years_before_the_first_are_counted_as_feel_counts_them():
    decision = decided(
        dmn.input_data("birth", "date"),
        dmn.decision("D", dmn.literal('(birth - @"P3000Y").year'), ["birth"]),
    )
    where = Relation("people", ("id",), {"birth": Column("birth", "DATE")})
    made = "CREATE TABLE people AS SELECT 1 AS id, DATE '2026-11-22' AS birth"
    assert answered(decision, where, made)[0]["value"] == -974
    assert decision.decide({"birth": date(2026, 11, 22)}) == -974
