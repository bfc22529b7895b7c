"""Journeys run in a real Chromium against the real application on a real database.

A picture of what fails is left in screens/; with SCREENS=1 one of every stop."""

import copy
import os
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client
from playwright.sync_api import ConsoleMessage, Error, Page

from tests.browser import barriers, served
from tests.known import MONDAY
from tests.web.ground import city, ground, permit, quick_passwords
from tongban import clock
from tongban.base.people import actions as people
from tongban.base.people.models import User

__all__ = ["city", "ground", "permit", "quick_passwords"]
SCREENS = Path(__file__).parents[2] / "screens"
PHONE, DESKTOP = (390, 844), (1440, 900)
PASSWORD = "correct horse battery"
EVERY_STOP = os.environ.get("SCREENS") == "1"


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
        page.on("console", self._hear)
        page.on("pageerror", self._hear_error)

    def _hear(self, said: ConsoleMessage) -> None:
        if said.type == "error" and "status of 4" not in said.text:  # an expected refusal
            self.complaints.append(said.text)

    def _hear_error(self, error: Error) -> None:
        self.complaints.append(str(error))

    def leave(self) -> Page:
        self.page.remove_listener("console", self._hear)
        self.page.remove_listener("pageerror", self._hear_error)
        return self.page

    def goto(self, path: str) -> None:
        self.page.goto(self.address + path)

    def enter(self, username: str, path: str) -> None:
        """With a session made here: logging in by hand is the matter of one journey."""
        client = Client()
        client.force_login(User.objects.get(username=username))
        session = {"name": "sessionid", "value": client.cookies["sessionid"].value}
        self.page.context.add_cookies([{**session, "url": self.address}])
        self.goto(path)

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
        """The rules of accessibility, nothing cut off, and no complaint of the page."""
        found = [*self.complaints]
        found += [b for b in barriers(self.page) if b.startswith(("serious", "critical"))]
        if not self.page.evaluate("document.documentElement.scrollWidth <= innerWidth"):
            found.append("wider than the screen")
        if found or EVERY_STOP:
            self.picture(name)
        assert found == [], name

    def reach(self, selector: str, limit: int = 120) -> None:
        """Go to something with the Tab key alone, as people without a mouse do."""
        for _ in range(limit):
            self.page.keyboard.press("Tab")
            if self.page.evaluate("s => document.activeElement?.matches(s)", selector):
                return
        raise AssertionError(f"{selector} cannot be reached by keyboard.")


@pytest.fixture
def supervisor(city) -> User:
    """Of the whole city."""
    user = people.open_account(
        username="gao", password=PASSWORD, display_name="高远", by="test", at=MONDAY
    )
    people.appoint(user=user, office_code="SJ", role="supervisor", by="test", at=MONDAY)
    return user


@pytest.fixture
def address(db) -> Iterator[str]:
    with served() as here:
        yield here


@pytest.fixture
def framed(settings) -> None:
    """Pages may be shown in a frame of their own site."""
    settings.X_FRAME_OPTIONS = "SAMEORIGIN"
    policy = copy.deepcopy(settings.CONTENT_SECURITY_POLICY)
    policy["DIRECTIVES"]["frame-ancestors"] = ["'self'"]
    settings.CONTENT_SECURITY_POLICY = policy


@pytest.fixture
def visitor(pages, address, time, request) -> Iterator[Callable[..., Visitor]]:
    visitors = []

    def come(size: tuple[int, int] = DESKTOP) -> Visitor:
        visitors.append(Visitor(pages.take(*size), address, request.module.JOURNEY))
        return visitors[-1]

    yield come
    for one in visitors:
        pages.give_back(one.leave())
