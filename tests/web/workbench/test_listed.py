"""The list of all cases: narrowed by status, item and number, a page at a time."""

from datetime import timedelta

import pytest

from tests.known import MONDAY
from tests.web.reading import in_language, page, said, words
from tongban import clock
from tongban.business.cases import actions as cases
from tongban.business.cases.models import Case
from tongban.business.cases.verbs import suspending
from tongban.web.workbench import listed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def now(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: MONDAY)


def numbers(client, path: str) -> list[str]:
    found = page(client.get(path)).xpath("//main//tbody//td[2]//*[@class='tb-small']")
    return [words(link) for link in found]


def test_of_many_cases_the_pager_leads_to_each_once(client, waiting, approver, monkeypatch):
    monkeypatch.setattr(listed, "PER_PAGE", 2)
    made = [waiting(name).number for name in ("wang", "li", "sun")]
    client.force_login(approver)
    first = numbers(client, "/workbench/cases")
    (further,) = page(client.get("/workbench/cases")).xpath("//a[@rel='next']/@href")
    second = numbers(client, f"/workbench/cases{further}")
    assert sorted(first + second) == sorted(made)
    assert said(client.get(f"/workbench/cases{further}"), "//nav[@class='tb-pager']") == (
        "第 3–3 条 上一页"
    )
    (back,) = page(client.get(f"/workbench/cases{further}")).xpath("//a[@rel='prev']/@href")
    assert numbers(client, f"/workbench/cases{back}") == first


def test_a_page_beyond_the_last_leads_back(client, waiting, approver):
    waiting()
    client.force_login(approver)
    answer = client.get("/workbench/cases?from=500")
    assert page(answer).xpath("//a[@rel='prev']/@href") == ["?from=450"]
    assert "没有办件" not in said(answer)


@pytest.mark.parametrize(
    ("language", "asked", "told"),
    [
        ("zh", "", "没有办件"),
        ("zh", "2099", "没有找到“2099”"),
        ("en", "", "No cases"),
        ("en", "2099", "Nothing found for “2099”"),
    ],
)
def test_no_case_is_said_otherwise_than_none_found(language, asked, told, client, approver):
    client.force_login(approver)
    answer = client.get("/workbench/cases", {"q": asked}, **in_language(language))
    assert words(page(answer), "//main//*[@class='tb-empty']/b") == told


def test_what_is_typed_is_shown_as_text(client, approver):
    client.force_login(approver)
    shown = page(client.get("/workbench/cases", {"q": "<b>x</b>"}))
    assert not shown.xpath("//main//*[@class='tb-empty']//b/b")
    assert shown.xpath("//input[@name='q']/@value") == ["<b>x</b>"] * 2


@pytest.mark.parametrize(
    ("role", "office", "seen"),
    [
        ("approver", "GA", True),
        ("clerk", "GA", True),
        ("lead", "GA", True),
        ("supervisor", "SJ", True),
        ("approver", "RS", False),
    ],
)
def test_a_case_is_listed_for_those_who_may_open_it(role, office, seen, client, waiting, staff):
    case = waiting()
    client.force_login(staff(role, office))
    assert numbers(client, "/workbench/cases") == ([case.number] if seen else [])
    assert client.get(f"/workbench/cases/{case.number}").status_code == (200 if seen else 409)


def late(case: Case, days: int) -> Case:
    Case.objects.filter(pk=case.pk).update(promised_on=MONDAY.date() - timedelta(days=days))
    return case


def tabs(answer) -> dict[str, str]:
    found = page(answer).xpath("//nav[@aria-label='办件状态']/a")
    return {tab.text.strip(): "".join(tab.xpath("em/text()")) for tab in found}


@pytest.fixture
def four(waiting, approver, staff) -> dict[str, Case]:
    """Two run and are late, of which the clock of one stands; one runs; one is granted."""
    made = {name: waiting(name) for name in ("late", "stands", "runs", "granted")}
    todo = made["granted"].work_items.get().pk
    cases.complete(work_item_id=todo, user=approver, grant=True, words="", at=MONDAY)
    ground = {"ground": "testing", "days": 5, "words": "送检", "at": MONDAY}
    suspending.suspend(case_id=made["stands"].pk, user=staff("lead"), **ground)
    late(made["late"], 2)
    late(made["stands"], 1)
    return made


def test_what_runs_is_counted_and_what_is_due_first_comes_first(client, approver, four):
    client.force_login(approver)
    answer = client.get("/workbench/cases?view=running")
    assert numbers(client, "/workbench/cases?view=running") == [
        four[name].number for name in ("late", "stands", "runs")
    ]
    told = tabs(answer)
    assert (told["办理中"], told["超期未办结"], told["全部"]) == ("3", "1", "")
    (current,) = page(answer).xpath("//nav[@aria-label='办件状态']/a[@aria-current='page']")
    assert current.text.strip() == "办理中"


def test_late_is_what_has_passed_its_day_while_the_clock_runs(client, approver, four):
    client.force_login(approver)
    assert numbers(client, "/workbench/cases?view=late") == [four["late"].number]


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ("view=granted", ["granted"]),
        ("view=refused", []),
        ("view=granted&item=B09", ["granted"]),
        ("view=granted&item=X99", []),
        ("view=never", ["granted", "late", "runs", "stands"]),
    ],
)
def test_a_part_is_asked_for_by_its_name(asked, names, client, approver, four):
    client.force_login(approver)
    shown = numbers(client, f"/workbench/cases?{asked}")
    assert sorted(shown) == sorted(four[name].number for name in names)


def test_a_row_says_who_where_it_stands_and_how_it_ended(client, approver, four):
    client.force_login(approver)
    shown = said(client.get("/workbench/cases"), "//main//tbody")
    for told in ("王芳", "人工审查", "准予", "人工", "剩 5 个工作日", "停表"):
        assert told in shown
    assert "剩" not in said(client.get("/workbench/cases?view=granted"), "//main//tbody")


@pytest.mark.parametrize(("language", "told"), [("zh", "这里没有办件"), ("en", "No cases here")])
def test_a_part_without_cases_leads_to_all(language, told, client, approver, waiting):
    waiting()
    client.force_login(approver)
    answer = client.get("/workbench/cases?view=revoked", **in_language(language))
    assert words(page(answer), "//main//*[@class='tb-empty']/b") == told
    assert page(answer).xpath("//main//*[@class='tb-empty']//a/@href") == ["/workbench/cases"]
