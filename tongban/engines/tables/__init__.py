"""The lake: encrypted tables with versions, and the engine that writes and reads them.

    lake = Lake(url, keys)
    engine = DuckEngine(lake, memory_limit="2GB", threads=2, scratch=scratch)
    with engine.connect() as con:
        engine.attach(con, lake.snapshot("ods.people"), "ods.people")
        staged = engine.stage(con, "SELECT … FROM ods.people", "dwd.people", schema, run)
        version = lake.commit(staged, lock=lock)

Why files look as they do: docs/adr/0001-encryption-at-rest.md.
"""

from .commits import ColumnsDiffer
from .doors import Connection, ExtensionMissing, extension
from .duck import Damage, DuckEngine, NotWrittenWhole, QueryFailed
from .erasure import (
    Attempt,
    BadErasure,
    Erasure,
    Found,
    Sought,
    StillReadable,
    erase,
    erase_sought,
    search,
)
from .fitting import ColumnsNotAsDeclared
from .keys import DataKey, KeyDestroyed, Keyring
from .lake import (
    Conflict,
    Lake,
    LogDamaged,
    NoSuchTable,
    NoSuchVersion,
    StagedFilesGone,
    UnsupportedTable,
    Vacuumed,
)
from .names import BadFolderName, BadTableName, ForeignFile
from .reading import FileDamaged, FileMissing
from .schema import BadColumn, BadSchema, Column, Schema, UnsupportedColumn
from .snapshot import File, Snapshot, Staged, StagedFile
from .storage import MissingOption, PatternInPath, UnsupportedStorage

__all__ = [
    "Attempt",
    "BadColumn",
    "BadErasure",
    "BadFolderName",
    "BadSchema",
    "BadTableName",
    "Column",
    "ColumnsDiffer",
    "ColumnsNotAsDeclared",
    "Conflict",
    "Connection",
    "Damage",
    "DataKey",
    "DuckEngine",
    "Erasure",
    "ExtensionMissing",
    "File",
    "FileDamaged",
    "FileMissing",
    "Found",
    "ForeignFile",
    "KeyDestroyed",
    "Keyring",
    "Lake",
    "LogDamaged",
    "MissingOption",
    "NoSuchTable",
    "NoSuchVersion",
    "NotWrittenWhole",
    "PatternInPath",
    "QueryFailed",
    "Schema",
    "Snapshot",
    "Sought",
    "Staged",
    "StagedFile",
    "StagedFilesGone",
    "StillReadable",
    "UnsupportedColumn",
    "UnsupportedStorage",
    "UnsupportedTable",
    "Vacuumed",
    "erase",
    "erase_sought",
    "extension",
    "search",
]
