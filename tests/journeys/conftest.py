"""Journeys run in a real Chromium against the real application on a real database.

Pictures of every stop are left in screens/."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser import RULES
from tests.known import MONDAY
from tongban import clock

SCREENS = Path(__file__).parents[2] / "screens"
PHONE, DESKTOP = (390, 844), (1440, 900)
PASSWORD = "correct horse battery"
AXE = {**RULES, "resultTypes": ["violations"]}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.journey)


class Clock:
    """The product's clock; it stands still until it is moved."""

    def __init__(self) -> None:
        self.at = MONDAY

    def now(self) -> datetime:
        return self.at

    def later(self, **time: float) -> None:
        self.at += timedelta(**time)


@pytest.fixture
def time(monkeypatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(clock, "now", made.now)
    return made


class Visitor:
    """Somebody at a screen of one size, in one language."""

    def __init__(self, page: Page, address: str, journey: str) -> None:
        self.page, self.address, self.journey = page, address, journey
        self.complaints: list[str] = []
        page.on("console", lambda said: said.type == "error" and self._hear(said.text))
        page.on("pageerror", lambda error: self._hear(str(error)))

    def _hear(self, said: str) -> None:
        if "status of 4" not in said:  # an expected refusal
            self.complaints.append(said)

    def goto(self, path: str) -> None:
        self.page.goto(self.address + path)

    def log_in(self, username: str, path: str = "/") -> None:
        """On the real page, by keyboard."""
        self.goto(f"/accounts/login/?next={path}")
        self.page.locator("[name=login]").focus()
        self.page.keyboard.type(username)
        self.page.keyboard.press("Tab")
        self.page.keyboard.type(PASSWORD)
        self.page.keyboard.press("Enter")
        self.page.wait_for_url(lambda url: "/accounts/login" not in url)

    def picture(self, name: str) -> None:
        SCREENS.mkdir(exist_ok=True)
        wide = "desktop" if self.page.viewport_size["width"] > 700 else "phone"
        path = SCREENS / f"{self.journey}-{name}-{wide}.png"
        self.page.screenshot(path=path, full_page=True)

    def look(self, name: str) -> None:
        """A picture, the rules of accessibility, nothing cut off, and no complaint of the page."""
        self.picture(name)
        assert self.barriers() == []
        assert self.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (
            f"{name} is wider than the screen"
        )
        assert self.complaints == []

    def barriers(self, rules: Mapping[str, Any] = AXE) -> list[str]:
        """What the rules of accessibility find: serious or worse."""
        found = Axe().run(self.page, options=rules).response["violations"]
        return [
            f"{rule['id']}: {node['html'][:160]}"
            for rule in found
            if rule["impact"] in ("serious", "critical")
            for node in rule["nodes"]
        ]

    def reach(self, selector: str, limit: int = 120) -> None:
        """Go to something with the Tab key alone, as people without a mouse do."""
        for _ in range(limit):
            self.page.keyboard.press("Tab")
            if self.page.evaluate("s => document.activeElement?.matches(s)", selector):
                return
        raise AssertionError(f"{selector} cannot be reached by keyboard.")


@pytest.fixture
def visitor(browser, live_server, time, request) -> Iterator[Callable[..., Visitor]]:
    contexts = []

    def come(size: tuple[int, int] = DESKTOP, language: str = "zh-CN") -> Visitor:
        width, height = size
        context = browser.new_context(
            viewport={"width": width, "height": height},
            locale=language,
            accept_downloads=True,
            timezone_id="Asia/Shanghai",
        )
        contexts.append(context)
        context.set_default_timeout(15_000)
        return Visitor(context.new_page(), live_server.url, request.module.JOURNEY)

    yield come
    for context in contexts:
        context.close()
