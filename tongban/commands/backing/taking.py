"""Making a backup while the platform works."""

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max

from tongban.commands.backing import archive, programs
from tongban.commands.backing.archive import Manifest, Table, Told, Writer
from tongban.data.lake import queries as lake_queries
from tongban.data.lake import store
from tongban.data.lake.maintenance import AT_WORK
from tongban.data.lake.models import EditionTable
from tongban.engines.tables import Lake
from tongban.engines.tables.names import table_folder
from tongban.errors import Refusal
from tongban.sql import only_row

LOG = "_delta_log"
ENTRY = re.compile(r"(\d{20})\.(json|checkpoint.*\.parquet)")


class LakeInBucket(Refusal):
    """The lake lies in {url}; back the bucket up with the provider's versioning, and the database
    with pg_dump."""

    zh = "数据湖在 {url}，请用云存储自带的版本功能备份，数据库用 pg_dump 备份。"


class LakeIncomplete(Refusal):
    """{file} of the current edition is missing; restore it before a backup is made."""

    zh = "现行版次的文件 {file} 缺失，请先恢复，再制作备份。"


class LakeMoved(Refusal):
    """{file} was cleared away during the backup; start it again."""

    zh = "备份过程中 {file} 被清理，请重新执行备份。"


@dataclass(frozen=True)
class Frozen:
    """What the database says at the snapshot."""

    id: str
    server: str
    edition: int | None
    current: dict[str, int]
    named: dict[str, set[int]]  # every version that somebody may still read
    newest: dict[str, int]  # that any edition names


def take(file: Path, *, at: datetime, told: Told) -> Manifest:
    if store.lake().storage.remote:
        raise LakeInBucket(url=settings.LAKE_URL)
    with archive.writing(file) as writer, tempfile.TemporaryDirectory(dir=file.parent) as name:
        if settings.AUDIT_ANCHOR.exists():
            writer.add(archive.ANCHORS, settings.AUDIT_ANCHOR)
        dumped = Path(name, archive.DATABASE)
        with _frozen(at) as frozen:
            arguments = ("--format=custom", "--no-owner", "--no-privileges")
            programs.run("pg_dump", *arguments, f"--snapshot={frozen.id}", f"--file={dumped}")
        writer.add(archive.DATABASE, dumped)
        tables = _copy_lake(writer, frozen, told)
        manifest = Manifest(
            made_at=at.isoformat(),
            server=frozen.server,
            key_check=archive.key_check(),
            edition=frozen.edition,
            tables=tables,
            members=writer.members,
        )
        writer.close_with(manifest)
    return manifest


@contextmanager
def _frozen(at: datetime) -> Iterator[Frozen]:
    """One snapshot for the editions read here and for pg_dump, which runs meanwhile."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT pg_export_snapshot(), current_setting('server_version')")
        snapshot, server = only_row(cursor)
        edition = lake_queries.current_edition()
        named: dict[str, set[int]] = {}
        readable = lake_queries.readable_rows(since=at - AT_WORK)
        for table, version in readable.values_list("table", "version"):
            named.setdefault(table, set()).add(version)
        yield Frozen(
            id=snapshot,
            server=server,
            edition=edition.number if edition else None,
            current=lake_queries.tables_of(edition) if edition else {},
            named=named,
            newest=dict(EditionTable.objects.values_list("table").annotate(Max("version"))),
        )


def _copy_lake(writer: Writer, frozen: Frozen, told: Told) -> dict[str, Table]:
    lake = store.lake()
    root = Path(lake.storage.url(""))
    tables: dict[str, Table] = {}
    sizes: dict[str, int] = {}
    for table, newest in sorted(frozen.newest.items()):
        sizes |= _log(lake, table, newest)
        for version in sorted(frozen.named.get(table, ())):
            snapshot = lake.snapshot(table, version)
            is_current = frozen.current.get(table) == version
            if is_current:
                tables[table] = Table(version=version, rows=snapshot.rows)
            for each in snapshot.files:
                if Path(each.path).exists():
                    sizes[Path(each.path).relative_to(root).as_posix()] = each.size
                elif is_current:
                    raise LakeIncomplete(file=each.path)
    done, total = 0, sum(sizes.values())
    for name, size in sizes.items():
        try:
            writer.add(archive.LAKE + name, root / name)
        except FileNotFoundError as error:
            raise LakeMoved(file=name) from error
        done += size
        told("copying", done, total)
    return tables


def _log(lake: Lake, table: str, newest: int) -> dict[str, int]:
    """The log as far as the snapshot knows it. Without the hint to the last checkpoint, which may
    be beyond that; it only saves time."""
    folder = table_folder(table)
    found = lake.storage.sizes(folder, LOG)
    return {
        f"{folder}/{LOG}/{name}": size
        for name, size in found.items()
        if (match := ENTRY.fullmatch(name)) and int(match[1]) <= newest
    }
