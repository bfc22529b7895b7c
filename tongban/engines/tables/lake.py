"""Tables as Delta logs: versions, commits and clearing up. Rows are the engine's business."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Literal

from deltalake import DeltaTable
from deltalake.exceptions import DeltaError, TableNotFoundError

from tongban.errors import Refusal

from . import commits, log, names
from .keys import KeyDestroyed, Keyring
from .schema import from_log
from .snapshot import File, Snapshot, Staged
from .storage import Storage

READABLE = {commits.TIMESTAMPS}  # what the protocol of a table may ask of its readers

Lock = AbstractContextManager[object]


class NoSuchTable(Refusal):
    """The lake has no table {table}."""

    zh = "数据湖中没有表 {table}。"


class NoSuchVersion(Refusal):
    """Table {table} has no version {version}; the latest is {latest}."""

    zh = "表 {table} 没有第 {version} 个版本，最新为第 {latest} 个。"


class LogDamaged(Refusal):
    """The log of table {table} cannot be read: {problem}. Restore its _delta_log from a backup."""

    zh = "表 {table} 的日志无法读取：{problem}。请从备份恢复其 _delta_log。"


class UnsupportedTable(Refusal):
    """Table {table} asks its readers for {features}, which Tongban does not know."""

    zh = "表 {table} 要求读取方支持 {features}，通办不支持。"


class Conflict(Refusal):
    """Table {table} was at version {base} when this was staged, and is at {current} now. Stage it
    again."""

    zh = "暂存时表 {table} 为版本 {base}，现在是 {current}；请重新暂存。"


class StagedFilesGone(Refusal):
    """What run {run} staged for {table} is no longer there, or not whole. Stage it again."""

    zh = "批次 {run} 为表 {table} 暂存的文件已不在或不完整，请重新暂存。"


@dataclass(frozen=True)
class Vacuumed:
    files: tuple[str, ...]
    keys: tuple[str, ...]


class Lake:
    """`options` are those of `deltalake` for a bucket; a folder needs none."""

    def __init__(self, url: str, keys: Keyring, options: Mapping[str, str] | None = None):
        self.storage = Storage(url, options or {})
        self.keys = keys

    def latest(self, table: str) -> int | None:
        """The number of the newest version, None before the first commit."""
        try:
            return self._open(table).version()
        except NoSuchTable:
            return None

    def snapshot(self, table: str, version: int | None = None) -> Snapshot:
        delta = self._open(table) if version is None else self._open_at(table, version)
        return Snapshot(table, delta.version(), from_log(delta.schema()), self._files(table, delta))

    def versions(self, table: str) -> tuple[int, ...]:
        """Those whose files are all there, oldest first; one that was erased from is among them and
        refuses to be read. Reads the whole log."""
        self._open(table)
        present = self._on_disk(table).keys()
        replayed = log.replay(self.storage, names.table_folder(table))
        return tuple(version for version, live in replayed if live <= present)

    def data_files(self, table: str) -> dict[str, list[str]]:
        """Every data file that lies there, of any version or none, under its key."""
        groups: defaultdict[str, list[str]] = defaultdict(list)
        for path in sorted(self._on_disk(table)):
            groups[names.key_of(path)].append(self._url(table, path))
        return dict(groups)

    def commit(
        self, staged: Staged, *, mode: Literal["replace", "append"] = "replace", lock: Lock
    ) -> int:
        """Make the staged rows the next version and return its number.

        `lock` lets one writer in at a time; only that makes a look at the newest version count.
        Raises Conflict when a replacement was staged before somebody else's commit. An append may
        bring columns that the table does not have yet.
        """
        with lock:
            current = self.latest(staged.table)
            if mode == "replace" and current != staged.base:
                raise Conflict(table=staged.table, base=staged.base, current=current)
            self._check_files(staged)
            self.keys.secret(staged.key)  # refuses what an erasure or a vacuum has overtaken
            if current is None:
                url = self.storage.url(names.table_folder(staged.table))
                commits.create(url, self.storage.options, staged)
            else:
                self._commit_next(staged, mode)
            return self._open(staged.table).version()

    def extend(self, staged: Staged, base: int, *, lock: Lock) -> int:
        """Make what version `base` holds, with the staged rows, the next version.

        What was committed on top of `base` is not in it: nobody could have known of it. Raises
        Conflict where an erasure has taken the base meanwhile.
        """
        with lock:
            self._check_files(staged)
            self.keys.secret(staged.key)
            current = self.latest(staged.table)
            try:
                for key in self.snapshot(staged.table, base).by_key():
                    self.keys.secret(key)
            except KeyDestroyed as error:
                raise Conflict(table=staged.table, base=base, current=current) from error
            if current != base:
                commits.go_back(self._open(staged.table), base)
            self._commit_next(staged, "append")
            return self._open(staged.table).version()

    def vacuum(
        self,
        table: str,
        keep_versions: Collection[int],
        *,
        lock: Lock,
        open_runs: Collection[str] = (),
    ) -> Vacuumed:
        """Delete every file that neither the newest nor a kept version holds, and its key with it.

        What a crash left behind goes too; `open_runs` are stagings at work, whose files stay.
        """
        with lock:
            snapshots = [self.snapshot(table, version) for version in (None, *keep_versions)]
            kept = {file.path for snapshot in snapshots for file in snapshot.files}
            present = self._on_disk(table).keys()
            gone = [
                path
                for path in sorted(present)
                if self._url(table, path) not in kept and names.run_of(path) not in open_runs
            ]
            needed = {names.key_of(path) for path in present - set(gone)}
            keys = {names.key_of(path) for path in gone} - needed
            # keys first: interrupted, this leaves files that the next vacuum finds
            self.keys.destroy(frozenset(keys), "vacuum")
            for path in gone:
                self.storage.delete(f"{names.table_folder(table)}/{path}")
        return Vacuumed(tuple(gone), tuple(sorted(keys)))

    def _open(self, table: str, version: int | None = None) -> DeltaTable:
        url = self.storage.url(names.table_folder(table))
        try:
            delta = DeltaTable(url, version=version, storage_options=self.storage.options)
        except TableNotFoundError as error:
            raise NoSuchTable(table=table) from error
        except DeltaError as error:
            raise LogDamaged(table=table, problem=error) from error
        foreign = set(delta.protocol().reader_features or ()) - READABLE
        if foreign:
            raise UnsupportedTable(table=table, features=", ".join(sorted(foreign)))
        return delta

    def _open_at(self, table: str, version: int) -> DeltaTable:
        try:
            return self._open(table, version)
        except (LogDamaged, OverflowError) as error:
            latest = self._open(table).version()
            if 0 <= version <= latest:
                raise
            raise NoSuchVersion(table=table, version=version, latest=latest) from error

    def _commit_next(self, staged: Staged, mode: Literal["replace", "append"]) -> None:
        delta = self._open(staged.table)
        known = from_log(delta.schema())
        if mode == "append":
            commits.check_appends(staged.table, known, staged.schema)
        if closing := commits.closing(known, staged.schema):
            # what was open once stands in old entries of the log
            folder = names.table_folder(staged.table)
            log.forget(self.storage, folder, lambda path, column: column in closing)
        (commits.append if mode == "append" else commits.replace)(delta, staged)

    def _files(self, table: str, delta: DeltaTable) -> tuple[File, ...]:
        actions: Any = delta.get_add_actions()
        columns: list[list[Any]] = [
            actions[name].to_pylist() for name in ("path", "num_records", "size_bytes")
        ]
        return tuple(
            File(self._url(table, path), names.key_of(path), rows, size)
            for path, rows, size in sorted(zip(*columns, strict=True))
        )

    def _url(self, table: str, path: str) -> str:
        return self.storage.url(names.table_folder(table), path)

    def _on_disk(self, table: str) -> dict[str, int]:
        """Sizes of all data files, committed or not, by their path in the table."""
        sizes = self.storage.sizes(names.table_folder(table), names.DATA)
        return {f"{names.DATA}/{path}": size for path, size in sizes.items()}

    def _check_files(self, staged: Staged) -> None:
        folder = names.data_folder(staged.run, staged.key)
        sizes = self.storage.sizes(names.table_folder(staged.table), folder)
        found = {f"{folder}/{name}": size for name, size in sizes.items()}
        if found != {file.path: file.size for file in staged.files}:
            raise StagedFilesGone(table=staged.table, run=staged.run)
