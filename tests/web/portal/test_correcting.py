"""The applicant's side of the verbs: correcting, urging, withdrawing, a clock that stands, a
decision that was revoked."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.business import applying
from tests.known import MONDAY
from tests.web.reading import in_language, page, said, words
from tongban import clock
from tongban.base.people import actions as people
from tongban.base.people.models import Post, User
from tongban.business.cases import actions as cases
from tongban.business.cases import evidence
from tongban.business.cases.models import Case, Draft
from tongban.business.cases.verbs import correcting, revoking, suspending

pytestmark = pytest.mark.django_db
OPEN = {"owns_home_here": None, "employed_here": None, "employer_name": None, "home_address": None}
RENTS = {"wants_card": "no", "residence_basis": "rent"}
PDF = b"%PDF-1.7 a lease"


class Now:
    at = MONDAY


@pytest.fixture(autouse=True)
def now(monkeypatch):
    made = Now()
    monkeypatch.setattr(clock, "now", lambda: made.at)
    return made


@pytest.fixture
def case(client, permit, citizen, approver) -> Case:
    """Waits for a person; its applicant is logged in and rents a home."""
    user = citizen("sun", **OPEN)
    client.force_login(user)
    return applying.apply(permit, user, RENTS)


@pytest.fixture
def lead(city) -> User:
    made = User.objects.create(username="gao", display_name="高敏")
    people.appoint(user=made, office_code="GA", role=Post.Role.LEAD, by="test", at=MONDAY)
    return made


def ask(case: Case, user: User, *questions: str, words: str = "请按住宿情况改选。") -> None:
    correcting.ask(case_id=case.pk, user=user, questions=questions, words=words, at=MONDAY)


def fields(answer) -> set[str]:
    shown = page(answer).xpath("//*[@id='questions']//*[@name]/@name")
    return set(shown) - {"shown"}


def form(case: Case) -> str:
    return f"/cases/{case.number}/correction"


@pytest.mark.parametrize(
    ("language", "heading", "told", "button"),
    [
        (
            "zh",
            "居住证申领，请您补正",
            "请在 10 月 16 日（周五）前补正。等待期间不计入办理时间。",
            "去补正",
        ),
        (
            "en",
            "Application for a residence permit: please correct",
            "Please correct it by Fri 16 Oct. The days until then are not counted.",
            "Correct now",
        ),
    ],
)
def test_what_waits_for_him_says_what_and_until_when(
    language, heading, told, button, client, case, approver
):
    ask(case, approver, "residence_basis")
    answer = client.get(f"/cases/{case.number}", **in_language(language))
    assert said(answer, "//h1") == heading
    assert told in said(answer)
    assert "请按住宿情况改选。" in said(answer)
    shown = page(answer)
    assert words(shown, "//a[@id='tb-correct']") == button
    assert len(shown.xpath("//main//*[contains(@class,'btn-primary')]")) == 1
    assert not shown.xpath("//button[@id='tb-urge']")


def test_the_notice_leads_to_the_case(client, case, approver):
    ask(case, approver, "residence_basis")
    links = page(client.get("/me")).xpath("//*[@id='notices']//li/a/@href")
    assert links == [f"/cases/{case.number}"]
    told = said(client.get("/me"), "//*[@id='notices']//li")
    assert "有 1 项内容需要补正：请按住宿情况改选。请在 2026-10-16 前补正" in told, "one full stop"


def test_his_page_says_which_case_waits_for_him(client, case, approver):
    assert "办理中" in said(client.get("/me"), "//main")
    ask(case, approver, "residence_basis")
    assert "居住证申领请您补正" in said(client.get("/me"), "//main").replace(" ", "")
    given = {"shown": ["residence_basis"], "residence_basis": "lodging"}
    client.post(form(case), given)
    assert "办理中" in said(client.get("/me"), "//main")


def test_only_what_was_asked_for_is_on_the_form_and_filled_in(client, case, approver):
    ask(case, approver, "residence_basis")
    answer = client.get(form(case))
    assert fields(answer) == {"residence_basis"}
    assert page(answer).xpath("//option[@selected]/@value") == ["rent"]
    assert "请按住宿情况改选。" in said(answer)
    assert said(answer, "//h1") == "请补正 1 项"


def test_a_correction_is_taken_and_the_clock_goes_on(client, case, approver, now):
    ask(case, approver, "residence_basis")
    now.at = MONDAY + timedelta(days=1)
    given = {"shown": ["residence_basis"], "residence_basis": "lodging"}
    answer = client.post(form(case), given)
    assert answer.url == f"/cases/{case.number}"
    case.refresh_from_db()
    assert evidence.answers(case)["residence_basis"] == "lodging"
    assert case.suspensions.get().ended_at == now.at
    shown = client.get(answer.url)
    assert said(shown, "//h1") == "居住证申领，正在办"
    assert "已提交，工作人员会按新的内容办理。" in said(shown)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_is_left_open_is_said_at_the_question(language, client, case, approver):
    ask(case, approver, "residence_basis")
    given = {"shown": ["residence_basis"], "residence_basis": ""}
    answer = client.post(form(case), given, **in_language(language))
    assert answer.status_code == 422
    assert page(answer).xpath("//div[@data-tb-focus]//a/@href") == ["#q-residence_basis"]
    assert page(answer).xpath("//*[@id='q-residence_basis-error']")
    assert case.corrections.get().corrected_at is None


def test_nothing_changed_is_refused_above_the_form_with_what_was_typed(client, case, approver):
    ask(case, approver, "residence_basis")
    given = {"shown": ["residence_basis"], "residence_basis": "rent"}
    answer = client.post(form(case), given)
    assert answer.status_code == 409
    assert words(page(answer), "//div[@role='alert'][@data-tb-focus]") == (
        f"所填内容与办件 {case.number} 现有内容相同，没有可以补正的。"
    )
    assert page(answer).xpath("//option[@selected]/@value") == ["rent"]


def test_a_file_that_is_none_is_refused_and_a_lease_is_taken(client, case, approver):
    ask(case, approver, "residence_evidence")
    given = {"shown": ["residence_evidence"]}
    text = {**given, "residence_evidence": SimpleUploadedFile("a.txt", b"words")}
    refused = client.post(form(case), text)
    assert refused.status_code == 409
    assert "a.txt 不是 PDF、JPEG 或 PNG 文件" in said(refused)
    lease = {**given, "residence_evidence": SimpleUploadedFile("租房合同.pdf", PDF)}
    assert client.post(form(case), lease).status_code == 302
    assert case.attachments.get().name == "租房合同.pdf"


def test_an_answer_that_opens_a_question_asks_it(client, permit, citizen, approver):
    user = citizen("sun", **OPEN)
    client.force_login(user)
    case = applying.apply(permit, user, {**RENTS, "residence_basis": "none"})
    ask(case, approver, "residence_basis")
    assert fields(client.get(form(case))) == {"residence_basis"}
    given = {"shown": ["residence_basis"], "residence_basis": "rent"}
    asked = client.post(form(case), given)
    assert (asked.status_code, fields(asked)) == (
        200,
        {"residence_basis", "residence_evidence"},
    )
    assert "按您刚才的回答，多了要问的。" in said(asked)
    fragment = client.post(f"{form(case)}/questions", given)
    assert fragment.content.count(b'name="shown"') == 2
    same = {"shown": ["residence_basis", "residence_evidence"], "residence_basis": "rent"}
    assert client.post(f"{form(case)}/questions", same).status_code == 204
    assert client.post(form(case), same).status_code == 302


def test_a_draft_is_kept_until_the_correction_is_made(client, case, approver):
    ask(case, approver, "residence_basis")
    given = {"shown": ["residence_basis"], "residence_basis": "study"}
    assert client.post(f"{form(case)}/draft", given).url == f"/cases/{case.number}"
    assert page(client.get(form(case))).xpath("//option[@selected]/@value") == ["study"]
    case.refresh_from_db()
    assert evidence.answers(case)["residence_basis"] == "rent"
    client.post(form(case), given)
    assert not Draft.objects.exists()


def test_unasked_he_may_change_all_that_is_his_own(client, case):
    shown = client.get(f"/cases/{case.number}")
    assert "补充或更正申请内容" in said(shown)
    answer = client.get(form(case))
    assert said(answer, "//h1") == "更正您填写的内容"
    assert {"wants_card", "residence_basis"} <= fields(answer)
    assert "name" not in fields(answer)


@pytest.mark.parametrize("place", ["", "/questions", "/draft"])
def test_nobody_else_corrects_it(place, client, case, citizen, approver):
    ask(case, approver, "residence_basis")
    given = {"shown": ["residence_basis"], "residence_basis": "lodging"}
    client.force_login(citizen("other"))
    answer = client.post(f"{form(case)}{place}", given)
    assert (answer.status_code, f"您无权查看办件 {case.number}。" in said(answer)) == (409, True)
    client.force_login(approver)
    assert client.post(f"{form(case)}{place}", given).url.startswith("/accounts/login/")
    assert case.corrections.get().corrected_at is None


def test_a_finished_case_is_corrected_no_more(client, case, approver):
    applying.complete(case, approver, words="已核实")
    answer = client.get(form(case))
    assert (answer.status_code, "已于 2026-09-21 办结" in said(answer)) == (409, True)
    assert "补充或更正申请内容" not in said(client.get(f"/cases/{case.number}"))


def test_he_urges_once_a_day(client, case, now):
    place = f"/cases/{case.number}/urge"
    assert page(client.get(f"/cases/{case.number}")).xpath("//button[@id='tb-urge']")
    assert client.post(place, {"words": "急用"}).status_code == 302
    shown = client.get(f"/cases/{case.number}")
    assert "已提醒工作人员。" in said(shown)
    assert not page(shown).xpath("//button[@id='tb-urge']")
    reason = f"您已于 2026-09-21 催办过 {case.number}，下一个工作日可以再次催办。"
    assert reason in said(shown)
    again = client.post(place, {"words": "<b>急</b>"})
    assert again.status_code == 409
    assert words(page(again), "//details[@open]//div[@role='alert']") == reason
    assert page(again).xpath("//textarea[@id='urge-words']/text()") == ["<b>急</b>"]
    now.at = MONDAY + timedelta(days=1)
    assert client.post(place, {"words": ""}).status_code == 302
    assert case.events.filter(activity="tb:urge").count() == 2


@pytest.mark.parametrize("verb", ["urge", "withdraw"])
def test_too_many_words_are_refused_and_kept(verb, client, case):
    answer = client.post(f"/cases/{case.number}/{verb}", {"words": "急" * 201})
    assert answer.status_code == 409
    assert words(page(answer), "//details[@open]//div[@role='alert']") == (
        "请用不超过 200 个字说明。"
    )
    assert page(answer).xpath(f"//textarea[@id='{verb}-words']/text()") == ["急" * 201]
    case.refresh_from_db()
    assert case.status == Case.Status.RUNNING


def test_he_withdraws_with_a_reason_and_only_once(client, case):
    place = f"/cases/{case.number}/withdraw"
    client.post(place, {"words": "搬家了"})
    case.refresh_from_db()
    assert case.status == Case.Status.WITHDRAWN
    twice = client.post(place, {"words": ""})
    assert (twice.status_code, f"办件 {case.number} 已办结，不能再撤回。" in said(twice)) == (
        409,
        True,
    )


def test_a_clock_that_stands_says_why_and_which_days_moved(client, case, approver):
    given = {"ground": "appraisal", "days": 5, "words": "送鉴定机构", "at": MONDAY}
    suspending.suspend(case_id=case.pk, user=approver, **given)
    answer = client.get(f"/cases/{case.number}")
    assert said(answer, "//h1") == "居住证申领，暂停计时"
    assert "停止计时：鉴定，最晚到 9 月 28 日（周一）" in said(answer)
    assert "最晚 10 月 10 日（周六），法定期限 10 月 13 日（周二）。" in said(answer)


def test_a_revoked_decision_says_why_and_what_he_can_do(client, case, approver, lead):
    applying.complete(case, approver, words="已核实")
    given = {"ground": "fraud", "words": "合同系伪造", "at": MONDAY}
    revoking.revoke(case_id=case.pk, user=lead, **given)
    answer = client.get(f"/cases/{case.number}")
    assert said(answer, "//h1") == "居住证申领，决定已撤销"
    told = said(answer)
    assert "撤销的事由：以欺骗、贿赂等不正当手段取得合同系伪造" in told
    assert "可在 60 日内申请行政复议，或在 6 个月内提起行政诉讼。" in told
    assert not page(answer).xpath("//a[@id='tb-download']"), "nobody uses a revoked permit"
    stages = page(answer).xpath("//ol[@class='tb-line']/li")
    assert [words(stage, ".//b") for stage in stages] == [
        "提交申请",
        "人工审查",
        "准予",
        "决定已撤销",
    ]


def test_who_did_not_correct_in_time_sees_the_case_go_on(client, case, approver, now):
    ask(case, approver, "residence_basis")
    now.at = MONDAY + timedelta(days=40)
    assert client.get(f"/cases/{case.number}").status_code == 200
    work = case.work_items.get().pk
    given = {"grant": False, "words": "逾期未补正", "at": now.at}
    cases.complete(work_item_id=work, user=approver, **given)
    assert said(client.get(f"/cases/{case.number}"), "//h1") == "居住证申领，没有准许"
