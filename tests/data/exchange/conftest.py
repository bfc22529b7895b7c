"""The tiny city, built once for each file of tests; what a test changes is rolled back after it."""

import pytest

from tests.data import shared
from tests.data.exchange import tiny


@pytest.fixture(scope="module")
def city_of_six(django_db_setup, django_db_blocker, tmp_path_factory):
    with django_db_blocker.unblock(), shared.lake(tmp_path_factory.mktemp("six")):
        tiny.build(tiny.SIX)
        yield


@pytest.fixture
def six(city_of_six, db):
    """The tiny city with its six people; no grants."""
