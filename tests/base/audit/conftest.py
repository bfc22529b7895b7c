"""A log to write, to seal and, as the owner of the database could, to tamper with."""

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction

from tongban.base.audit import actions

MONDAY = datetime(2026, 3, 2, 1, tzinfo=UTC)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Between transactional tests Django truncates every table; the log refuses that."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        for table in ("audit_event", "audit_seal"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {table}_no_truncate")


@pytest.fixture(autouse=True)
def anchor_file(settings, tmp_path):
    settings.AUDIT_ANCHOR = tmp_path / "audit" / "anchors"
    return settings.AUDIT_ANCHOR


@pytest.fixture
def write():
    """Records that many events, in one transaction."""

    def write(count):
        with transaction.atomic():
            return [
                actions.record(
                    "case.accepted",
                    ("case", f"T-{number}"),
                    actor="u17",
                    at=MONDAY + timedelta(seconds=number),
                    office="MZ",
                    details={"item": "0011", "steps": [1, True, None, "甲"]},
                )
                for number in range(count)
            ]

    return write


@pytest.fixture
def log(write):
    """Ten sealed events, anchored after every second one."""
    events = write(10)
    for number in range(5):
        actions.seal_pending(at=MONDAY + timedelta(hours=number), limit=2)
    return events


@pytest.fixture
def tamper():
    """Runs SQL with every trigger and foreign key switched off, as a superuser can."""

    @contextmanager
    def switched_off():
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET session_replication_role = replica")
            try:
                yield cursor
            finally:
                cursor.execute("SET session_replication_role = DEFAULT")

    def tamper(*statements):
        with switched_off() as cursor:
            for statement, *values in statements:
                cursor.execute(statement, values)

    return tamper
