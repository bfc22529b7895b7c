"""Tests have a state folder of their own, and so does each process of a run on several cores.

Loaded as a plugin: it must come before the settings."""

import os
import tempfile
from pathlib import Path

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
FOLDER = Path(
    os.environ.get("TONGBAN_STATE") or Path(tempfile.gettempdir()) / f"tongban-test-{os.getuid()}"
)

os.environ["TONGBAN_STATE"] = str(FOLDER / WORKER)
os.environ["TONGBAN_DEMO"] = "1"
