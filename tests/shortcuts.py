"""What Django does for every test, or every client of one, though the answer is always the same."""

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.test import TransactionTestCase
from psycopg import sql
from whitenoise.middleware import WhiteNoiseMiddleware

JOBS = {  # no tables of Django's: what one test asks for, the worker of the next would do
    *("procrastinate_events", "procrastinate_jobs"),
    *("procrastinate_periodic_defers", "procrastinate_workers"),
}
AS_MIGRATED = {ContentType._meta.db_table, Permission._meta.db_table}


def sweep(case: TransactionTestCase) -> None:
    """After a test that committed. Django would truncate each table, which takes it a second, and
    make content types and permissions anew, which no test changes."""
    names = connection.introspection.django_table_names(only_existing=True, include_views=False)
    tables = [sql.Identifier(name) for name in sorted({*names, *JOBS} - AS_MIGRATED)]
    with transaction.atomic(), connection.cursor() as cursor:
        # Without triggers: the log refuses to be deleted, and keys are not looked up.
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(sql.SQL(";").join(sql.SQL("DELETE FROM {}").format(t) for t in tables))


@pytest.fixture(scope="session", autouse=True)
def shortcuts():
    """Every client of a test starts the middleware anew, and that lists the static files."""
    listed: dict[str, object] = {}
    look = WhiteNoiseMiddleware.add_files_from_finders

    def look_once(middleware: WhiteNoiseMiddleware) -> None:
        if not listed:
            look(middleware)
            listed.update(middleware.files)
        middleware.files = dict(listed)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", sweep)
        patch.setattr(WhiteNoiseMiddleware, "add_files_from_finders", look_once)
        yield
