"""Others who act at the same time, each on a connection of his own."""

import threading
from collections.abc import Callable
from typing import Any

from django.core.management import call_command
from django.db import connection


class Others:
    """Starts functions on connections of their own; what each gave or raised is kept."""

    def __init__(self) -> None:
        self.given: list[Any] = []
        self._threads: list[threading.Thread] = []

    def start(self, act: Callable[[], Any]) -> None:
        def body() -> None:
            try:
                self.given.append(act())
            except Exception as error:  # noqa: BLE001 - looked at by the test
                self.given.append(error)
            finally:
                connection.close()

        self._threads.append(threading.Thread(target=body))
        self._threads[-1].start()

    def wait_until_blocked(self) -> None:
        """Until somebody waits for a lock that this connection holds."""
        waiting = (
            "SELECT count(*) FROM pg_locks"
            " WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
        )
        pause = threading.Event()
        for _ in range(5_000):
            with connection.cursor() as cursor:
                cursor.execute(waiting)
                if cursor.fetchall() != [(0,)]:
                    return
            pause.wait(0.002)
        raise AssertionError("nobody waits")

    def join(self) -> list[Any]:
        for thread in self._threads:
            thread.join(30)
            assert not thread.is_alive()
        return self.given


def sweep() -> None:
    """Away with what was committed. Sequences go on: other modules keep rows with their numbers."""
    call_command("flush", verbosity=0, interactive=False, reset_sequences=False)
    with connection.cursor() as cursor:  # these tables are not Django's
        cursor.execute("TRUNCATE procrastinate_jobs, procrastinate_workers CASCADE")
