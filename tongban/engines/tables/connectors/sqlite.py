"""One table or view of a SQLite file.

SQLite keeps any value in any column, so every value is taken as text: a number with a fraction so
that it reads back the same (SQLite's own text drops digits), bytes as x'…'. A row with text that
is not UTF-8 is given back, that text written as bytes.
"""

from dataclasses import dataclass
from pathlib import Path

import duckdb

from tongban.errors import Refusal

from ..quoting import identifier, literal
from .extensions import engine_with
from .handover import Rejections, folder_in, hand_over, json_of, path_literal
from .names import check_names
from .places import inside
from .port import Extract, SourceUnreachable, Words, connects

Engine = duckdb.DuckDBPyConnection
NOT_UTF8 = Words("a text is not UTF-8", "有文字不是 UTF-8 编码")
TEXT = (
    "CASE typeof({0}) WHEN 'blob' THEN 'x''' || hex({0}) || '''' WHEN 'real' THEN"
    " CASE WHEN CAST(CAST({0} AS text) AS real) = {0} THEN CAST({0} AS text)"
    " ELSE printf('%!.17g', {0}) END ELSE CAST({0} AS text) END"
)
HEX = f"CASE WHEN {{0}} IS NOT NULL THEN hex({TEXT}) END"


class NoSuchTable(Refusal):
    """{file} has no table {table}. Correct the table in the contract; it has: {known}."""

    zh = "{file} 中没有表 {table}，现有：{known}。请更正资源约定中的表名。"


@connects("sqlite")
@dataclass(frozen=True)
class SqliteTable:
    base: Path
    path: str
    table: str

    def check(self) -> None:
        with engine_with("sqlite_scanner") as reader:
            self._open(reader)

    def extract(self, con: Engine, scratch: Path) -> Extract:
        rejections = Rejections(self.path)
        with engine_with("sqlite_scanner") as reader:
            columns = self._open(reader)
            folder = folder_in(scratch)
            rows_file = folder / "rows.parquet"
            try:
                rows = self._copy(reader, columns, TEXT, rows_file)
            except duckdb.InvalidInputException:  # somewhere in there is text that is not UTF-8
                reader.execute("ROLLBACK")
                rows = self._copy(reader, columns, HEX, folder / "rows.hex")
                _decode(reader, columns, folder / "rows.hex", rows_file, rejections)
        extract = Extract(folder.name, columns, rows, tuple(rejections.all), self.path)
        return hand_over(con, folder, extract, raw=json_of(columns))

    def _open(self, reader: Engine) -> tuple[str, ...]:
        """Attach the file; its table's columns."""
        file = inside(self.base, self.path)
        reader.execute(f"ATTACH {literal(str(file))} AS source (TYPE sqlite, READ_ONLY)")
        try:
            listed = reader.execute(
                _query("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")
            ).fetchall()
            known = [name for (name,) in listed]
            if self.table not in known:
                raise NoSuchTable(file=self.path, table=self.table, known=", ".join(known))
            reader.execute(_query(f"SELECT * FROM {identifier(self.table)} LIMIT 0"))
        except duckdb.Error as error:
            why = str(error).split("\n")[0].replace(str(file), self.path)
            raise SourceUnreachable(self.path, Words(why, why)) from error
        columns = tuple(str(column[0]) for column in reader.description or ())
        check_names(self.path, columns)
        return columns

    def _copy(self, reader: Engine, columns: tuple[str, ...], cell: str, target: Path) -> int:
        """Every row, its cells written as `cell` says; how many the table says it has."""
        table, names = identifier(self.table), list(map(identifier, columns))
        cells = ", ".join(f"{cell.format(name)} AS {name}" for name in names)
        reader.execute("BEGIN")  # one state of the file for both
        ((rows,),) = reader.execute(_query(f"SELECT count(*) FROM {table}")).fetchall()
        reader.execute(
            f"COPY (SELECT {', '.join(names)}, row_number() OVER () AS _position,"
            f" CAST(NULL AS BIGINT) AS _line FROM ({_query(f'SELECT {cells} FROM {table}')}))"
            f" TO {literal(str(target))} (FORMAT parquet)"
        )
        reader.execute("COMMIT")
        return int(rows)


def _query(sql: str) -> str:
    return f"SELECT * FROM sqlite_query('source', {literal(sql)})"


def _decode(
    reader: Engine, columns: tuple[str, ...], source: Path, target: Path, rejections: Rejections
) -> None:
    """The rows that are text, into `target`; the others, into `rejections`."""
    names = list(map(identifier, columns))
    text = {name: f"try(decode(unhex({name})))" for name in names}
    bad = " OR ".join(f"({name} IS NOT NULL AND {text[name]} IS NULL)" for name in names)
    rows = f"FROM read_parquet({path_literal(source)})"
    cells = ", ".join(f"{text[name]} AS {name}" for name in names)
    reader.execute(
        f"COPY (SELECT {cells}, _position, _line {rows} WHERE NOT ({bad}))"
        f" TO {literal(str(target))} (FORMAT parquet)"
    )
    shown = ", ".join(
        f"coalesce({text[name]}, 'x''' || {name} || '''') AS {name}" for name in names
    )
    found = reader.execute(
        f"SELECT _position, {json_of(columns)} FROM"
        f" (SELECT {shown}, _position {rows} WHERE {bad}) ORDER BY _position"
    )
    while row := found.fetchone():
        rejections.add(row[0], row[1], NOT_UTF8)
