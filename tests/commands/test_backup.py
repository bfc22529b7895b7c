"""A backup holds everything but the key; a restore gives the same state, or says why not.

The archive is made from the test's database and restored by a process of its own, which has a
state folder and a database server of its own.
"""

import json
import shutil
import stat
import tarfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from tongban import clock, vault
from tongban.base.audit import actions as audit
from tongban.base.people.models import City
from tongban.commands import backing, unfinished
from tongban.commands.backing import archive, restoring
from tongban.commands.backing.archive import CannotWrite, FileExists, NoArchive, OtherMasterKey
from tongban.commands.backing.restoring import NotEmpty
from tongban.commands.backing.taking import LakeIncomplete
from tongban.commands.management.commands.restore import as_table
from tongban.data.lake import actions as lake
from tongban.data.lake import store
from tongban.data.lake.models import Edition
from tongban.engines.tables import Column, Schema

AT = datetime(2026, 11, 21, 3, tzinfo=UTC)
PLACES = ("LAKE_URL", "SCRATCH", "AUDIT_ANCHOR")
SECRET = "329901199003070020"
SCHEMA = Schema((Column("id", "integer", 2), Column("citizen_id", "string", 4)))


def silent(step: str, done: int, total: int) -> None:
    return None


def write(edition, rows: int) -> None:
    """A new version of ods.people for this edition."""
    engine = store.engine()
    with engine.connect() as con:
        query = f"SELECT i AS id, '{SECRET}' AS citizen_id FROM range({rows}) t(i)"
        staged = engine.stage(con, query, "ods.people", SCHEMA, f"edition-{edition.number}")
        version = store.lake().commit(staged, lock=store.table_lock("ods.people"))
    lake.put_table(edition=edition, table="ods.people", version=version)


@pytest.fixture(scope="module")
def made(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[Path]:
    """Two published editions, a sealed audit log and a backup of both, committed for this module:
    another process must see them."""
    home = tmp_path_factory.mktemp("made")
    kept = {name: getattr(settings, name) for name in PLACES}
    with django_db_blocker.unblock():
        move(home)
        City.objects.create(name_zh="云泽市", name_en="Yunze", region_code="329900")
        for rows in (5, 7):
            edition = lake.open_edition(by="test", at=AT)
            write(edition, rows)
            lake.publish(edition=edition, by="test", at=AT)
        audit.seal_pending(at=clock.now(), limit=1000)
        backing.take(home / "backup.tar", at=AT, told=silent)
        yield home
        call_command("flush", verbosity=0, interactive=False, reset_sequences=False)
    for name, value in kept.items():
        setattr(settings, name, value)


def move(home: Path) -> None:
    settings.LAKE_URL = str(home / "lake")
    settings.SCRATCH = home / "scratch"
    settings.AUDIT_ANCHOR = home / "anchors"


@pytest.fixture
def state(made, tmp_path) -> Path:
    """Files of the test's own, which it may spoil."""
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    (tmp_path / "backup.tar").unlink()
    move(tmp_path)
    return tmp_path


@pytest.fixture
def backup(state, made) -> Path:
    return Path(shutil.copy(made / "backup.tar", state))


def verified(file: Path, capfd) -> tuple[int, dict]:
    capfd.readouterr()
    code = backing.verify(file, "--json")
    return code, json.loads(capfd.readouterr().out)


def test_a_database_in_which_no_restore_was_interrupted_may_be_read(db):
    assert unfinished.found() is None


def test_a_backup_restores_into_a_throw_away_state_and_is_proven_there(backup, state, capfd):
    before = {path: path.stat().st_mtime_ns for path in state.rglob("*")}

    code, proof = verified(backup, capfd)

    assert code == 0
    assert proof["sound"] is True
    assert proof["edition"] == proof["expected_edition"] == 2
    assert [(t["table"], t["expected"], t["found"]) for t in proof["tables"]] == [
        ("ods.people", 7, 7)
    ]
    assert proof["audit"]["sealed"] == proof["audit"]["anchored"] > 0
    assert {path: path.stat().st_mtime_ns for path in state.rglob("*")} == before


def test_the_archive_holds_no_key_and_no_readable_row(backup):
    content = backup.read_bytes()

    key = (settings.STATE / "keys" / "master").read_bytes()
    assert key not in content
    assert SECRET.encode() not in content
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600


def test_the_archive_holds_older_editions_but_nothing_beyond_the_snapshot(state):
    draft = lake.open_edition(by="test", at=AT)
    engine = store.engine()
    with engine.connect() as con:
        query = f"SELECT 1 AS id, '{SECRET}' AS citizen_id"
        staged = engine.stage(con, query, "ods.people", SCHEMA, "unnamed")
        store.lake().commit(staged, lock=store.table_lock("ods.people"))

    manifest = backing.take(state / "backup.tar", at=AT, told=silent)

    lake_files = sorted(name for name in manifest.members if name.startswith("lake/"))
    assert [name for name in lake_files if "/_delta_log/" in name] == [
        f"lake/ods/people/_delta_log/{version:020}.json" for version in range(2)
    ]
    assert len([name for name in lake_files if "/data/" in name]) == 2
    assert draft.number == 3
    assert manifest.edition == 2


@pytest.fixture
def passed_by(state) -> Iterator[Edition]:
    """What fed an edition, and nobody sees any more; its version holds a file of its own."""
    run = Edition.objects.get(number=2)
    made = Edition.objects.create(
        number=90, based_on=run, feeds=run, opened_at=AT, opened_by="test"
    )
    write(made, 9)
    Edition.objects.filter(pk=made.pk).update(status="published", closed_at=AT)
    yield made
    made.delete()


def test_of_what_fed_an_edition_the_last_day_is_in_the_archive(state, passed_by):
    (own,) = (file.path for file in store.lake().snapshot("ods.people").files)
    member = f"lake/{Path(own).relative_to(state / 'lake').as_posix()}"
    log = "lake/ods/people/_delta_log/00000000000000000002.json"

    soon = backing.take(state / "soon.tar", at=AT + timedelta(hours=23), told=silent)
    late = backing.take(state / "late.tar", at=AT + timedelta(hours=25), told=silent)

    assert member in soon.members
    assert set(soon.members) - set(late.members) == {member}
    assert log in late.members, "a number that an edition names is not given again"


def test_a_file_is_not_written_over(backup):
    before = backup.read_bytes()

    with pytest.raises(FileExists):
        backing.take(backup, at=AT, told=silent)

    assert backup.read_bytes() == before


def test_a_missing_file_of_the_current_edition_refuses_and_leaves_no_archive(state):
    snapshot = store.lake().snapshot("ods.people")
    Path(snapshot.files[0].path).unlink()

    with pytest.raises(LakeIncomplete):
        backing.take(state / "backup.tar", at=AT, told=silent)

    assert not list(state.glob("*.tar*"))


@pytest.mark.parametrize("folder", ["missing", "notes"])
def test_a_place_that_cannot_be_written_is_refused_by_name(state, folder):
    (state / "notes").write_text("mine")

    with pytest.raises(CannotWrite) as refused:
        backing.take(state / folder / "backup.tar", at=AT, told=silent)

    assert f"无法写入目录 {state / folder}：" in refused.value.told("zh")
    assert f"Nothing can be written into {state / folder}: " in refused.value.told("en")


def test_what_a_killed_backup_left_behind_is_no_archive_and_in_nobodys_way(state):
    (state / "backup.tar.part").write_text("half")

    backing.take(state / "backup.tar", at=AT, told=silent)

    assert (state / "backup.tar.part").read_text() == "half"
    with archive.reading(state / "backup.tar") as reader:
        reader.check(silent)


def test_a_state_that_is_not_empty_is_refused_by_name(backup, state):
    with pytest.raises(NotEmpty, match="The database is not empty"):
        restoring.restore(backup, erasures=None, at=AT, told=silent)

    assert City.objects.count() == 1


def spoiled(file: Path, old: bytes, new: bytes) -> Path:
    content = file.read_bytes()
    assert old in content
    other = file.with_name("other.tar")
    other.write_bytes(content.replace(old, new, 1))
    return other


def test_a_changed_member_is_named(backup):
    with tarfile.open(backup) as tar:
        member = next(m for m in tar if "/data/" in m.name)
    content = bytearray(backup.read_bytes())
    content[member.offset_data + 100] ^= 1
    other = backup.with_name("other.tar")
    other.write_bytes(content)

    with pytest.raises(NoArchive, match="was changed"), archive.reading(other) as reader:
        reader.check(silent)


def test_a_changed_manifest_is_refused(backup):
    other = spoiled(backup, b'"rows": 7', b'"rows": 8')

    with pytest.raises(NoArchive, match="manifest was changed"), archive.reading(other):
        pass


def test_an_archive_that_was_cut_off_is_refused(backup):
    other = backup.with_name("other.tar")
    other.write_bytes(backup.read_bytes()[:10_240])

    with pytest.raises(NoArchive), archive.reading(other):
        pass


def test_a_file_that_is_no_archive_is_refused(tmp_path):
    (tmp_path / "notes").write_text("nothing")

    with pytest.raises(NoArchive), archive.reading(tmp_path / "notes"):
        pass


def test_another_master_key_is_named(backup, monkeypatch):
    monkeypatch.setattr(settings, "VAULT", vault.SoftwareVault(b"k" * 32))

    with pytest.raises(OtherMasterKey), archive.reading(backup):
        pass


def test_a_state_that_is_not_what_the_manifest_says_is_not_sound(state):
    manifest = backing.take(state / "backup.tar", at=AT, told=silent)
    other = manifest.tables | {"ods.people": archive.Table(version=1, rows=8)}

    proof = backing.prove(manifest.model_copy(update={"tables": other, "edition": 9}), silent)

    assert proof.audit.sound
    assert [(t.table, t.expected, t.found, t.sound) for t in proof.tables] == [
        ("ods.people", 8, 7, False)
    ]
    assert not proof.sound


def test_a_table_that_cannot_be_read_is_named(state):
    manifest = backing.take(state / "backup.tar", at=AT, told=silent)
    path = Path(store.lake().snapshot("ods.people").files[0].path)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)

    proof = backing.prove(manifest, silent)

    assert not proof.sound
    assert proof.tables[0].problems_zh and proof.tables[0].problems_en
    assert as_table(proof, "zh").splitlines()[-1] == "NOT SOUND"


def test_the_command_says_that_the_key_is_not_in_it(state, capsys):
    call_command("backup", str(state / "backup.tar"))

    told = capsys.readouterr()
    assert "edition 2, 1 tables" in told.out
    assert "主密钥不在备份中" in told.err
