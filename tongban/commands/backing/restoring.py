"""An empty state becomes what a backup holds; a throw-away one shows that it can."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from django.conf import settings
from django.db import connection

from tongban.commands.backing import archive, programs
from tongban.commands.backing.archive import Manifest, Told
from tongban.commands.backing.taking import LakeInBucket
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


def restore(file: Path, *, told: Told) -> Manifest:
    """Raises NotEmpty, NoArchive or OtherMasterKey before anything is written."""
    _check_empty()
    lake = Path(settings.LAKE_URL)
    with archive.reading(file) as reader, tempfile.TemporaryDirectory() as name:
        reader.check(told)
        try:
            _copy(reader, lake, told)
            dumped = Path(name, archive.DATABASE)
            reader.copy(archive.DATABASE, dumped)
            connection.close()
            arguments = ("--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error")
            database = f"--dbname={connection.settings_dict['NAME']}"
            programs.run("pg_restore", *arguments, database, str(dumped))
        except BaseException:
            # The database took nothing in; the lake must not keep half of it either.
            shutil.rmtree(lake, ignore_errors=True)
            raise
        if archive.ANCHORS in reader.manifest.members:
            reader.copy(archive.ANCHORS, settings.AUDIT_ANCHOR)
        return reader.manifest


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


def _copy(reader: archive.Reader, lake: Path, told: Told) -> None:
    names = [name for name in reader.manifest.members if name.startswith(archive.LAKE)]
    done, total = 0, sum(reader.manifest.members[name].size for name in names)
    for name in names:
        reader.copy(name, lake / name.removeprefix(archive.LAKE))
        done += reader.manifest.members[name].size
        told("restoring", done, total)


def _check_empty() -> None:
    if store.lake().storage.remote:
        raise LakeInBucket(url=settings.LAKE_URL)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace"
            " WHERE nspname = 'public'"
        )
        (relations,) = only_row(cursor)
    if relations:
        raise NotEmpty(what="The database", what_zh="数据库")
    if Path(settings.LAKE_URL).exists() and any(Path(settings.LAKE_URL).iterdir()):
        raise NotEmpty(what=f"The lake {settings.LAKE_URL}", what_zh=f"数据湖 {settings.LAKE_URL} ")
    if settings.AUDIT_ANCHOR.exists():
        anchor = settings.AUDIT_ANCHOR
        raise NotEmpty(what=f"The anchor file {anchor}", what_zh=f"锚点文件 {anchor} ")
