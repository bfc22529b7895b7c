import pytest

from tests.engines.tables.made_up import MemoryKeyring
from tongban.engines.tables import DuckEngine, Lake
from tongban.engines.tables.connectors import open_connector


@pytest.fixture
def base(tmp_path):
    folder = tmp_path / "sources"
    folder.mkdir()
    return folder


@pytest.fixture
def scratch(tmp_path):
    folder = tmp_path / "scratch"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture
def con(tmp_path, scratch):
    """As a load has it: shut in, and able to encrypt."""
    lake = Lake(str(tmp_path / "lake"), MemoryKeyring())
    engine = DuckEngine(lake, memory_limit="500MB", threads=2, scratch=scratch)
    with engine.connect([tmp_path]) as con:
        yield con


@pytest.fixture
def collect(con, base, scratch):
    """Extracts a source; gives the extract and its rows: columns, position, line, raw."""

    def collect(kind, **options):
        extract = open_connector(kind, options, base).extract(con, scratch)
        rows = con.execute(f"FROM {extract.relation} ORDER BY _position").fetchall()
        extract.reconcile(len(rows))
        return extract, rows

    return collect
