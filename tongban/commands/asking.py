"""What several commands are asked in the same words, and how all of them say no."""

import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.management import BaseCommand
from django.utils.translation import get_language

from tongban.base.people.models import User
from tongban.business.items import queries as items
from tongban.business.items.models import ItemVersion
from tongban.errors import Refusal


class UnknownAccount(Refusal):
    """There is no active account {username}."""

    zh = "没有可用的账号 {username}。"


def account(username: str) -> User:
    """Whoever a command acts for."""
    user = User.objects.filter(username=username, is_active=True).first()
    if user is None:
        raise UnknownAccount(username=username)
    return user


class NoSuchItem(Refusal):
    """There is no live item “{code}”; there are {codes}."""

    zh = "没有生效的事项“{code}”；现有 {codes}。"


def live(code: str) -> ItemVersion:
    """The version of an item that is in force."""
    versions = {version.item.code: version for version in items.live_versions()}
    if code not in versions:
        raise NoSuchItem(code=code, codes=", ".join(versions))
    return versions[code]


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
