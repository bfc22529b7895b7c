"""The demo city and its residence permit lie ready for a whole module, which loads them once; each
test works in a savepoint above. A test that commits has a module of its own (test_meetings.py)."""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from django.db import transaction

from tests import loaded, permits
from tests.business.meeting import Others
from tests.known import MONDAY
from tongban.base.people import actions as people
from tongban.base.people.models import User
from tongban.business.items import actions as items
from tongban.business.items import bundle


@pytest.fixture(autouse=True)
def quick_passwords(settings):
    """Nobody types one here."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="module")
def ground(django_db_setup, django_db_blocker) -> Iterator[SimpleNamespace]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield loaded.bring(load)
        transaction.set_rollback(True)


def load() -> SimpleNamespace:
    edition = permits.load_city()
    read = bundle.read(permits.CITY / "items" / "B09")
    permit = items.publish(bundle=read, by="test", at=MONDAY)
    return SimpleNamespace(edition=edition, permit=permit, bundle=read)


@pytest.fixture
def city(ground, db):
    return ground.edition


@pytest.fixture
def permit(ground, city):
    return ground.permit


@pytest.fixture
def staff(city):
    """Makes an account with one post; without a role it holds none."""

    def make(role: str = "", office: str = "GA", subject_id: str = "") -> User:
        user = people.open_account(
            username=f"{role or 'nobody'}-{office}",
            password="correct horse battery",
            display_name="沈岚",
            subject_id=subject_id,
            by="test",
            at=MONDAY,
        )
        if role:
            people.appoint(user=user, office_code=office, role=role, by="test", at=MONDAY)
        return user

    return make


@pytest.fixture
def others() -> Iterator[Others]:
    made = Others()
    yield made
    made.join()
