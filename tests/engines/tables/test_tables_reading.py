import duckdb
import pytest
from deltalake import DeltaTable

from tests.engines.tables.made_up import PEOPLE, people
from tongban.engines.tables import (
    Column,
    FileDamaged,
    FileMissing,
    LogDamaged,
    Schema,
    UnsupportedColumn,
    UnsupportedTable,
)

ID = Schema((Column("id", "integer", 2),))
WIDE = Schema((*ID.columns, Column("name", "string", 3), Column("fee", "decimal(8,2)", 1)))


def test_rows_older_than_a_column_have_nulls_there(write, read):
    write("SELECT 1::BIGINT AS id", ID)
    write("SELECT 2.50::DECIMAL(8,2) AS fee, '二' AS name, 2::BIGINT AS id", WIDE, run="r2",
          mode="append")  # fmt: skip

    assert [(id, name, fee and str(fee)) for id, name, fee in read()] == [
        (1, None, None),
        (2, "二", "2.50"),
    ]
    assert read(version=0) == [(1,)]


def test_a_table_of_many_stagings_is_one_view(write, read, lake):
    for i in range(12):
        write(f"SELECT {i}::BIGINT AS id", ID, run=f"r{i}", mode="append")

    assert len(lake.snapshot("ods.people").by_key()) == 12
    assert read() == [(i,) for i in range(12)]


def test_views_may_stand_in_a_layer_and_be_replaced(write, engine, lake):
    write("SELECT 1::BIGINT AS id", ID)
    write("SELECT 2::BIGINT AS id", ID, run="r2")

    with engine.connect() as con:
        for version in (0, 1):
            engine.attach(con, lake.snapshot("ods.people", version), "ods.people")
        engine.attach(con, lake.snapshot("ods.people", 0), "old")
        found = con.execute("SELECT n.id, o.id FROM ods.people n, old o").fetchall()
    assert found == [(2, 1)]


def test_nothing_of_one_connection_is_seen_by_the_next(write, engine, lake):
    write("SELECT 1::BIGINT AS id", ID)
    with engine.connect() as con:
        engine.attach(con, lake.snapshot("ods.people"), "t")

    with engine.connect() as con, pytest.raises(duckdb.CatalogException):
        con.execute("SELECT * FROM t")


def harmed(lake, how):
    """Change the only file of the table; its path."""
    (file,) = lake.snapshot("ods.people").files
    path = "ods/people/" + file.path.partition("/ods/people/")[2]
    content = bytearray(lake.storage.read(path))
    if how == "gone":
        lake.storage.delete(path)
        return file.path
    if how == "cut":
        del content[len(content) // 2 :]
    elif how == "footer":
        content[-20] ^= 1
    elif how == "plain":
        duckdb.execute(f"COPY (SELECT 1::BIGINT AS id) TO '{file.path}' (FORMAT parquet)")
        return file.path
    else:
        content[100] ^= 1
    lake.storage.replace(path, bytes(content))
    return file.path


@pytest.mark.parametrize(
    ("how", "error"),
    [("cut", FileDamaged), ("footer", FileDamaged), ("plain", FileDamaged), ("gone", FileMissing)],
)
def test_a_file_that_cannot_be_opened_is_named(write, engine, lake, how, error):
    write(people(5000))
    path = harmed(lake, how)

    with engine.connect() as con, pytest.raises(error) as refused:
        engine.attach(con, lake.snapshot("ods.people"), "t")
    assert refused.value.facts == {"file": path}


def test_a_changed_byte_of_the_data_is_refused_and_not_read(write, engine, lake):
    write(people(5000))
    path = harmed(lake, "data")

    with pytest.raises(FileDamaged), engine.connect() as con:
        engine.attach(con, lake.snapshot("ods.people"), "t")
        con.execute("SELECT max(hash(t)) FROM t").fetchall()
    (damage,) = engine.damaged(lake.snapshot("ods.people"))
    assert damage.path == path
    assert isinstance(damage.problem, FileDamaged)


def test_a_staging_does_not_read_over_a_changed_byte(write, engine, lake):
    write(people(5000))
    harmed(lake, "data")

    with engine.connect() as con:
        engine.attach(con, lake.snapshot("ods.people"), "t")
        with pytest.raises(FileDamaged):
            engine.stage(con, "SELECT * FROM t", "dwd.people", PEOPLE, "r1")
    assert lake.latest("dwd.people") is None


def test_a_file_put_in_the_place_of_another_is_found_by_its_rows(write, engine, lake):
    write(people(10))
    write(people(20), run="r2", mode="append")
    small, large = lake.snapshot("ods.people").files
    inside = [file.path.partition("/ods/")[2] for file in (small, large)]
    other = lake.storage.read(f"ods/{inside[1]}")
    lake.storage.replace(f"ods/{inside[0]}", other)

    with engine.connect() as con, pytest.raises(FileDamaged):  # another key, another file
        engine.attach(con, lake.snapshot("ods.people"), "t")
    assert [d.path for d in engine.damaged(lake.snapshot("ods.people"))] == [small.path]


def test_whole_files_are_not_called_damaged(write, engine, lake):
    write(people(100))

    assert engine.damaged(lake.snapshot("ods.people")) == ()


def test_fewer_rows_than_the_log_says_are_damage(write, engine, lake, keys):
    write(people(10))
    (file,) = lake.snapshot("ods.people").files
    with engine.connect() as con:  # whoever has the key can write a file that opens
        con.execute(
            f"COPY ({people(9)}) TO '{file.path}'"
            " (FORMAT parquet, ENCRYPTION_CONFIG {footer_key_value: ?})",
            [keys.secret(file.key)],
        )

    (damage,) = engine.damaged(lake.snapshot("ods.people"))
    assert damage.problem.facts == {"table": "ods.people", "written": 10, "read": 9}


def test_other_errors_of_a_statement_stay_what_they_are(engine, tmp_path):
    with pytest.raises(duckdb.CatalogException), engine.connect() as con:
        con.execute("SELECT * FROM nowhere")
    with pytest.raises(duckdb.IOException), engine.connect() as con:
        con.execute(f"SELECT * FROM read_csv('{tmp_path}/scratch/missing.csv')")
    (tmp_path / "scratch" / "source.parquet").write_text("no Parquet, and not the lake's")
    with pytest.raises(duckdb.InvalidInputException), engine.connect() as con:
        con.execute(f"SELECT * FROM '{tmp_path}/scratch/source.parquet'")


@pytest.mark.parametrize("version", [None, 0, 1])
def test_a_log_that_cannot_be_read_is_named(write, lake, version):
    for run in ("r0", "r1"):
        write(people(1), run=run)
    lake.storage.replace(f"ods/people/_delta_log/{0:020}.json", b"{cut")

    with pytest.raises(LogDamaged, match=r"ods\.people"):
        lake.snapshot("ods.people", version)


def test_a_newest_version_may_outlive_the_log_of_an_older_one(write, lake, read):
    for run in ("r0", "r1"):
        write(people(1), run=run)
    DeltaTable(lake.storage.url("ods/people")).create_checkpoint()
    lake.storage.replace(f"ods/people/_delta_log/{0:020}.json", b"{cut")

    with pytest.raises(LogDamaged):
        lake.snapshot("ods.people", 0)
    assert len(read()) == 1


def test_a_table_that_another_program_made_is_refused_by_name(lake):
    import deltalake
    import pyarrow as pa

    url = lake.storage.url("ods/foreign")
    deltalake.write_deltalake(url, pa.table({"id": [1]}))
    with pytest.raises(UnsupportedColumn, match="'id'"):
        lake.snapshot("ods.foreign")

    table = deltalake.DeltaTable(url)
    table.alter.add_feature(
        deltalake.TableFeatures.DeletionVectors, allow_protocol_versions_increase=True
    )
    with pytest.raises(UnsupportedTable, match="deletionVectors"):
        lake.snapshot("ods.foreign")
