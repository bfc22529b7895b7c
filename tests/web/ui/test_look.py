"""What a browser makes of the components: accessibility, sizes of text, keyboard, fragments.

Needs the built front end and a Chromium."""

import pytest
from playwright.sync_api import ConsoleMessage, Page

from tests.browser import barriers, served

SIZES = """least => {
  const small = new Set();
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const place = walk.currentNode.parentElement;
    if (!walk.currentNode.textContent.trim()) continue;
    if (place.closest("svg, script, template, .tb-sr")) continue;
    const size = parseFloat(getComputedStyle(place).fontSize);
    if (size < least) small.add(place.outerHTML.slice(0, 80));
  }
  return [...small];
}"""

pytestmark = pytest.mark.journey


@pytest.fixture
def address(own_pages):
    with served() as here:
        yield here


@pytest.fixture
def visit(pages, address):
    opened, complaints = [], []

    def hear(said: ConsoleMessage) -> None:
        if said.type == "error" and "Content Security Policy" in said.text:
            complaints.append(said.text)

    def open_page(path: str, width: int = 1440, language: str = "zh-CN") -> Page:
        page = pages.take(width, 900 if width > 700 else 844, language)
        opened.append((page, language))
        page.on("console", hear)
        page.goto(address + path)
        return page

    yield open_page
    for page, language in opened:
        page.remove_listener("console", hear)
        pages.give_back(page, language)
    assert complaints == []


@pytest.mark.parametrize(
    ("reader", "least", "width", "language"),
    [
        ("citizens", 14, 360, "zh-CN"),
        ("citizens", 14, 1440, "en-GB"),
        ("staff", 12, 360, "en-GB"),
        ("staff", 12, 1440, "zh-CN"),
    ],
)
def test_every_component_is_accessible_readable_and_fits(visit, reader, least, width, language):
    page = visit(f"/ui/components?for={reader}", width, language)
    assert barriers(page) == []
    assert page.evaluate(SIZES, least) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_elder_mode_shows_nothing_below_18_pixels(visit):
    page = visit("/ui/components?for=citizens", 360)
    page.get_by_role("button", name="大字").click()
    page.wait_for_selector("html[data-tb-size=large]")
    assert page.evaluate(SIZES, 18) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_an_objection_opens_in_place(visit):
    page = visit("/ui/components?for=citizens", 390)
    page.get_by_label("现居住地址，这不对").click()
    page.get_by_label("现居住地址应该是什么？").fill("520 室")
    assert page.get_by_role("button", name="提出更正").first.is_visible()


def test_the_workbench_goes_by_keyboard_until_that_is_switched_off(visit):
    page = visit("/ui/components?for=staff")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.name") == "q"
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.textContent") == "江城区小满茶饮"
    page.keyboard.press("k")
    assert page.evaluate("document.activeElement.textContent") == "江城区阿芹面馆"
    page.evaluate("localStorage.setItem('tongban-shortcuts', 'off')")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.textContent") == "江城区阿芹面馆"


def test_the_side_bar_opens_on_a_phone_and_closes_by_escape(visit):
    page = visit("/ui/components?for=staff", 390)
    side, menu = page.locator("#tb-side"), page.get_by_role("button", name="菜单")
    assert not side.is_visible()
    menu.click()
    assert (side.is_visible(), menu.get_attribute("aria-expanded")) == (True, "true")
    page.keyboard.press("Escape")
    assert not side.is_visible()
    assert page.evaluate("document.activeElement.hasAttribute('data-tb-menu')")


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/refuse", "办件 260922-000507 已经受理过。"),
        ("/fail", "您填的内容还在，可以再点一次。"),
        ("/no", "没有这一页"),
    ],
)
def test_what_goes_wrong_in_a_fragment_is_said_on_top_with_the_focus(visit, address, path, words):
    page = visit("/ui/components?for=citizens")
    page.route("**/ui/components*", lambda route: route.continue_(url=address + path))
    page.get_by_role("button", name="显示身份证号").click()
    note = page.locator("#tb-alert [data-tb-focus]")
    assert words in note.inner_text()
    assert note.evaluate("note => note === document.activeElement")


def test_a_lost_connection_is_said_and_keeps_what_was_entered(visit):
    page = visit("/ui/components?for=citizens")
    page.get_by_label("现居住地址，这不对").click()
    page.get_by_label("现居住地址应该是什么？").fill("520 室")
    page.route("**/*", lambda route: route.abort())
    page.get_by_role("button", name="提出更正").first.click()
    page.wait_for_selector("#tb-alert .tb-note")
    assert "没有连上" in page.locator("#tb-alert").inner_text()
    assert page.get_by_label("现居住地址应该是什么？").input_value() == "520 室"
