import duckdb
import pytest

from tests.engines.tables.made_up import FREE, PEOPLE, people
from tongban.engines.tables import (
    BadErasure,
    Column,
    FileDamaged,
    Found,
    KeyDestroyed,
    Schema,
    Sought,
    StillReadable,
    erase,
    erase_sought,
    search,
)

TABLE = "ods.people"
LI = "329900199001011003"  # the citizen number of person 3


@pytest.fixture
def forget(engine):
    def forget(version, values=(LI,), column="citizen"):
        return erase(engine, TABLE, version=version, column=column, values=values, run="erase-1",
                     reason="request 12", lock=FREE)  # fmt: skip

    return forget


@pytest.fixture
def history(write):
    """Version 0 with person 3, version 1 without, version 2 with, and 3 which adds others to 2."""
    write(people(5), run="r0")
    write(people(5, start=10), run="r1")
    write(people(8), run="r2")
    write(people(4, start=20), run="r3", mode="append")


def key(run, number):
    return f"{TABLE}/{run}/{number}"


def test_the_person_leaves_and_versions_that_held_him_cannot_be_read(
    history, forget, read, lake, keys
):
    proof = forget(3)

    assert (proof.version, proof.rows, proof.versions) == (4, 1, (0, 2, 3))
    assert proof.keys == (key("r0", 0), key("r2", 2))
    assert keys.destroyed == dict.fromkeys(proof.keys, "request 12")
    assert [id for id, *_ in read()] == [0, 1, 2, 4, 5, 6, 7, 20, 21, 22, 23]
    for version in (0, 2, 3):
        with pytest.raises(KeyDestroyed):
            read(version=version)
    assert [id for id, *_ in read(version=1)] == [10, 11, 12, 13, 14]
    assert proof.unsearched == ()


def test_each_file_was_tried(history, forget, lake):
    files = [path for k in (key("r0", 0), key("r2", 2)) for path in lake.data_files(TABLE)[k]]

    attempts = forget(3).attempts

    assert [attempt.path for attempt in attempts] == files
    assert attempts[0].key == key("r0", 0)
    assert attempts[0].answer == (
        f"Invalid Input Error: File '{files[0]}' is encrypted, but 'encryption_config' was not set"
    )


def test_the_log_forgets_what_it_knew_of_those_files(history, forget, lake):
    forget(3)

    def entry(version):
        return lake.storage.read(f"ods/people/_delta_log/{version:020}.json").decode()

    assert "minValues" in entry(0)
    assert "2026-01-01T08:00:04" not in entry(0)
    assert "2026-01-01T08:00:14" in entry(1)  # the one without him keeps its extremes
    assert lake.snapshot(TABLE, 0).rows == 5


def test_the_version_that_readers_see_is_rewritten_and_not_the_newest(history, forget, read):
    proof = forget(1, values=["329900199001011012"])

    assert (proof.version, proof.rows, proof.versions) == (4, 1, (1,))
    assert [id for id, *_ in read()] == [10, 11, 13, 14]
    assert len(read(version=3)) == 12


def test_a_person_of_old_versions_only_needs_no_new_one(history, forget, read, lake):
    proof = forget(1)

    assert (proof.version, proof.rows, proof.versions) == (1, 0, (0, 2, 3))
    assert lake.latest(TABLE) == 3
    assert len(read(version=1)) == 5


def test_nobody_found_changes_nothing(history, forget, read, lake, keys):
    proof = forget(3, values=["329900199001019999"])

    assert (proof.version, proof.rows, proof.versions, proof.keys, proof.attempts) == (
        3, 0, (), (), ()
    )  # fmt: skip
    assert keys.destroyed == {}
    assert lake.versions(TABLE) == (0, 1, 2, 3)


def test_several_persons_go_by_number_and_rows_without_one_stay(write, forget, read):
    write(f"SELECT * FROM ({people(5)}) UNION ALL BY NAME SELECT NULL::BIGINT AS id", run="r0")

    proof = forget(0, values=[1, 4, 77], column="id")

    assert proof.rows == 2
    assert [id for id, *_ in read()] == [0, 2, 3, None]


def test_what_is_staged_and_not_committed_is_lost_too(history, engine, lake, forget):
    with engine.connect() as con:
        staged = engine.stage(con, people(5), TABLE, PEOPLE, "at-work")

    assert staged.key in forget(3).keys
    with pytest.raises(KeyDestroyed):
        lake.commit(staged, mode="append", lock=FREE)
    assert lake.latest(TABLE) == 4


def test_files_without_the_column_are_said_to_be_unsearched(write, forget):
    write("SELECT 'x' AS other", Schema((Column("other", "string", 1),)), run="r0")
    version = write(people(5), run="r1")

    assert forget(version).unsearched == (key("r0", 0),)


def test_again_after_all_finds_nothing_more(history, forget, keys):
    proof = forget(3)

    again = forget(proof.version)
    assert (again.version, again.rows, again.keys) == (proof.version, 0, ())


def test_what_stays_of_a_row_may_be_a_part_of_it(write, engine, lake, read):
    version = write(people(4), run="r0")
    sought = Sought(
        lambda con: None,
        lambda columns: f"citizen = '{LI}'" if "citizen" in columns else None,
        lambda schema, relation: (
            f"SELECT * REPLACE (CASE WHEN citizen = '{LI}' THEN NULL ELSE citizen END AS citizen)"
            f" FROM {relation}"
        ),
    )
    assert list(search(engine, [TABLE], sought)) == [(TABLE, Found({key("r0", 0): 1}, (), 4))]

    proof = erase_sought(
        engine, TABLE, sought, version=version, run="e", reason="request 12", lock=FREE
    )

    assert (proof.version, proof.rows, proof.versions) == (1, 0, (0,))
    assert [row[2] is None for row in read()] == [False, False, False, True]
    assert list(search(engine, [TABLE], sought)) == [(TABLE, Found({}, (), 4))]


@pytest.mark.parametrize(
    ("column", "values"), [("citizen", []), ("nobody", ["x"]), ("born", ["1990-01-01"])]
)
def test_a_column_that_cannot_tell_persons_apart_is_refused(
    history, forget, keys, lake, column, values
):
    with pytest.raises(BadErasure, match=column):
        forget(3, values, column)

    assert keys.destroyed == {}
    assert lake.latest(TABLE) == 3


def test_a_damaged_file_refuses_the_whole(history, forget, lake, keys, read):
    (path,) = [file.path for file in lake.snapshot(TABLE, 0).files]
    inside = "ods/people/" + path.partition("/ods/people/")[2]
    content = bytearray(lake.storage.read(inside))
    content[-20] ^= 1
    lake.storage.replace(inside, bytes(content))

    with pytest.raises(FileDamaged):
        forget(3)
    assert keys.destroyed == {}
    assert len(read(version=3)) == 12


def test_a_keyring_that_keeps_its_keys_is_found_out(history, forget, keys, monkeypatch):
    monkeypatch.setattr(keys, "destroy", lambda ids, reason: None)

    with pytest.raises(StillReadable, match=r"rows\.parquet"):
        forget(3)


def test_a_copy_in_the_clear_is_found_out(history, forget, lake, keys, monkeypatch):
    (path,) = lake.data_files(TABLE)[key("r0", 0)]
    destroy = keys.destroy

    def leak(ids, reason):
        destroy(ids, reason)
        duckdb.execute(f"COPY (SELECT 1 AS id) TO '{path}' (FORMAT parquet)")

    monkeypatch.setattr(keys, "destroy", leak)
    with pytest.raises(StillReadable) as refused:
        forget(3)
    assert refused.value.facts == {"path": path}
