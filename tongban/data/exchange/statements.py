"""A person's SQL before it runs: parsed, every part of it on a list, printed again from the tree.

What runs is what was understood: the engine never sees the text that the person wrote.
"""

import re
from dataclasses import dataclass

from sqlglot import exp, parse
from sqlglot.errors import SqlglotError

from tongban.errors import Refusal

DIALECT = "duckdb"
LONGEST = 20_000
DEEPEST = 40  # brackets, and words such as not and case that the parser descends into
MOST_NODES = 3_000
DESCENDS = re.compile(r"[(\[{)\]}]|\b(?:not|case|end|select)\b|[-+~!@]", re.IGNORECASE)

SHAPE = (
    *(exp.Select, exp.Subquery, exp.Union, exp.Except, exp.Intersect, exp.With, exp.CTE),
    *(exp.From, exp.Join, exp.Where, exp.Group, exp.Having, exp.Qualify, exp.Distinct),
    *(exp.Order, exp.Ordered, exp.Limit, exp.Offset, exp.Alias, exp.TableAlias, exp.Table),
    *(exp.Column, exp.Identifier, exp.Star, exp.Tuple, exp.Paren, exp.Window, exp.WindowSpec),
    *(exp.Filter, exp.WithinGroup, exp.Var, exp.DataType, exp.DataTypeParam),
)
VALUES = (
    *(exp.Literal, exp.Boolean, exp.Null, exp.Neg, exp.Add, exp.Sub, exp.Mul, exp.Div),
    *(exp.IntDiv, exp.Mod, exp.DPipe, exp.Interval, exp.Case, exp.If, exp.Cast, exp.TryCast),
)
TESTS = (
    *(exp.And, exp.Or, exp.Not, exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.In),
    *(exp.Between, exp.Is, exp.Like, exp.ILike, exp.Exists, exp.NullSafeEQ, exp.NullSafeNEQ),
)
FUNCTIONS = (
    *(exp.Count, exp.CountIf, exp.Sum, exp.Avg, exp.Min, exp.Max, exp.Median, exp.Stddev),
    *(exp.StddevSamp, exp.StddevPop, exp.Variance, exp.PercentileCont, exp.PercentileDisc),
    *(exp.ApproxDistinct, exp.RowNumber, exp.Rank, exp.DenseRank, exp.Lag, exp.Lead),
    *(exp.FirstValue, exp.LastValue, exp.Ntile, exp.Coalesce, exp.Nullif, exp.Greatest),
    *(exp.Least, exp.Lower, exp.Upper, exp.Trim, exp.Length, exp.Substring, exp.Left),
    *(exp.Right, exp.Replace, exp.Concat, exp.StartsWith, exp.Abs, exp.Round, exp.Floor),
    *(exp.Ceil, exp.Year, exp.Month, exp.Day, exp.Quarter, exp.Extract, exp.DateTrunc),
    *(exp.TimestampTrunc, exp.DateDiff, exp.TimeToStr, exp.Date),
)
ALLOWED = frozenset((*SHAPE, *VALUES, *TESTS, *FUNCTIONS))
TYPES = frozenset(
    {
        *(exp.DType.VARCHAR, exp.DType.TEXT, exp.DType.INT, exp.DType.BIGINT, exp.DType.SMALLINT),
        *(exp.DType.DOUBLE, exp.DType.FLOAT, exp.DType.DECIMAL, exp.DType.BOOLEAN),
        *(exp.DType.DATE, exp.DType.TIMESTAMP, exp.DType.INTERVAL),
    }
)


class SqlNotAllowed(Refusal):
    """This query cannot run here: {problem_en}."""

    zh = "该查询不能在此执行：{problem_zh}。"


@dataclass(frozen=True)
class Statement:
    """`columns` in lower case; None where a star asks for all of them."""

    sql: str
    relations: frozenset[str]
    columns: frozenset[str] | None
    own_names: frozenset[str]  # that the query itself gives: aliases, its own tables


def read(text: str) -> Statement:
    """Raises SqlNotAllowed unless it is one SELECT made of listed parts only."""
    tree = _parsed(text)
    own_tables = {cte.alias.lower() for cte in tree.find_all(exp.CTE)}
    for count, node in enumerate(tree.walk()):
        if count > MOST_NODES:
            raise _refused("查询过长", "it is too long")
        _check(node, own_tables)
    return Statement(
        sql=tree.sql(DIALECT, comments=False),
        relations=frozenset(_relation(t) for t in tree.find_all(exp.Table) if t.db),
        columns=_columns(tree),
        own_names=frozenset(own_tables | _aliases(tree)),
    )


def _parsed(text: str) -> exp.Expr:
    if len(text) > LONGEST or "\0" in text:
        raise _refused("查询过长", "it is too long")
    if _depth(text) > DEEPEST:
        raise _refused("嵌套过深", "it is nested too deeply")
    try:
        trees = parse(text, dialect=DIALECT)
    except (SqlglotError, RecursionError) as error:
        raise _refused("不能解析", "it cannot be parsed") from error
    if len(trees) != 1 or not isinstance(trees[0], exp.Query):
        raise _refused("只能是一条 SELECT 语句", "it must be one SELECT")
    return trees[0]


def _depth(text: str) -> int:
    """No less deep than the parser will go: a run of prefixes counts like brackets."""
    depth = deepest = run = 0
    end = 0
    for found in DESCENDS.finditer(text):
        word = found[0].lower()
        run = run + 1 if not text[end : found.start()].strip() else 1
        end = found.end()
        if word in "([{" or word == "case":
            depth += 1
        elif word in ")]}" or word == "end":
            depth -= 1
        deepest = max(deepest, depth, run if word not in ")]}" else 0)
    return deepest


def _check(node: exp.Expr, own_tables: set[str]) -> None:
    if type(node) not in ALLOWED:
        word = node.name if isinstance(node, exp.Anonymous) else type(node).__name__
        raise _refused(f"不能使用 {word[:40]}", f"it may not use {word[:40]}")
    if isinstance(node, exp.Table):
        _check_table(node, own_tables)
    if isinstance(node, exp.With) and node.args.get("recursive"):
        raise _refused("不能使用递归", "it may not use recursion")
    if isinstance(node, exp.DataType) and node.this not in TYPES:
        raise _refused(f"不能使用类型 {node.this.name}", f"it may not use type {node.this.name}")


def _check_table(node: exp.Table, own_tables: set[str]) -> None:
    given = {name for name, value in node.args.items() if value}
    known = given <= {"this", "db", "alias", "joins"} and isinstance(node.this, exp.Identifier)
    if not known:
        raise _refused("只能读取 层.表", "it may read layer.table only")
    if not node.db and node.name.lower() not in own_tables:
        raise _refused(f"请写成 层.表：{node.name[:40]}", f"write layer.table: {node.name[:40]}")


def _relation(table: exp.Table) -> str:
    return f"{table.db}.{table.name}".lower()


def _columns(tree: exp.Expr) -> frozenset[str] | None:
    for star in tree.find_all(exp.Star):
        if not isinstance(star.parent, exp.Count):
            return None
    return frozenset(column.name.lower() for column in tree.find_all(exp.Column))


def _aliases(tree: exp.Expr) -> set[str]:
    names = {alias.alias.lower() for alias in tree.find_all(exp.Alias)}
    for alias in tree.find_all(exp.TableAlias):
        names.add(alias.name.lower())
        names |= {column.name.lower() for column in alias.columns}
    return names


def _refused(zh: str, en: str) -> SqlNotAllowed:
    return SqlNotAllowed(problem_zh=zh, problem_en=en)
