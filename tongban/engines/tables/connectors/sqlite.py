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
from .copying import Copy, show, write
from .extensions import engine_with
from .handover import Engine, Rejections, Spool
from .names import check_names
from .places import inside
from .port import Extract, SourceUnreachable, Words, connects

PATIENCE = 5000  # milliseconds to wait for somebody who is writing
TEXT = (
    "CASE typeof({0}) WHEN 'blob' THEN 'x''' || hex({0}) || '''' WHEN 'real' THEN"
    " CASE WHEN CAST(CAST({0} AS text) AS real) = {0} THEN CAST({0} AS text)"
    " ELSE printf('%!.17g', {0}) END ELSE CAST({0} AS text) END"
)


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
        spool = Spool(scratch)
        with engine_with("sqlite_scanner", spool.folder / "spill") as reader:
            columns = self._open(reader)
            try:
                copy, rejections = self._copy(reader, columns, spool)
            except duckdb.Error as error:
                raise SourceUnreachable(self.path, self._why(error)) from error
        return show(con, copy, spool, rejections)

    def _open(self, reader: Engine) -> tuple[str, ...]:
        """Attach the file; its table's columns."""
        file = literal(str(inside(self.base, self.path)))
        options = f"TYPE sqlite, READ_ONLY, BUSY_TIMEOUT {PATIENCE}"
        reader.execute(f"ATTACH {file} AS source ({options})")
        try:
            listed = reader.execute(
                _query("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")
            ).fetchall()
            known = [name for (name,) in listed]
            if self.table not in known:
                raise NoSuchTable(file=self.path, table=self.table, known=", ".join(known))
            reader.execute(_query(f"SELECT * FROM {identifier(self.table)} LIMIT 0"))
        except duckdb.Error as error:
            raise SourceUnreachable(self.path, self._why(error)) from error
        columns = tuple(str(column[0]) for column in reader.description or ())
        check_names(self.path, columns)
        return columns

    def _copy(
        self, reader: Engine, columns: tuple[str, ...], spool: Spool
    ) -> tuple[Copy, Rejections]:
        table = identifier(self.table)
        cells = ", ".join(f"{TEXT.format(name)} AS {name}" for name in map(identifier, columns))
        reader.execute("BEGIN")  # one state of the file for both
        ((rows,),) = reader.execute(_query(f"SELECT count(*) FROM {table}")).fetchall()
        copy = Copy(self.path, columns, _query(f"SELECT {cells} FROM {table}"), int(rows))
        return copy, write(reader, copy, spool)

    def _why(self, error: duckdb.Error) -> Words:
        # after the statement, which stands in quotes, comes what SQLite itself said
        line = str(error).split("\n")[0].rsplit('": ', 1)[-1]
        return Words(line, line)


def _query(sql: str) -> str:
    return f"SELECT * FROM sqlite_query('source', {literal(sql)})"
