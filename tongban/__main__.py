"""`tongban`: Django's command line with our settings, and a database where none is named."""

import atexit
import os
import signal
import sys

WITHOUT_DATABASE = {"--help", "-h", "help", "messages"}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongban.settings")
    from django.conf import settings
    from django.core.management import execute_from_command_line

    from tongban import embedded

    # The default would end this process without what it still has to end: the server it started.
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    words = set(sys.argv[1:])
    needs_server = not os.environ.get("DATABASE_URL") and not words & WITHOUT_DATABASE
    if needs_server and embedded.start(settings.STATE):
        atexit.register(embedded.stop, settings.STATE)
    execute_from_command_line(["tongban", *_command(sys.argv[1:])])


def _command(words: list[str]) -> list[str]:
    """`load-items` on the command line is the module `load_items`."""
    return [words[0].replace("-", "_"), *words[1:]] if words else []


if __name__ == "__main__":
    main()
