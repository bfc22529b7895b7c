"""A case as its applicant sees it: in every state, in both languages; its paper; the public page
that verifies it."""

from datetime import timedelta

import pytest

from tests.known import KNOWN, MONDAY
from tests.web.reading import in_language, page, said, words
from tongban import clock
from tongban.business.cases import actions as cases
from tongban.business.cases.actions import Application
from tongban.business.cases.models import Case
from tongban.business.certificates import actions as certificates
from tongban.business.certificates.models import Certificate
from tongban.web.portal.accounts import NotACitizen

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def monday(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: MONDAY)


@pytest.fixture
def apply(client, permit, citizen):
    """Applies as somebody of whom this is known, and is logged in as him."""

    def make(**known) -> Case:
        user = citizen(**known)
        client.force_login(user)
        application = Application({"wants_card": "no"}, {}, Case.Channel.WEB)
        return cases.submit(version=permit, user=user, application=application, at=MONDAY)

    return make


def stages(response) -> list[tuple[str, str]]:
    line = page(response).xpath("//ol[@class='tb-line']/li")
    return [(stage.get("class"), words(stage, ".//b")) for stage in line]


def decide(case: Case, approver, *, grant: bool, why: str) -> None:
    cases.complete(
        work_item_id=case.work_items.get().pk, user=approver, grant=grant, words=why, at=MONDAY
    )


@pytest.mark.parametrize(
    ("language", "heading", "how"),
    [
        ("zh", "居住证申领，办好了", ["提交申请", "自动核验", "准予，证照已签发"]),
        (
            "en",
            "Application for a residence permit: done",
            ["Application submitted", "Automatic check", "Granted, certificate issued"],
        ),
    ],
)
def test_what_was_granted_at_once_shows_the_permit(language, heading, how, client, apply):
    case = apply()
    answer = client.get(f"/cases/{case.number}", **in_language(language))
    assert said(answer, "//h1") == heading
    assert stages(answer) == [("done", name) for name in how]
    assert page(answer).xpath("//a[@id='tb-download']/@href") == [
        f"/cases/{case.number}/certificate.pdf"
    ]
    shown = answer.content.decode()
    assert KNOWN["citizen_id"] not in shown
    assert "329**************0" in shown


def test_what_a_person_has_to_decide_names_the_office_the_day_and_what_is_missing(client, apply):
    case = apply(insured_months=None)
    answer = client.get(f"/cases/{case.number}")
    assert stages(answer) == [("done", "提交申请"), ("now", "人工审查"), ("next", "决定")]
    assert said(answer, "//div[@class='tb-note unknown']") == (
        "由公安局的工作人员看，最晚 9 月 29 日（周二）答复您。"
        "等工作人员核实：连续参保月数。查不到不等于不符合。"
    )


@pytest.mark.parametrize(
    ("language", "heading"),
    [("zh", "居住证申领，没有准许"), ("en", "not granted")],
)
def test_what_an_officer_refused_gives_his_reason_and_the_ways_to_object(
    language, heading, client, apply, approver
):
    case = apply(insured_months=None)
    decide(case, approver, grant=False, why="经电话核实，未满 6 个月。")
    answer = client.get(f"/cases/{case.number}", **in_language(language))
    shown = page(answer)
    assert heading in words(shown, "//h1")
    assert "经电话核实，未满 6 个月。" in words(shown, "//main")
    assert len(shown.xpath("//details[@class='tb-det'][@open]")) == 1
    assert not shown.xpath("//a[@id='tb-download']")


def test_what_an_officer_granted_is_said_to_be_his_decision(client, apply, approver):
    case = apply(insured_months=None)
    decide(case, approver, grant=True, why="已核实")
    answer = client.get(f"/cases/{case.number}")
    assert "公安局已于 9-21 10:00 准予。" in said(answer)
    assert stages(answer) == [
        ("done", "提交申请"),
        ("done", "人工审查"),
        ("done", "准予，证照已签发"),
    ]


def test_to_withdraw_takes_two_steps_and_then_there_is_no_step_left(client, apply):
    case = apply(insured_months=None)
    shown = page(client.get(f"/cases/{case.number}"))
    (form,) = shown.xpath("//details[summary]/form")
    assert form.get("action") == f"/cases/{case.number}/withdraw"
    assert words(form, "../summary") == "撤回申请"
    assert words(form, ".//button") == "确认撤回"

    answer = client.post(form.get("action"), follow=True)
    assert stages(answer) == [("done", "提交申请"), ("stop", "已撤回")]
    assert not page(answer).xpath("//form[contains(@action, 'withdraw')]")


def test_the_paper_is_the_holders_alone_and_kept_by_no_cache(client, apply):
    case = apply()
    answer = client.get(f"/cases/{case.number}/certificate.pdf")
    number = Certificate.objects.get().number
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == f'inline; filename="{number}.pdf"'
    assert answer["Cache-Control"] == "private, no-store"
    client.logout()
    assert client.get(f"/cases/{case.number}/certificate.pdf").status_code == 302


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("zh", ("真实，现在有效", "真实，但不在有效期内", "真实，但已注销")),
        (
            "en",
            ("Genuine and valid now", "Genuine but outside its validity", "Genuine but revoked"),
        ),
    ],
)
def test_anybody_verifies_whether_it_is_in_force_over_or_revoked(
    language, told, client, apply, monkeypatch, approver
):
    apply()
    certificate = Certificate.objects.get()
    client.logout()

    def asked() -> str:
        return said(client.get(f"/verify/{certificate.verify_code}", **in_language(language)))

    assert told[0] in asked()
    later = MONDAY + timedelta(days=366)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert told[1] in asked()
    certificates.revoke(certificate_id=certificate.pk, reason="补办", user=approver, at=MONDAY)
    shown = asked()
    assert told[2] in shown
    for secret in (KNOWN["name"], KNOWN["citizen_id"], "补办"):
        assert secret not in shown


def test_a_revoked_permit_says_so_across_the_card(client, apply, approver):
    case = apply()
    certificates.revoke(
        certificate_id=Certificate.objects.get().pk, reason="补办", user=approver, at=MONDAY
    )
    for path in (f"/cases/{case.number}", "/me/papers"):
        assert said(client.get(path), "//div[@class='void']") == "已注销"


@pytest.mark.parametrize("path", ["/me", "/me/papers", "/me/readers", "/items/B09/apply"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_staff_at_a_citizens_page_are_told_which_account_it_takes(
    language, path, client, permit, approver
):
    client.force_login(approver)
    answer = client.get(path, follow=True, **in_language(language))
    assert [url for url, _status in answer.redirect_chain] == [f"/accounts/login/?next={path}"]
    assert answer.status_code == 409
    assert NotACitizen(who="沈岚").told(language) in said(answer)


@pytest.mark.parametrize(
    ("wanted", "led"),
    [
        ("/workbench/cases", "/workbench/cases"),
        ("/items", "/items"),
        ("", "/"),
        ("//evil.example/me", "/"),
    ],
)
def test_staff_who_are_logged_in_already_are_sent_on(wanted, led, client, permit, approver):
    client.force_login(approver)
    assert client.get("/accounts/login/", {"next": wanted}).url == led


def test_a_citizen_who_is_logged_in_already_is_sent_on_to_his_page(client, citizen):
    client.force_login(citizen())
    assert client.get("/accounts/login/?next=/me").url == "/me"


def test_an_address_to_go_on_to_that_is_none_is_answered_in_words(client, permit, approver):
    for _ in range(2):
        answer = client.get("/accounts/login/", {"next": "http://["})
        assert (answer.status_code, said(answer, "//h1")) == (400, "看不懂这个请求")
        client.force_login(approver)
    posted = client.post("/accounts/logout/", {"next": "http://["})
    assert (posted.status_code, "_auth_user_id" in client.session) == (400, True)
