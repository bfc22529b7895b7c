"""The pages of the three administrators: editions, grants, accounts, the log."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.known import MONDAY
from tests.web.reading import in_language, page, said, words
from tongban import clock
from tongban.base.audit.models import Event
from tongban.data.lake import actions as lake
from tongban.data.lake import queries
from tongban.data.lake.models import Edition
from tongban.web.workbench import administration
from tongban.web.workbench.administration import EditionMoved, NoReason
from tongban.web.workbench.words import DONE

pytestmark = pytest.mark.django_db
BACK = "/workbench/editions/roll-back"


@pytest.fixture(autouse=True)
def monday(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: MONDAY)


@pytest.fixture
def second(city) -> Edition:
    edition = lake.open_edition(by="t", at=MONDAY)
    lake.publish(edition=edition, by="t", at=MONDAY)
    return edition


@pytest.fixture
def system_admin(client, staff, second):
    client.force_login(staff("system_admin"))


def rows(response) -> list[list[str]]:
    return [
        [words(cell) for cell in row.xpath("td")]
        for row in page(response).xpath("//main//tbody/tr")
    ]


def test_editions_stand_newest_first_with_the_current_one_marked(client, system_admin, second):
    shown = rows(client.get("/workbench/editions"))
    assert [row[0] for row in shown] == [f"{second.number}现行", str(second.number - 1)]
    assert shown[0][1:3] == ["已发布", "9-21 10:00"]


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("zh", "撤回第 {} 版，退回第 {} 版。为什么？"),
        ("en", "Withdraw edition {} and go back to edition {}. Why?"),
    ],
)
def test_going_back_says_from_where_to_where(language, told, client, system_admin, second):
    shown = page(client.get("/workbench/editions", **in_language(language)))
    assert words(shown, "//label[@for='reason']") == told.format(second.number, second.number - 1)
    assert shown.xpath("//input[@name='edition']/@value") == [str(second.number)]


def test_an_administrator_goes_back_with_a_reason_that_stays_with_the_edition(
    client, system_admin, second
):
    given = {"edition": second.number, "reason": " 人社局来源有误 "}
    shown = rows(client.post(BACK, given, follow=True))
    assert shown[0][1] == "已撤回"
    assert shown[0][-1] == "人社局来源有误"
    assert queries.current_edition() == second.based_on
    assert Event.objects.filter(kind="edition.rolled_back").count() == 1


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_page_that_is_old_takes_back_no_other_edition(language, client, system_admin, second):
    for shown in (str(second.number - 1), ""):
        given = {"edition": shown, "reason": "有误"}
        answer = client.post(BACK, given, **in_language(language))
        told = EditionMoved(number=second.number, shown=shown or "—").told(language)
        assert (answer.status_code, told in said(answer)) == (409, True)
    assert queries.current_edition() == second
    assert not Event.objects.filter(kind="edition.rolled_back").exists()


@pytest.mark.parametrize("reason", ["", "   "])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_nobody_goes_back_without_a_reason(language, reason, client, system_admin, second):
    given = {"edition": second.number, "reason": reason}
    answer = client.post(BACK, given, **in_language(language))
    assert (answer.status_code, NoReason().told(language) in said(answer)) == (409, True)
    assert queries.current_edition() == second


def test_from_the_first_edition_there_is_no_way_back(client, city, staff):
    client.force_login(staff("system_admin"))
    assert not page(client.get("/workbench/editions")).xpath("//form[@action=$p]", p=BACK)
    number = queries.current_edition().number
    answer = client.post(BACK, {"edition": number, "reason": "有误"})
    assert f"第 {number} 版是最早的版次" in said(answer)


@pytest.mark.parametrize("role", ["security_admin", "audit_admin", "steward", "supervisor"])
def test_nobody_else_goes_back(role, client, second, staff):
    client.force_login(staff(role))
    answer = client.post(BACK, {"edition": second.number, "reason": "有误"})
    assert answer.status_code == 409
    assert queries.current_edition() == second


def test_more_editions_cost_no_more_queries(client, system_admin):
    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get("/workbench/editions")
        return len(captured)

    client.get("/workbench/editions")
    few = asked()
    for _ in range(3):
        lake.publish(edition=lake.open_edition(by="t", at=MONDAY), by="t", at=MONDAY)
    assert asked() == few


@pytest.mark.parametrize(
    ("language", "name", "grantee", "columns"),
    [
        ("zh", "公安局审批岗查看办件事实", "公安局审批人员", "连续参保月数"),
        (
            "en",
            "The police's approver reads the facts of a case",
            "Public Security",
            "months in a row",
        ),
    ],
)
def test_a_grant_names_who_reads_what_for_what_by_which_law(
    language, name, grantee, columns, client, staff
):
    client.force_login(staff("security_admin"))
    answer = client.get("/workbench/grants", **in_language(language))
    (row,) = [row for row in rows(answer) if "G-B09-APPROVER" in row[0]]
    assert row[0] == f"{name}G-B09-APPROVER"
    assert row[1].startswith(grantee)
    assert columns in row[3]
    assert "2027-06-30" in row[4]


@pytest.mark.parametrize(
    ("language", "post", "state"), [("zh", "公安局 审批人员", "启用"), ("en", "approver", "Active")]
)
def test_accounts_show_their_posts_and_whether_they_are_open(language, post, state, client, staff):
    closed = staff("approver")
    closed.is_active = False
    closed.save()
    client.force_login(staff("security_admin"))
    shown = {
        row[0]: row for row in rows(client.get("/workbench/accounts", **in_language(language)))
    }
    assert post.lower() in shown["approverapprover-GA"][1].lower()
    assert shown["approverapprover-GA"][3] != state
    assert shown["security_adminsecurity_admin-GA"][3] == state


@pytest.fixture
def auditor(client, staff):
    user = staff("audit_admin")
    client.force_login(user)
    return user


def test_looking_into_the_log_is_in_the_log(client, auditor):
    client.get("/workbench/log", {"kind": "account"})
    event = Event.objects.get(kind="audit.searched")
    assert (event.actor, event.details["kind"]) == (str(auditor.pk), "account")
    shown = rows(client.get("/workbench/log"))
    assert shown[0][2] == "查阅审计日志audit.searched"
    assert shown[0][4] == "audit_admin"


def test_the_log_is_narrowed_to_an_area_or_a_verb(client, auditor):
    for kind in ("account", "account.opened"):
        found = {row[2] for row in rows(client.get("/workbench/log", {"kind": kind}))}
        assert found
        assert all(kind in one for one in found)
    nothing = client.get("/workbench/log", {"kind": "nothing.such"})
    assert words(page(nothing), "//main//*[@class='tb-empty']/b") == "没有这样的记录"


def test_what_was_refused_stands_out(client, auditor, staff):
    client.get("/workbench/grants")
    shown = rows(client.get("/workbench/log", {"kind": "request"}))
    assert [row[2] for row in shown] == ["拒绝请求request.refused"]
    assert shown[0][-1] == "已拒绝"


def test_older_events_are_reached_and_none_is_shown_twice(client, auditor, monkeypatch):
    monkeypatch.setattr(administration, "PER_PAGE", 3)
    first = client.get("/workbench/log", {"kind": "contract"})
    (older,) = page(first).xpath("//main//a[starts-with(@href, '?kind=')]/@href")
    second = client.get(f"/workbench/log{older}")
    numbers = [[int(row[0]) for row in rows(answer)] for answer in (first, second)]
    assert len(numbers[0]) == 3
    assert min(numbers[0]) > max(numbers[1])


def test_every_kind_of_event_that_happened_has_a_name_in_both_languages(client, auditor):
    client.get("/workbench/grants")
    client.get("/workbench/log")
    kinds = set(Event.objects.values_list("kind", flat=True))
    assert kinds - DONE.keys() == set()


@pytest.mark.parametrize(
    ("path", "role", "told"),
    [
        ("/workbench/editions", "system_admin", ("Editions", "Published")),
        ("/workbench/log", "audit_admin", ("Audit log", "Completed")),
    ],
)
def test_they_speak_english(path, role, told, client, second, staff):
    client.force_login(staff(role))
    shown = said(client.get(path, **in_language("en")))
    for one in told:
        assert one in shown
