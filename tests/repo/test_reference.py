"""The reference pages say what the code says."""

import argparse
import re
from collections.abc import Iterator

from django.apps import apps
from django.core.management import get_commands, load_command_class
from django.core.management.base import BaseCommand

from tests.repo import tracked
from tests.repo.tracked import ROOT
from tongban.data.standards import functions

REFERENCE = ROOT / "docs" / "reference"


def of_every_command() -> set[str]:
    parser = BaseCommand().create_parser("tongban", "any")
    return {name for action in parser._actions for name in action.option_strings}


def ours() -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """Our commands and their sub-commands, each with its parser."""
    own = {config.name for config in apps.get_app_configs() if config.name.startswith("tongban.")}
    for name, app in get_commands().items():
        if app in own:
            yield from _flat(name, load_command_class(app, name).create_parser("tongban", name))


def _flat(name: str, parser: argparse.ArgumentParser):
    nested = [a for a in parser._actions if isinstance(a, argparse._SubParsersAction)]
    if not nested:
        yield name, parser
    for action in nested:
        for sub, inner in action.choices.items():
            yield from _flat(f"{name} {sub}", inner)


def arguments(parser: argparse.ArgumentParser) -> set[str]:
    common = of_every_command()
    return {
        action.option_strings[-1] if action.option_strings else action.dest
        for action in parser._actions
        if not set(action.option_strings) & common
    }


def heading(section: str) -> str:
    """The command's name as its module has it: `load-items` is `load_items`."""
    found = re.match(r"`tongban ([a-z -]+)`\n", section)
    assert found, f"the heading of a command is written `tongban NAME`: {section[:40]!r}"
    return found[1].replace("-", "_")


def test_every_command_and_each_of_its_options_is_documented_and_nothing_else():
    text = (REFERENCE / "commands.md").read_text(encoding="utf-8")
    sections = re.split(r"^## ", text, flags=re.MULTILINE)[1:]
    documented = {
        heading(section): set(re.findall(r"^\| `([\w-]+)` \|", section, re.MULTILINE))
        for section in sections
    }
    assert documented == {name: arguments(parser) for name, parser in ours()}


def test_every_command_that_a_document_names_exists():
    """`tongban NAME` in a document; Django's own, such as migrate, count too."""
    known = set(get_commands())
    wrong = {
        f"{tracked.name(path)}: tongban {name}"
        for path in tracked.files()
        if path.suffix == ".md"
        for name in re.findall(
            r"(?:`|/bin/|^ {4})tongban ([a-z-]+)", tracked.text(path), re.MULTILINE
        )
        if name.replace("-", "_") not in known
    }
    assert wrong == set()


def test_every_function_of_checks_and_models_is_documented_and_nothing_else():
    text = (REFERENCE / "functions.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `(\w+)\(", text, re.MULTILINE)) == set(functions.NAMES)
