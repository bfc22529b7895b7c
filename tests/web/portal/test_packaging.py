"""A restaurant by one form on the pages: guide, form, progress, one list of corrections."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.business import companies
from tests.business.companies import COMPANY
from tests.known import MONDAY
from tests.web.reading import in_language, page, said, words
from tongban import clock
from tongban.base.people import actions as people
from tongban.business.cases.models import Attachment, Case, PackageCase, PackageDraft
from tongban.business.cases.verbs import correcting
from tongban.business.items import package_terms, packages
from tongban.business.items.models import ItemVersion
from tongban.web.portal.party import token

pytestmark = pytest.mark.django_db
APPLY = "/packages/P2/apply"
SAID = {
    "dine_in": "yes",
    "contact_phone": "13800006021",
    "layout_separated": "yes",
    "fire_promise": "yes",
}


@pytest.fixture(autouse=True)
def monday(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: MONDAY)


@pytest.fixture
def package(city, permit):
    companies.define()
    companies.publish("A05")
    companies.publish("A07")
    text = (companies.CITY / "packages" / "P2.toml").read_text()
    return packages.publish(terms=package_terms.parse(text, "P2.toml"), by="test", at=MONDAY)


@pytest.fixture
def chen(client, city, package):
    companies.company(city)
    user = companies.person(city, "chen", "陈志远", represents_companies=COMPANY)
    client.force_login(user)
    client.post("/me/acting/switch", {"party": token(user, COMPANY)})
    return user


def officer(role, office):
    user = people.open_account(
        username=f"{role}-{office}", password="x", display_name="沈岚", by="t", at=MONDAY
    )
    people.appoint(user=user, office_code=office, role=role, by="t", at=MONDAY)
    return user


def pdf(name):
    return SimpleUploadedFile(name, b"%PDF-1.7 x", content_type="application/pdf")


def files():
    return {key: pdf(f"{key}.pdf") for key in ("floor_plan", "food_rules", "fire_rules")}


def hidden(response) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for field in page(response).xpath("//main//input[@type='hidden']"):
        found.setdefault(field.get("name"), []).append(field.get("value"))
    return found


def questions(response) -> list[str]:
    return hidden(response).get("shown", [])


def opened(client, **given):
    """The form once the situation is told."""
    first = client.get(APPLY)
    return client.post(APPLY, {**hidden(first), "dine_in": "yes", **given})


def hand_in(client, **given):
    form = hidden(opened(client))
    return client.post(APPLY, {**form, **SAID, **files(), **given})


def test_the_guide_says_what_it_takes_and_how_long(client, package):
    told = said(client.get("/packages/P2/guide"))
    for one in ("开办餐饮店一件事", "5 个工作日", "市监局", "消防大队", "平面布局图共用"):
        assert one in told
    assert "Opening a restaurant" in said(client.get("/packages/P2/guide", **in_language("en")))
    assert client.get("/packages/P9/guide").status_code == 404


def test_it_is_found_from_the_first_page_and_by_other_names(client, package):
    assert "开办餐饮店一件事" in said(client.get("/"))
    assert "开办餐饮店一件事" in said(client.get("/items", {"q": "开饭店"}))
    assert "开办餐饮店一件事" not in said(client.get("/items", {"q": "居住证"}))


def test_where_an_item_is_gone_the_guide_says_so(client, chen):
    ItemVersion.objects.filter(item__code="A07").update(status="retired")
    told = said(client.get("/packages/P2/guide"))
    assert "其中有事项已停止受理" in told
    assert "开始办理" not in told


def test_a_person_is_led_to_the_company(client, chen):
    client.post("/me/acting/switch", {"party": token(chen, chen.subject_id)})
    assert "这个事项不是给当前办理身份的" in said(client.get("/packages/P2/guide"))
    assert opened(client).status_code == 409


def test_the_situation_is_asked_first_and_opens_the_questions(client, chen):
    first = client.get(APPLY)
    assert "顾客会在店里就餐吗？" in said(first)
    assert questions(first) == []
    second = opened(client)
    assert "还要请您回答几个问题" in said(second)
    assert questions(second) == [
        *("contact_phone", "layout_separated", "floor_plan", "food_rules"),
        *("fire_promise", "fire_rules"),
    ]
    alone = opened(client, dine_in="no")
    assert "fire_promise" not in questions(alone)


def test_by_script_the_questions_come_at_once_and_stay_where_they_do(client, chen):
    response = client.post("/packages/P2/questions", {"dine_in": "yes"})
    assert response.status_code == 200
    shown = questions(response) or page(response).xpath("//input[@name='shown']/@value")
    again = client.post("/packages/P2/questions", {"dine_in": "yes", "shown": shown})
    assert again.status_code == 204


def test_every_known_fact_is_shown_once(client, chen):
    told = said(opened(client))
    assert told.count("91329900MA1ABCDE0X") == 1
    assert "份材料都已由数据证明，不用上传" in told


def test_one_form_becomes_two_cases_with_one_number(client, chen):
    response = hand_in(client)
    made = PackageCase.objects.get()
    assert response["Location"] == f"/packages/{made.number}"
    assert made.cases.count() == 2
    assert Attachment.objects.filter(field="floor_plan").count() == 2

    told = said(client.get(f"/packages/{made.number}"))
    for one in ("开办餐饮店一件事，正在办", "布局审查和决定", "现场核查", "经办人陈志远"):
        assert one in told
    assert made.number in said(client.get("/me"))
    case = made.cases.first()
    assert "开办餐饮店一件事" in said(client.get(f"/cases/{case.number}"))


def test_what_was_left_out_is_told_for_both_offices_together(client, chen):
    form = hidden(opened(client))
    response = client.post(APPLY, {**form, "dine_in": "yes"})
    assert response.status_code == 422
    links = page(response).xpath("//main//a[starts-with(@href,'#')]/@href")
    assert len([one for one in links if one.startswith("#q-")]) >= 6
    assert not Case.objects.exists()


def test_a_second_click_and_a_second_tab_make_nothing(client, chen):
    form = hidden(opened(client))
    client.post(APPLY, {**form, **SAID, **files()})
    response = client.post(APPLY, {**form, **SAID, **files()})
    assert response.status_code == 409
    assert PackageCase.objects.get().number in said(response)


def test_a_version_of_before_is_looked_at_once_more_with_all_that_was_typed(client, chen):
    form = hidden(opened(client))
    form["seen"] = ["A05:1", *form["seen"][1:]]
    response = client.post(APPLY, {**form, **SAID, **files()})
    assert response.status_code == 409
    assert "食品经营许可（新办）的办理要求有更新" in said(response)
    phone = page(response).xpath("//input[@name='contact_phone']/@value")
    assert phone == ["13800006021"]
    assert not Case.objects.exists()


def test_a_draft_keeps_situation_and_answers(client, chen):
    form = hidden(opened(client))
    response = client.post("/packages/P2/draft", {**form, **SAID})
    assert response.status_code == 302
    assert PackageDraft.objects.get().applicant_id == COMPANY
    kept = page(client.get(APPLY))
    assert kept.xpath("//input[@name='contact_phone']/@value") == ["13800006021"]
    assert kept.xpath("//input[@name='dine_in' and @checked]/@value") == ["yes"]


def test_two_offices_ask_and_one_list_is_answered_once(client, chen):
    hand_in(client)
    made = PackageCase.objects.get()
    food, fire = made.cases.order_by("pk")
    ask(food, officer("approver", "SCJ"), ["floor_plan", "food_rules"], "图太小")
    ask(fire, officer("clerk", "XFD"), ["floor_plan"], "请标明通道")

    told = said(client.get(f"/packages/{made.number}"))
    assert "市监局、消防大队请您补正 2 项" in told
    path = f"/packages/{made.number}/correction"
    form = client.get(path)
    assert questions(form) == ["floor_plan", "food_rules"]
    for one in ("市监局说", "图太小", "消防大队说", "请标明通道"):
        assert one in said(form)

    empty = client.post(path, hidden(form))
    assert empty.status_code == 409
    new = {"floor_plan": pdf("新图.pdf"), "food_rules": pdf("新制度.pdf")}
    response = client.post(path, {**hidden(form), **new})
    assert response["Location"] == f"/packages/{made.number}"
    assert "市监局、消防大队会按新的内容办理" in said(client.get(f"/packages/{made.number}"))
    assert Attachment.objects.filter(name="新图.pdf").count() == 2
    assert client.get(path)["Location"] == f"/packages/{made.number}"


def ask(case, user, keys, why):
    correcting.ask(case_id=case.pk, user=user, questions=keys, words=why, at=MONDAY)


def test_what_is_wrong_in_a_correction_is_told(client, chen):
    hand_in(client)
    made = PackageCase.objects.get()
    ask(made.cases.first(), officer("approver", "SCJ"), ["contact_phone"], "打不通")
    path = f"/packages/{made.number}/correction"
    form = hidden(client.get(path))
    assert client.post(path, {**form, "contact_phone": "12"}).status_code == 422
    assert client.post(path, {"contact_phone": "13900009999"}).status_code == 200
    same = client.post(f"{path}/questions", {**form, "contact_phone": "13900009999"})
    assert same.status_code == 204
    fresh = client.post(f"{path}/questions", {"contact_phone": "13900009999"})
    assert "联系电话" in fresh.content.decode()
    assert "请补正 1 项" in words(page(client.get(path)), "//h1")


def test_the_whole_is_withdrawn_by_one_button(client, chen):
    hand_in(client)
    made = PackageCase.objects.get()
    client.post(f"/packages/{made.number}/withdraw", {"words": "不开了"})
    assert "开办餐饮店一件事，已撤回" in said(client.get(f"/packages/{made.number}"))
    again = client.post(f"/packages/{made.number}/withdraw")
    assert again.status_code == 409
    assert "没有可以撤回的" in said(again)


def test_an_officer_sees_the_package_and_how_the_other_office_stands(client, chen):
    hand_in(client)
    made = PackageCase.objects.get()
    client.force_login(officer("approver", "SCJ"))
    shown = page(client.get(f"/workbench/cases/{made.cases.first().number}"))
    told = words(shown, "//section[@id='package']")
    assert made.number in told
    assert "公众聚集场所投入使用、营业前消防安全检查 消防大队办理中" in told
    assert "经办人 陈志远" in words(shown, "//main")
    assert client.get(f"/packages/{made.number}").status_code == 302
