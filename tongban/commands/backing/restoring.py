"""An empty state becomes what a backup holds; a throw-away one shows that it can."""

import os
import shutil
import subprocess
import sys
import tempfile
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection

from tongban.commands import unfinished
from tongban.commands.backing import archive, programs
from tongban.commands.backing.archive import Manifest, Told
from tongban.commands.backing.taking import LakeInBucket
from tongban.commands.unfinished import Unfinished
from tongban.data.lake import store
from tongban.errors import Refusal
from tongban.sql import only_row

OWN_PLACES = ("DATABASE_URL", "TONGBAN_LAKE_URL", "TONGBAN_SCRATCH", "TONGBAN_AUDIT_ANCHOR")


class NotEmpty(Refusal):
    """{what} is not empty. A backup is restored into an empty state only: name a new TONGBAN_STATE,
    or an empty database and lake."""

    zh = (
        "{what_zh}不是空的。备份只能恢复到空的状态："
        "请另设 TONGBAN_STATE，或指定空的数据库和数据湖。"
    )


class OtherBackup(Refusal):
    """The restore of another backup, {file}, was interrupted here. Run `tongban restore {file}`: it
    goes on where it stopped; or name a new TONGBAN_STATE, or an empty database and lake."""

    zh = (
        "此处曾有另一份备份 {file} 的恢复被中断。请执行 tongban restore {file}，"
        "它会从中断处继续；或另设 TONGBAN_STATE，或指定空的数据库和数据湖。"
    )


def restore(file: Path, *, erasures: Path | None, at: datetime, told: Told) -> Manifest:
    """Raises NotEmpty, NoArchive, OtherMasterKey, OtherBackup or InUse before anything is written.

    Goes on where an earlier call with the same file was interrupted. Call it within
    `unfinished.restoring()`; nobody else can read the state before `unfinished.end()`.
    """
    with archive.reading(file) as reader:
        begun = Unfinished(str(file.resolve()), reader.proof, str(erasures or ""), at)
        _begin(reader, begun, told)
        if not _relations():
            _copy_all(reader, told)
        if archive.ANCHORS in reader.manifest.members:
            settings.AUDIT_ANCHOR.unlink(missing_ok=True)  # half of it, from the earlier call
            reader.copy(archive.ANCHORS, settings.AUDIT_ANCHOR)
        return reader.manifest


def _begin(reader: archive.Reader, begun: Unfinished, told: Told) -> None:
    earlier = unfinished.found()
    if earlier is None:
        _check_empty()
    elif earlier.proof != begun.proof:
        raise OtherBackup(file=earlier.file)
    reader.check(told)
    if earlier is None:
        unfinished.begin(begun)


def _copy_all(reader: archive.Reader, told: Told) -> None:
    """The lake first: the database comes at once and whole, and then all of it is there."""
    lake = Path(settings.LAKE_URL)
    shutil.rmtree(lake, ignore_errors=True)  # it was empty, or half of it is from an earlier call
    try:
        _copy_lake(reader, lake, told)
        with tempfile.TemporaryDirectory() as name:
            dumped = Path(name, archive.DATABASE)
            reader.copy(archive.DATABASE, dumped)
            connection.close()
            arguments = ("--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error")
            database = f"--dbname={connection.settings_dict['NAME']}"
            programs.run("pg_restore", *arguments, database, str(dumped))
    except BaseException:
        if not _relations():
            # The database took nothing in; the lake must not keep half of it either.
            shutil.rmtree(lake, ignore_errors=True)
            unfinished.end()
        raise


def verify(file: Path, *arguments: str) -> int:
    """Restore into a throw-away state with a server of its own, in a process of its own, and prove
    it there. Returns the exit code; what the process prints is passed on."""
    environment = {name: value for name, value in os.environ.items() if name not in OWN_PLACES}
    environment.setdefault("TONGBAN_MASTER_KEY", _master_key())
    with tempfile.TemporaryDirectory(prefix="tongban-verify-") as state:
        environment["TONGBAN_STATE"] = state
        command = [sys.executable, "-m", "tongban", "restore", str(file.resolve()), *arguments]
        return subprocess.run(command, env=environment, check=False).returncode


def _master_key() -> str:
    path = settings.STATE / "keys" / "master"
    return path.read_text() if path.exists() else ""


def _copy_lake(reader: archive.Reader, lake: Path, told: Told) -> None:
    names = [name for name in reader.manifest.members if name.startswith(archive.LAKE)]
    done, total = 0, sum(reader.manifest.members[name].size for name in names)
    for name in names:
        reader.copy(name, lake / name.removeprefix(archive.LAKE))
        done += reader.manifest.members[name].size
        told("restoring", done, total)


def _check_empty() -> None:
    if store.lake().storage.remote:
        raise LakeInBucket(url=settings.LAKE_URL)
    if _relations():
        raise NotEmpty(what="The database", what_zh="数据库")
    if Path(settings.LAKE_URL).exists() and any(Path(settings.LAKE_URL).iterdir()):
        raise NotEmpty(what=f"The lake {settings.LAKE_URL}", what_zh=f"数据湖 {settings.LAKE_URL} ")
    if settings.AUDIT_ANCHOR.exists():
        anchor = settings.AUDIT_ANCHOR
        raise NotEmpty(what=f"The anchor file {anchor}", what_zh=f"锚点文件 {anchor} ")


def _relations() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace"
            " WHERE nspname = 'public' AND relname <> %s",
            [unfinished.TABLE],
        )
        (relations,) = only_row(cursor)
        return relations
