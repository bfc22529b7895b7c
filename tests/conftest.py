"""Tests run against a real PostgreSQL: the one named by DATABASE_URL, else the embedded one."""

import gc
import os

import pytest
from pytest_django import fixtures

pytest_plugins = ["tests.permits", "tests.browser", "tests.provinces", "tests.shortcuts"]


def pytest_configure(config):
    from django.conf import settings

    from tongban import embedded

    shares_out = config.getoption("numprocesses", None) and not hasattr(config, "workerinput")
    if not os.environ.get("DATABASE_URL") and not shares_out:
        config.stash[STARTED] = embedded.start(settings.STATE)


def pytest_collection_finish():
    """Ten thousand tests stay to the end; the collector need not look at them again and again."""
    gc.freeze()


def pytest_unconfigure(config):
    from django.conf import settings

    from tongban import embedded

    if config.stash.get(STARTED, False):
        embedded.stop(settings.STATE)


STARTED = pytest.StashKey[bool]()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings):
    """pytest-django makes the databases that markers ask for. A module that commits for all of its
    tests marks none of them, and is to find one when it runs alone."""
    from tests import migrated

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fixtures, "_get_databases_for_setup", lambda items: ({"default"}, set()))
        if not os.environ.get("DATABASE_URL"):
            migrated.use()
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Modules that commit truncate every table at their end; the log refuses that."""
    from django.db import connection

    from tests import migrated

    if not os.environ.get("DATABASE_URL"):
        with django_db_blocker.unblock():
            migrated.keep()
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        for table in ("audit_event", "audit_seal"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {table}_no_truncate")
    yield
    # Tests kill processes that read this database; what they were asking may still be under way.
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.fixture(autouse=True)
def in_chinese():
    """A request leaves its language behind in the thread of the test."""
    from django.conf import settings
    from django.utils import translation

    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture
def django_models():
    from django.apps import apps

    return [m for m in apps.get_models() if m.__module__.startswith("tongban.")]
