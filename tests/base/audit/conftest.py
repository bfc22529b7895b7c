"""A log to write, to seal and, as the owner of the database could, to tamper with."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction

from tongban.base.audit import actions

MONDAY = datetime(2026, 3, 2, 1, tzinfo=UTC)


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

    def tamper(*statements):
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET session_replication_role = replica")
            for statement, *values in statements:
                cursor.execute(statement, values)
            cursor.execute("SET session_replication_role = DEFAULT")

    return tamper
