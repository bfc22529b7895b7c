"""Puts RS01 and SCJ01 into PostgreSQL, where their offices keep them."""

from pathlib import Path

import psycopg
from psycopg import sql

from synthesis import companies, insurance

_CREATE = """
create schema if not exists rs;
create schema if not exists scj;
drop table if exists rs.cb_gr;
drop table if exists scj.scztdj;
create table rs.cb_gr (
    jlh bigint primary key, grbh text not null, sfzh text, xm text, xzlx text, cbzt text,
    dwbh text, dwmc text, dwuscc text, jfny text, jfjs numeric(10, 2), sckcb text
);
create table scj.scztdj (
    uscc text primary key, mc text not null, ztlx text, fddbr text, fddbr_zjh text, zczb text,
    cywz text, clrq text, djzt text, zxrq text, hydm text, zs text, djjg text
);
"""
_TABLES = {("rs", "cb_gr"): insurance.PATH, ("scj", "scztdj"): companies.PATH}
_CHUNK = 1 << 20


def load_postgres(dsn: str, directory: Path) -> dict[str, int]:
    """Replaces the tables with what was generated in `directory`; the rows written of each."""
    rows: dict[str, int] = {}
    with psycopg.connect(dsn) as connection, connection.cursor() as cursor:
        cursor.execute(_CREATE)
        for table, path in _TABLES.items():
            name = sql.Identifier(*table)
            statement = sql.SQL("copy {} from stdin (format csv, header match)").format(name)
            with (Path(directory) / path).open("rb") as source, cursor.copy(statement) as copy:
                while chunk := source.read(_CHUNK):
                    copy.write(chunk)
            rows[".".join(table)] = cursor.rowcount
    return rows
