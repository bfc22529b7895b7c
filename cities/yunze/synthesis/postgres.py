"""Puts RS01 into PostgreSQL, where its office keeps it."""

from pathlib import Path

import psycopg

from synthesis import insurance

_CREATE = """
create schema if not exists rs;
drop table if exists rs.cb_gr;
create table rs.cb_gr (
    jlh bigint primary key, grbh text not null, sfzh text, xm text, xzlx text, cbzt text,
    dwbh text, dwmc text, dwuscc text, jfny text, jfjs numeric(10, 2), sckcb text
);
"""
_COPY = "copy rs.cb_gr from stdin (format csv, header match)"
_CHUNK = 1 << 20


def load_postgres(dsn: str, directory: Path) -> int:
    """Replaces the table `rs.cb_gr` with what was generated in `directory`; the rows written."""
    with psycopg.connect(dsn) as connection, connection.cursor() as cursor:
        cursor.execute(_CREATE)
        with (Path(directory) / insurance.PATH).open("rb") as source:
            with cursor.copy(_COPY) as copy:
                while chunk := source.read(_CHUNK):
                    copy.write(chunk)
            return cursor.rowcount
