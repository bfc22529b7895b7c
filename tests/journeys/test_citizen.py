"""A citizen with a phone: from the old word of an item to a permit that anybody can verify."""

import pytest

from tests.journeys.conftest import PHONE
from tests.known import KNOWN
from tongban.business.cases.models import Case
from tongban.business.certificates.models import Certificate

JOURNEY = "citizen"
pytestmark = pytest.mark.django_db


def test_a_citizen_gets_the_permit_at_once_and_anybody_can_verify_it(visitor, permit, citizen):
    citizen()
    zhou = visitor(PHONE)
    page = zhou.page

    zhou.log_in("zhou")
    assert "周雨桐，上午好" in page.locator("h1").inner_text()
    assert "只剩 1 个问题" in page.locator(".tb-ready").inner_text()
    zhou.look("1-home")

    zhou.reach("[name=q]")
    page.keyboard.type("暂住证")
    page.keyboard.press("Enter")
    page.wait_for_url("**/items?q=*")
    zhou.look("2-found")
    page.get_by_role("link", name="居住证申领").click()
    page.wait_for_url("**/items/B09")
    assert page.get_by_text("符合条件，可以当场办好。").is_visible()
    zhou.look("3-guide")

    zhou.reach(".tb-cta .btn")
    page.keyboard.press("Enter")
    page.wait_for_url("**/apply")
    zhou.look("4-form")
    page.get_by_label("不要，只用电子居住证").check()
    page.get_by_role("button", name="显示公民身份号码").click()
    page.get_by_text(KNOWN["citizen_id"]).wait_for()
    zhou.reach("#tb-submit")
    page.keyboard.press("Enter")
    page.wait_for_url("**/cases/*")
    assert page.locator("h1").inner_text() == "居住证申领，办好了"
    assert Case.objects.get().automatic
    zhou.look("5-granted")

    answer = page.request.get(page.url + "/certificate.pdf")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.body().startswith(b"%PDF-")

    anybody = visitor(PHONE)
    anybody.goto(f"/verify/{Certificate.objects.get().verify_code}")
    assert anybody.page.get_by_text("真实，现在有效").is_visible()
    assert KNOWN["name"] not in anybody.page.content()
    anybody.look("6-verified")


def test_the_form_asks_more_and_less_as_answers_are_given(visitor, permit, citizen):
    citizen("sun", owns_home_here=None, employed_here=None)
    sun = visitor(PHONE)
    sun.enter("sun", "/items/B09/apply")
    page = sun.page
    evidence = page.locator("[name=residence_evidence]")
    assert evidence.count() == 1

    page.locator("[name=residence_basis]").select_option("none")
    evidence.wait_for(state="detached")
    assert page.locator("[name=residence_basis]").input_value() == "none"

    page.locator("[name=residence_basis]").select_option("rent")
    evidence.wait_for()
    sun.look("form-with-evidence")


def test_an_unanswered_question_takes_the_focus(visitor, permit, citizen):
    citizen()
    zhou = visitor(PHONE)
    zhou.enter("zhou", "/items/B09/apply")
    zhou.page.locator("#tb-submit").click()
    zhou.page.locator(".tb-note.bad").wait_for()
    assert zhou.page.evaluate("document.activeElement.hasAttribute('data-tb-focus')")
    zhou.look("form-with-problems")
    assert not Case.objects.exists()
