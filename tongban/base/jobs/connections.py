"""The database connection of a job's thread."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from django.db import connection

Given = ParamSpec("Given")


def closed_after(job: Callable[Given, None]) -> Callable[Given, None]:
    """Leaves no connection behind in the thread that a worker lends: it may never be needed again,
    or only after the database was started anew, and would then be dead."""

    @wraps(job)
    def run(*args: Given.args, **kwargs: Given.kwargs) -> None:
        try:
            job(*args, **kwargs)
        finally:
            if not connection.in_atomic_block:
                connection.close()

    return run
