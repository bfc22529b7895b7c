"""Which rows: comparisons of a column with a value, read from a grant's text or handed in typed.

The text is parsed and taken apart here, and nothing of it reaches the engine: values are bound as
parameters, names are quoted. One condition is told as SQL for a relation and decided in Python for
the facts of one subject, with the same three-valued answer.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlglot import exp, parse_one
from sqlglot.errors import SqlglotError

from tongban.engines.tables.quoting import identifier
from tongban.errors import Refusal

LONGEST = 500
DIALECT = "mysql"  # here as in FEEL, double quotes hold a value


class ConditionInvalid(Refusal):
    """The condition {text!r} cannot be: {problem_en}."""

    zh = "条件 {text!r} 不成立：{problem_zh}。"


@dataclass(frozen=True)
class Name:
    """Who reads (`actor`) or whose case it is (`applicant`), as a subject id."""

    name: str


@dataclass(frozen=True)
class Compare:
    column: str
    operator: str  # = != < <= > >=
    value: Any


@dataclass(frozen=True)
class Among:
    column: str
    values: tuple[Any, ...]


@dataclass(frozen=True)
class Empty:
    column: str


@dataclass(frozen=True)
class All:
    parts: tuple["Condition", ...] = ()


@dataclass(frozen=True)
class Either:
    parts: tuple["Condition", ...]


@dataclass(frozen=True)
class Negated:
    part: "Condition"


Condition = Compare | Among | Empty | All | Either | Negated
NAMES = ("actor", "applicant")
OPERATORS: Mapping[type[exp.Expr], str] = {
    exp.EQ: "=",
    exp.NEQ: "!=",
    exp.LT: "<",
    exp.LTE: "<=",
    exp.GT: ">",
    exp.GTE: ">=",
}
DECIDE: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


def parse(text: str) -> Condition:
    """Raises ConditionInvalid for anything but comparisons, in, is null, and, or, not."""
    if not text.strip():
        return All()
    if len(text) > LONGEST:
        raise _invalid(text[:30], f"超过 {LONGEST} 个字符", f"longer than {LONGEST} characters")
    try:
        return _condition(parse_one(text, dialect=DIALECT), text)
    except (SqlglotError, RecursionError) as error:
        raise _invalid(text, "不能解析", "it cannot be parsed") from error


def columns(condition: Condition) -> frozenset[str]:
    if isinstance(condition, All | Either):
        return frozenset().union(*map(columns, condition.parts))
    if isinstance(condition, Negated):
        return columns(condition.part)
    return frozenset({condition.column})


def names(condition: Condition) -> frozenset[str]:
    """Which of `actor` and `applicant` it speaks of."""
    if isinstance(condition, All | Either):
        return frozenset().union(*map(names, condition.parts))
    if isinstance(condition, Negated):
        return names(condition.part)
    given = condition.values if isinstance(condition, Among) else ()
    given = (condition.value,) if isinstance(condition, Compare) else given
    return frozenset(value.name for value in given if isinstance(value, Name))


def parts(condition: Condition) -> frozenset[Condition]:
    """What must hold together: a condition with more of them lets fewer rows through."""
    return frozenset(condition.parts if isinstance(condition, All) else (condition,))


def bind(
    condition: Condition, types: Mapping[str, str], known: Mapping[str, str] | None = None
) -> Condition:
    """With values of their column's type, and actor and applicant put in.

    Raises ConditionInvalid where a column, a name or a value's type is not known.
    """
    if isinstance(condition, All):
        return All(tuple(bind(part, types, known) for part in condition.parts))
    if isinstance(condition, Either):
        return Either(tuple(bind(part, types, known) for part in condition.parts))
    if isinstance(condition, Negated):
        return Negated(bind(condition.part, types, known))
    column = condition.column
    if column not in types:
        raise _invalid(column, "没有这一列", "there is no such column")
    if isinstance(condition, Among):
        values = (_value(value, column, types[column], known or {}) for value in condition.values)
        return Among(column, tuple(values))
    if isinstance(condition, Compare):
        if condition.operator not in DECIDE:
            raise _invalid(condition.operator, "没有这种比较", "there is no such comparison")
        value = _value(condition.value, column, types[column], known or {})
        return Compare(column, condition.operator, value)
    return condition


def sql(condition: Condition, types: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """A bound condition as the engine's SQL, and its values as text parameters."""
    values: dict[str, str] = {}

    def value(given: Any, column: str) -> str:
        name = f"v{len(values) + 1}"
        values[name] = str(given).lower() if isinstance(given, bool) else str(given)
        return f"${name}" if types[column] == "string" else f"CAST(${name} AS {_kind(column)})"

    def _kind(column: str) -> str:
        return {"integer": "BIGINT"}.get(types[column], types[column].upper())

    def told(node: Condition) -> str:
        if isinstance(node, All | Either):
            word, nothing = (" AND ", "true") if isinstance(node, All) else (" OR ", "false")
            return "(" + word.join(map(told, node.parts)) + ")" if node.parts else nothing
        if isinstance(node, Negated):
            return f"(NOT {told(node.part)})"
        column = identifier(node.column)
        if isinstance(node, Empty):
            return f"{column} IS NULL"
        if isinstance(node, Among):
            listed = ", ".join(value(v, node.column) for v in node.values)
            return f"{column} IN ({listed})" if listed else "false"
        return f"{column} {node.operator} {value(node.value, node.column)}"

    return told(condition), values


def holds(condition: Condition, row: Mapping[str, Any]) -> bool | None:
    """A bound condition on one row: true, false, or None where a value is missing."""
    if isinstance(condition, Negated):
        found = holds(condition.part, row)
        return None if found is None else not found
    if isinstance(condition, All | Either):
        decisive = isinstance(condition, Either)
        answers = [holds(part, row) for part in condition.parts]
        if decisive in answers:
            return decisive
        return None if None in answers else not decisive
    value = row.get(condition.column)
    if isinstance(condition, Empty):
        return value is None
    if isinstance(condition, Among) and not condition.values:
        return False
    if value is None:
        return None
    if isinstance(condition, Among):
        return value in condition.values
    return DECIDE[condition.operator](value, condition.value)


def _condition(node: exp.Expr, text: str) -> Condition:
    if isinstance(node, exp.Paren):
        return _condition(node.this, text)
    if isinstance(node, exp.Not):
        return Negated(_condition(node.this, text))
    if isinstance(node, exp.And):
        return All(tuple(_condition(part, text) for part in node.flatten()))
    if isinstance(node, exp.Or):
        return Either(tuple(_condition(part, text) for part in node.flatten()))
    if isinstance(node, exp.Is) and isinstance(node.expression, exp.Null):
        return Empty(_column(node.this, text))
    if isinstance(node, exp.In) and set(_given(node)) == {"this", "expressions"}:
        return Among(_column(node.this, text), tuple(_literal(v, text) for v in node.expressions))
    if type(node) in OPERATORS:
        column, value = _column(node.this, text), _literal(node.expression, text)
        return Compare(column, OPERATORS[type(node)], value)
    raise _invalid(text, f"不能使用 {_word(node)}", f"it may not use {_word(node)}")


def _given(node: exp.Expr) -> list[str]:
    return [name for name, value in node.args.items() if value]


def _column(node: exp.Expr, text: str) -> str:
    if isinstance(node, exp.Column) and not node.table and node.name not in NAMES:
        return node.name
    word = _word(node)
    raise _invalid(text, f"{word} 处应为列名", f"{word} stands where a column must")


def _literal(node: exp.Expr, text: str) -> Any:
    if isinstance(node, exp.Column) and not node.table and node.name in NAMES:
        return Name(node.name)
    if isinstance(node, exp.Boolean):
        return bool(node.this)
    if isinstance(node, exp.Literal):
        return node.name if node.is_string else _number(node.name)
    if isinstance(node, exp.Neg) and isinstance(node.this, exp.Literal) and not node.this.is_string:
        return -_number(node.this.name)
    raise _invalid(text, f"{_word(node)} 处应为值", f"{_word(node)} stands where a value must")


def _number(text: str) -> int | Decimal:
    return int(text) if text.isdigit() else Decimal(text)


def _word(node: exp.Expr) -> str:
    return node.sql(DIALECT)[:40]


def _value(value: Any, column: str, kind: str, known: Mapping[str, str]) -> Any:
    if isinstance(value, Name):
        if value.name not in known:
            raise _invalid(value.name, "这里没有申请人", "there is no applicant here")
        value = known[value.name]
    try:
        return _TYPED[kind.partition("(")[0]](value)
    except (TypeError, ValueError, InvalidOperation) as error:
        zh, en = f"{column} 的值应为 {kind}", f"values of {column} are of type {kind}"
        raise _invalid(column, zh, en) from error


def _exactly(*kinds: type) -> Callable[[Any], Any]:
    def typed(value: Any) -> Any:
        if isinstance(value, kinds) and (bool in kinds or not isinstance(value, bool)):
            return value
        raise TypeError

    return typed


def _decimal(value: Any) -> Decimal:
    number = Decimal(_exactly(int, float, Decimal, str)(value))
    if not number.is_finite():
        raise ValueError
    return number


def _double(value: Any) -> float:
    return float(_decimal(value))


def _date(value: Any) -> date:
    if isinstance(value, datetime):
        raise TypeError
    return value if isinstance(value, date) else date.fromisoformat(value)


def _timestamp(value: Any) -> datetime:
    return value if isinstance(value, datetime) else datetime.fromisoformat(value)


_TYPED: Mapping[str, Callable[[Any], Any]] = {
    "string": _exactly(str),
    "integer": _exactly(int),
    "double": _double,
    "decimal": _decimal,
    "boolean": _exactly(bool),
    "date": _date,
    "timestamp": _timestamp,
}


def _invalid(text: Sequence[str] | str, zh: str, en: str) -> ConditionInvalid:
    return ConditionInvalid(text=text, problem_zh=zh, problem_en=en)
