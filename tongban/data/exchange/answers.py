"""What a decision answers to many: counted, and told without telling of anybody."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

from sqlglot import exp, parse_one

from tongban.data.lake import rows
from tongban.engines.decisions import Decision
from tongban.engines.feel import DAYS_TIME, YEARS_MONTHS, ContextOf, Months, Type
from tongban.engines.tables import Connection
from tongban.engines.tables.quoting import identifier
from tongban.engines.tables.reading import described
from tongban.errors import Refusal

DIALECT = "duckdb"
VALUE, UNKNOWN, RULE = "value", "unknown", "rule"  # as the query of a decision names them
FEWEST = 10  # people behind a value that is computed from facts, where it is told
MOST = 200  # answers that are told one by one
BATCH = 10_000
OWN = {"subject_id", UNKNOWN, RULE, "edition", "decided_on", "decision"}  # of the table of answers


class NameTaken(Refusal):
    """{decision} answers with {names}: the table of its answers needs the name for itself, or has
    it twice, whatever its case. Rename it in the decision."""

    zh = "决策 {decision} 的结果含有 {names}，与结果表的其他列同名（不分大小写），请在决策中改名。"


@dataclass(frozen=True)
class Answer:
    """`value` is a FEEL value, or the members of a context as (name, value) in their order.

    Truths and the constants that the decision itself writes are told whoever they are about. Any
    other value was computed from facts: where fewer than FEWEST people share it, it is counted with
    others like it as one answer that is `withheld` and has no value, and so are all beyond MOST.
    """

    value: Any
    unknown: bool
    withheld: bool = False


WITHHELD = Answer(None, unknown=False, withheld=True)


@dataclass(frozen=True)
class Answered:
    """A decision's answers to a register as a table of a connection."""

    decision: Decision
    sql: str
    table: str
    columns: Sequence[str]  # of the value, or of the members of a context

    @property
    def is_context(self) -> bool:
        return list(self.columns) != [VALUE] or isinstance(self.decision.type, ContextOf)

    def of(self, cells: Sequence[Any], count: int) -> Answer:
        """From the cells of `columns` and whether it is unknown."""
        *values, unknown = cells
        if count < FEWEST and not all(map(self._is_own, values)):
            return WITHHELD
        types = self._types
        members = [(n, _feel(v, types.get(n))) for n, v in zip(self.columns, values, strict=True)]
        return Answer(tuple(members) if self.is_context else members[0][1], unknown)

    def _is_own(self, value: Any) -> bool:
        """Whether the decision itself says this value, so that it tells nothing of a person."""
        if value is None or isinstance(value, bool):
            return True
        said = abs(value) if isinstance(value, int | Decimal) else _text(value)
        return said in self._constants

    @cached_property
    def _constants(self) -> frozenset[Decimal | str]:
        found = parse_one(self.sql, dialect=DIALECT).find_all(exp.Literal)
        return frozenset(each.name if each.is_string else Decimal(each.name) for each in found)

    @cached_property
    def _types(self) -> Mapping[str, Type]:
        type_ = self.decision.type
        return dict(type_.members) if isinstance(type_, ContextOf) else {VALUE: type_}


def answered(con: Connection, decision: Decision, sql: str, table: str) -> Answered:
    """What the query of the decision gives, as this table of the connection. Raises NameTaken."""
    names = list(described(con, sql))
    found = Answered(decision, sql, table, names[1 : names.index(UNKNOWN)])
    folded = [name.casefold() for name in found.columns]
    taken = [n for n in found.columns if n.casefold() in OWN or folded.count(n.casefold()) > 1]
    if taken:
        raise NameTaken(decision=decision.name, names="、".join(taken))
    rows.keep(con, table, sql, {})
    return found


def counted(
    con: Connection, joined: str, sides: Sequence[Answered]
) -> tuple[tuple[tuple[Answer, ...], int], ...]:
    """How many rows of `joined` (the sides' tables, as FROM takes them) have each answer of each
    side; the most frequent first, what is withheld last."""
    columns = [
        f"{identifier(side.table)}.{identifier(name)}"
        for side in sides
        for name in (*side.columns, UNKNOWN)
    ]
    places = ", ".join(str(place) for place in range(1, len(columns) + 1))
    con.execute(
        f"SELECT {', '.join(columns)}, count(*) AS n FROM {joined}"
        f" GROUP BY {places} ORDER BY n DESC, {places}"
    )
    found: Counter[tuple[Answer, ...]] = Counter()
    for cells, count in _fetched(con):
        told = tuple(_split(sides, cells, count))
        if told not in found and len(found) >= MOST:
            told = (WITHHELD,) * len(sides)
        found[told] += count
    return tuple(sorted(found.items(), key=_withheld))


def _fetched(con: Connection) -> Iterator[tuple[Sequence[Any], int]]:
    while batch := con.fetchmany(BATCH):
        for *cells, count in batch:
            yield cells, count


def _split(sides: Sequence[Answered], cells: Sequence[Any], count: int) -> Iterator[Answer]:
    start = 0
    for side in sides:
        end = start + len(side.columns) + 1
        yield side.of(cells[start:end], count)
        start = end


def _withheld(pair: tuple[tuple[Answer, ...], int]) -> int:
    return sum(answer.withheld for answer in pair[0])


def _text(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    return value.isoformat() if isinstance(value, date) else value


def _feel(value: Any, type_: Type | None) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return value
    if type_ == YEARS_MONTHS:
        return Months(int(value))
    return timedelta(microseconds=int(value)) if type_ == DAYS_TIME else Decimal(value)
