"""Tests have a state folder of their own, and so does each process of a run on several cores.

Loaded as a plugin: it must come before the settings."""

import os
import sys
import tempfile
from pathlib import Path

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
FOLDER = Path(
    os.environ.get("TONGBAN_STATE") or Path(tempfile.gettempdir()) / f"tongban-test-{os.getuid()}"
)

os.environ["TONGBAN_STATE"] = str(FOLDER / WORKER)
os.environ["TONGBAN_DEMO"] = "1"

if os.environ.pop("PYTHONDONTWRITEBYTECODE", ""):
    # Where byte code may not lie beside the source, every process would compile the platform and
    # the tests anew: it lies here, for this process and for those that it starts.
    os.environ["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix = str(FOLDER / "bytecode")
    sys.dont_write_bytecode = False
