"""A fact is unknown: an officer decides, and the citizen reads why."""

import pytest

from tests.journeys.conftest import DESKTOP, PHONE
from tongban.business.cases.models import Case

JOURNEY = "officer"
pytestmark = pytest.mark.django_db


def test_what_the_rules_cannot_decide_an_officer_grants(visitor, time, permit, citizen, approver):
    citizen("wang", insured_months=None)
    wang = visitor(PHONE)
    wang.enter("wang", "/items/B09/apply")
    wang.page.get_by_label("不要，只用电子居住证").check()
    wang.page.locator("#tb-submit").click()
    wang.page.wait_for_url("**/cases/*")
    assert wang.page.locator("h1").inner_text() == "居住证申领，正在办"
    assert "等工作人员核实：连续参保月数" in wang.page.locator(".tb-note").inner_text()
    wang.look("1-waiting")

    time.later(days=3)
    shen = visitor(DESKTOP)
    shen.enter("shen", "/workbench/")
    page = shen.page
    assert page.locator("table .tb-lamp.blue").inner_text().endswith("剩 2 个工作日")
    assert page.get_by_text("1 项未知").is_visible()
    shen.look("2-to-do")

    shen.reach("table a")
    page.keyboard.press("Enter")
    page.wait_for_url("**/workbench/cases/*")
    assert page.get_by_text("规则未能自动决定").is_visible()
    shen.look("3-case")
    page.get_by_role("link", name="“在本市就业”是怎么来的").click()
    page.wait_for_url("**/facts/*")
    shen.look("4-way")
    page.go_back()

    shen.reach("#words")
    page.keyboard.type("已电话核实：连续参保 14 个月。")
    shen.reach("#tb-grant")
    page.keyboard.press("Enter")
    page.get_by_text("已电话核实：连续参保 14 个月。").wait_for()
    assert Case.objects.get().status == Case.Status.GRANTED
    shen.look("5-granted")

    wang.goto("/")
    wang.look("6-told")
    wang.page.locator(".tb-items a").first.click()
    wang.page.wait_for_url("**/cases/*")
    assert wang.page.locator("h1").inner_text() == "居住证申领，办好了"
    assert wang.page.get_by_text("已电话核实：连续参保 14 个月。").is_visible()
    assert wang.page.locator(".tb-cert").is_visible()
    wang.look("7-permit")
