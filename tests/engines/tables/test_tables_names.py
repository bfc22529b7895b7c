import pytest

from tests.engines.tables.made_up import FREE, PEOPLE, people
from tongban.engines.tables import (
    BadFolderName,
    BadTableName,
    DataKey,
    DuckEngine,
    ForeignFile,
    Lake,
    PatternInPath,
)
from tongban.engines.tables.names import data_folder, key_of, run_of


@pytest.mark.parametrize(
    "table",
    ["people", "ods.people.x", "../ods.people", "ods.../people", "ods./people", "ODS.people", "",
     "ods.people\n", "ods.p p", "ods.人口", "_ods.people"],
)  # fmt: skip
def test_a_name_that_is_no_layer_and_table_opens_nothing(lake, engine, tmp_path, table):
    with pytest.raises(BadTableName):
        lake.snapshot(table)
    with engine.connect() as con, pytest.raises(BadTableName):
        engine.stage(con, people(1), table, PEOPLE, "r1")

    assert not (tmp_path / "lake").exists()


@pytest.mark.parametrize("run", ["", "..", "../r", "a/b", ".hidden", "a b", "r\n", "a=b"])
def test_a_run_that_is_no_folder_name_writes_nothing(engine, lake, run):
    with engine.connect() as con, pytest.raises(BadFolderName):
        engine.stage(con, people(1), "ods.people", PEOPLE, run)

    assert lake.data_files("ods.people") == {}


@pytest.mark.parametrize("key", ["", "a//b", "../k", "a/..", "a/"])
def test_a_key_id_cannot_leave_its_run(key):
    with pytest.raises(BadFolderName):
        data_folder("r1", key)


def test_run_and_key_are_found_again_from_the_path():
    path = data_folder("load-12", "ods.people/load-12") + "/rows.parquet"

    assert path == "data/load-12/ods.people/load-12/rows.parquet"
    assert (run_of(path), key_of(path)) == ("load-12", "ods.people/load-12")


@pytest.mark.parametrize("path", ["part-0.parquet", "data/x.parquet", "data/r/x.parquet"])
def test_a_file_of_another_writer_is_refused_by_name(path):
    with pytest.raises(ForeignFile, match=path):
        key_of(path)


def test_a_key_has_32_bytes_and_never_shows_them():
    with pytest.raises(ValueError, match="31 bytes"):
        DataKey("k", b"x" * 31)

    assert repr(DataKey("k", b"x" * 32)) == "DataKey(id='k')"


@pytest.mark.parametrize("char", "*?[")
def test_a_lake_cannot_lie_where_the_engine_sees_a_pattern(tmp_path, keys, char):
    with pytest.raises(PatternInPath):
        Lake(str(tmp_path / f"lake{char}"), keys)


def test_a_folder_with_a_strange_name_is_a_folder(tmp_path, keys):
    lake = Lake(f"file://{tmp_path}/a=1/l k'e \"湖", keys)
    engine = DuckEngine(lake, memory_limit="500MB", threads=1, scratch=tmp_path / "scratch")
    with engine.connect() as con:
        lake.commit(engine.stage(con, people(3), "ods.people", PEOPLE, "r1"), lock=FREE)
        engine.attach(con, lake.snapshot("ods.people"), "ods.people")
        columns = [name for name, *_ in con.execute("DESCRIBE ods.people").fetchall()]
        assert con.execute("SELECT count(*) FROM ods.people").fetchall() == [(3,)]

    assert columns == list(PEOPLE.names)
