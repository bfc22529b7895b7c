"""A state with a database server of its own, gone when the benchmark ends."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def state() -> Iterator[Path]:
    """Sets Django up, so it can be entered once per process and before anything of the platform
    that needs settings is imported."""
    with tempfile.TemporaryDirectory(prefix="tongban-bench-") as name:
        os.environ.pop("DATABASE_URL", None)
        os.environ["TONGBAN_STATE"] = name
        os.environ["DJANGO_SETTINGS_MODULE"] = "tongban.settings"
        import django
        from django.core.management import call_command

        from tongban import embedded

        embedded.start(Path(name))
        try:
            django.setup()
            call_command("migrate", verbosity=0, interactive=False)
            yield Path(name)
        finally:
            embedded.stop(Path(name))
