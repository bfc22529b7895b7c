"""Where pages find what the front end built."""

import json
from functools import cached_property
from pathlib import Path

from django.contrib.staticfiles.storage import StaticFilesStorage

MANIFEST = Path(__file__).parent / "static" / "ui" / "dist" / "manifest.json"


class BuiltAssets(StaticFilesStorage):
    """Names a file by its hashed copy; by itself where the build made none."""

    @cached_property
    def names(self) -> dict[str, str]:
        return json.loads(MANIFEST.read_text()) if MANIFEST.exists() else {}

    def url(self, name: str) -> str:
        return super().url(self.names.get(name, name))
