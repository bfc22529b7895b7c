"""One SQL model: a header of comments and one SELECT.

-- model: dwd.person_registration
-- owner: GA
-- description: 户籍登记 | Household registration
-- check: not_null citizen_id
-- grade: citizen_id 4; name 3
SELECT … FROM ods.rk_jbxx
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from sqlglot import exp, parse
from sqlglot.errors import ParseError

from tongban.engines.sqlmodels.checks import ModelCheck
from tongban.errors import Refusal

DIALECT = "duckdb"
DEFAULT_GRADE = 2
HEADER = re.compile(r"^--\s*(\w+):\s*(.*?)\s*$")
NAME = re.compile(r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$")
TABLE = re.compile(r"^([a-z][a-z0-9_]*\.)?[a-z_][a-z0-9_]*$")
KEYS = {"model", "owner", "description", "check", "grade", "named"}


class SqlModelInvalid(Refusal):
    """{file}, line {line}: {problem_en}"""

    zh = "{file} 第 {line} 行：{problem_zh}"


@dataclass(frozen=True)
class SqlModel:
    name: str
    owner: str
    zh: str
    en: str
    sql: str
    checks: tuple[ModelCheck, ...]
    grades: Mapping[str, int]
    file: str
    named: tuple[str, ...] = ()
    """Columns that name a natural person in a row about somebody else; the first tells who it is.
    Erasing him empties them, and the row stays."""

    @cached_property
    def query(self) -> exp.Query:
        (statement,) = parse(self.sql, dialect=DIALECT)
        assert isinstance(statement, exp.Query)
        return statement

    @cached_property
    def inputs(self) -> frozenset[str]:
        """Tables read, as layer.table; its own CTEs are none."""
        return frozenset(
            f"{table.db}.{table.name}" for table in self.query.find_all(exp.Table) if table.db
        )

    @cached_property
    def columns(self) -> tuple[str, ...]:
        return tuple(self.query.named_selects)

    def grade(self, column: str) -> int:
        return self.grades.get(column, DEFAULT_GRADE)


def read(text: str, file: str) -> SqlModel:
    """Raises SqlModelInvalid with file, line and what is wrong there."""
    headers = list(_headers(text, file))
    sole = {key: value for _, key, value in headers}
    for key, zh, en in (
        ("model", "缺少 model", "model is missing"),
        ("owner", "缺少 owner", "owner is missing"),
    ):
        if key not in sole:
            raise _invalid(file, 1, zh, en)
    if not NAME.match(sole["model"]):
        raise _invalid(file, 1, "model 应写作 层.表", "model is written as layer.table")
    zh, _, en = sole.get("description", "").partition("|")
    model = SqlModel(
        name=sole["model"],
        owner=sole["owner"],
        zh=zh.strip(),
        en=en.strip(),
        sql=text,
        checks=tuple(ModelCheck.read(value) for _, key, value in headers if key == "check"),
        grades=dict(_grades(headers, file)),
        file=file,
        named=tuple(sole.get("named", "").split()),
    )
    _check_query(model)
    return model


def _headers(text: str, file: str) -> Iterator[tuple[int, str, str]]:
    for number, line in enumerate(text.splitlines(), 1):
        if not line.startswith("--"):
            return
        found = HEADER.match(line)
        if found is None:
            continue
        if found[1] not in KEYS:
            raise _invalid(file, number, f"不认识 {found[1]}", f"unknown key {found[1]}")
        yield number, found[1], found[2]


def _grades(headers: Sequence[tuple[int, str, str]], file: str) -> Iterator[tuple[str, int]]:
    for number, key, value in headers:
        if key != "grade":
            continue
        for part in filter(None, (p.strip() for p in value.split(";"))):
            column, _, grade = part.rpartition(" ")
            if grade not in {"1", "2", "3", "4"} or not column:
                raise _invalid(
                    file, number, f"“{part}”应写作 列 级别", f"'{part}' is not: column grade"
                )
            yield column.strip(), int(grade)


def _check_query(model: SqlModel) -> None:
    file = model.file
    try:
        statements = parse(model.sql, dialect=DIALECT)
    except ParseError as error:
        line = error.errors[0].get("line") or 1
        raise _invalid(
            file,
            int(line),
            str(error.errors[0]["description"]),
            str(error.errors[0]["description"]),
        ) from error
    if len(statements) != 1 or not isinstance(statements[0], exp.Query):
        raise _invalid(file, 1, "必须恰好是一条 SELECT", "it must be exactly one SELECT")
    for table in statements[0].find_all(exp.Table):
        if not TABLE.match(f"{table.db}.{table.name}" if table.db else table.name):
            raise _invalid(
                file, 1, f"不能读取 {table.sql(DIALECT)}", f"it may not read {table.sql(DIALECT)}"
            )
    if not model.columns or "*" in model.columns:
        raise _invalid(
            file, 1, "最外层必须逐列写出列名", "the outermost SELECT must name its columns"
        )
    _check_header(model)


def _check_header(model: SqlModel) -> None:
    checked = [check.column for check in model.checks if check.column]
    for key, named in (
        ("grade", sorted(model.grades)),
        ("named", model.named),
        ("check", checked),
    ):
        for column in named:
            if column not in model.columns:
                zh, en = f"{key} 中没有列 {column}", f"{key} names no column: {column}"
                raise _invalid(model.file, 1, zh, en)


def _invalid(file: str, line: int, zh: str, en: str) -> SqlModelInvalid:
    return SqlModelInvalid(file=file, line=line, problem_zh=zh, problem_en=en)
