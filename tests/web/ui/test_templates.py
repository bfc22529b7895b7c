"""Rules for every template of the product."""

import re
from pathlib import Path

import pytest

from tongban.web.ui.messages import CHINESE, PACKAGE
from tongban.web.workbench.pages import PLACES

PAGES = sorted(PACKAGE.glob("**/templates/**/*.html"))
SPRITE = PACKAGE / "web" / "ui" / "static" / "ui" / "dist" / "icons.svg"

# What may hold Chinese: translated texts, literals handed to _(), comments.
TRANSLATED = re.compile(
    r"""\{%\s*(?:translate|trans)\s+"[^"]*"|\{%\s*(?:translate|trans)\s+'[^']*'"""
    r"""|\{%\s*blocktrans(?:late)?\b.*?\{%\s*endblocktrans(?:late)?\s*%\}"""
    r"""|\b_\("[^"]*"\)|\{\#.*?\#\}|\{%\s*comment\b.*?\{%\s*endcomment\s*%\}""",
    re.DOTALL,
)
INLINE = {
    "script": re.compile(r'<script(?![^>]*\bsrc=)(?![^>]*type="application/json")', re.IGNORECASE),
    "style": re.compile(r"<style\b|\sstyle\s*=", re.IGNORECASE),
    "handler": re.compile(r"""\s(?:on[a-z]+|hx-on[:\w-]*)\s*=\s*["']""", re.IGNORECASE),
    "javascript address": re.compile(r"javascript:", re.IGNORECASE),
    "other site": re.compile(r"""(?:src|href|action)\s*=\s*["'](?:https?:)?//""", re.IGNORECASE),
}
ICON = re.compile(r"""\{%\s*icon\s+"([a-z0-9-]+)"|\bicon"?\s*[=:]\s*"([a-z0-9-]+)\"""")


def name(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_every_chinese_text_is_translated(path):
    rest = TRANSLATED.sub("", path.read_text())
    assert [line.strip() for line in rest.splitlines() if CHINESE.search(line)] == []


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_nothing_is_inline_or_from_elsewhere(path):
    text = path.read_text()
    assert [kind for kind, pattern in INLINE.items() if pattern.search(text)] == []


def test_every_icon_in_use_is_in_the_sprite():
    if not SPRITE.exists():
        pytest.skip(
            "The front end is not built: npm ci --ignore-scripts && npm run build in frontend/."
        )
    sources = [*PAGES, *(PACKAGE / "web").rglob("*.py")]
    used = {one or other for path in sources for one, other in ICON.findall(path.read_text())}
    used |= {icon for _group, _page, _label, icon, _who in PLACES}
    drawn = set(re.findall(r'<symbol id="([^"]+)"', SPRITE.read_text()))
    assert used - drawn == set()
    assert {
        f"lamp-{colour}" for colour in ("none", "blue", "yellow", "red", "purple", "paused")
    } <= drawn
