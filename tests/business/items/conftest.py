"""The real published list, where this machine has it."""

import os
from pathlib import Path

import pytest

REAL = Path(__file__).parents[3].parent / "shared" / "data" / "guangan_service_items.csv"


@pytest.fixture
def real_list() -> Path:
    if not REAL.exists():
        missing = f"the real list is not on this machine: {REAL.name} in ../shared/data"
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)
    return REAL
