import pytest

from tests.data import shared
from tests.data.registers import two


@pytest.fixture(scope="module")
def both_published(django_db_setup, django_db_blocker, tmp_path_factory):
    with django_db_blocker.unblock(), shared.lake(tmp_path_factory.mktemp("two")):
        two.define()
        edition = two.opened(person=two.PERSONS, enterprise=two.FIRMS)
        told: list[tuple[str, int]] = []
        two.derive(edition, told)
        yield edition, told


@pytest.fixture
def first(both_published, db):
    """The published edition that holds both registers."""
    return both_published[0]
