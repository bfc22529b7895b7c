"""From a contract and its elements to the checks that a load applies."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import duckdb
from sqlglot import exp, parse_one
from sqlglot.errors import SqlglotError

from tongban.data.lake.checks import Judged, RowCheck
from tongban.data.lake.contract import CheckPart, ColumnPart, Contract
from tongban.data.standards import functions
from tongban.data.standards.models import Element
from tongban.engines.tables import Column
from tongban.engines.tables.quoting import identifier, literal
from tongban.errors import Refusal

Codes = Mapping[str, Sequence[str]]  # code list → its codes


class UnknownElement(Refusal):
    """{resource}, column {column}: no element {element} in standards/elements.csv."""

    zh = "{resource} 的列 {column}：standards/elements.csv 中没有数据元 {element}。"


class CheckNotAllowed(Refusal):
    """{resource}, check {check}: {problem_en}"""

    zh = "{resource} 的检查 {check}：{problem_zh}"


@dataclass(frozen=True)
class Standards:
    elements: Mapping[str, Element]
    codes: Codes
    successors: Mapping[str, str]


ELEMENT_CHECKS = {
    "citizen_id": ("citizen_id_ok", "公民身份号码有误", "not a valid citizen number"),
    "uscc": ("uscc_ok", "统一社会信用代码有误", "not a valid credit code"),
    "org_code": ("org_code_ok", "组织机构代码有误", "not a valid organisation code"),
    "mod37_36": ("mod37_36_ok", "证照标识校验位有误", "wrong check character"),
}
# Of one row alone: nothing that looks at other rows, at a clock, at chance or at a file.
TESTS = (
    *(exp.And, exp.Or, exp.Not, exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.In),
    *(exp.Between, exp.Is, exp.Like, exp.ILike, exp.Escape, exp.NullSafeEQ, exp.NullSafeNEQ),
    *(exp.RegexpLike, exp.RegexpFullMatch, exp.StartsWith, exp.EndsWith, exp.Contains),
)
VALUES = (
    *(exp.Column, exp.Identifier, exp.Literal, exp.Boolean, exp.Null, exp.Paren, exp.Tuple),
    *(exp.Neg, exp.Add, exp.Sub, exp.Mul, exp.Div, exp.IntDiv, exp.Mod, exp.DPipe, exp.Case),
    *(exp.If, exp.TryCast, exp.Cast, exp.DataType, exp.DataTypeParam, exp.Interval, exp.Var),
)
FUNCTIONS = (
    *(exp.Coalesce, exp.Nullif, exp.Greatest, exp.Least, exp.Lower, exp.Upper, exp.Trim),
    *(exp.Length, exp.Substring, exp.Left, exp.Right, exp.Replace, exp.Concat, exp.SplitPart),
    *(exp.StrPosition, exp.RegexpExtract, exp.RegexpReplace, exp.Abs, exp.Round, exp.Floor),
    *(exp.Ceil, exp.Year, exp.Month, exp.Day, exp.Extract, exp.DateDiff),
)
ALLOWED = frozenset((*TESTS, *VALUES, *FUNCTIONS))


def judged(contract: Contract, standards: Standards, run_date: date) -> Judged:
    """Raises UnknownElement or CheckNotAllowed; then nothing of the contract can be used."""
    columns = tuple(
        Column(column.name, "string", grade(contract, column, standards))
        for column in contract.columns
    )
    _try(contract, standards, run_date)
    return Judged(
        columns=columns,
        checks=tuple(_checks(contract, standards)),
        prepare=lambda con: functions.register(
            con, run_date=run_date, successors=standards.successors
        ),
    )


def grade(contract: Contract, column: ColumnPart, standards: Standards) -> int:
    return column.grade or _element(contract, column, standards).grade


def _element(contract: Contract, column: ColumnPart, standards: Standards) -> Element:
    found = standards.elements.get(column.element)
    if found is None:
        raise UnknownElement(
            resource=contract.resource.code, column=column.name, element=column.element
        )
    return found


def _checks(contract: Contract, standards: Standards) -> Iterator[RowCheck]:
    """The contract's own first: a row is quarantined under the first check it fails, and they say
    more than an element's."""
    for part in contract.checks:
        yield _written(contract, part)
    for column in contract.columns:
        element = _element(contract, column, standards)
        for make in (_required, _checked, _typed, _listed):
            check = make(contract, column, element, standards.codes)
            if check is not None:
                yield check


def _required(
    contract: Contract, column: ColumnPart, element: Element, codes: Codes
) -> RowCheck | None:
    if not column.required:
        return None
    return _check(
        *(contract, column, "required", "error", "completeness"),
        predicate=f"clean_text({identifier(column.name)}) IS NOT NULL",
        zh=f"{column.label.zh}为空",
        en=f"{column.label.en} is empty",
    )


def _checked(
    contract: Contract, column: ColumnPart, element: Element, codes: Codes
) -> RowCheck | None:
    if element.check_name not in ELEMENT_CHECKS:
        return None
    function, zh, en = ELEMENT_CHECKS[element.check_name]
    decides = column.required or column.name in contract.resource.key
    return _check(
        *(contract, column, element.check_name, "error" if decides else "warning", "accuracy"),
        predicate=f"{function}({identifier(column.name)})",
        zh=f"{column.label.zh}：{zh}",
        en=f"{column.label.en}: {en}",
    )


def _typed(
    contract: Contract, column: ColumnPart, element: Element, codes: Codes
) -> RowCheck | None:
    kind = column.type or element.type
    name = identifier(column.name)
    casts: dict[str, Callable[[], str]] = {
        "date": lambda: f"parse_date({name}) IS NOT NULL",
        "integer": lambda: f"try_cast(clean_text({name}) AS BIGINT) IS NOT NULL",
        "decimal": lambda: f"try_cast(clean_text({name}) AS DECIMAL(38, 6)) IS NOT NULL",
        "timestamp": lambda: f"try_cast(clean_text({name}) AS TIMESTAMP) IS NOT NULL",
    }
    cast = casts.get(kind.partition("(")[0])
    if cast is None:
        return None
    return _check(
        *(contract, column, "type", "warning", "conformity"),
        predicate=f"clean_text({name}) IS NULL OR {cast()}",
        zh=f"{column.label.zh}不是{_TYPE_ZH[kind.partition('(')[0]]}",
        en=f"{column.label.en} is not a {kind.partition('(')[0]}",
    )


_TYPE_ZH = {"date": "日期", "integer": "整数", "decimal": "数值", "timestamp": "时间"}


def _listed(
    contract: Contract, column: ColumnPart, element: Element, codes: Codes
) -> RowCheck | None:
    if not element.codelist:
        return None
    name = identifier(column.name)
    known = ", ".join(map(literal, codes.get(element.codelist, ()))) or "NULL"
    return _check(
        *(contract, column, "code", "warning", "conformity"),
        predicate=f"clean_text({name}) IS NULL OR clean_text({name}) IN ({known})",
        zh=f"{column.label.zh}不在代码表 {element.codelist} 中",
        en=f"{column.label.en} is not in code list {element.codelist}",
    )


def _written(contract: Contract, part: CheckPart) -> RowCheck:
    """A predicate of the contract: parsed, over this resource's columns and our functions alone."""
    tree = _parsed(contract, part)
    names = {column.name for column in contract.columns}
    for node in tree.walk():
        if isinstance(node, exp.Anonymous):
            if node.name.lower() not in functions.NAMES:
                word = node.name
                raise _not_allowed(contract, part, f"不能调用 {word}", f"may not call {word}")
        elif not _is_of_a_row(node):
            text = node.sql("duckdb")
            raise _not_allowed(contract, part, f"不能使用 {text}", f"may not use {text}")
        elif isinstance(node, exp.Column) and node.name not in names:
            raise _not_allowed(contract, part, f"没有列 {node.name}", f"no column {node.name}")
    return RowCheck(
        code=part.code,
        column=part.column,
        severity=part.severity,
        predicate=tree.sql("duckdb"),
        dimension=part.dimension,
        zh=part.name.zh,
        en=part.name.en,
    )


def _parsed(contract: Contract, part: CheckPart) -> exp.Expr:
    try:
        return parse_one(part.expression, dialect="duckdb")
    except (SqlglotError, RecursionError) as error:
        line = str(error).splitlines()[0]
        zh, en = f"不能解析：{line}", f"cannot be parsed: {line}"
        raise _not_allowed(contract, part, zh, en) from error


def _is_of_a_row(node: exp.Expr) -> bool:
    if type(node) is exp.Cast:  # of a cell it would end the whole load at the first bad one
        return isinstance(node.this, exp.Literal)
    return type(node) in ALLOWED and not (isinstance(node, exp.Column) and node.table)


def _try(contract: Contract, standards: Standards, run_date: date) -> None:
    """Run what the contract wrote over an empty row: the engine finds what parsing does not."""
    if not contract.checks:
        return
    cells = ", ".join(f"CAST(NULL AS VARCHAR) AS {identifier(c.name)}" for c in contract.columns)
    with duckdb.connect() as con:
        functions.register(con, run_date=run_date, successors=standards.successors)
        for part in contract.checks:
            predicate = _written(contract, part).predicate
            try:
                tried = con.execute(f"SELECT ({predicate}) FROM (SELECT {cells})")
            except duckdb.Error as error:
                line = str(error).splitlines()[0]
                zh, en = f"不能执行：{line}", f"cannot be run: {line}"
                raise _not_allowed(contract, part, zh, en) from error
            if str(tried.description[0][1]) != "BOOLEAN":
                raise _not_allowed(contract, part, "须得出真或假", "must be true or false")


def _not_allowed(contract: Contract, part: CheckPart, zh: str, en: str) -> CheckNotAllowed:
    return CheckNotAllowed(
        resource=contract.resource.code, check=part.code, problem_zh=zh, problem_en=en
    )


def _check(
    contract: Contract,
    column: ColumnPart,
    kind: str,
    severity: str,
    dimension: str,
    *,
    predicate: str,
    zh: str,
    en: str,
) -> RowCheck:
    code = f"{contract.resource.code}.{column.name}.{kind}"
    return RowCheck(code, column.name, severity, predicate, dimension, zh, en)
