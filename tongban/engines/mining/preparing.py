"""A relation with the columns of XES, turned into the tables that the figures are counted from.

log_rows         the events as they came, numbered by `_position`
numbers          the number of each case, as it is met in the log
events           narrow and typed: number of the case, activity, transition, instant in UTC
steps            executions of an activity in the order of their ends (steps.py)
cases            one row each: when, how long, how many, which variant, what was promised
case_attributes  the attributes of the case (cases.py)
variants         the different sequences of activities, the commonest first (cases.py)
"""

from collections.abc import Mapping
from types import MappingProxyType

from ..tables.quoting import identifier
from . import cases, checking, counting, steps
from .log import Columns, Connection, EventLog, Promise
from .names import ACTIVITY, CASE, ENDS, GROUP, INSTANCE, RESOURCE, START, TIME, TRANSITION
from .times import INSTANT, check_zone

POSITION, PLACES = "_position", ("_position", "_line", "_raw")
NOTHING: Mapping[str, int] = MappingProxyType({})
STRINGS: Mapping[str, str] = MappingProxyType({})
# the columns of `events` that are few different texts, and the type that each becomes
FEW = {"activity": ACTIVITY, "resource": RESOURCE, "office": GROUP}


def log_of(
    con: Connection,
    relation: str,
    *,
    source: str,
    zone: str,
    promise: Promise,
    types: Mapping[str, str] = STRINGS,
    counted: Mapping[str, int] = NOTHING,
) -> EventLog:
    """The log in a table or view of the connection; the names listed above must be free in it.

    Its columns are named as in XES; texts or TIMESTAMPTZ. `_position` orders it where it is there.
    Raises what `checking` refuses. `types` and `counted` are what only the reader of XES knows.
    """
    check_zone(zone)
    held = {name: kind for name, kind, *_ in con.execute(f"DESCRIBE {relation}").fetchall()}
    names = tuple(name for name in held if name not in PLACES)
    checking.check_columns(source, names, promise)
    typed = frozenset(name for name in names if held[name] == INSTANT)
    columns = Columns(names, typed, zone)
    _keep(con, relation, columns, numbered=POSITION in held)
    checking.check_cells(con, source)
    for column in filter(None, (TIME, promise.planned, promise.finished, promise.began)):
        checking.check_times(con, source, column, columns)
    _number(con, columns)
    found = con.execute("SELECT transition, count(*) FROM events GROUP BY 1 ORDER BY 1").fetchall()
    transitions = dict(found)
    checking.check_ends(source, transitions, ENDS)
    listed = con.execute("SELECT unnest(enum_range(NULL::activity))").fetchall()
    activities = frozenset(activity for (activity,) in listed)
    checking.check_activities(source, promise.finishing, activities)
    steps.make(con, timed=START in transitions)
    cases.make(con, columns, promise)
    reading = counting.reading(con, columns, transitions, counted)
    return EventLog(con, source, names, types, promise, reading, activities)


def _keep(con: Connection, relation: str, columns: Columns, *, numbered: bool) -> None:
    """An empty text is no value: CSV cannot tell them apart."""
    position = POSITION if numbered else "row_number() OVER ()"
    cells = [
        identifier(name)
        if name in columns.typed
        else f"nullif(CAST({identifier(name)} AS VARCHAR), '') AS {identifier(name)}"
        for name in columns.names
    ]
    con.execute(
        f"CREATE TABLE log_rows AS SELECT {position} AS _position, {', '.join(cells)}"
        f" FROM {relation}"
    )


def _number(con: Connection, columns: Columns) -> None:
    """Cases and few different texts become numbers, so that what follows compares numbers only."""
    con.execute(
        f"CREATE TABLE numbers AS SELECT row_number() OVER (ORDER BY min(_position)) :: INTEGER"
        f" AS no, {identifier(CASE)} AS id FROM log_rows GROUP BY ALL"
    )
    few = [_coded(con, name, column, columns) for name, column in FEW.items()]
    instance = identifier(INSTANCE) if INSTANCE in columns.names else "CAST(NULL AS VARCHAR)"
    transition = (
        f"coalesce(lower({identifier(TRANSITION)}), 'complete')"
        if TRANSITION in columns.names
        else "'complete'"
    )
    con.execute(
        f"CREATE TABLE events AS SELECT no, _position AS place, {columns.instant(TIME)} AS utc,"
        f" {transition} AS transition, {instance} AS instance, {', '.join(few)}"
        f" FROM log_rows JOIN numbers ON id = {identifier(CASE)}"
    )


def _coded(con: Connection, name: str, column: str, columns: Columns) -> str:
    """A column of `events` of a type of its own; plain text where there is not one value."""
    cell = identifier(column)
    if column in columns.names:
        values = f"SELECT DISTINCT {cell} FROM log_rows WHERE {cell} IS NOT NULL ORDER BY ALL"
        if con.execute(f"{values} LIMIT 1").fetchone():
            con.execute(f"CREATE TYPE {name} AS ENUM ({values})")
            return f"CAST({cell} AS {name}) AS {name}"
    return f"CAST(NULL AS VARCHAR) AS {name}"
