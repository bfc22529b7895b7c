"""The few things that the engines write differently and sqlglot does not translate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlglot import exp

from tongban.engines.decisions.refusals import Label
from tongban.engines.decisions.sql import clauses as sql
from tongban.engines.decisions.sql.clauses import Sql
from tongban.engines.decisions.sql.kinds import DAY
from tongban.engines.decisions.sql.refusals import NotInRelation


class Dialect:
    """DuckDB; the others say where they differ."""

    name = "duckdb"
    stages_are_kept: bool | None = False  # AS [NOT] MATERIALIZED

    def by_code_point(self, text: Sql) -> Sql:
        return text.copy()

    def joined(self, text: Sql, more: Sql) -> Sql:
        return sql.binary(exp.DPipe, text, more)

    def pick(self, values: Sequence[Sql], at: Sql) -> Sql:
        """One of several constants by its number from 1; NULL where there is none."""
        listed = exp.Array(expressions=[value.copy() for value in values])
        return exp.Bracket(this=listed, expressions=[at.copy()], offset=1)

    def position(self, text: Sql, part: Sql) -> Sql:
        return exp.StrPosition(this=text.copy(), substr=part.copy())

    def ends_with(self, text: Sql, end: Sql) -> Sql:
        return sql.equal(exp.Right(this=text.copy(), expression=_length(end)), end)

    def integer(self, value: Sql) -> Sql:
        return sql.cast(value, "BIGINT")

    def quotient(self, value: Sql, by: Sql) -> Sql:
        """Of whole numbers, cut off towards zero."""
        return sql.binary(exp.IntDiv, value, by)

    def months_later(self, day: Sql, months: Sql) -> Sql:
        return sql.binary(exp.Add, day, sql.call("TO_MONTHS", sql.cast(months, "INTEGER")))

    def days_later(self, day: Sql, days: Sql) -> Sql:
        return sql.binary(exp.Add, day, sql.cast(days, "INTEGER"))

    def days_between(self, day: Sql, before: Sql) -> Sql:
        return sql.cast(sql.binary(exp.Sub, day, before), "BIGINT")

    def moment_later(self, moment: Sql, span: Sql) -> Sql:
        return sql.binary(exp.Add, moment, sql.call("TO_MICROSECONDS", span))

    def microseconds(self, moment: Sql) -> Sql:
        return sql.call("EPOCH_US", moment)

    def part(self, name: str, of: Sql) -> Sql:
        """YEAR, MONTH, DAY, ISODOW, DOY, WEEK, HOUR or MINUTE."""
        return self.integer(exp.Extract(this=exp.var(name), expression=of.copy()))

    def year(self, of: Sql, reach: int) -> Sql:
        return self.part("YEAR", of)


class Postgres(Dialect):
    name = "postgres"
    stages_are_kept = True  # else what a stage computes would be computed wherever it is read

    def by_code_point(self, text: Sql) -> Sql:
        return sql.binary(exp.Collate, text, exp.to_identifier("C", quoted=True))

    def quotient(self, value: Sql, by: Sql) -> Sql:
        return exp.Div(this=sql.tight(value), expression=sql.tight(by), typed=True, safe=False)

    def months_later(self, day: Sql, months: Sql) -> Sql:
        whole = sql.cast(months, "INTEGER")
        return sql.binary(exp.Add, day, sql.call("MAKE_INTERVAL", sql.number(0), whole))

    def moment_later(self, moment: Sql, span: Sql) -> Sql:
        """In days and a rest: an interval is multiplied as a float, exact up to 2**53."""
        days = sql.cast(self.quotient(span, sql.number(DAY)), "INTEGER")
        none = sql.number(0)
        later = sql.binary(exp.Add, moment, sql.call("MAKE_INTERVAL", none, none, none, days))
        rest = sql.binary(exp.Mod, span, sql.number(DAY))
        unit = sql.cast(sql.text("1 microsecond"), "INTERVAL")
        return sql.binary(exp.Add, later, sql.binary(exp.Mul, rest, unit))

    def microseconds(self, moment: Sql) -> Sql:
        seconds = exp.Extract(this=exp.var("EPOCH"), expression=moment.copy())
        return sql.cast(sql.binary(exp.Mul, seconds, sql.number(1_000_000)), "BIGINT")

    def year(self, of: Sql, reach: int) -> Sql:
        """PostgreSQL counts no year 0."""
        found = self.part("YEAR", of)
        if not reach:
            return found
        before = sql.binary(exp.LT, found, sql.number(0))
        return sql.case([(before, sql.binary(exp.Add, found, sql.number(1)))], found)


class Spark(Dialect):
    name = "spark"
    stages_are_kept = None

    def pick(self, values: Sequence[Sql], at: Sql) -> Sql:
        """Spark may refuse a number that the list has not."""
        whens = [(sql.equal(at, sql.number(n)), value) for n, value in enumerate(values, 1)]
        return sql.case(whens, sql.null())

    def months_later(self, day: Sql, months: Sql) -> Sql:
        return sql.call("ADD_MONTHS", day, sql.cast(months, "INTEGER"))

    def days_later(self, day: Sql, days: Sql) -> Sql:
        return sql.call("DATE_ADD", day, sql.cast(days, "INTEGER"))

    def days_between(self, day: Sql, before: Sql) -> Sql:
        return sql.cast(sql.call("DATEDIFF", day, before), "BIGINT")

    def moment_later(self, moment: Sql, span: Sql) -> Sql:
        return sql.call("TIMESTAMPADD", exp.var("MICROSECOND"), span, moment)

    def microseconds(self, moment: Sql) -> Sql:
        return sql.call("UNIX_MICROS", moment)

    def part(self, name: str, of: Sql) -> Sql:
        return super().part({"ISODOW": "DAYOFWEEK_ISO"}.get(name, name), of)


_DIALECTS: Mapping[str, Dialect] = {each.name: each for each in (Dialect(), Postgres(), Spark())}


def dialect(name: str) -> Dialect:
    found = _DIALECTS.get(name)
    if found is None:
        known = ", ".join(_DIALECTS)
        raise NotInRelation(
            Label(f"没有方言“{name}”，只有 {known}", f"no dialect “{name}”: {known}")
        )
    return found


def _length(text: Sql) -> Sql:
    return sql.cast(exp.Length(this=text.copy()), "INTEGER")
