"""What keeps a relation from being an event log, said by column and row."""

from collections.abc import Mapping, Sequence

from tongban.errors import Refusal

from ..tables.quoting import identifier
from .log import Columns, Connection, Promise, attributes_of
from .names import NEEDED

SHOWN = 60


class MissingColumns(Refusal):
    """{source} has no column {missing}. An event log needs case:concept:name, concept:name and
    time:timestamp; rename its columns. It has: {columns}."""

    zh = (
        "{source} 缺少列 {missing}。事件日志须有 case:concept:name、concept:name、"
        "time:timestamp，请改列名。现有列：{columns}。"
    )


class NoEvents(Refusal):
    """{source} holds no events. Have it exported again."""

    zh = "{source} 没有任何事件，请重新导出。"


class EmptyCells(Refusal):
    """{source}: {count} events have no {column}, the first is number {position}. An event belongs
    to a case, has an activity and a time; complete or remove them."""

    zh = (
        "{source}：{count} 个事件没有 {column}，最前的是第 {position} 个。"
        "每个事件须有办件、活动和时间，请补全或删除。"
    )


class UnreadableTimes(Refusal):
    """{source}: {count} values of {column} are no times, the first is “{value}” (event {position}).
    Write them as 2026-03-02T09:30:00+08:00; without an offset the time zone of the log is taken."""

    zh = (
        "{source}：{column} 有 {count} 个值不是时间，最前的是“{value}”（第 {position} 个事件）。"
        "请写作 2026-03-02T09:30:00+08:00；不带时差时按日志所在时区理解。"
    )


class NothingEnds(Refusal):
    """{source}: no event ends a step (lifecycle:transition is only {transitions}). Export the log
    with its complete events."""

    zh = "{source}：没有任何事件表示环节结束（变迁只有 {transitions}）。请导出含 complete 的日志。"


class NoSuchAttribute(Refusal):
    """{source} has no attribute {column} of its cases; there are {columns}."""

    zh = "{source} 的办件没有属性 {column}；现有 {columns}。"


class NoSuchActivity(Refusal):
    """{source} has no activity “{activity}”; there are {activities}."""

    zh = "{source} 中没有活动“{activity}”；现有 {activities}。"


class NothingFinishes(Refusal):
    """A promise is judged over finished cases: say which column holds their end, or which
    activities finish a case."""

    zh = "按时与否只对办结的办件计算：请指明哪一列是办结时间，或哪些活动表示办结。"


def check_columns(source: str, columns: Sequence[str], promise: Promise) -> None:
    if missing := [name for name in NEEDED if name not in columns]:
        raise MissingColumns(source=source, missing=", ".join(missing), columns=", ".join(columns))
    known = attributes_of(tuple(columns))
    for column in (promise.planned, promise.finished, promise.began):
        if column is not None and column not in known:
            raise NoSuchAttribute(source=source, column=column, columns=", ".join(known))
    if promise.planned and not (promise.finished or promise.finishing):
        raise NothingFinishes


def check_cells(con: Connection, source: str) -> None:
    """`log_rows` holds events, and each says its case and activity."""
    needed = {name: f"{identifier(name)} IS NULL" for name in NEEDED}
    counts = ", ".join(
        f"count(*) FILTER ({empty}), min(_position) FILTER ({empty})" for empty in needed.values()
    )
    ((events, *found),) = con.execute(f"SELECT count(*), {counts} FROM log_rows").fetchall()
    if not events:
        raise NoEvents(source=source)
    for name, count, position in zip(needed, found[::2], found[1::2], strict=True):
        if count:
            raise EmptyCells(source=source, column=name, count=count, position=position)


def check_times(con: Connection, source: str, column: str, columns: Columns) -> None:
    """Every value of a column of `log_rows` that is not NULL names an instant."""
    if column in columns.typed:
        return
    cell = identifier(column)
    refused = f"{cell} IS NOT NULL AND ({columns.instant(column)}) IS NULL"
    query = f"SELECT count(*), min(_position), arg_min({cell}, _position) FROM log_rows"
    ((count, position, value),) = con.execute(f"{query} WHERE {refused}").fetchall()
    if count:
        raise UnreadableTimes(
            source=source, column=column, count=count, position=position, value=value[:SHOWN]
        )


def check_ends(source: str, transitions: Mapping[str, int], ends: Sequence[str]) -> None:
    if not any(name in transitions for name in ends):
        raise NothingEnds(source=source, transitions=", ".join(sorted(transitions)))


def check_activities(source: str, named: Sequence[str], activities: frozenset[str]) -> None:
    for activity in named:
        if activity not in activities:
            known = ", ".join(sorted(activities))
            raise NoSuchActivity(source=source, activity=activity, activities=known)
