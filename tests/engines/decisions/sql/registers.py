"""A small register in a database, and the answers that SQL and Python give about its rows."""

from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

import duckdb
from django.db import connection

from tongban.engines.decisions.sql import Child, Column, Relation
from tongban.engines.feel import Months, Unknown
from tongban.engines.feel.values import names_missing

MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True)
class Register:
    """Rows of Python values by input; what is `None` in an "unknown" column is unknown."""

    columns: dict  # input: Column
    rows: list
    children: dict = field(default_factory=dict)  # input: Column, or a mapping of them
    constants: dict = field(default_factory=dict)

    @property
    def relation(self):
        children = {
            name: Child(f"of_{name}", {"person": "id"}, element)
            for name, element in self.children.items()
        }
        return Relation("people", ("id",), self.columns, children, self.constants)

    def given(self, row):
        """What `decide` is handed for a row."""
        given = dict(self.constants)
        for name, column in self.columns.items():
            given[name] = _given(column, row.get(name))
        for name, element in self.children.items():
            given[name] = [_given(element, each) for each in row.get(name, [])]
        return given

    def tables(self):
        """(name, column definitions, rows) of every table."""
        columns = list(self.columns.items())
        rows = [
            (number, *(stored(row.get(name)) for name, _ in columns))
            for number, row in enumerate(self.rows)
        ]
        head = [("id", "INTEGER"), *((column.name, column.type) for _, column in columns)]
        yield "people", head, rows
        for name, element in self.children.items():
            yield self._child(name, element)

    def _child(self, name, element):
        parts = {"": element} if isinstance(element, Column) else element
        head = [("person", "INTEGER"), *((part.name, part.type) for part in parts.values())]
        rows = []
        for number, row in enumerate(self.rows):
            for each in row.get(name, []):
                values = [each] if isinstance(element, Column) else [each[part] for part in parts]
                rows.append((number, *map(stored, values)))
        return f"of_{name}", head, rows


def _given(element, value):
    if isinstance(element, dict):
        return {name: _given(part, value[name]) for name, part in element.items()}
    if value is None and element.null_is == "unknown":
        return Unknown(frozenset({element.name}))
    return value


def stored(value):
    if isinstance(value, Months):
        return value.months
    return value // MICROSECOND if isinstance(value, timedelta) else value


def fill(execute, register, sign):
    """Make the tables; `sign` is how the driver marks a parameter."""
    for name, head, rows in register.tables():
        execute(f'DROP TABLE IF EXISTS "{name}"', [])
        columns = ", ".join(f'"{column}" {type_}' for column, type_ in head)
        execute(f'CREATE TEMPORARY TABLE "{name}" ({columns})', [])
        if rows:
            one = f"({', '.join(f'CAST({sign} AS {type_})' for _, type_ in head)})"
            values = ", ".join([one] * len(rows))
            execute(f'INSERT INTO "{name}" VALUES {values}', [v for row in rows for v in row])


def by_row(names, rows):
    """The rows of an answer as dicts, in the order of the register."""
    found = [dict(zip(names, row, strict=True)) for row in rows]
    return sorted(found, key=lambda row: row["id"])


def plainly(value):
    """As a driver hands it over."""
    if isinstance(value, Unknown):
        return None
    return Decimal(value) if type(value) is int else stored(value)


def told(decision, register, row):
    """What `decide` answers, in the columns of the query but for the rule."""
    value = decision.decide(register.given(row))
    unknown = names_missing(value) is not None
    if isinstance(value, dict):
        return {**{name: plainly(part) for name, part in value.items()}, "unknown": unknown}
    return {"value": plainly(value), "unknown": unknown}


def disagreements(decision, register, answers):
    """(row, what Python says, what SQL says) wherever they differ."""
    found = []
    for number, row in enumerate(register.rows):
        said = told(decision, register, row)
        answer = {name: plainly(answers[number][name]) for name in answers[number]}
        expected = said
        if "value" not in answer and "value" in said:  # a context that is null or unknown
            parts = dict.fromkeys(set(answer) - {"id", "unknown", "rule"})
            expected = {**parts, "unknown": said["unknown"]}
        if any(answer[name] != value for name, value in expected.items()):
            found.append((row, said, answers[number]))
    return found


class InDuckdb:
    def __init__(self, register):
        self.register, self._connection = register, duckdb.connect()
        self._connection.execute("SET threads = 1")
        fill(self._connection.execute, register, "?")

    def answers(self, decision):
        cursor = self._connection.execute(decision.sql("duckdb", self.register.relation))
        return by_row([each[0] for each in cursor.description], cursor.fetchall())


class InPostgres:
    """Needs the database of a test; the tables go with its transaction."""

    def __init__(self, register):
        self.register, self._cursor = register, connection.cursor()
        fill(self._cursor.execute, register, "%s")

    def answers(self, decision):
        self._cursor.execute(decision.sql("postgres", self.register.relation))
        names = [each[0] for each in self._cursor.description]
        return by_row(names, self._cursor.fetchall())
