"""The demo city lies ready for a whole module: each test works in a savepoint above it.

Loading it takes longer than most of these tests. Tests that commit (`transaction=True`) cannot
stand on it: they ask for `city` of tests/permits.py, in a module of their own."""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from django.db import transaction

from tests import loaded, permits
from tests.journeys import lakes
from tests.known import MONDAY
from tongban.business.items import actions as items
from tongban.business.items import bundle


@pytest.fixture(autouse=True)
def quick_passwords(settings):
    """The real hash takes a twentieth of a second for each account and each log-in."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="module")
def ground(django_db_setup, django_db_blocker) -> Iterator[SimpleNamespace]:
    """The city with its standards and the residence permit; gone after the module's last test."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield loaded.bring(load)
        transaction.set_rollback(True)


def load() -> SimpleNamespace:
    edition = permits.load_city()
    lakes.bring_standards(permits.CITY)
    lakes.bring_models(permits.CITY)
    read = bundle.read(permits.CITY / "items" / "B09")
    permit = items.publish(bundle=read, by="test", at=MONDAY)
    return SimpleNamespace(edition=edition, permit=permit)


@pytest.fixture
def city(ground, db):
    return ground.edition


@pytest.fixture
def permit(ground, db):
    return ground.permit
