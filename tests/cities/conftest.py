"""One small city for all tests of this folder, generated once and read once."""

import sys
from datetime import date
from pathlib import Path

import pytest

from tests.cities import lake as lakes

sys.path.insert(0, str(lakes.CITY))

TODAY = date(2026, 11, 21)
PEOPLE = 5_000


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from generate import generate

    folder = tmp_path_factory.mktemp("yunze")
    generate(folder, people=PEOPLE, today=TODAY)
    return folder


@pytest.fixture(scope="session")
def lake(data: Path) -> lakes.Lake:
    return lakes.build(data, TODAY)
