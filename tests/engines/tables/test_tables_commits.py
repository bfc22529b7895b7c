import json
from dataclasses import replace

import pytest
from deltalake import DeltaTable

from tests.engines.tables.made_up import FREE, PEOPLE, people
from tongban.engines.tables import (
    Column,
    ColumnsDiffer,
    Conflict,
    KeyDestroyed,
    NoSuchTable,
    NoSuchVersion,
    Schema,
    StagedFilesGone,
)

ID = Schema((Column("id", "integer", 2),))
IDS = "SELECT id FROM t ORDER BY id"


def log_text(lake, table="ods.people"):
    folder = table.replace(".", "/")
    names = sorted(lake.storage.sizes(folder, "_delta_log"))
    return "\n".join(lake.storage.read(f"{folder}/_delta_log/{name}").decode() for name in names)


def stats(lake, table="ods.people"):
    """Of every file ever added, in order."""
    entries = map(json.loads, filter(None, log_text(lake, table).split("\n")))
    return [json.loads(entry["add"]["stats"]) for entry in entries if "add" in entry]


def test_each_commit_is_a_version_and_the_old_one_stays_readable(write, read, lake):
    assert write(people(3)) == 0
    assert write(people(5, start=10), run="r2") == 1

    assert read(query=IDS) == [(10,), (11,), (12,), (13,), (14,)]
    assert read(query=IDS, version=0) == [(0,), (1,), (2,)]
    assert lake.versions("ods.people") == (0, 1)


def test_an_append_keeps_what_was_there(write, read, lake):
    write(people(3))
    assert write(people(2, start=3), run="r2", mode="append") == 1

    assert read(query=IDS) == [(0,), (1,), (2,), (3,), (4,)]
    assert [file.rows for file in lake.snapshot("ods.people").files] == [3, 2]
    assert lake.snapshot("ods.people").rows == 5


def test_an_append_may_be_the_first_commit(write, read):
    assert write(people(2), mode="append") == 0

    assert read(query=IDS) == [(0,), (1,)]


def test_what_was_staged_and_never_committed_is_not_there(engine, lake, write, read):
    with engine.connect() as con:
        engine.stage(con, people(9), "ods.people", PEOPLE, "crashed")
        with pytest.raises(NoSuchTable):
            lake.snapshot("ods.people")

    write(people(2), run="r2")
    assert read(query=IDS) == [(0,), (1,)]
    assert lake.versions("ods.people") == (0,)


def test_a_replacement_staged_before_another_commit_is_refused(engine, lake, write, read):
    write(people(1))
    with engine.connect() as con:
        staged = engine.stage(con, people(9), "ods.people", PEOPLE, "slow")
    write(people(2), run="r2", mode="append")

    with pytest.raises(Conflict) as refused:
        lake.commit(staged, lock=FREE)

    assert refused.value.facts == {"table": "ods.people", "base": 0, "current": 1}
    assert len(read()) == 3
    assert lake.latest("ods.people") == 1


def test_whoever_read_an_older_version_can_say_so(engine, lake, write):
    write(people(1))
    write(people(2), run="r2")
    with engine.connect() as con:
        staged = engine.stage(con, people(3), "ods.people", PEOPLE, "r3")

    with pytest.raises(Conflict):
        lake.commit(replace(staged, base=0), lock=FREE)


def test_two_first_commits_are_not_both_the_first(engine, lake, write, read):
    with engine.connect() as con:
        staged = engine.stage(con, people(9), "ods.people", PEOPLE, "slow")
    write(people(2), run="r2")

    with pytest.raises(Conflict):
        lake.commit(staged, lock=FREE)
    assert len(read()) == 2


@pytest.mark.parametrize("harm", ["delete", "truncate", "add"])
def test_staged_files_that_are_not_whole_are_not_committed(engine, lake, harm):
    with engine.connect() as con:
        staged = engine.stage(con, people(9), "ods.people", PEOPLE, "r1")
    path = f"ods/people/{staged.files[0].path}"
    if harm == "delete":
        lake.storage.delete(path)
    elif harm == "truncate":
        lake.storage.replace(path, lake.storage.read(path)[:-1])
    else:
        lake.storage.replace(path.replace("rows", "more"), b"more")

    with pytest.raises(StagedFilesGone, match="r1"):
        lake.commit(staged, lock=FREE)
    assert lake.latest("ods.people") is None


def test_a_staging_whose_key_is_gone_is_not_committed(engine, lake, keys):
    with engine.connect() as con:
        staged = engine.stage(con, people(9), "ods.people", PEOPLE, "r1")
    keys.destroy(frozenset({staged.key}), "erased")

    with pytest.raises(KeyDestroyed, match=staged.key):
        lake.commit(staged, lock=FREE)
    assert lake.latest("ods.people") is None


def test_the_lock_is_held_while_the_version_is_looked_at(engine, lake, write):
    write(people(1))
    with engine.connect() as con:
        staged = engine.stage(con, people(3), "ods.people", PEOPLE, "slow")

    class Lock:
        def __enter__(self):
            write(people(2), run="quick")

        def __exit__(self, *raised):
            return None

    with pytest.raises(Conflict):
        lake.commit(staged, lock=Lock())


def test_a_table_or_version_that_is_not_there_is_named(lake, write):
    with pytest.raises(NoSuchTable, match=r"ods\.people"):
        lake.snapshot("ods.people")
    with pytest.raises(NoSuchTable):
        lake.versions("ods.people")
    write(people(1))

    for version in (1, 99, -1):
        with pytest.raises(NoSuchVersion, match=f"no version {version}; the latest is 0"):
            lake.snapshot("ods.people", version)


def test_a_replacement_may_change_every_column(write, read):
    write("SELECT 1::BIGINT AS id", ID)
    write("SELECT 'x' AS id, DATE '2026-01-01' AS d", Schema((Column("id", "string", 1),
          Column("d", "date", 1))), run="r2")  # fmt: skip

    assert read(version=0) == [(1,)]
    assert [(str(d), id) for id, d in read()] == [("2026-01-01", "x")]


@pytest.mark.parametrize("mode", ["replace", "append"])
def test_the_first_timestamp_of_a_table_can_come_late(write, read, mode):
    write("SELECT 1::BIGINT AS id", ID)
    wider = Schema((*ID.columns, Column("seen", "timestamp", 1)))
    write("SELECT 2::BIGINT AS id, TIMESTAMP '2026-01-02 03:04:05' AS seen", wider, run="r2",
          mode=mode)  # fmt: skip

    rows = [(id, seen and str(seen)) for id, seen in read()]
    assert rows[-1] == (2, "2026-01-02 03:04:05")
    assert rows[:-1] == ([(1, None)] if mode == "append" else [])


@pytest.mark.parametrize(
    ("columns", "query"),
    [
        ([("name", "string")], "SELECT 'x' AS name"),
        ([("id", "string")], "SELECT 'x' AS id"),
    ],
)
def test_an_append_that_lacks_a_column_or_changes_its_type_is_refused(write, read, columns, query):
    write("SELECT 1::BIGINT AS id", ID)
    schema = Schema(tuple(Column(name, type, 1) for name, type in columns))

    with pytest.raises(ColumnsDiffer, match="id"):
        write(query, schema, run="r2", mode="append")
    assert read() == [(1,)]


def test_the_log_holds_extremes_of_open_columns_and_no_others(write, lake):
    write(people(10))

    assert stats(lake) == [
        {
            "numRecords": 10,
            "minValues": {"id": 0, "seen": "2026-01-01T08:00:00.123"},
            "maxValues": {"id": 9, "seen": "2026-01-01T08:00:09.123"},
        }
    ]


@pytest.mark.parametrize("mode", ["replace", "append"])
def test_a_column_that_becomes_secret_leaves_old_entries_and_checkpoints(write, read, lake, mode):
    other = Column("n", "integer", 1)
    was, becomes = (Schema((Column("number", "integer", grade), other)) for grade in (2, 4))
    for i in range(3):
        write(f"SELECT {77000000 + i}::BIGINT AS number, {i}::BIGINT AS n", was, run=f"r{i}",
              mode="append")  # fmt: skip
    DeltaTable(lake.storage.url("ods/people")).create_checkpoint()
    assert "00000000000000000002.checkpoint.parquet" in lake.storage.sizes("ods/people/_delta_log")

    write("SELECT 77999999::BIGINT AS number, 5::BIGINT AS n", becomes, run="last", mode=mode)

    assert "77" not in json.dumps(stats(lake))
    assert stats(lake)[2] == {"numRecords": 1, "minValues": {"n": 2}, "maxValues": {"n": 2}}
    names = lake.storage.sizes("ods/people/_delta_log")
    assert not [name for name in names if "checkpoint" in name]
    assert lake.snapshot("ods.people").schema == becomes
    assert len(read()) == (1 if mode == "replace" else 4)
    assert len(read(version=1)) == 2


def test_an_empty_result_is_a_version_with_no_rows(write, read, lake):
    write(people(2))
    write(people(0), run="r2")

    assert read() == []
    assert lake.snapshot("ods.people").rows == 0
    assert stats(lake)[1] == {"numRecords": 0, "minValues": {}, "maxValues": {}}


def test_what_was_committed_on_top_is_not_in_what_extends_an_older_version(
    write, read, engine, lake
):
    base = write(people(2))
    write(people(5, start=7), run="r2")
    with engine.connect() as con:
        staged = engine.stage(con, people(1, start=3), "ods.people", PEOPLE, "r3")
    version = lake.extend(staged, base, lock=FREE)

    assert [row[0] for row in read()] == [row[0] for row in read(version=base)] + [
        row[0] for row in read(version=version) if row not in read(version=base)
    ]
    assert (len(read(version=base)), len(read()), version) == (2, 3, base + 3)


def test_an_extension_of_the_newest_version_is_one_commit(write, read, engine, lake):
    base = write(people(2))
    with engine.connect() as con:
        staged = engine.stage(con, people(1, start=3), "ods.people", PEOPLE, "r2")

    assert lake.extend(staged, base, lock=FREE) == base + 1
    assert len(read()) == 3


def test_what_was_erased_from_meanwhile_is_not_extended(write, read, engine, lake, keys):
    base = write(people(2))
    with engine.connect() as con:
        staged = engine.stage(con, people(1, start=3), "ods.people", PEOPLE, "r2")
    stays = write(people(1), run="erased")
    keys.destroy(frozenset(lake.snapshot("ods.people", base).by_key()), "erased")

    with pytest.raises(Conflict) as refused:
        lake.extend(staged, base, lock=FREE)
    assert refused.value.told("en") == (
        "Table ods.people was at version 0 when this was staged, and is at 1 now. Stage it again."
    )
    assert refused.value.told("zh") == ("暂存时表 ods.people 为版本 0，现在是 1；请重新暂存。")
    assert lake.latest("ods.people") == stays
    assert len(read()) == 1
