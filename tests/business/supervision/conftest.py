import pytest

from tests.data import shared
from tests.journeys import lakes
from tests.permits import CITY


@pytest.fixture(scope="module")
def watched(ground, tmp_path_factory):
    """The demo city with its standards, and a lake of its own."""
    with shared.lake(tmp_path_factory.mktemp("watched")):
        lakes.bring_standards(CITY)
        yield ground


@pytest.fixture
def version(watched, db):
    return watched.permit
