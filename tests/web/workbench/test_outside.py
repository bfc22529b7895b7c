"""The pages of steps that other systems carry out: the list, one call, retry, take over."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.known import MONDAY
from tests.provinces import CODE
from tests.web.reading import in_language, page, said, words
from tests.web.workbench.pieces import spaced
from tongban import clock
from tongban.base.audit.models import Event
from tongban.base.people.models import User
from tongban.business.cases import (
    outside,
    outside_http,
    outside_outcomes,
    outside_queries,
    outside_reconciling,
)
from tongban.business.cases.models import OutsideCall, OutsideService

pytestmark = pytest.mark.django_db
LIST = "/workbench/outside"
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def monday(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: MONDAY)


@pytest.fixture
def failed(province) -> OutsideCall:
    province.kind = "declined"
    call = province.call()
    province.work(MONDAY)
    return call


def address(call: OutsideCall, verb: str = "") -> str:
    return f"{LIST}/{call.pk}{verb and f'/{verb}'}"


def rows(response, table: int = 2) -> list[list[str]]:
    found = page(response).xpath(f"(//main//table)[{table}]/tbody/tr")
    return [[spaced(cell) for cell in row.xpath("td")] for row in found]


def test_an_office_without_a_service_is_told_where_they_come_from(client, staff):
    client.force_login(staff("approver", "RS"))
    assert "没有由您单位负责的外部服务" in said(client.get(LIST))


def test_where_nothing_waits_the_list_says_so(client, staff, province):
    client.force_login(staff("approver"))
    shown = client.get(LIST)
    assert "没有等待对方的步骤" in said(shown)
    assert rows(shown, 1) == [
        [
            "省级居住登记核验 省公安厅居住登记系统",
            "公安局",
            "0",
            "0",
            "0",
            "尚未对账",
        ]
    ]


def test_what_is_not_finished_is_listed_oldest_first_with_its_light_and_error(
    client, staff, province, monkeypatch
):
    province.kind = "declined"
    failed = province.call("zhou")
    province.work(MONDAY)
    province.kind = "never"
    open_ = province.call("wang")
    OutsideCall.objects.filter(pk=open_.pk).update(opened_at=MONDAY + timedelta(minutes=1))
    monkeypatch.setattr(clock, "now", lambda: MONDAY + 1.7 * DAY)
    client.force_login(staff("approver"))

    shown = client.get(LIST)
    assert [[row[1].split()[0], row[2], row[3], row[4]] for row in rows(shown)] == [
        [
            failed.case.number,
            "省级居住登记核验",
            "未办成",
            "对方系统拒绝了请求（状态 422），再次发送也不会改变。",
        ],
        [open_.case.number, "省级居住登记核验", "待发送", "—"],
    ]
    lamps = page(shown).xpath("(//main//table)[2]//*[contains(@class, 'tb-meter')]/@class")
    assert lamps == ["tb-meter red", "tb-meter yellow"]
    assert rows(shown, 1)[0][2:5] == ["1", "1", "0"]


FILTERS = [
    *(("", 1), ("?status=failed", 1), ("?status=answered", 0), ("?status=nothing", 1)),
    *((f"?service={CODE}", 1), ("?service=none", 0), (f"?service={CODE}&status=failed", 1)),
]


def test_the_list_is_filtered_by_service_and_state(client, staff, failed):
    client.force_login(staff("approver"))
    assert [(query, len(rows(client.get(LIST + query)))) for query, _ in FILTERS] == FILTERS


def test_the_states_that_occur_are_offered_with_how_many_stand_there(client, staff, failed):
    client.force_login(staff("approver"))
    shown = page(client.get(f"{LIST}?service={CODE}&status=failed"))
    links = [(spaced(one), one.get("href")) for one in shown.xpath("//main//a[@class='tb-filter']")]
    assert links == [("未了结", "?"), ("未办成 1", f"?status=failed&service={CODE}")]
    assert [spaced(one) for one in shown.xpath("//main//a[@aria-current='true']")] == ["未办成 1"]


def test_a_list_that_is_cut_says_so(client, staff, province, failed, monkeypatch):
    monkeypatch.setattr(outside_queries, "SHOWN", 1)
    province.call("wang")
    client.force_login(staff("approver"))
    shown = client.get(LIST)
    assert (len(rows(shown)), "只列出最早的 1 个" in said(shown)) == (1, True)


def test_the_list_asks_no_more_for_more_calls(client, staff, province):
    client.force_login(staff("approver"))
    counted = []
    for name in ("zhou", "wang"):
        province.call(name)
        client.get(LIST)
        with CaptureQueriesContext(connection) as asked:
            client.get(LIST)
        counted.append(len(asked))
    assert counted[0] == counted[1]


WHO_OPENS = {
    ("approver", "GA"): 200,
    ("supervisor", "GA"): 200,
    ("supervisor", "SJ"): 200,
    ("approver", "RS"): 409,
    ("clerk", "GA"): 409,
    ("steward", "GA"): 409,
    ("item_manager", "GA"): 409,
    ("system_admin", "SJ"): 409,
    ("audit_admin", "SJ"): 409,
}


def test_who_opens_a_call_and_that_it_is_recorded(client, staff, failed):
    told = {}
    for role, office in WHO_OPENS:
        client.force_login(staff(role, office))
        told[role, office] = client.get(address(failed)).status_code
    assert told == WHO_OPENS
    assert Event.objects.filter(kind="outside.opened").count() == 3


def test_a_citizen_opens_nothing(client, failed, citizen):
    client.force_login(citizen("li"))
    for path in (LIST, address(failed)):
        assert client.get(path).status_code == 409


def test_a_call_shows_what_was_said_and_what_both_believe(client, staff, failed):
    client.force_login(staff("approver"))
    shown = spaced(page_of(client, failed))
    pieces = (
        failed.key,
        "我方 未办成",
        "对方 没有回音",
        f"办件编号 {failed.case.number} · 省级核验",
        "发出请求",
        "不再尝试 对方系统拒绝了请求（状态 422），再次发送也不会改变。",
        "居住地区划 329906",
        "连续参保月数 14",
        "已试次数 1 / 6",
    )
    assert [piece for piece in pieces if piece not in shown] == []


def page_of(client, call):
    return page(client.get(address(call))).xpath("//main")[0]


@pytest.mark.parametrize(
    ("kind", "theirs"), [("never", "已收，回执号 "), ("at_once", "已办完，结果与我方一致")]
)
def test_what_the_other_side_believes_is_told(client, staff, province, kind, theirs):
    province.kind = kind
    call = province.call()
    province.work(MONDAY)
    client.force_login(staff("approver"))
    assert theirs in spaced(page_of(client, call))


def test_differences_stand_on_the_list_and_on_the_call(client, staff, province):
    province.kind = "never"
    call = province.call()
    province.work(MONDAY)
    other = outside_http.Answer("", {"registered": False, "since": None, "remark": None})
    outside_outcomes.take(call.pk, other, MONDAY)
    province.server.register.asked[call.key].state = "done"
    province.server.take({"key": "strange-1"})
    province.at = MONDAY + timedelta(minutes=1)
    outside_reconciling.reconcile(code=CODE, at=province.at)
    client.force_login(staff("supervisor", "SJ"))

    listed = said(client.get(LIST))
    assert f"{call.key} · 双方结果不同" in listed
    assert "strange-1 · 对方有，我方没有" in listed
    shown = spaced(page_of(client, call))
    assert "对方 双方结果不同" in shown
    assert "收到不同的结果，未采用 省内有居住登记：是 备注：— 登记日期：2025-03-01" in shown
    assert "采用的结果 省内有居住登记 否 备注 — 登记日期 —" in shown


def test_a_reconciliation_that_failed_stands_with_its_service(client, staff, province):
    province.agree(address="http://127.0.0.1:9")
    outside_reconciling.reconcile_all(at=MONDAY)
    client.force_login(staff("approver"))
    assert rows(client.get(LIST), 1)[0][-1] == (
        "尚未对账 连接不上对方系统（ConnectionRefusedError）。"
    )


def test_an_approver_retries_with_a_reason(client, staff, failed):
    client.force_login(staff("approver"))
    answer = client.post(address(failed, "retry"), {"words": "对方已修复"})
    assert (answer.status_code, answer.url) == (302, address(failed))
    failed.refresh_from_db()
    assert failed.status == "waiting"
    shown = spaced(page_of(client, failed))
    assert "人工重试 · approver 对方已修复" in shown
    assert "用同一请求键重试" not in shown


def test_an_approver_takes_over_with_values_by_type(client, staff, failed):
    client.force_login(staff("approver"))
    fields = page(client.get(address(failed))).xpath("//main//form[contains(@action, 'take')]")[0]
    named = {one.get("name"): one.get("type") or one.tag for one in fields.xpath(".//*[@id]")}
    assert named == {
        "output-registered": "select",
        "output-remark": "input",
        "output-since": "date",
        "words": "textarea",
    }
    given = {"output-registered": "true", "output-since": "2025-03-01", "words": "电话\r\n核实"}
    answer = client.post(address(failed, "take-over"), given)
    assert (answer.status_code, answer.url) == (302, address(failed))
    failed.refresh_from_db()
    failed.case.refresh_from_db()
    assert (failed.status, failed.case.status) == ("taken_over", "granted")
    shown = spaced(page_of(client, failed))
    assert "人工接办 · approver 电话 核实 省内有居住登记：是" in shown
    assert not page(client.get(address(failed))).xpath("//main//form")


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("verb", ["retry", "take-over"])
def test_without_a_reason_nothing_happens_and_the_page_says_so(
    client, staff, failed, verb, language
):
    client.force_login(staff("approver"))
    given = {"output-registered": "true", "words": " "}
    answer = client.post(address(failed, verb), given, **in_language(language))
    told = outside.GiveReason(most=500).told(language)
    assert (answer.status_code, told in said(answer)) == (409, True)
    failed.refresh_from_db()
    assert failed.status == "failed"


@pytest.mark.parametrize("verb", ["retry", "take-over"])
def test_who_only_watches_is_offered_nothing_and_does_nothing(client, staff, failed, verb):
    client.force_login(staff("supervisor", "SJ"))
    shown = page(client.get(address(failed)))
    assert not shown.xpath("//main//form")
    assert "由公安局的审批人员重试或接办。" in spaced(shown.xpath("//main")[0])
    given = {"output-registered": "true", "words": "试试"}
    assert client.post(address(failed, verb), given).status_code == 409
    assert client.get(address(failed, verb)).status_code == 405
    failed.refresh_from_db()
    assert failed.status == "failed"


def test_only_who_may_see_the_case_is_led_to_it(client, staff, failed):
    OutsideService.objects.update(office=staff("approver", "RS").posts.get().office)
    path = f"/workbench/cases/{failed.case.number}"
    client.force_login(staff("supervisor", "SJ"))
    assert page(client.get(address(failed))).xpath(f"//main//a[@href='{path}']")
    client.logout()
    client.force_login(User.objects.get(username="approver-RS"))
    assert not page(client.get(address(failed))).xpath(f"//main//a[@href='{path}']")


@pytest.mark.parametrize("verb", ["", "retry", "take-over"])
def test_a_call_that_is_not_there_is_not_found(client, staff, verb):
    client.force_login(staff("approver"))
    path = f"{LIST}/999999{verb and f'/{verb}'}"
    answer = client.post(path) if verb else client.get(path)
    assert answer.status_code == 404


def test_the_pages_speak_english(client, staff, failed):
    client.force_login(staff("approver"))
    listed = said(client.get(LIST, **in_language("en")))
    assert "The other system refuses the request (status 422)" in listed
    shown = words(page(client.get(address(failed), **in_language("en"))).xpath("//main")[0])
    assert "Retry with the same key" in shown
    assert "Provincial check" in shown
