"""The verbs on the page of a case: offered to whom, done, refused beside the form, done twice."""

from datetime import date, timedelta

import pytest

from tests.business.applying import apply, close_step
from tests.known import MONDAY
from tests.web import steps
from tests.web.reading import in_language, page, said, words
from tests.web.workbench.pieces import spaced
from tongban import clock
from tongban.base.audit.models import Event
from tongban.base.people.models import User
from tongban.business.cases import actions as cases
from tongban.business.cases.models import Case
from tongban.business.cases.verbs import correcting, signing

pytestmark = pytest.mark.django_db
OPEN = {"owns_home_here": None, "employed_here": None, "employer_name": None, "home_address": None}
RENTS = {"wants_card": "no", "residence_basis": "rent"}


class Now:
    at = MONDAY


@pytest.fixture(autouse=True)
def now(monkeypatch):
    made = Now()
    monkeypatch.setattr(clock, "now", lambda: made.at)
    return made


@pytest.fixture
def lead(staff) -> User:
    return staff("lead")


@pytest.fixture
def second(staff) -> User:
    """Another approver of the same office."""
    return staff("approver")


def path(case: Case, verb: str, node: str = "") -> str:
    if not node:
        return f"/workbench/cases/{case.number}/do/{verb}"
    step = case.work_items.get(node=node, status="open", beside=None)
    return f"/workbench/work/{step.pk}/{verb}"


def offered(client, case: Case) -> list[str]:
    """Verbs that open a form now, in the order of the page."""
    shown = page(client.get(f"/workbench/cases/{case.number}"))
    return [words(s) for s in shown.xpath("//details[contains(@class,'tb-verb')]/summary[svg]")]


def not_now(client, case: Case, language: str = "zh") -> dict[str, str]:
    shown = page(client.get(f"/workbench/cases/{case.number}", **in_language(language)))
    found = shown.xpath("//div[contains(@class,'is-off')]")
    return {words(one, "./b"): words(one, "./p") for one in found}


def course(client, case: Case, language: str = "zh") -> list[str]:
    shown = page(client.get(f"/workbench/cases/{case.number}", **in_language(language)))
    return [spaced(entry.xpath("./span")[0]) for entry in shown.xpath("//ol[@class='tb-hist']/li")]


def beside_the_form(answer) -> tuple[int, str]:
    """Status and words of a refusal inside the form that was tried."""
    (told,) = page(answer).xpath("//details[@open]//div[@role='alert'] | //form/div[@role='alert']")
    return answer.status_code, words(told)


@pytest.mark.parametrize(
    ("role", "office", "verbs"),
    [
        ("approver", "GA", ["退回", "加签", "转办", "一次告知补正", "停止计时"]),
        ("lead", "GA", ["一次告知补正", "停止计时", "延长期限", "催办"]),
        ("supervisor", "SJ", ["催办"]),
        ("clerk", "GA", []),
    ],
)
def test_each_post_is_offered_what_is_its_to_do(
    role, office, verbs, client, waiting, approver, staff
):
    case = waiting()
    client.force_login(staff(role, office))
    assert offered(client, case) == verbs


def test_what_is_not_possible_now_says_why_in_both_languages(client, waiting, approver, lead):
    case = waiting()
    client.force_login(lead)
    assert not_now(client, case) == {
        "撤销决定": f"办件 {case.number} 尚未作出决定，没有可以撤销的决定。"
    }
    assert not_now(client, case, "en") == {
        "Revoke the decision": f"Case {case.number} is not decided yet: there is no decision that "
        "could be revoked."
    }


@pytest.mark.parametrize("verb", ["ask", "suspend", "resume", "extend", "urge", "revoke"])
@pytest.mark.parametrize(("role", "office"), [("clerk", "GA"), ("approver", "RS")])
def test_whose_it_is_not_is_refused_on_a_page_of_its_own(
    verb, role, office, client, waiting, staff
):
    case = waiting()
    client.force_login(staff(role, office))
    given = {"words": "理由", "ground": "testing", "days": "5", "questions": "wants_card"}
    answer = client.post(path(case, verb), given)
    assert (answer.status_code, said(answer, "//h1")) == (409, "这一步不能办")
    assert case.events.filter(activity__startswith="tb:").count() == 0
    assert Event.objects.get(kind="request.refused").outcome == "refused"


@pytest.mark.parametrize("verb", ["send_back", "hand_over", "take_back", "add_signer", "skip"])
def test_nor_is_a_step_of_another_post(verb, client, waiting, staff, lead):
    case = waiting()
    client.force_login(staff("clerk"))
    given = {"words": "理由", "to": str(lead.pk)}
    answer = client.post(path(case, verb, "review"), given)
    assert (answer.status_code, said(answer, "//h1")) == (409, "这一步不能办")
    assert case.work_items.get().status == "open"


@pytest.mark.parametrize("address", ["work/{step}/fly", "cases/{number}/do/decide"])
def test_a_verb_that_is_none_is_not_found(address, client, waiting, approver):
    case = waiting()
    client.force_login(approver)
    place = address.format(step=case.work_items.get().pk, number=case.number)
    assert client.post(f"/workbench/{place}").status_code == 404


def test_a_step_is_handed_over_and_taken_back(client, waiting, approver, second):
    case = waiting()
    client.force_login(approver)
    given = {"to": str(second.pk), "words": "请你办理"}
    answer = client.post(path(case, "hand_over", "review"), given)
    assert answer.url == f"/workbench/cases/{case.number}#tb-alert"
    assert "已转办，这位同事会收到通知。" in said(client.get(answer.url)), "once"
    assert "已转办" not in said(client.get(answer.url))
    assert "把“人工审查”交给approver办理 沈岚（审批人员） 请你办理" in course(client, case)
    assert offered(client, case) == ["收回"]
    assert "已交给approver办理" in said(client.get(f"/workbench/cases/{case.number}"))

    again = client.post(path(case, "hand_over", "review"), given)
    assert (again.status_code, "已交由approver办理" in said(again)) == (409, True)
    client.post(path(case, "take_back", "review"), {"words": ""})
    assert "收回“人工审查” 沈岚（审批人员）" in course(client, case)
    assert "“Review by a person” taken back 沈岚 (Approver)" in course(client, case, "en")


@pytest.mark.parametrize(
    ("to", "language", "told"),
    [
        ("", "zh", "请从列表中选择一位同事。"),
        ("x", "en", "Pick a colleague from the list."),
        ("999999", "en", "Pick a colleague from the list."),
    ],
)
def test_nobody_picked_is_said_beside_the_form_with_what_was_typed(
    to, language, told, client, waiting, approver, second
):
    case = waiting()
    client.force_login(approver)
    given = {"to": to, "words": "<b>请</b>"}
    answer = client.post(path(case, "hand_over", "review"), given, **in_language(language))
    assert beside_the_form(answer) == (409, told)
    assert page(answer).xpath("//details[@open]//textarea/text()") == ["<b>请</b>"]
    assert case.work_items.get().assignee is None
    assert Event.objects.get(kind="request.refused").outcome == "refused"


def test_a_colleague_signs_before_the_decision(client, waiting, approver, second):
    case = waiting()
    client.force_login(approver)
    given = {"to": str(second.pk), "words": "看住址"}
    client.post(path(case, "add_signer", "review"), given)
    assert beside_twice(client, case, given)
    shown = said(client.get(f"/workbench/cases/{case.number}"))
    assert "现在不能决定" in shown
    assert f"办件 {case.number} 还在等待approver会签。" in shown

    client.force_login(second)
    signature = case.work_items.get(beside__isnull=False)
    place = f"/workbench/work/{signature.pk}/sign"
    neither = client.post(place, {"words": ""}, **in_language("en"))
    assert beside_the_form(neither)[1] == ("Say whether you agree: press one of the two buttons.")
    without = client.post(place, {"press": "disagree", "words": " "})
    assert beside_the_form(without) == (409, signing.SayWhyNot().told("zh"))
    client.post(place, {"press": "agree", "words": "住址属实"})
    assert "“人工审查”会签同意 approver（审批人员） 住址属实" in course(client, case)
    twice = client.post(place, {"press": "agree", "words": ""})
    assert (twice.status_code, "已于 2026-09-21 10:00 办理" in said(twice)) == (409, True)


def beside_twice(client, case: Case, given: dict[str, str]) -> bool:
    """The second of two tabs."""
    answer = client.post(path(case, "add_signer", "review"), given)
    return answer.status_code == 409 and case.work_items.count() == 2


def test_a_case_goes_back_to_a_step_that_was_passed(client, citizen, approver, staff):
    case = apply(steps.two_people(), citizen())
    clerk = staff("clerk")
    step = case.work_items.get()
    close_step(step, clerk)
    client.force_login(approver)
    shown = page(client.get(f"/workbench/cases/{case.number}"))
    (target,) = shown.xpath("//input[@name='to'][@type='radio']/..")
    assert spaced(target) == "受理核对 上次 9-21 10:00，窗口人员"

    back = path(case, "send_back", "review")
    answer = client.post(back, {"to": "check", "words": " "})
    assert beside_the_form(answer) == (
        409,
        "请用 1 至 200 个字说明理由，理由将留在办件记录中。",
    )
    client.post(back, {"to": "check", "words": "没有核对"})
    assert "从“审查决定”退回到“受理核对” 沈岚（审批人员） 没有核对" in course(client, case)
    assert (
        "Sent back from “Review and decision” to “Intake check” 沈岚 (Approver) 没有核对"
        in course(client, case, "en")
    )
    again = client.post(back, {"to": "check", "words": "没有核对"})
    assert (again.status_code, "无需再办" in said(again)) == (409, True)


@pytest.mark.parametrize(
    ("days", "told", "lamp"),
    [
        (0, "本环节剩 3 个工作日", "none"),
        (3, "本环节今天到期", "yellow"),
        (8, "本环节超 2 个工作日", "yellow"),
    ],
)
def test_a_step_with_days_of_its_own_shows_its_clock(days, told, lamp, client, citizen, staff, now):
    case = apply(steps.two_people(), citizen())
    client.force_login(staff("clerk"))
    now.at = MONDAY + timedelta(days=days)
    for place in ("/workbench/todo", f"/workbench/cases/{case.number}"):
        lamps = page(client.get(place)).xpath("//span[contains(@class,'tb-lamp')]")
        own = [(words(one), one.get("class")) for one in lamps if "本环节" in words(one)]
        assert [(text.split("：")[-1], look) for text, look in own] == [(told, f"tb-lamp {lamp}")]


def test_the_head_of_the_office_skips_where_the_process_allows_it(client, citizen, lead):
    case = apply(steps.with_a_step_to_skip(), citizen())
    client.force_login(lead)
    assert "跳过这一步" in offered(client, case)
    client.post(path(case, "skip", "figures"), {"words": "楼栋已登记"})
    assert "跳过“登记楼栋编号” lead（部门负责人） 楼栋已登记" in course(client, case)
    assert case.work_items.get(status="open").node == "review"


def test_the_new_days_are_shown_before_the_clock_is_stopped(client, waiting, approver):
    case = waiting()
    client.force_login(approver)
    given = {"ground": "testing", "days": "5", "words": "送检"}
    shown = client.post(path(case, "suspend"), {**given, "press": "show"})
    assert shown.status_code == 200
    note = (
        "停至 9 月 28 日（周一），承诺期限移到 10 月 10 日（周六），"
        "法定期限移到 10 月 13 日（周二）。"
    )
    assert note in said(shown)
    assert not case.suspensions.exists()
    held = page(shown)
    assert held.xpath("//details[@open]//option[@selected]/@value") == ["testing"]
    assert [words(b) for b in held.xpath("//details[@open]//button")] == [
        "确认停止计时",
        "看新的期限",
    ]

    client.post(path(case, "suspend"), given)
    case.refresh_from_db()
    assert (case.promised_on, case.statutory_on) == (date(2026, 10, 10), date(2026, 10, 13))
    told = said(client.get(f"/workbench/cases/{case.number}"))
    assert "停止计时：检测，至 9 月 28 日（周一）送检" in told
    assert "承诺期限 10 月 10 日（周六），法定期限 10 月 13 日（周二）" in told


@pytest.mark.parametrize("days", ["0", "-1", "251", "五", "5.5", "99999", ""])
@pytest.mark.parametrize("press", ["show", ""])
def test_days_that_cannot_be_authorised_are_said_beside_the_form(
    days, press, client, waiting, approver
):
    case = waiting()
    client.force_login(approver)
    given = {"ground": "testing", "days": days, "words": "送检", "press": press}
    answer = client.post(path(case, "suspend"), given)
    status, told = beside_the_form(answer)
    assert (status, told.startswith("停止计时应批准 1 至 250 个工作日，不能是")) == (409, True)
    assert page(answer).xpath("//details[@open]//input[@name='days']/@value") == [days]


def test_the_clock_is_stopped_once_and_goes_on(client, waiting, approver, now):
    case = waiting()
    client.force_login(approver)
    given = {"ground": "testing", "days": "5", "words": "送检"}
    client.post(path(case, "suspend"), given)
    again = client.post(path(case, "suspend"), given)
    assert (again.status_code, "请先恢复计时" in said(again)) == (409, True)
    assert offered(client, case)[-1] == "恢复计时"
    assert "须先恢复计时" in said(client.get(f"/workbench/cases/{case.number}"))

    now.at = MONDAY + timedelta(days=1)
    client.post(path(case, "resume"), {"words": "结果已出"})
    assert course(client, case)[-1] == (
        "恢复计时（检测），不计入期限的时间到 9 月 22 日（周二） 沈岚（审批人员） 结果已出"
    )
    twice = client.post(path(case, "resume"), {"words": ""})
    assert (twice.status_code, "正在计时，无需恢复" in said(twice)) == (409, True)


def test_a_clock_that_stood_too_long_says_by_how_much(client, waiting, approver, now):
    case = waiting()
    client.force_login(approver)
    client.post(path(case, "suspend"), {"ground": "testing", "days": "1", "words": "送检"})
    now.at = MONDAY + timedelta(days=3)
    assert "批准的时间已过 3 个工作日，期限已继续计算" in said(
        client.get(f"/workbench/cases/{case.number}")
    )


def test_the_head_of_the_office_extends_once(client, waiting, approver, lead):
    case = waiting()
    client.force_login(lead)
    shown = said(client.get(f"/workbench/cases/{case.number}"))
    assert "承诺期限移到 10 月 19 日（周一），法定期限移到 10 月 20 日（周二）。" in shown
    client.post(path(case, "extend"), {"words": "需外地函调"})
    case.refresh_from_db()
    assert (case.promised_on, case.statutory_on) == (date(2026, 10, 19), date(2026, 10, 20))
    assert course(client, case)[-1] == (
        "批准延长 10 个工作日，法定期限到 10 月 20 日（周二） lead（部门负责人） 需外地函调"
    )
    again = client.post(path(case, "extend"), {"words": "需外地函调"})
    assert beside_the_form(again)[1].endswith("依法只能延长一次。")


def test_corrections_are_asked_for_once_and_the_clock_stands(client, permit, citizen, approver):
    case = apply(permit, citizen("sun", **OPEN), RENTS)
    client.force_login(approver)
    none = client.post(path(case, "ask"), {"words": "请改选"})
    assert beside_the_form(none) == (409, correcting.NothingAskedFor().told("zh"))
    given = {"questions": ["wants_card", "residence_basis"], "words": "请改选"}
    client.post(path(case, "ask"), given)
    assert case.corrections.get().questions == ["wants_card", "residence_basis"]
    shown = said(client.get(f"/workbench/cases/{case.number}"))
    assert "等待申请人补正，最晚 10 月 16 日（周五）" in shown
    assert "您要实体卡吗？、您因为什么住在这里？" in shown
    assert course(client, case, "en")[-1] == (
        "Correction asked for: Do you want a card?, Why do you live here? 沈岚 (Approver) 请改选"
    )
    again = client.post(path(case, "ask"), given)
    assert beside_the_form(again)[1].endswith("应一次告知，请根据现有材料办理。")


def test_who_asks_late_is_told_that_the_days_stay(client, permit, citizen, approver, now):
    case = apply(permit, citizen("sun", **OPEN), RENTS)
    client.force_login(approver)
    now.at = MONDAY + timedelta(days=15)
    shown = client.get(f"/workbench/cases/{case.number}")
    assert "已超过 5 个工作日，不停止计时，期限不变。" in said(shown)
    client.post(path(case, "ask"), {"questions": ["wants_card"], "words": "请改选"})
    told = said(client.get(f"/workbench/cases/{case.number}"))
    assert "已告知申请人补正，他还没有补正" in told


def test_a_decision_is_revoked_with_its_certificate(client, waiting, approver, lead):
    case = waiting()
    given = {"grant": True, "words": "已核实", "at": MONDAY}
    cases.complete(work_item_id=case.work_items.get().pk, user=approver, **given)
    client.force_login(approver)
    assert offered(client, case) == []
    client.force_login(lead)
    assert offered(client, case) == ["撤销决定"]
    wrong = client.post(path(case, "revoke"), {"ground": "whim", "words": "有误"})
    assert beside_the_form(wrong)[1].startswith("“whim”不是撤销决定的法定事由。")
    client.post(path(case, "revoke"), {"ground": "procedure", "words": "程序有误"})
    case.refresh_from_db()
    assert case.status == Case.Status.REVOKED
    told = said(client.get(f"/workbench/cases/{case.number}"))
    assert "9-21 10:00 决定已撤销：违反法定程序作出决定程序有误" in told
    assert "撤销决定：违反法定程序作出决定 lead（部门负责人） 程序有误" in course(client, case)
    again = client.post(path(case, "revoke"), {"ground": "procedure", "words": "程序有误"})
    assert (again.status_code, "的决定已于 2026-09-21 撤销" in said(again)) == (409, True)
    listed = said(client.get("/workbench/cases"))
    assert "决定已撤销" in listed


def test_a_supervisor_urges_once_a_day(client, waiting, approver, staff):
    case = waiting()
    client.force_login(staff("supervisor", "SJ"))
    client.post(path(case, "urge"), {"words": "请尽快"})
    assert course(client, case)[-1] == "催办，已提醒 1 人 supervisor（监督人员） 请尽快"
    assert offered(client, case) == []
    assert not_now(client, case) == {
        "催办": f"您已于 2026-09-21 催办过 {case.number}，下一个工作日可以再次催办。"
    }
    again = client.post(path(case, "urge"), {"words": "请尽快"})
    assert beside_the_form(again)[1].endswith("下一个工作日可以再次催办。")


def test_a_refused_decision_keeps_what_was_typed(client, waiting, approver):
    case = waiting()
    client.force_login(approver)
    place = f"/workbench/work/{case.work_items.get().pk}"
    answer = client.post(place, {"decision": "", "words": "已电话核实"})
    assert beside_the_form(answer)[0] == 409
    assert page(answer).xpath("//textarea[@id='words']/text()") == ["已电话核实"]


def test_the_withdrawal_of_the_applicant_stands_in_the_course(client, waiting, approver):
    case = waiting()
    user = User.objects.get(subject_id=case.applicant_id)
    cases.withdraw(case_id=case.pk, user=user, words="搬家了", at=MONDAY)
    client.force_login(approver)
    assert "撤回申请 申请人 王芳 搬家了" in course(client, case)
    assert offered(client, case) == []


def test_a_revoked_case_says_what_was_decided_and_when_it_was_revoked(
    client, waiting, approver, lead, now
):
    case = waiting()
    work = case.work_items.get().pk
    given = {"grant": True, "words": "已核实", "at": MONDAY}
    cases.complete(work_item_id=work, user=approver, **given)
    now.at = MONDAY + timedelta(days=2)
    client.force_login(lead)
    answer = client.post(path(case, "revoke"), {"ground": "fraud", "words": "合同系伪造"})
    shown = page(client.get(answer.url))
    ends = [spaced(step) for step in shown.xpath("//ol[contains(@class,'tb-strip')]/li")][-2:]
    assert [end.removeprefix("已完成：").strip() for end in ends] == [
        "准予 9-21 10:00",
        "决定已撤销 9-23 10:00",
    ]
    head = spaced(shown.xpath("//div[@class='tb-pagehead']")[0])
    assert head.endswith("决定已撤销 9-23 10:00")


def test_the_history_begins_with_the_application(client, waiting, approver):
    case = waiting()
    client.force_login(approver)
    assert course(client, case)[0] == "提交申请 申请人 王芳"
    assert course(client, case, "en")[0] == "Application submitted Applicant 王芳"
