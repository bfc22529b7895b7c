"""What several commands are asked in the same words, and how all of them say no."""

import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.management import BaseCommand
from django.utils.translation import get_language

from tongban.errors import Refusal


@contextmanager
def refusals_told(command: BaseCommand, exit_code: int = 1) -> Iterator[None]:
    """A refusal in the block becomes its words on standard error and the end of the command."""
    try:
        yield
    except Refusal as refusal:
        command.stderr.write(refusal.told(get_language() or "zh"))
        sys.exit(exit_code)


def add_sources(parser: ArgumentParser, many: str, meaning: str) -> None:
    """The sources of a run and where their files lie; `many` as argparse counts."""
    parser.add_argument("sources", nargs=many, help=meaning)
    parser.add_argument("--data", type=Path, required=True, help="folder of the sources' files")
