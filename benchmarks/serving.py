"""The web process as `tongban up` starts it, and sessions without a log-in page."""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def web() -> Iterator[int]:
    """Its port, as soon as somebody listens there."""
    from tongban.commands import supervisor

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    child = next(one for one in supervisor.children("127.0.0.1", port) if one.name == "web")
    child.start(time.monotonic())
    try:
        _wait_for(port)
        yield port
    finally:
        child.process.terminate()
        child.process.wait()


def cookie(user: Any) -> str:
    """`name=value` of a session in which this account is logged in."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


def _wait_for(port: int) -> None:
    for _ in range(300):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except ConnectionRefusedError:
            time.sleep(0.1)
    raise TimeoutError("the web process did not start")
