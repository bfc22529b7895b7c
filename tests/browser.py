"""One headless Chromium for the whole run; CHROMIUM names another one.

Where it or the built front end is missing, what needs it is skipped aloud; with CI=true that
fails."""

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Lock, Thread
from typing import Any

import pytest
from axe_playwright_python.base import AXE_FILE_PATH
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, connections
from playwright.sync_api import Browser, Page, sync_playwright

from tongban.web.ui import messages

BUILT = (
    Path(__file__).parents[1] / "tongban" / "web" / "ui" / "static" / "ui" / "dist" / "icons.svg"
)
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
# Selectors of what was found cost a third of the time, and its HTML says as much.
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    "resultTypes": ["violations"],
    "selectors": False,
}


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    missing = "" if CHROMIUM else "There is no chromium on this machine."
    missing = missing or ("" if BUILT.exists() else "The front end is not built: see frontend/.")
    if missing:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(missing)
    messages.compile_stale()
    with sync_playwright() as playwright:
        # Playwright's sync interface runs a loop in this thread, which Django takes for async code.
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


class Pages:
    """Kept from test to test: the first page of a new browser takes as long as five others."""

    def __init__(self, chromium: Browser) -> None:
        self.chromium = chromium
        self.free: dict[str, list[Page]] = {}

    def take(self, width: int, height: int, language: str = "zh-CN") -> Page:
        free = self.free.setdefault(language, [])
        page = free.pop() if free else self._new(language)
        page.set_viewport_size({"width": width, "height": height})
        return page

    def give_back(self, page: Page, language: str = "zh-CN") -> None:
        """As it came; what it heard of is the taker's to take off."""
        page.unroute_all()
        page.goto("about:blank")
        page.context.clear_cookies()
        self.free[language].append(page)

    def _new(self, language: str) -> Page:
        context = self.chromium.new_context(locale=language, timezone_id="Asia/Shanghai")
        context.set_default_timeout(15_000)
        # Handing axe over anew for every page takes longer than its rules.
        context.add_init_script(path=AXE_FILE_PATH)
        return context.new_page()


@pytest.fixture(scope="session")
def pages(browser) -> Pages:
    return Pages(browser)


def barriers(page: Page, rules: Mapping[str, Any] = RULES) -> list[str]:
    """What the rules of accessibility find, each with its impact first."""
    found = page.evaluate("rules => axe.run(rules).then((found) => found.violations)", rules)
    return [
        f"{rule['impact']}: {rule['id']}: {node['html'][:160]}"
        for rule in found
        for node in rule["nodes"]
    ]


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """The tests speak, not the server."""


class Server(ThreadedWSGIServer):
    def _close_connections(self) -> None:
        """The connection is the test's own."""


@contextmanager
def kept_open() -> Iterator[None]:
    """After each request Django closes a connection that is inside a transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@contextmanager
def served() -> Iterator[str]:
    """The application at an address, on the connection of the test: what the test has not committed
    is there, and all is rolled back with it. One request is answered at a time."""
    application, turn = StaticFilesHandler(get_wsgi_application()), Lock()

    def in_turn(environ: dict, start_response: Any):
        with turn:
            return application(environ, start_response)

    own = connections["default"]
    own.inc_thread_sharing()
    override = {"default": own}
    with kept_open(), Server(("127.0.0.1", 0), Quiet, connections_override=override) as server:
        server.set_app(in_turn)
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()
        turn.acquire()  # whoever comes late must not meet the next test's connection
    own.dec_thread_sharing()
