"""Tests have a state folder of their own. Loaded as a plugin: it must come before the settings."""

import os
import tempfile
from pathlib import Path

FOLDER = Path(tempfile.gettempdir()) / f"tongban-test-{os.getuid()}"

os.environ.setdefault("TONGBAN_STATE", str(FOLDER))
os.environ["TONGBAN_DEMO"] = "1"
