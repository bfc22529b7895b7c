"""Components are tested as the HTML that a browser or a screen reader meets."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.template import Context, Template
from django.utils import translation
from lxml import html

from tongban import clock
from tongban.web.ui import messages

TEMPLATES = Path(messages.PACKAGE) / "web" / "ui" / "templates"
NOW = datetime(2026, 9, 23, 2, 30, tzinfo=UTC)  # 10:30 in 云泽

Show = Callable[..., html.HtmlElement]


@pytest.fixture(scope="session", autouse=True)
def english_words():
    """The compiled translations are not kept in the repository."""
    messages.compile_stale()


@pytest.fixture(autouse=True)
def noon(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture(autouse=True)
def own_pages(settings):
    """Our urls alone, and our templates before those of the packages that we dress."""
    settings.DEMO = True
    settings.ROOT_URLCONF = "tests.web.ui.urls"
    (engine,) = settings.TEMPLATES
    settings.TEMPLATES = [{**engine, "DIRS": [TEMPLATES]}]


@pytest.fixture
def show() -> Show:
    """Render a piece of template and parse it."""

    def render(source: str, language: str = "zh-hans", **context: object) -> html.HtmlElement:
        with translation.override(language):
            text = Template("{% load tb i18n %}" + source).render(Context(context))
        return html.fragment_fromstring(text, create_parent="div")

    return render


@pytest.fixture
def words() -> Callable[[html.HtmlElement], str]:
    """What a screen reader reads: all text, with single spaces."""
    return lambda element: " ".join(element.text_content().split())
