"""One headless Chromium for the whole run; CHROMIUM names another one.

Where it or the built front end is missing, what needs it is skipped aloud; with CI=true that
fails."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tongban.web.ui import messages

BUILT = (
    Path(__file__).parents[1] / "tongban" / "web" / "ui" / "static" / "ui" / "dist" / "icons.svg"
)
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    missing = "" if CHROMIUM else "There is no chromium on this machine."
    missing = missing or ("" if BUILT.exists() else "The front end is not built: see frontend/.")
    if missing:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(missing)
    mo = messages.ENGLISH.with_suffix(".mo")
    if not mo.exists() or mo.stat().st_mtime < messages.ENGLISH.stat().st_mtime:
        messages.compile_file()
    with sync_playwright() as playwright:
        # Playwright's sync interface runs a loop in this thread, which Django takes for async code.
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
