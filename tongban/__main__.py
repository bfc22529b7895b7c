"""`tongban`: Django's command line with our settings, and a database where none is named."""

import atexit
import os
import signal
import sys
from collections.abc import Sequence

HELP = {"-h", "--help"}
WITHOUT_DATABASE = {*HELP, "help", "--version", "version", "messages", "mine"}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongban.settings")
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    from tongban import embedded
    from tongban.errors import Refusal

    # The default would end this process without what it still has to end: the server it started.
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    words = sys.argv[1:]
    try:
        if needs_server(words) and embedded.start(settings.STATE):
            atexit.register(embedded.stop, settings.STATE)
        execute_from_command_line(["tongban", *as_module(words)])
    except ImproperlyConfigured as error:
        sys.exit(f"tongban: {error}")
    except Refusal as refusal:
        sys.exit(refusal.told(settings.LANGUAGE_CODE))


def needs_server(words: Sequence[str]) -> bool:
    """Whether this command line speaks to the embedded server."""
    named_elsewhere = os.environ.get("DATABASE_URL")
    return bool(
        words and not named_elsewhere and words[0] not in WITHOUT_DATABASE and not HELP & {*words}
    )


def as_module(words: Sequence[str]) -> list[str]:
    """`load-items` on the command line is the module `load_items`."""
    is_command = words and not words[0].startswith("-")
    return [words[0].replace("-", "_"), *words[1:]] if is_command else [*words]


if __name__ == "__main__":
    main()
