"""The workbench, page by page: for whom it opens, and what it says."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tongban.base.audit.models import Event
from tongban.business.cases.models import Case

pytestmark = pytest.mark.django_db
PAGES = {
    "/workbench/todo": {"approver", "clerk", "lead"},
    "/workbench/cases": {"approver", "clerk", "lead", "supervisor"},
    "/workbench/notices": {"approver", "clerk", "lead", "supervisor"},
    "/workbench/sources": {"steward", "supervisor"},
    "/workbench/sources/GA01": {"steward", "supervisor"},
    "/workbench/issues": {"steward", "supervisor"},
    "/workbench/objections": {"steward", "supervisor"},
    "/workbench/lineage": {"steward", "supervisor"},
    "/workbench/facts": {"steward", "supervisor"},
    "/workbench/editions": {"system_admin"},
    "/workbench/grants": {"security_admin"},
    "/workbench/accounts": {"security_admin"},
    "/workbench/log": {"audit_admin"},
}
ROLES = sorted(set().union(*PAGES.values()))


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("role", ROLES)
def test_pages_open_in_both_languages_for_their_posts_and_are_refused_to_others(
    role, language, client, staff
):
    client.force_login(staff(role))
    client.cookies["django_language"] = language
    answers = {path: client.get(path).status_code for path in PAGES}
    assert answers == {path: 200 if role in roles else 409 for path, roles in PAGES.items()}


def test_a_refused_page_says_for_whom_it_is_and_leaves_a_trace(client, staff):
    user = staff("approver")
    client.force_login(user)
    page = client.get("/workbench/sources").content.decode()
    assert "这里只供数据管理员、监督人员使用，您现在是审批人员。" in page
    event = Event.objects.get(kind="request.refused")
    assert (event.actor, event.subject_id) == (str(user.pk), "workbench:sources")


@pytest.mark.parametrize("path", PAGES)
def test_a_visitor_is_led_to_the_log_in(path, client, city):
    response = client.get(path)
    assert (response.status_code, response.url.split("?")[0]) == (302, "/accounts/login/")


@pytest.mark.parametrize("role", ROLES)
def test_everybody_begins_on_a_page_of_his_own(role, client, staff):
    client.force_login(staff(role))
    response = client.get("/workbench/")
    assert role in PAGES[response.url]


def test_the_list_shows_lamp_applicant_proofs_and_what_is_unknown(client, waiting, approver):
    case = waiting()
    client.force_login(approver)
    page = client.get("/workbench/todo").content.decode()
    for words in (case.number, "王芳", "1 项未知", "3/4"):
        assert words in page


def test_a_lamp_shows_its_own_cases_alone(client, waiting, approver):
    case = waiting()
    client.force_login(approver)
    lit = client.get("/workbench/todo").context["filters"][0].lamp.colour
    assert case.number in client.get("/workbench/todo", {"lamp": lit}).content.decode()
    assert case.number not in client.get("/workbench/todo", {"lamp": "paused"}).content.decode()


@pytest.mark.parametrize("path", ["/workbench/todo", "/workbench/cases"])
def test_more_cases_cost_no_more_queries(path, client, waiting, approver):
    client.force_login(approver)

    def queries() -> int:
        with CaptureQueriesContext(connection) as counted:
            assert client.get(path).status_code == 200
        return len(counted)

    waiting()
    client.get(path)
    few = queries()
    for username in ("li", "sun", "chen"):
        waiting(username)
    assert queries() == few


def test_the_case_shows_conditions_proofs_and_what_the_applicant_said(client, waiting, approver):
    case = waiting()
    client.force_login(approver)
    page = client.get(f"/workbench/cases/{case.number}").content.decode()
    for words in (
        "在本市连续参保满 6 个月",
        "规则未能自动决定",
        "查不到：连续参保月数",
        "不要，只用电子居住证",
        "申请人填写",
    ):
        assert words in page


def test_an_officer_of_another_office_sees_no_case(client, waiting, staff):
    case = waiting()
    client.force_login(staff("approver", "RS"))
    response = client.get(f"/workbench/cases/{case.number}")
    assert response.status_code == 409
    assert "王芳" not in response.content.decode()


def test_an_officer_grants(client, waiting, approver):
    case = waiting()
    client.force_login(approver)
    work = case.work_items.get()
    given = {"decision": "grant", "words": "已电话核实"}
    response = client.post(f"/workbench/work/{work.pk}", given, follow=True)
    assert "已电话核实" in response.content.decode()
    assert Case.objects.get().status == Case.Status.GRANTED


def test_an_officer_cannot_refuse_without_a_reason(client, waiting, approver):
    case = waiting()
    client.force_login(approver)
    work = case.work_items.get()
    response = client.post(f"/workbench/work/{work.pk}", {"decision": "refuse", "words": " "})
    assert response.status_code == 409
    assert "不予许可必须写明理由" in response.content.decode()
    assert Case.objects.get().status == Case.Status.RUNNING


def test_a_facts_way_leads_from_its_source_to_its_readers(client, waiting, approver):
    case = waiting()
    client.force_login(approver)
    page = client.get(f"/workbench/cases/{case.number}/facts/employed_here").content.decode()
    stations = ("来源行", "数据版次", "基础库", "判定与理由", "谁看过")
    assert [page.index(f"<h2>{s}</h2>") for s in stations] == sorted(
        page.index(f"<h2>{s}</h2>") for s in stations
    )
