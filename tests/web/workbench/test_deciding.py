"""Deciding twice, from a page that is old, or in another's place: refused, audited, no change."""

import pytest

from tests.business.applying import apply
from tests.web import steps
from tests.web.reading import in_language, page, said, words
from tongban.base.audit.models import Event
from tongban.business.cases.models import Case

pytestmark = pytest.mark.django_db
GRANT = {"decision": "grant", "words": "已核实"}


def test_a_decision_that_is_sent_twice_is_taken_once(client, waiting, approver):
    case = waiting()
    work = case.work_items.get()
    client.force_login(approver)
    assert client.post(f"/workbench/work/{work.pk}", GRANT).status_code == 302
    again = client.post(f"/workbench/work/{work.pk}", {"decision": "refuse", "words": "不符合"})
    assert again.status_code == 409
    assert Case.objects.get().status == Case.Status.GRANTED
    assert Event.objects.filter(kind="case.decided").count() == 1


@pytest.mark.parametrize(
    ("role", "office", "language", "words"),
    [
        ("approver", "RS", "zh", "您无权查看办件"),
        ("approver", "RS", "en", "is not yours to see."),
        ("clerk", "GA", "zh", "的这一步由公安局审批人员办理。"),
        (
            "supervisor",
            "SJ",
            "zh",
            "这里只供审批人员、窗口人员、部门负责人使用，您现在是监督人员。",
        ),
    ],
)
def test_nobody_else_decides(role, office, language, words, client, waiting, staff):
    case = waiting()
    work = case.work_items.get()
    other = staff(role, office)
    client.force_login(other)
    answer = client.post(f"/workbench/work/{work.pk}", GRANT, headers={"Accept-Language": language})
    assert answer.status_code == 409
    assert words in answer.content.decode()
    assert Case.objects.get().status == Case.Status.RUNNING
    assert Event.objects.filter(outcome="refused", actor=str(other.pk)).exists()


def test_who_may_look_but_not_decide_is_offered_no_decision(client, waiting, staff):
    case = waiting()
    client.force_login(staff("supervisor", "SJ"))
    page = client.get(f"/workbench/cases/{case.number}").content.decode()
    assert case.number in page
    assert "准予许可" not in page


def test_a_withdrawn_case_is_decided_by_nobody(client, waiting, approver):
    case = waiting()
    work = case.work_items.get()
    client.force_login(applicant(case))
    client.post(f"/cases/{case.number}/withdraw")
    client.force_login(approver)
    assert client.post(f"/workbench/work/{work.pk}", GRANT).status_code == 409
    assert Case.objects.get().status == Case.Status.WITHDRAWN


def applicant(case: Case):
    from tongban.base.people.models import User

    return User.objects.get(subject_id=case.applicant_id)


def test_a_step_that_decides_nothing_is_done_and_offers_no_decision(client, citizen, staff):
    case = apply(steps.two_people(), citizen("wang"))
    client.force_login(staff("clerk"))
    path = f"/workbench/cases/{case.number}"
    desk = page(client.get(path)).xpath("//aside/section[1]")[0]
    assert words(desk, ".//h2") == "受理核对"
    assert [words(one) for one in desk.xpath(".//form[1]//button")][:1] == ["办理完毕"]
    assert not desk.xpath(".//button[@name='decision']")
    assert words(desk, ".//label") == "意见（留在办件记录中，可不填）"

    work = case.work_items.get()
    answer = client.post(f"/workbench/work/{work.pk}", {"decision": "refuse", "words": "材料齐全"})
    assert answer.url == f"{path}#tb-alert"
    shown = said(client.get(path))
    assert "这一步已办理。" in shown
    assert "“受理核对”的意见" in shown
    assert "材料齐全" in shown
    assert "人工决定" not in shown
    assert "Opinion on “Intake check”" in said(client.get(path, **in_language("en")))
    assert case.work_items.get(status="open").node == "review"
    assert not case.decisions.exclude(decided_by="platform").exists()


def test_too_many_words_at_such_a_step_are_refused_beside_its_form(client, citizen, staff):
    case = apply(steps.two_people(), citizen("wang"))
    client.force_login(staff("clerk"))
    work = case.work_items.get()
    answer = client.post(f"/workbench/work/{work.pk}", {"words": "字" * 201})
    (told,) = page(answer).xpath("//form//div[@role='alert']")
    assert (answer.status_code, words(told)) == (409, "请用不超过 200 个字说明。")
    assert told.get("id") == f"decide-{work.pk}", "where the address leads, and the focus with it"
    assert case.work_items.get().status == "open"
