"""The officer's pages and the person's page of what is offered without an application."""

import re

import pytest

from tests.business.offers.conftest import PEOPLE, account, decide, look, of, publish, staff
from tests.business.offers.pages import main, text
from tests.known import MONDAY
from tongban import clock
from tongban.base.audit.models import Event
from tongban.base.people import mandates
from tongban.business.cases.models import Case
from tongban.business.offers import actions, rounds
from tongban.business.offers.models import Candidate, PaymentList, Round

pytestmark = pytest.mark.django_db
AT = "/workbench/offers"


@pytest.fixture(autouse=True)
def now(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: MONDAY)


@pytest.fixture
def desk(client, officer):
    client.force_login(officer)
    return client


@pytest.fixture
def english(settings):
    settings.LANGUAGE_CODE = "en"


def told(offer, officer, *kinds: str) -> None:
    for kind in kinds or ("due",):
        count = actions.sure(offer, kind).count()
        actions.confirm_sure(offer=offer, kind=kind, shown=count, user=officer, at=MONDAY)
        actions.tell(offer=offer, kind=kind, shown=count, user=officer, at=MONDAY)


def test_before_the_first_round_the_pages_say_what_to_do(desk):
    assert "高龄津贴免申即享" in text(desk.get(AT))
    page = text(desk.get(f"{AT}/D02"))
    assert "还没有核对过。先对全库运行决策，再点“核对一次”。" in page
    assert "还没有编制过名单" in text(desk.get(f"{AT}/D02/payments"))


def test_an_office_without_offers_is_told_where_they_come_from(client, offer):
    client.force_login(staff("ga", office="GA"))

    assert "您的单位没有主动服务" in text(client.get(AT))
    assert client.get(f"{AT}/D02").status_code == 409


def test_a_round_is_begun_and_its_progress_told(desk):
    desk.post(f"{AT}/D02/round")
    made = Round.objects.get()

    working = desk.get(f"{AT}/D02")
    assert "正在核对全库的决策结果" in text(working)
    part = desk.get(f"{AT}/D02/progress", headers={"HX-Request": "true"})
    assert "马上开始" in text(part)
    Round.objects.update(total=7, done=3)
    part = desk.get(f"{AT}/D02/progress", headers={"HX-Request": "true"})
    assert "已看 3 / 7 人。" in text(part)
    assert desk.get(f"{AT}/D02/progress").status_code == 302

    rounds.work(round_id=made.pk, at=MONDAY)
    done = desk.get(f"{AT}/D02/progress", headers={"HX-Request": "true"})
    assert done["HX-Refresh"] == "true"


def test_what_cannot_be_begun_is_said_with_the_way_out(desk):
    publish(PEOPLE)

    answer = desk.post(f"{AT}/D02/round")

    assert answer.status_code == 409
    assert "tongban decide D02.entitlement --population person" in text(answer)


def test_a_round_that_broke_off_says_why(desk):
    desk.post(f"{AT}/D02/round")
    publish(PEOPLE)
    rounds.work(round_id=Round.objects.get().pk, at=MONDAY)

    page = text(desk.get(f"{AT}/D02"))

    assert "最近一次核对没有完成" in page and "事实已有更新" in page


def test_the_queue_shows_names_amounts_and_why_somebody_is_not_sure(desk, found):
    page = text(desk.get(f"{AT}/D02"))

    assert "新发现 7" in page and "无法判断 1" in page
    assert "应发未发 4" in page and "应调整 1" in page and "错发 2" in page
    assert "no account D02-001-000004" in page
    assert "有未知项或账户不能收款，须逐人核对" in page
    assert "一起核对确定的 3 人" in page
    assert not re.search(r"\bP\d+\b", page)  # no subject id leaves

    wrong = text(desk.get(f"{AT}/D02?kind=wrong"))
    assert "去世次月起仍在发放" in wrong and "户籍已不在本市，仍在发放" in wrong
    assert "100 → 200" in text(desk.get(f"{AT}/D02?kind=change"))
    assert "没有这样的人" in text(desk.get(f"{AT}/D02?kind=due&status=lapsed"))
    assert desk.get(f"{AT}/D02?kind=x&status=x&from=99").status_code == 200


def test_each_reading_of_a_name_is_audited(desk, found):
    desk.get(f"{AT}/D02?kind=wrong")

    reads = Event.objects.filter(kind="facts.read", purpose="offer:D02")
    assert sorted(subject for each in reads for subject in each.subjects) == ["P6", "P7"]


def test_pages_of_a_long_queue_lead_on(desk, found, monkeypatch):
    from tongban.web.workbench.offers import looking

    monkeypatch.setattr(looking, "SHOWN", 2)

    first = desk.get(f"{AT}/D02?kind=due").content.decode()
    assert "from=2" in first
    second = desk.get(f"{AT}/D02?kind=due&from=2").content.decode()
    assert "from=0" in second


def test_all_the_sure_ones_are_confirmed_and_told_from_the_page(desk, found):
    for verb, said in (("confirm", "已核对 3 人。"), ("tell", "已告知 3 人。")):
        answer = desk.post(f"{AT}/D02/all/{verb}", {"kind": "due", "count": "3"}, follow=True)
        assert said in text(answer)

    assert of("P1").status == "told"


@pytest.mark.parametrize(
    ("verb", "data"),
    [
        ("confirm", {"kind": "x", "count": "3"}),
        ("confirm", {"kind": "due", "count": "three"}),
        ("confirm", {"kind": "due"}),
        ("erase", {"kind": "due", "count": "3"}),
    ],
)
def test_what_no_page_sends_is_not_found(desk, found, verb, data):
    assert desk.post(f"{AT}/D02/all/{verb}", data).status_code == 404
    assert not Candidate.objects.exclude(status="found").exists()


def test_a_count_that_has_moved_is_refused(desk, found):
    answer = desk.post(f"{AT}/D02/all/confirm", {"kind": "due", "count": "9"})

    assert answer.status_code == 409
    assert "页面上是 9 人，现在是 3 人。" in text(answer)


def test_one_candidate_is_shown_with_facts_law_and_what_happened(desk, found):
    page = text(desk.get(f"{AT}/D02/candidates/{of('P2').number}"))

    assert "D02-001-000003 ninety" in page
    assert "2025-04-01" in page
    assert "《云泽市高龄津贴发放办法》第三条、第四条" in page
    assert "公安局" in page and "91" in page
    assert "核对无误" in page


def test_a_fact_leads_to_its_source_row(desk, found):
    page = desk.get(f"{AT}/D02/candidates/{of('P2').number}")
    href = f"{AT}/D02/candidates/{of('P2').number}/facts/age"
    assert href in page.content.decode()

    assert desk.get(f"{AT}/D02/candidates/{of('P2').number}/facts/phone").status_code == 404
    way = desk.get(href)
    assert way.status_code == 200 and "“周岁”是怎么来的" in text(way)


def test_one_is_confirmed_taken_back_and_set_aside_with_a_reason(desk, found):
    at = f"{AT}/D02/candidates/{of('P3').number}/do"

    desk.post(f"{at}/confirm")
    assert of("P3").status == "confirmed"
    desk.post(f"{at}/take-back")
    assert of("P3").status == "found"
    refused = desk.post(f"{at}/set-aside", {"words": ""})
    assert refused.status_code == 409 and "说明理由" in text(refused)
    done = desk.post(f"{at}/set-aside", {"words": "账户已注销"}, follow=True)
    assert "账户已注销" in text(done) and "没有要处理的" in text(done)
    assert desk.post(f"{at}/erase").status_code == 404


def test_what_was_paid_wrongly_is_followed_until_it_came_back(desk, found):
    at = f"{AT}/D02/candidates/{of('P6').number}"
    page = text(desk.get(at))
    assert "错发金额（元） 300" in page and "第六条" in page

    desk.post(f"{at}/do/confirm")
    assert "已书面通知家属退还" in text(desk.get(at))
    desk.post(f"{at}/do/notify", {"words": "送达同户家属"})
    done = desk.post(f"{at}/do/recover", {"words": "缴款单 118"}, follow=True)
    assert "缴款单 118" in text(done)
    assert of("P6").status == "recovered"


def test_somebody_who_is_gone_is_pointed_at(desk, offer, found):
    publish({**PEOPLE, "P1": {**PEOPLE["P1"], "alive": False, "age": None}})
    decide()
    look(offer)

    assert "1 人不再符合" in text(desk.get(f"{AT}/D02"))
    assert "最近一次核对不再符合" in text(desk.get(f"{AT}/D02/candidates/{of('P1').number}"))


def test_an_officer_does_not_look_at_himself(client, found):
    client.force_login(staff("self", subject="P1"))

    page = text(client.get(f"{AT}/D02"))
    assert "您本人" in page and "一起核对确定的 2 人" in page
    assert client.get(f"{AT}/D02/candidates/{of('P1').number}").status_code == 409


def test_a_number_of_another_offer_is_not_found(desk, found):
    assert desk.get(f"{AT}/D02/candidates/D02-009-000001").status_code == 404
    assert desk.get(f"{AT}/X99").status_code == 404


def test_a_list_of_payments_is_made_closed_and_taken_out(desk, offer, found, officer):
    told(offer, officer, "change")
    made = desk.post(f"{AT}/D02/payments", {"month": "2026-09"}, follow=True)
    assert "right" in text(made) and "621226*********0001" in text(made)
    assert "6212260000000000001" not in made.content.decode()
    held = PaymentList.objects.get()
    at = f"{AT}/D02/payments/{held.pk}"
    assert desk.post(f"{at}/file").status_code == 409

    assert desk.post(f"{at}/close", {"count": "many"}).status_code == 404
    closed = desk.post(f"{at}/close", {"count": "2"}, follow=True)
    assert "导出给银行" in text(closed)
    file = desk.post(f"{at}/file")
    assert file["Content-Type"].startswith("text/csv")
    assert "6212260000000000001,200,2026-09" in file.content.decode("utf-8-sig")
    months = desk.get(f"{AT}/D02/payments").content.decode()
    assert 'value="2026-09"' not in months and 'value="2026-10"' in months


@pytest.mark.parametrize("month", ["", "x", "2026-13", "9999-99"])
def test_a_month_that_is_none_is_not_found(desk, offer, month):
    assert desk.post(f"{AT}/D02/payments", {"month": month}).status_code == 404
    assert not PaymentList.objects.exists()


def test_who_is_left_out_stands_on_the_page_with_the_reason(desk, offer, found, officer, client):
    told(offer, officer)
    client.force_login(account("u-P1", "P1"))
    client.post(f"/offers/{of('P1').number}/accept")
    publish({**PEOPLE, "P1": {**PEOPLE["P1"], "alive": False, "age": None}})
    decide()
    client.force_login(officer)

    page = text(client.post(f"{AT}/D02/payments", {"month": "2026-09"}, follow=True))

    assert "未列入的人" in page and f"{of('P1').number} 已去世" in page


@pytest.fixture
def mine(client, offer, found, officer):
    """P1's browser, and the address of what he was offered."""
    told(offer, officer)
    client.force_login(account("u-P1", "P1"))
    return client, f"/offers/{of('P1').number}"


def test_the_person_reads_what_is_due_why_and_to_which_account(mine):
    client, at = mine

    page = client.get(at)

    read = text(page)
    assert "您可以领取高龄津贴" in read
    assert "从 2022-02-01 起每月可以领取 100 元高龄津贴" in read
    assert "621226*********0001" in read and "6212260000000000001" not in page.content.decode()
    assert "公安局" in read and "第三条、第四条" in read
    assert at in client.get("/me").content.decode()


def test_he_accepts_with_one_press_and_sees_the_case_closed(mine):
    client, at = mine

    done = client.post(f"{at}/accept", follow=True)

    assert "高龄津贴，办好了" in text(done)
    case = Case.objects.get()
    assert (case.status, of("P1").case_number) == ("granted", case.number)
    again = client.post(f"{at}/accept", follow=True)  # the second tab
    assert "已接受" in text(again) and Case.objects.count() == 1
    refused = client.post(f"{at}/decline")
    assert refused.status_code == 409 and "不能再撤回" in text(refused)


def test_he_declines_and_changes_his_mind(mine):
    client, at = mine

    declined = client.post(f"{at}/decline", {"words": "不需要"}, follow=True)
    assert "您谢绝了" in text(declined) and "改为接受" in text(declined)
    twice = client.post(f"{at}/decline")
    assert twice.status_code == 409
    client.post(f"{at}/accept")

    assert of("P1").status == "accepted"


def test_what_is_still_asked_is_asked_on_the_page(client, offer, found, officer):
    actions.confirm(number=of("P3").number, user=officer, at=MONDAY)
    actions.tell(offer=offer, kind="due", shown=1, user=officer, at=MONDAY)
    client.force_login(account("u-P3", "P3"))
    at = f"/offers/{of('P3').number}"

    page = client.get(at)
    assert "还没有可收款的账户" in text(page)
    assert 'name="bank_account"' in page.content.decode()
    assert client.post(f"{at}/accept").status_code == 422
    assert not Case.objects.exists()
    client.post(f"{at}/accept", {"bank_account": "6212260000000000003"})

    assert of("P3").status == "accepted"


def test_what_lapsed_leads_to_applying(mine, monkeypatch):
    client, at = mine
    monkeypatch.setattr(clock, "now", lambda: MONDAY.replace(month=12))

    page = client.get(at)
    assert "已过答复期限" in text(page) and "/items/D02" in page.content.decode()
    late = client.post(f"{at}/accept")
    assert late.status_code == 409 and "已经过了" in text(late)


def test_nobody_else_learns_that_there_is_an_offer(mine):
    client, at = mine
    client.force_login(account("u-P2", "P2"))

    assert client.get(at).status_code == 409
    assert client.post(f"{at}/accept").status_code == 409
    assert client.get("/offers/D02-001-999999").status_code == 404
    assert of("P1").status == "told"


def test_what_was_not_told_yet_is_not_found(client, offer, found):
    client.force_login(account("u-P4", "P4"))

    assert client.get(f"/offers/{of('P4').number}").status_code == 404


def test_a_family_member_with_a_mandate_accepts_on_the_page(mine):
    client, at = mine
    agent = account("daughter", "P8")
    mandates.grant(
        principal=("P1", "due"),
        agent=("daughter", agent.display_name),
        items=["D02"],
        period=(MONDAY.date(), MONDAY.date()),
        by=agent.__class__.objects.get(username="u-P1"),
        at=MONDAY,
    )
    client.force_login(agent)

    assert "您在为 due 办理。" in text(client.get(at))
    client.post(f"{at}/accept")

    assert of("P1").status == "accepted" and Case.objects.get().acted_by == agent


def test_who_was_paid_wrongly_reads_why(client, offer, found, officer):
    actions.confirm(number=of("P7").number, user=officer, at=MONDAY)
    actions.notify(number=of("P7").number, user=officer, words="挂号信", at=MONDAY)
    client.force_login(account("u-P7", "P7"))

    page = text(client.get(f"/offers/{of('P7').number}"))

    assert "多发的津贴需要退还" in page and "第六条" in page
    assert "接受" not in page.partition("多发")[2].partition("谁查过")[0]


@pytest.mark.parametrize(
    "address", ["", "/D02", "/D02?kind=wrong", "/D02/payments", "/D02/candidates/{}", "{list}"]
)
def test_english_pages_hold_no_chinese_outside_data(client, offer, found, officer, address):
    client.force_login(officer)
    client.cookies["django_language"] = "en"
    if address == "{list}":
        client.post(f"{AT}/D02/payments", {"month": "2026-09"})
        address = f"/D02/payments/{PaymentList.objects.get().pk}"

    page = text(client.get(AT + address.format(of("P6").number)))

    data = ("临泽县河口镇芦荡村7组", "中文", "沈岚")
    for each in data:
        page = page.replace(each, "")
    assert re.findall(r"[一-鿿]+", page) == []


def test_the_person_s_page_is_english_too(mine):
    client, at = mine
    client.cookies["django_language"] = "en"

    page = main(client.get(at)).replace("临泽县河口镇芦荡村7组", "").replace("中文", "")

    assert "The allowance of the old is due to you" in page
    assert re.findall(r"[一-鿿]+", page) == []
