"""A table that an extension of the engine can read, copied to the scratch folder in one go."""

from dataclasses import dataclass

from ..quoting import identifier
from .handover import Engine, Rejections, Spool, hand_over, json_of, rows_of
from .port import Extract, Words

NOT_UTF8 = Words("a text is not UTF-8", "有文字不是 UTF-8 编码")


@dataclass(frozen=True)
class Copy:
    """A query whose columns are all text, and the number of rows that the source itself says."""

    source: str
    columns: tuple[str, ...]
    query: str
    rows: int


def write(reader: Engine, copy: Copy, spool: Spool) -> Rejections:
    """The rows into the spool, but for those with text that is not UTF-8.

    The extensions pass such text on, and the engine would stop at it much later.
    """
    names = list(map(identifier, copy.columns))
    # a blank between the cells, lest the end of one and the beginning of the next make a character
    sound = f"try(decode(encode(concat_ws(' ', {', '.join(names)})))) IS NOT NULL"
    cells = ", ".join(f"CASE WHEN {sound} THEN {name} END AS {name}" for name in names)
    shown = ", ".join(f"{name} := {_as_bytes(name)}" for name in names)
    written = spool.copy(
        reader,
        f"SELECT {cells}, row_number() OVER () AS _position, CAST(NULL AS BIGINT) AS _line,"
        f" CASE WHEN NOT {sound} THEN CAST(to_json(struct_pack({shown})) AS VARCHAR) END AS _raw"
        f" FROM ({copy.query})",
    )
    rejections = Rejections(copy.source)
    all_rows = f"FROM {rows_of(written)}"
    found = spool.run(
        reader, f"SELECT _position, _raw {all_rows} WHERE _raw IS NOT NULL ORDER BY ALL"
    )
    while row := found.fetchone():
        rejections.add(row[0], row[1], NOT_UTF8)
    if rejections.all:
        sound_rows = f"SELECT * {all_rows} WHERE _raw IS NULL"
        spool.take(spool.copy(reader, sound_rows))
        written.unlink()
    else:
        spool.take(written)
    return rejections


def show(con: Engine, copy: Copy, spool: Spool, rejections: Rejections) -> Extract:
    rejected = tuple(rejections.all)
    extract = Extract(spool.name, copy.columns, copy.rows, rejected, copy.source)
    return hand_over(con, spool, extract, raw=json_of(copy.columns))


def _as_bytes(name: str) -> str:
    """The text, or x'…' where it is none."""
    return f"coalesce(try(decode(encode({name}))), 'x''' || hex(encode({name})) || '''')"
