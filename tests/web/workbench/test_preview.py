"""The list's preview, the bell, and the search box: what one sees without leaving the list."""

from datetime import timedelta

import pytest
from lxml import html

from tests.known import MONDAY
from tongban import clock
from tongban.base.audit.models import Event
from tongban.business.cases.models import Case

pytestmark = pytest.mark.django_db
FRAGMENT = {"headers": {"HX-Request": "true"}}
ENGLISH = {"Accept-Language": "en"}


@pytest.fixture(autouse=True)
def monday(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: MONDAY)


def text(response) -> str:
    return " ".join(html.fromstring(response.content.decode()).text_content().split())


def test_the_preview_names_the_case_its_clock_and_what_is_missing(client, waiting, approver):
    case = waiting()
    client.force_login(approver)
    shown = text(client.get(f"/workbench/todo/{case.number}", **FRAGMENT))
    for words in (case.number, "王芳", "承诺", "剩 5 个工作日", "要您看的", "查不到：连续参保月数"):
        assert words in shown
    for words in ("已证明 3 项", "打开办理"):
        assert words in shown


def test_a_browser_that_asks_for_the_preview_by_itself_gets_it_beside_the_list(
    client, waiting, approver
):
    case = waiting()
    client.force_login(approver)
    answer = client.get(f"/workbench/todo/{case.number}", follow=True)
    assert answer.redirect_chain == [(f"/workbench/todo?case={case.number}", 302)]
    page = html.fromstring(answer.content.decode())
    assert case.number in page.xpath("//aside[@id='tb-preview']")[0].text_content()
    (selected,) = page.xpath("//tr[contains(@class, 'is-selected')]")
    assert selected.get("data-tb-preview") == f"/workbench/todo/{case.number}"
    assert len(page.xpath("//main//*[contains(@class, 'btn-primary')]")) == 1


def test_without_a_choice_nothing_stands_at_the_side(client, waiting, approver):
    waiting()
    client.force_login(approver)
    page = html.fromstring(client.get("/workbench/todo").content.decode())
    (aside,) = page.xpath("//aside[@id='tb-preview']")
    assert (aside.text, len(aside)) == (None, 0)  # the styles hide what is empty


@pytest.mark.parametrize(
    ("language", "words"),
    [("zh", "您无权查看办件 {}。"), ("en", "Case {} is not yours to see.")],
)
@pytest.mark.parametrize("path", ["/workbench/todo?case={}", "/workbench/todo/{}"])
def test_another_offices_case_is_not_previewed_and_the_attempt_is_kept(
    path, language, words, client, waiting, staff
):
    case = waiting()
    other = staff("approver", "RS")
    client.force_login(other)
    headers = {"Accept-Language": language, "HX-Request": "true"}
    answer = client.get(path.format(case.number), headers=headers)
    assert answer.status_code == 409
    assert words.format(case.number) in answer.content.decode()
    assert "王芳" not in answer.content.decode()
    event = Event.objects.get(kind="request.refused")
    assert (event.actor, event.outcome) == (str(other.pk), "refused")


def test_the_bell_counts_what_is_due_and_leads_to_it_alone(client, waiting, approver):
    waiting("li")
    late = waiting("wang")
    Case.objects.filter(pk=late.pk).update(promised_on=late.promised_on - timedelta(days=99))
    client.force_login(approver)
    page = html.fromstring(client.get("/workbench/cases").content.decode())
    (bell,) = page.xpath("//a[@class='bell']")
    assert (bell.get("aria-label"), bell.get("href")) == (
        "今天到期和已超期 1 件",
        "/workbench/todo?due=now",
    )
    shown = client.get("/workbench/todo?due=now").content.decode()
    assert [late.number in shown, shown.count("data-tb-preview=")] == [True, 1]


def test_who_decides_nothing_has_no_bell(client, staff):
    client.force_login(staff("supervisor"))
    page = html.fromstring(client.get("/workbench/cases").content.decode())
    assert page.xpath("//a[@class='bell']") == []


def found(client, asked: str) -> dict[str, list[str]]:
    page = html.fromstring(client.get("/workbench/search", {"q": asked}).content.decode())
    return {
        kind.xpath(".//h2")[0].text_content(): [b.text_content() for b in kind.xpath(".//li//b")]
        for kind in page.xpath("//main//section[.//li]")
    }


def test_a_case_is_found_by_its_number_with_or_without_the_region(client, waiting, approver):
    case = waiting()
    client.force_login(approver)
    for asked in (case.number, case.number[:13], case.number.removeprefix("329900-")):
        assert found(client, asked) == {"办件": [case.number]}


def test_an_applicant_is_found_among_what_waits_for_oneself_only(client, waiting, approver, staff):
    waiting()
    client.force_login(approver)
    assert found(client, "王芳") == {"待办": ["王芳"]}
    for stranger in (staff("approver", "RS"), staff("supervisor"), staff("clerk", "GA")):
        client.force_login(stranger)
        assert found(client, "王芳") == {}


def test_another_offices_case_is_not_found(client, waiting, staff):
    case = waiting()
    client.force_login(staff("approver", "RS"))
    assert found(client, case.number) == {}


def test_a_steward_finds_sources_facts_pages_and_items(client, permit, staff):
    client.force_login(staff("steward"))
    assert found(client, "人口基本")["数据源"] == ["人口基本信息"]
    assert found(client, "insured_months") == {"事实": ["连续参保月数"]}
    assert found(client, "血缘") == {"页面": ["血缘"]}
    assert "居住证申领" in found(client, "居住证")["事项"]


def test_an_administrator_finds_no_source(client, permit, staff):
    client.force_login(staff("system_admin"))
    assert "数据源" not in found(client, "人口基本")


@pytest.mark.parametrize(
    ("language", "words"),
    [("zh", "没有找到“飞船”可以查：办件编号、申请人、事项。"), ("en", "Nothing found for “飞船”")],
)
def test_what_is_not_found_says_what_can_be(language, words, client, permit, approver):
    client.force_login(approver)
    answer = client.get("/workbench/search?q=飞船", headers={"Accept-Language": language})
    assert words in text(answer)
