"""An officer looks at what waits without leaving the list: by keyboard, by mouse, on a phone."""

import pytest

from tests.journeys.conftest import PHONE
from tests.known import MONDAY
from tongban.business.cases import actions as cases
from tongban.business.cases.actions import Application
from tongban.business.cases.models import Case

JOURNEY = "preview"
pytestmark = pytest.mark.django_db
FOCUSED = "document.activeElement.textContent"


@pytest.fixture
def numbers(permit, citizen, approver) -> list[str]:
    """Of two cases that wait, as they stand in the list."""
    application = Application({"wants_card": "no"}, {}, Case.Channel.PHONE)
    return [
        cases.submit(
            version=permit,
            user=citizen(name, insured_months=None),
            application=application,
            at=MONDAY,
        ).number
        for name in ("wang", "li")
    ]


def test_the_keys_j_and_k_show_one_case_after_the_other(visitor, time, numbers):
    shen = visitor()
    shen.enter("shen", "/workbench/todo")
    page = shen.page
    side = page.locator("#tb-preview")
    assert not side.is_visible()
    for key, number in (("j", numbers[0]), ("j", numbers[1]), ("k", numbers[0])):
        page.keyboard.press(key)
        side.get_by_text(number).wait_for()
        assert number in page.locator("tr.is-selected").inner_text()
    shen.look("by-keyboard")

    page.locator("tbody tr").nth(1).locator("td").nth(2).click()
    side.get_by_text(numbers[1]).wait_for()
    page.keyboard.press("Escape")
    assert not side.is_visible()
    assert page.evaluate(FOCUSED) == "王芳"

    page.keyboard.press("k")
    side.get_by_text(numbers[0]).wait_for()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/workbench/cases/{numbers[0]}")


def test_on_a_phone_the_case_opens_in_a_sheet_that_closes_again(visitor, time, numbers):
    shen = visitor(PHONE)
    shen.enter("shen", "/workbench/todo")
    page = shen.page
    page.get_by_text("1 项未知").first.click()
    sheet = page.locator("#tb-preview")
    sheet.get_by_text(numbers[0]).wait_for()
    page.wait_for_function("document.activeElement.id === 'tb-preview-name'")
    box = sheet.bounding_box()
    assert box["y"] + box["height"] == PHONE[1]
    shen.look("sheet")

    page.get_by_label("关上预览").click()
    assert not sheet.is_visible()
    assert page.evaluate(FOCUSED) == "王芳"


def test_the_slash_key_leads_to_the_search_which_finds_a_case(visitor, time, numbers):
    shen = visitor()
    shen.enter("shen", "/workbench/todo")
    shen.page.keyboard.press("/")
    shen.page.keyboard.type(numbers[1])
    shen.page.keyboard.press("Enter")
    shen.page.wait_for_url("**/workbench/search?q=*")
    shen.page.get_by_role("link", name=numbers[1]).click()
    shen.page.wait_for_url(f"**/workbench/cases/{numbers[1]}")
