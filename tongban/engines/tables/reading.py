"""Encrypted Parquet in the engine's SQL, and what the engine's errors mean."""

import re
from base64 import b64encode
from collections.abc import Iterable, Sequence

import duckdb

from tongban.errors import Refusal

from .doors import Connection
from .keys import DataKey
from .quoting import literal

TAMPERED = "Computed AES tag differs"
DAMAGED = (
    TAMPERED,
    "No magic bytes found",
    "too small to be a Parquet file",
    "Footer length error",
    "Could not read enough bytes",
    "TProtocolException",
    "don't know what type",
    "is not encrypted, but 'encryption_config' was set",
)
MISSING = ("No files found that match", "No such file or directory", "404")
PATH = re.compile(r"""["']([^"']+\.parquet)["']""")

# these speak of statements, files and memory; any other may quote a value of a row
WITHOUT_VALUES = (
    duckdb.ParserException,
    duckdb.BinderException,
    duckdb.CatalogException,
    duckdb.PermissionException,
    duckdb.OutOfMemoryException,
    duckdb.IOException,
)
SOURCE_COLUMN = re.compile(r"when casting from source column (\w+)")


class FileDamaged(Refusal):
    """A file of the lake was changed or cut off after it was written ({file}). Restore it from a
    backup, or go back to an edition that does not hold it."""

    zh = "数据湖的文件在写入后被改动或截断（{file}），请从备份恢复，或退回不含它的版次。"


class FileMissing(Refusal):
    """A file of the lake is gone: {file}. Its version was vacuumed, or somebody else removed it."""

    zh = "数据湖的文件已不存在：{file}。其版本已被清理，或文件被他人删除。"


def parquet(paths: Iterable[str], key_name: str | None = None) -> str:
    """The files as a table function. Without a key name, the key is the statement's parameter."""
    files = ", ".join(map(literal, paths))
    key = "footer_key_value: ?" if key_name is None else f"footer_key: {literal(key_name)}"
    return f"read_parquet([{files}], encryption_config = {{{key}}}, hive_partitioning = false)"


def unencrypted(path: str) -> str:
    return f"read_parquet({literal(path)})"


def admit(con: Connection, key: DataKey) -> None:
    """Let views name this key. The statement takes no parameter and so holds the key itself: the
    query log, which any statement can turn on, is turned off first."""
    con.execute("CALL disable_logging()")
    con.execute(
        f"PRAGMA add_parquet_key({literal(key.id)}, {literal(b64encode(key.secret).decode())})"
    )


def columns_of(con: Connection, path: str, secret: bytes) -> dict[str, str]:
    """Names and the engine's types of a file's columns, from its footer."""
    return described(con, f"SELECT * FROM {parquet([path])}", [secret])


def described(con: Connection, query: str, parameters: Sequence[object] = ()) -> dict[str, str]:
    rows = con.execute(f"DESCRIBE {query}", list(parameters)).fetchall()
    return {name: kind for name, kind, *_ in rows}


def refusal_of(error: duckdb.Error, lake: str, file: str | None = None) -> Refusal | None:
    """What the engine met in the files below `lake`, None when it was something else."""
    message = str(error)
    found = PATH.search(message)
    named = file or (found[1] if found else None)
    if named and not named.startswith(lake):
        return None
    if any(sign in message for sign in DAMAGED):
        return FileDamaged(file=named or "?")
    if named and any(sign in message for sign in MISSING):
        return FileMissing(file=named)
    return None


def without_values(error: duckdb.Error) -> str:
    """The error for a person or a log: never a value from a row, which may be of grade 3 or 4."""
    if isinstance(error, WITHOUT_VALUES):
        return str(error)
    column = SOURCE_COLUMN.search(str(error))
    kind = type(error).__name__.removesuffix("Exception")
    return f"{kind} error" + (f" in column {column[1]}" if column else "")
