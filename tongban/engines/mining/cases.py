"""What is known of each case as a whole: once, because no filter ever takes a part of a case."""

from ..tables.quoting import identifier, literal
from .log import Columns, Connection, Promise, attributes_of
from .times import between, month


def make(con: Connection, columns: Columns, promise: Promise) -> None:
    """The tables `case_attributes`, `variants` and `cases`.

    A case is judged where it is finished and something was promised: on time where it finished no
    later than planned. `promised` = planned - began and `used` = finished - began, in microseconds,
    are there where both make sense: the promise ends after the beginning, the end not before it.
    """
    _attributes(con, columns)
    # Sorting numbers is three times as fast as a list that is ordered while it is made. Codes of
    # activities are in the order of their names.
    con.execute("""
        CREATE TABLE courses AS
        SELECT no, list_sort(list((n :: BIGINT << 32) | enum_code(activity))) AS course,
            count(*) AS steps, count(*) FILTER (time_done > 1) AS repeats,
            sum(waited) :: BIGINT AS waited,
            count(*) FILTER (resource <> resource_before) AS resource_handovers,
            count(*) FILTER (office <> office_before) AS office_handovers
        FROM steps GROUP BY no
    """)
    # a case whose steps are all open has a course too: an empty one
    con.execute("""
        CREATE TABLE variants AS
        SELECT row_number() OVER (ORDER BY count(*) DESC, course) :: INTEGER AS variant, course,
            list_transform(
                course, lambda step: enum_range(NULL :: activity)[1 + (step & 4294967295)]
            ) AS activities
        FROM numbers LEFT JOIN courses USING (no) GROUP BY course
    """)
    con.execute(_cases(columns, promise))


def _attributes(con: Connection, columns: Columns) -> None:
    first = "".join(
        f", arg_min({cell}, _position) AS {cell}"
        for cell in map(identifier, attributes_of(columns.names))
    )
    con.execute(
        f"CREATE TABLE case_attributes AS SELECT no{first} FROM log_rows"
        f' JOIN numbers ON id = "case:concept:name" GROUP BY no'
    )


def _cases(columns: Columns, promise: Promise) -> str:
    began = columns.instant(promise.began) if promise.began else "first_at"
    planned = columns.last_instant(promise.planned) if promise.planned else "NULL :: TIMESTAMP"
    if promise.finished:
        finished = columns.instant(promise.finished)
    else:
        named = ", ".join(map(literal, promise.finishing)) or "NULL"
        finished = (
            f"(SELECT max(ended) FROM steps WHERE steps.no = found.no AND activity IN ({named}))"
        )
    return f"""
        CREATE TABLE cases AS
        WITH found AS (
            SELECT no, min(utc) AS first_at, max(utc) AS last_at, count(*) AS events
            FROM events GROUP BY no
        ),
        dated AS (
            SELECT no, events, {between("first_at", "last_at")} AS lasted,
                coalesce({began}, first_at) AS began, {finished} AS finished, {planned} AS planned
            FROM found JOIN case_attributes USING (no)
        )
        SELECT no, id, events, lasted, began, finished, planned, variant,
            coalesce(steps, 0) AS steps, coalesce(repeats, 0) AS repeats,
            coalesce(waited, 0) AS waited,
            coalesce(resource_handovers, 0) AS resource_handovers,
            coalesce(office_handovers, 0) AS office_handovers,
            {month("began", columns.zone)} AS began_month,
            {month("finished", columns.zone)} AS finished_month,
            finished <= planned AS on_time,
            planned > began AND finished >= began AS sensible,
            CASE WHEN sensible THEN {between("began", "planned")} END AS promised,
            CASE WHEN sensible THEN {between("began", "finished")} END AS used
        FROM dated JOIN numbers USING (no) LEFT JOIN courses USING (no)
        JOIN variants ON variants.course IS NOT DISTINCT FROM courses.course
        ORDER BY no
    """
