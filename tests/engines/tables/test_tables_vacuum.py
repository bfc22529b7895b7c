import pytest

from tests.engines.tables.made_up import FREE, PEOPLE, people
from tongban.engines.tables import (
    FileMissing,
    KeyDestroyed,
    NoSuchVersion,
    StagedFilesGone,
    Vacuumed,
)


@pytest.fixture
def three_versions(write):
    for i in range(3):
        write(people(i + 1), run=f"r{i}")


def test_only_the_newest_and_the_kept_versions_stay(three_versions, lake, read, keys):
    vacuumed = lake.vacuum("ods.people", [0], lock=FREE)

    assert vacuumed == Vacuumed(("data/r1/ods.people/r1/1/rows.parquet",), ("ods.people/r1/1",))
    assert keys.destroyed == {"ods.people/r1/1": "vacuum"}
    assert lake.versions("ods.people") == (0, 2)
    assert (len(read(version=0)), len(read())) == (1, 3)


def test_a_version_that_was_cleared_away_says_so(three_versions, lake, read):
    lake.vacuum("ods.people", [], lock=FREE)

    with pytest.raises(KeyDestroyed):
        read(version=0)
    assert len(read()) == 3


def test_a_file_that_somebody_removed_is_named(three_versions, lake, read):
    (file,) = lake.snapshot("ods.people").files
    lake.storage.delete("ods/people/" + file.path.partition("/ods/people/")[2])

    with pytest.raises(FileMissing, match=file.path):
        read()
    assert lake.versions("ods.people") == (0, 1)


def test_a_file_that_several_versions_share_stays(write, lake, read):
    write(people(2))
    write(people(2, start=2), run="r2", mode="append")
    write(people(1), run="r3")

    assert lake.vacuum("ods.people", [1], lock=FREE) == Vacuumed((), ())
    assert len(read(version=1)) == 4


def test_what_a_crash_left_behind_goes_and_a_staging_at_work_stays(engine, lake, write, keys):
    write(people(1))
    with engine.connect() as con:
        crashed = engine.stage(con, people(5), "ods.people", PEOPLE, "crashed")
        at_work = engine.stage(con, people(5), "ods.people", PEOPLE, "at-work")

    vacuumed = lake.vacuum("ods.people", [], lock=FREE, open_runs={"at-work"})

    assert vacuumed == Vacuumed((crashed.files[0].path,), (crashed.key,))
    assert lake.commit(at_work, lock=FREE) == 1
    with pytest.raises(StagedFilesGone):
        lake.commit(crashed, mode="append", lock=FREE)
    assert lake.snapshot("ods.people").rows == 5


def test_a_version_that_never_was_cannot_be_kept_and_nothing_goes(three_versions, lake):
    with pytest.raises(NoSuchVersion):
        lake.vacuum("ods.people", [7], lock=FREE)

    assert lake.versions("ods.people") == (0, 1, 2)


def test_an_interrupted_vacuum_is_finished_by_the_next(three_versions, lake, monkeypatch):
    def pull_the_plug(path):
        raise OSError("power cut")

    with monkeypatch.context() as patch, pytest.raises(OSError, match="power cut"):
        patch.setattr(lake.storage, "delete", pull_the_plug)
        lake.vacuum("ods.people", [0], lock=FREE)

    assert len(lake.vacuum("ods.people", [0], lock=FREE).files) == 1
    assert lake.versions("ods.people") == (0, 2)
