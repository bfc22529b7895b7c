"""The query as a chain of stages, each of which computes what the next ones read: once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlglot import exp

from tongban.engines.decisions.sql import clauses as sql
from tongban.engines.decisions.sql.clauses import ROW, Sql

_TRIVIAL = (exp.Column, exp.Literal, exp.Boolean, exp.Null)


class Stages:
    def __init__(self, table: exp.Table, given: Sequence[str]) -> None:
        self._table, self._given = table, tuple(given)
        self._levels: dict[str, int] = dict.fromkeys(given, 0)
        self._computed: dict[str, Sql] = {}  # by the name of the column
        self._names: dict[Sql, str] = {}  # of the columns, by what they hold
        self._aliases = 0

    def alias(self) -> str:
        """A name for the rows of another table."""
        self._aliases += 1
        return f"i{self._aliases}"

    def keep(self, what: Sql) -> Sql:
        """The column that holds it; itself where a column would gain nothing or cannot be."""
        if isinstance(what, _TRIVIAL) or not _is_of_row(what):
            return what
        if what not in self._names:
            name = self._free(f"c{len(self._computed) + 1}")
            kept = what.copy()
            self._names[kept], self._computed[name] = name, kept
            self._levels[name] = 1 + max((self._levels[each] for each in _reads(what)), default=0)
        return sql.column(self._names[what])

    def _free(self, name: str) -> str:
        while name in self._levels:
            name += "_"
        return name

    def query(self, shown: Sequence[tuple[str, Sql]], kept: bool | None) -> exp.Select:
        """`kept` says whether the engine is to materialize the stages."""
        last = max((self._levels[name] for _, what in shown for name in _reads(what)), default=0)
        wanted = self._wanted(shown, last)
        below = self._from(self._table.copy())
        stages: list[exp.CTE] = []
        for level in range(1, last + 1):
            columns = [self._column(name, level) for name in wanted[level]]
            alias = exp.TableAlias(this=exp.to_identifier(f"stage_{level}"))
            query = exp.Select(expressions=columns, from_=below)
            stages.append(exp.CTE(this=query, alias=alias, materialized=kept))
            below = self._from(exp.Table(this=exp.to_identifier(f"stage_{level}")))
        columns = [exp.alias_(what.copy(), name, quoted=True) for name, what in shown]
        query = exp.Select(expressions=columns, from_=below)
        if stages:
            query.set("with_", exp.With(expressions=stages))
        return query

    def _wanted(self, shown: Sequence[tuple[str, Sql]], last: int) -> dict[int, list[str]]:
        """Which columns each stage has to hand on, in the order in which they arose."""
        needed = {name for _, what in shown for name in _reads(what)}
        wanted: dict[int, list[str]] = {}
        for level in range(last, 0, -1):
            wanted[level] = [name for name in self._levels if name in needed]
            for name in wanted[level]:
                if self._levels[name] == level:
                    needed.remove(name)
                    needed |= set(_reads(self._computed[name]))
        return wanted

    def _column(self, name: str, level: int) -> Sql:
        if self._levels[name] < level:
            return sql.column(name)
        return exp.alias_(self._computed[name].copy(), name, quoted=True)

    def _from(self, table: exp.Table) -> exp.From:
        table.set("alias", exp.TableAlias(this=exp.to_identifier(ROW)))
        return exp.From(this=table)


def _reads(what: Sql) -> Iterator[str]:
    return (each.name for each in what.find_all(exp.Column) if each.table == ROW)


def free(what: Sql) -> set[str]:
    """The tables around it whose columns it reads."""
    own = {table.alias for table in what.find_all(exp.Table)}
    own |= {query.alias for query in what.find_all(exp.Subquery)}
    return {each.table for each in what.find_all(exp.Column)} - own


def _is_of_row(what: Sql) -> bool:
    """Whether it depends on the row of the register alone, not on a row of a list around it."""
    return free(what) == {ROW}
