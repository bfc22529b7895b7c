import pytest

from tests.engines.tables.made_up import FREE, PEOPLE, MemoryKeyring
from tongban.engines.tables import DuckEngine, Lake


@pytest.fixture
def keys():
    return MemoryKeyring()


@pytest.fixture
def lake(tmp_path, keys):
    return Lake(str(tmp_path / "lake"), keys)


@pytest.fixture
def engine(lake, tmp_path):
    return DuckEngine(lake, memory_limit="500MB", threads=2, scratch=tmp_path / "scratch")


@pytest.fixture
def write(engine, lake):
    """Stage a query and commit it; the number of the version."""

    def write(query, schema=PEOPLE, table="ods.people", run="r1", mode="replace"):
        with engine.connect() as con:
            staged = engine.stage(con, query, table, schema, run)
        return lake.commit(staged, mode=mode, lock=FREE)

    return write


@pytest.fixture
def read(engine, lake):
    """Rows of a table, by all its columns in order."""

    def read(table="ods.people", version=None, query="SELECT * FROM t ORDER BY ALL"):
        with engine.connect() as con:
            engine.attach(con, lake.snapshot(table, version), "t")
            return con.execute(query).fetchall()

    return read
