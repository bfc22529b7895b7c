"""Lawful deletion: rows leave the version that is read, and all their files with the keys."""

from collections.abc import Callable, Collection, Generator, Iterable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass

import duckdb

from tongban.errors import Refusal

from . import log, names, quoting
from .doors import Connection
from .duck import DuckEngine
from .keys import KeyDestroyed
from .lake import Lock
from .reading import columns_of, parquet, unencrypted
from .schema import Schema

FORGOTTEN, BEFORE = "erased_values", "erased_before"
SEARCHED = ("string", "integer")


class BadErasure(Refusal):
    """{table} cannot be erased from by {column}: name one of its columns of type string or integer,
    and at least one value."""

    zh = "不能按 {column} 从 {table} 删除：请指定该表 string 或 integer 类型的字段，并给出值。"


class StillReadable(Refusal):
    """{path} can still be read although its key was destroyed. The erasure is not proven."""

    zh = "密钥已销毁，但仍能读取 {path}，删除未获证实。"


@dataclass(frozen=True)
class Attempt:
    """One try to read a file whose key is gone, and what the engine answered without the key."""

    path: str
    key: str
    answer: str


@dataclass(frozen=True)
class Erasure:
    """The proof. `unsearched` are keys of files without the column: a person may stand there under
    another one."""

    table: str
    version: int  # holds the table without the rows
    rows: int  # taken out of the version that was handed in
    versions: tuple[int, ...]  # can no longer be read
    keys: tuple[str, ...]  # destroyed
    attempts: tuple[Attempt, ...]
    unsearched: tuple[str, ...]


@dataclass(frozen=True)
class Found:
    holding: dict[str, int]  # key → rows of its files that match
    unsearched: tuple[str, ...]
    searched: int  # rows looked at


@dataclass(frozen=True)
class Sought:
    """Who is looked for, in the engine's SQL.

    `prepare` makes what the SQL needs on a connection. `matches` is the predicate over a file with
    these columns and types, None where it cannot tell. `rest` is the query of what stays of a
    relation with this schema.
    """

    prepare: Callable[[Connection], None]
    matches: Callable[[Mapping[str, str]], str | None]
    rest: Callable[[Schema, str], str]


def erase(
    engine: DuckEngine,
    table: str,
    *,
    version: int,
    column: str,
    values: Collection[str] | Collection[int],
    run: str,
    reason: str,
    lock: Lock,
) -> Erasure:
    """`erase_sought` for the rows whose column has one of the values. They are compared as they
    are: hand in every way of writing them."""
    held = engine.lake.snapshot(table, version).schema.get(column)
    if held is None or held.type not in SEARCHED or not values:
        raise BadErasure(table=table, column=column)
    kind, predicate = held.duckdb, _is_forgotten(column)

    def prepare(con: Connection) -> None:
        con.execute(
            f"CREATE TEMP TABLE {FORGOTTEN} AS SELECT DISTINCT CAST(unnest(?) AS {kind}) AS value",
            [list(values)],
        )

    sought = Sought(
        prepare,
        lambda columns: predicate if column in columns else None,
        lambda schema, relation: f"SELECT * FROM {relation} WHERE NOT {predicate}",
    )
    return erase_sought(
        *(engine, table, sought), version=version, run=run, reason=reason, lock=lock
    )


def erase_sought(
    engine: DuckEngine,
    table: str,
    sought: Sought,
    *,
    version: int,
    run: str,
    reason: str,
    lock: Lock,
) -> Erasure:
    """Rewrite `version` (the one readers see) as what stays of it, commit that, destroy the keys of
    all files that hold rows which match, and try to read those files.

    Call it in the transaction that destroys keys and points readers at the new version:
    interrupted, both are as before and the call is repeated. Files count whether committed or not,
    so a staging at work is lost and must begin again. A file that cannot be read refuses the whole
    with FileDamaged.
    """
    with lock:
        lake, folder = engine.lake, names.table_folder(table)
        snapshot = lake.snapshot(table, version)
        with engine.connect() as con:
            sought.prepare(con)
            found = _search(engine, con, table, sought)
            holding = found.holding.keys()
            rows = 0
            if holding & snapshot.by_key().keys():
                engine.attach(con, snapshot, BEFORE)
                query = sought.rest(snapshot.schema, BEFORE)
                staged = engine.stage(con, query, table, snapshot.schema, run)
                rows = snapshot.rows - staged.rows
                version = lake.commit(staged, mode="replace", lock=nullcontext())
        lake.keys.destroy(frozenset(holding), reason)
        log.forget(lake.storage, folder, lambda path, _: names.key_of(path) in holding)
        touched = tuple(
            number
            for number, live in log.replay(lake.storage, folder)
            if holding & set(map(names.key_of, live))
        )
        attempts = _attempts(engine, table, found)
    keys = tuple(sorted(holding))
    return Erasure(table, version, rows, touched, keys, attempts, found.unsearched)


def search(
    engine: DuckEngine, tables: Iterable[str], sought: Sought
) -> Generator[tuple[str, Found]]:
    """Looks into every file below each table, of any version or none, that can still be read."""
    with engine.connect() as con:
        sought.prepare(con)
        for table in tables:
            yield table, _search(engine, con, table, sought)


def _search(engine: DuckEngine, con: Connection, table: str, sought: Sought) -> Found:
    holding: dict[str, int] = {}
    unsearched: list[str] = []
    searched = 0
    for key, paths in engine.lake.data_files(table).items():
        try:
            secret = engine.lake.keys.secret(key)
        except KeyDestroyed:
            continue  # of an earlier erasure or vacuum
        predicate = sought.matches(columns_of(con, paths[0], secret))
        if predicate is None:
            unsearched.append(key)
            continue
        query = f"SELECT count(*), count(*) FILTER ({predicate}) FROM {parquet(paths)}"
        ((read, rows),) = con.execute(query, [secret]).fetchall()
        searched += read
        if rows:
            holding[key] = rows
    return Found(holding, tuple(unsearched), searched)


def _is_forgotten(column: str) -> str:
    values = f"(SELECT value FROM {FORGOTTEN})"
    return f"coalesce({quoting.identifier(column)} IN {values}, false)"


def _attempts(engine: DuckEngine, table: str, found: Found) -> tuple[Attempt, ...]:
    """Try every file as the platform would, then without a key, as a thief would."""
    attempts: list[Attempt] = []
    files = engine.lake.data_files(table)
    with engine.connect() as con:
        for key in sorted(found.holding):
            for path in files[key]:
                if _has_secret(engine, key):
                    raise StillReadable(path=path)
                attempts.append(Attempt(path, key, _answer(con, path)))
    return tuple(attempts)


def _has_secret(engine: DuckEngine, key: str) -> bool:
    try:
        engine.lake.keys.secret(key)
    except KeyDestroyed:
        return False
    return True


def _answer(con: Connection, path: str) -> str:
    try:
        con.execute(f"SELECT * FROM {unencrypted(path)} LIMIT 1")
    except duckdb.InvalidInputException as error:
        return str(error).partition("\n")[0]
    raise StillReadable(path=path)
