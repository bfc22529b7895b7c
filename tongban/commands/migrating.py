"""Tables are brought up to date by one process at a time, and never at the end of a long queue."""

from collections.abc import Callable

import psycopg
from django.core.management import call_command
from django.db import OperationalError, connection

from tongban.errors import Refusal
from tongban.sql import only_row

LOCK = "hashtextextended('tongban migrate', 0)"
PATIENCE = "5s"  # everybody who needs the table queues behind a migration that waits for it


class TableHeld(Refusal):
    """Another process holds a table that a migration needs: {detail}. The tables are as they were
    before that migration. End the other process, or try again later."""

    zh = "迁移所需的表被其他进程占用：{detail}。该次迁移未作任何改动，请结束占用的进程或稍后重试。"


def migrate(say: Callable[[str], object], patience: str = PATIENCE) -> None:
    """Raises TableHeld. Waits, and says so, while another process migrates."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_try_advisory_lock({LOCK})")
        (free,) = only_row(cursor)
        if not free:
            say("another process is migrating this database; waiting for it")
            cursor.execute(f"SELECT pg_advisory_lock({LOCK})")
        cursor.execute("SELECT set_config('lock_timeout', %s, false)", [patience])
    try:
        call_command("migrate", verbosity=0, interactive=False)
    except OperationalError as error:
        if not isinstance(error.__cause__, psycopg.errors.LockNotAvailable):
            raise
        raise TableHeld(detail=str(error.__cause__).splitlines()[0]) from error
    finally:
        connection.close()  # ends the lock and its time limit with the session
