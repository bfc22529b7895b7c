"""A restaurant opens: the legal representative with a phone, two offices, one form, one list of
corrections, two certificates."""

import re

import pytest

from tests.business import companies
from tests.business.companies import COMPANY
from tests.journeys.conftest import DESKTOP, PHONE
from tests.known import MONDAY
from tongban.base.people import actions as people
from tongban.business.cases import actions
from tongban.business.cases.models import Case, PackageCase
from tongban.business.cases.verbs import correcting, finishing
from tongban.business.certificates.models import Certificate
from tongban.business.items import package_terms, packages
from tongban.data.lake.models import Edition

JOURNEY = "restaurant"
pytestmark = pytest.mark.django_db
PDF = {"mimeType": "application/pdf", "buffer": b"%PDF-1.7 x"}


@pytest.fixture
def restaurant(city: Edition, permit):
    companies.define()
    companies.publish("A05")
    companies.publish("A07")
    text = (companies.CITY / "packages" / "P2.toml").read_text()
    packages.publish(terms=package_terms.parse(text, "P2.toml"), by="test", at=MONDAY)
    companies.company(city, premises_area=420)
    companies.person(city, "chen", "陈志远", represents_companies=COMPANY)


@pytest.fixture
def officers(city):
    return {
        post: officer(*post)
        for post in (("approver", "SCJ"), ("clerk", "XFD"), ("approver", "XFD"))
    }


def officer(role, office):
    user = people.open_account(
        username=f"{office}-{role}".lower(),
        password="correct horse battery",
        display_name="沈岚",
        by="t",
        at=MONDAY,
    )
    people.appoint(user=user, office_code=office, role=role, by="t", at=MONDAY)
    return user


def test_from_one_form_to_two_certificates(visitor, restaurant, officers):
    chen = visitor(PHONE)
    chooses_the_company(chen)
    made = applies(chen)
    food, fire = made.cases.order_by("pk")
    ask(food, officers["approver", "SCJ"], ["floor_plan"], "图上没有清洗区")
    ask(fire, officers["clerk", "XFD"], ["floor_plan", "fire_rules"], "请标明疏散通道")
    corrects(chen)

    at_market = visitor(DESKTOP)
    at_market.enter("scj-approver", f"/workbench/cases/{food.number}")
    assert "消防大队" in at_market.page.locator("#package").inner_text()
    at_market.look("7-officer")

    at_market.page.locator("#tb-grant").click()
    at_market.page.locator("#tb-grant").wait_for(state="detached")
    assert Case.objects.get(pk=food.pk).status == Case.Status.GRANTED
    finish(fire, "visit", officers["clerk", "XFD"], "疏散通道畅通，灭火器完好")
    finish(fire, "test", officers["approver", "XFD"], "装修材料 B1 级，合格")
    grant(fire, "review", officers["approver", "XFD"])
    chen.page.reload()
    assert "都办好了" in chen.page.locator("h1").inner_text()
    assert Certificate.objects.filter(holder_id=COMPANY).count() == 2
    chen.look("8-granted")
    chen.goto("/me/mandates")
    chen.look("9-mandates")


def chooses_the_company(chen):
    page = chen.page
    chen.enter("chen", "/")
    page.locator(".tb-acting a").click()
    page.wait_for_url("**/me/acting")
    chen.look("1-parties")
    page.get_by_role("button", name="云泽市河湾小馆餐饮有限公司").click()
    page.locator(".tb-acting.for-other").wait_for()
    chen.look("2-home")


def applies(chen) -> PackageCase:
    page = chen.page
    page.get_by_role("link", name="开办餐饮店一件事").click()
    page.wait_for_url("**/guide")
    chen.look("3-guide")
    page.locator("#tb-begin").click()
    page.wait_for_url("**/apply")
    page.get_by_label("会，有堂食").check()
    page.locator("[name=contact_phone]").wait_for()
    page.locator("[name=contact_phone]").fill("13800006021")
    page.get_by_label("是，各有专区").check()
    page.get_by_label("承诺：疏散通道畅通").check()
    for key in ("floor_plan", "food_rules", "fire_rules"):
        page.locator(f"[name={key}]").set_input_files({"name": f"{key}.pdf", **PDF})
    chen.look("4-form")
    page.locator("#tb-submit").click()
    page.wait_for_url("**/packages/*-P*")
    chen.look("5-progress")
    return PackageCase.objects.get()


def corrects(chen):
    page = chen.page
    page.reload()
    page.locator("#tb-correct").click()
    page.wait_for_url("**/correction")
    for key in ("floor_plan", "fire_rules"):
        page.locator(f"[name={key}]").set_input_files({"name": f"新{key}.pdf", **PDF})
    chen.look("6-correction")
    page.locator("#tb-correct").click()
    page.wait_for_url(re.compile(r"/packages/[^/]+$"))
    assert "市监局、消防大队会按新的内容办理" in page.locator("main").inner_text()


def ask(case, user, keys, why):
    correcting.ask(case_id=case.pk, user=user, questions=keys, words=why, at=MONDAY)


def finish(case, node, user, words):
    step = Case.objects.get(pk=case.pk).work_items.get(node=node, status="open")
    finishing.finish(work_item_id=step.pk, user=user, words=words, at=MONDAY)


def grant(case, node, user):
    step = Case.objects.get(pk=case.pk).work_items.get(node=node, status="open")
    actions.complete(work_item_id=step.pk, user=user, grant=True, words="", at=MONDAY)
