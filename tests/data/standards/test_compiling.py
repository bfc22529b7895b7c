"""From a contract to the checks of a load: what may be written, and what the engine makes of it."""

import duckdb
import pytest

from tests.data.lake import source
from tongban.data.lake import contract as contracts
from tongban.data.lake import scan
from tongban.data.standards import compiling
from tongban.data.standards.compiling import Standards
from tongban.data.standards.models import Element

TODAY = source.BY["at"].date()
BLANK = {"format": "", "codelist": "", "check_name": ""}


def standards(**elements):
    known = source.ELEMENTS | elements
    return Standards(
        elements={code: Element(code=code, **{**BLANK, **given}) for code, given in known.items()},
        codes={"sex": ["1", "2"]},
        successors={},
    )


def judged(*expressions, severity="error", columns=()):
    """The contract of the source with these checks of its own, and these columns more."""
    words = {"zh": "检查", "en": "Check"}
    checks = [
        {
            "code": f"C{n}",
            "name": words,
            "expression": expression,
            "severity": severity,
            "column": "name",
        }
        for n, expression in enumerate(expressions)
    ]
    content = source.content() | {"checks": checks}
    content["columns"] += columns
    contract = contracts.from_content(content, "GA01.toml")
    return compiling.judged(contract, standards(), TODAY)


def refused(expression) -> tuple[str, str]:
    with pytest.raises(compiling.CheckNotAllowed) as raised:
        judged(expression)
    zh, en = raised.value.told("zh"), raised.value.told("en")
    assert zh.startswith("GA01 的检查 C0：")
    assert en.startswith("GA01, check C0: ")
    return zh.partition("：")[2], en.partition(": ")[2]


def failing(check, column, cells):
    """Of rows with these cells, which fail: a check of an element by its code, or as written."""
    written = "." not in check or " " in check
    of = judged(check) if written else judged()
    index = [c.code for c in of.checks].index("C0" if written else f"GA01.{check}")
    names = [c.name for c in of.columns]
    nulls = ", ".join(f"NULL::VARCHAR AS {name}" for name in names if name != column)
    with duckdb.connect() as con:
        of.prepare(con)
        con.execute(
            f"CREATE TABLE given AS SELECT {nulls}, unnest($1::VARCHAR[]) AS {column},"
            " unnest(range(len($1))) AS _position, '' AS _raw",
            [cells],
        )
        scan.build(con, "given", names, ["number"], of.checks)
        flags = con.execute(f"SELECT _c{index} FROM scan ORDER BY _position").fetchall()
        assert scan.counts(con, of.checks).failing[of.checks[index].code] == flags.count((True,))
    return [flag for (flag,) in flags]


@pytest.mark.parametrize(
    ("expression", "zh", "en"),
    [
        ("name = shoe", "没有列 shoe", "no column shoe"),
        ("p.name = 'x'", "不能使用 p.name", "may not use p.name"),
        ("(select 1) = 1", "不能使用 (SELECT 1)", "may not use (SELECT 1)"),
        ("exists(select 1)", "不能使用 EXISTS(SELECT 1)", "may not use EXISTS(SELECT 1)"),
        ("getenv('HOME') = name", "不能调用 getenv", "may not call getenv"),
        ("now() > name", "不能调用 now", "may not call now"),
        ("read_csv('/etc/passwd')", *2 * ("READ_CSV('/etc/passwd')",)),
        ("count(*) > 1", *2 * ("COUNT(*)",)),
        ("sum(length(name)) over () > 1", *2 * ("SUM(LENGTH(name)) OVER ()",)),
        ("random() > 0.5", *2 * ("RANDOM()",)),
        ("current_date > parse_date(born)", *2 * ("CURRENT_DATE",)),
        ("cast(months as int) > 1", *2 * ("CAST(months AS INT)",)),
        ("true; drop table scan", *2 * ("TRUE; DROP TABLE scan",)),
        ("*", *2 * ("*",)),
        ("name = $1", *2 * ("$1",)),
        ("drop table scan", *2 * ("DROP TABLE scan",)),
    ],
)
def test_what_is_not_about_one_row_is_refused_by_name(expression, zh, en):
    if zh == en:
        zh, en = f"不能使用 {zh}", f"may not use {en}"

    assert refused(expression) == (f"{zh}", f"{en}")


@pytest.mark.parametrize("expression", ["name = 'x", "((name", "name =", "(" * 3_000])
def test_what_cannot_be_parsed_is_refused(expression):
    zh, en = refused(expression)

    assert zh.startswith("不能解析：")
    assert en.startswith("cannot be parsed: ")


@pytest.mark.parametrize(
    ("expression", "en"),
    [
        ("strpos(name, 1)", "cannot be run: "),
        ("name + 1 > 2", "cannot be run: "),
        ("parse_date(born) > date '1990-02-31'", "cannot be run: "),
        ("length(name)", "must be true or false"),
        ("name", "must be true or false"),
        ("null", "must be true or false"),
    ],
)
def test_what_the_engine_cannot_run_is_refused_before_any_load(expression, en):
    assert refused(expression)[1].startswith(en)


@pytest.mark.parametrize(
    ("expression", "good", "bad"),
    [
        ("regexp_full_match(name, '[一-龥]+')", "周雨一", "a"),
        ("name not like '%x' escape '!'", "a", "ax"),
        ("left(name, 1) = '周' and right(name, 1) <> '！'", "周", "王"),
        ("name is not distinct from '周'", "周", None),
        ("year(parse_date(name)) between 1900 and 2026", "1990-03-07", "18900307"),
        ("try_cast(name as decimal(10, 2)) * 2 > 1", "1.5", "0.1"),
        ("case name when 'x' then false else true end", "a", "x"),
        ("coalesce(nullif(trim(name), ''), 'x') <> 'x'", "a", " "),
        ("name ilike 'ZH%' or starts_with(name, '周')", "zhou", "w"),
        ("date_diff('day', parse_date(name), run_date()) >= 0", "2026-09-21", "2026-09-22"),
        ("split_part(name, '-', 2) || 'x' = 'bx'", "a-b", "a-c"),
        ("citizen_id(name) is not null", source.HER, "1"),
    ],
)
def test_a_predicate_of_one_row_runs_as_it_is_written(expression, good, bad):
    assert failing(expression, "name", [good, bad]) == [False, True]


@pytest.mark.parametrize(
    ("check", "column", "good", "bad"),
    [
        ("name.required", "name", ["周"], [None, "", " ", "无", "\u3000"]),
        ("number.citizen_id", "number", [None, "", source.HER], ["1", "329904199003070012"]),
        ("born.type", "born", [None, "无", "1990年3月7日", "长期"], ["1990-13-01", "x"]),
        ("months.type", "months", [None, "/", "１４", " 3 "], ["三", "1.x"]),
        ("sex.code", "sex", [None, "-", "1", " ２"], ["3", "male"]),
    ],
)
def test_each_check_of_an_element_tells_good_cells_from_bad(check, column, good, bad):
    wrong = failing(check, column, good + bad)

    assert wrong == [False] * len(good) + [True] * len(bad)


def test_checks_stand_in_the_order_in_which_they_speak():
    found = [(check.code, check.severity, check.dimension) for check in judged("true").checks]

    assert found == [
        ("C0", "error", "consistency"),
        ("GA01.number.citizen_id", "error", "accuracy"),
        ("GA01.name.required", "error", "completeness"),
        ("GA01.born.type", "warning", "conformity"),
        ("GA01.sex.code", "warning", "conformity"),
        ("GA01.months.type", "warning", "conformity"),
    ]
    assert [(check.zh, check.en) for check in judged().checks] == [
        ("号码：公民身份号码有误", "Number: not a valid citizen number"),
        ("姓名为空", "Name is empty"),
        ("出生不是日期", "Born is not a date"),
        ("性别不在代码表 sex 中", "Sex is not in code list sex"),
        ("月数不是整数", "Months is not a integer"),
    ]


def test_a_number_that_is_neither_key_nor_required_only_warns():
    label = {"zh": "配偶", "en": "Spouse"}
    checks = judged(columns=[{"name": "spouse", "label": label, "element": "number"}]).checks

    assert {c.code: c.severity for c in checks if c.code.endswith(".citizen_id")} == {
        "GA01.number.citizen_id": "error",
        "GA01.spouse.citizen_id": "warning",
    }


def test_a_column_may_be_graded_and_typed_otherwise_than_its_element():
    label = {"zh": "备注", "en": "Note"}
    own = {"name": "note", "label": label, "element": "name", "grade": 4, "type": "timestamp"}
    found = judged(columns=[own])

    assert found.columns[-1].grade == 4
    assert (found.checks[-1].code, found.checks[-1].zh) == ("GA01.note.type", "备注不是时间")


def test_an_element_that_nobody_knows_is_refused_by_name():
    label = {"zh": "备注", "en": "Note"}

    with pytest.raises(compiling.UnknownElement) as refused:
        judged(columns=[{"name": "note", "label": label, "element": "x1"}])

    assert refused.value.told("zh") == ("GA01 的列 note：standards/elements.csv 中没有数据元 x1。")
    assert refused.value.told("en") == (
        "GA01, column note: no element x1 in standards/elements.csv."
    )


def test_a_code_list_without_codes_can_call_no_cell_wrong():
    without = Standards(standards().elements, {}, {})
    of = compiling.judged(source.contract(checks=[]), without, TODAY)
    (check,) = [c for c in of.checks if c.code == "GA01.sex.code"]

    with duckdb.connect() as con:
        of.prepare(con)
        query = f"SELECT coalesce(NOT ({check.predicate}), false) FROM (SELECT '1' AS sex)"
        assert con.execute(query).fetchall() == [(False,)]
