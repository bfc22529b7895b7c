import pytest

from tests.data.exchange import tiny


@pytest.fixture
def own_lake(settings, tmp_path):
    """A lake and a scratch folder of this test alone."""
    settings.LAKE_URL = str(tmp_path / "lake")
    settings.SCRATCH = tmp_path / "scratch"
    settings.ENGINE_MEMORY = "500MB"
    settings.ENGINE_THREADS = 1


@pytest.fixture
def six(db, own_lake):
    """The tiny city with its six people; no grants."""
    tiny.build(tiny.SIX)
