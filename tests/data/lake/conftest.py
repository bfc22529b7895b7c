import pytest

from tests.data import shared
from tests.data.lake import source


@pytest.fixture(scope="module")
def city_with_a_source(django_db_setup, django_db_blocker, tmp_path_factory):
    with django_db_blocker.unblock(), shared.lake(tmp_path_factory.mktemp("source")):
        source.define()
        yield


@pytest.fixture
def folder(city_with_a_source, db, tmp_path):
    """Where the source's file lies; the contract is adopted, nothing is read yet."""
    return tmp_path
