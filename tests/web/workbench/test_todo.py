"""The queues of a desk: tabs with their counts, what a row says, several steps handed over."""

from datetime import timedelta

import pytest

from tests.known import MONDAY
from tests.web.reading import in_language, page, said, words
from tests.web.workbench.pieces import spaced
from tongban import clock
from tongban.base.people.models import User
from tongban.business.cases import actions as cases
from tongban.business.cases.queries import Deadline, StepClock
from tongban.business.cases.verbs import delegating, suspending, urging
from tongban.engines.clocks import Light
from tongban.web.workbench import todo
from tongban.web.workbench import waiting as waiting_table
from tongban.web.workbench.todo import NothingTicked

pytestmark = pytest.mark.django_db
TABS = {
    "zh": ["待办", "会签", "已转办", "停止计时", "待补正", "已办"],
    "en": ["to do", "To sign", "Handed over", "Clock stopped", "To be corrected", "done"],
}


@pytest.fixture(autouse=True)
def monday(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: MONDAY)


@pytest.fixture
def second(staff) -> User:
    return staff("approver")


def tabs(answer) -> dict[str, str]:
    links = page(answer).xpath("//nav[@class='tb-tabs']/a")
    return {words(link).rsplit(" ", 1)[0]: words(link, "./em") for link in links}


def numbers(answer) -> list[str]:
    cells = page(answer).xpath("//tbody//td[contains(@class,'is-first')]//div[@class='tb-small']")
    return [words(cell) for cell in cells]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_each_queue_has_a_tab_with_its_count(language, client, waiting, approver):
    for name in ("wang", "li"):
        waiting(name)
    client.force_login(approver)
    answer = client.get("/workbench/todo", **in_language(language))
    counts = dict.fromkeys(TABS[language], "0") | {TABS[language][0]: "2"}
    assert {k.lower(): v for k, v in tabs(answer).items()} == {
        k.lower(): v for k, v in counts.items()
    }
    (current,) = page(answer).xpath("//nav[@class='tb-tabs']/a[@aria-current]/@href")
    assert current == "?tab=to_do"


@pytest.mark.parametrize("queue", list(todo.Queue))
@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_empty_queue_says_what_would_stand_in_it(queue, language, client, approver):
    client.force_login(approver)
    answer = client.get(f"/workbench/todo?tab={queue}", **in_language(language))
    (empty,) = page(answer).xpath("//main//*[@class='tb-empty']")
    if language == "zh":
        title, hint = todo.EMPTY[queue]()
        assert (words(empty, "./b"), hint in words(empty)) == (title, True)
    assert empty.xpath(".//a/@href") == ["/workbench/cases"]


def test_a_tab_that_is_none_is_the_first(client, waiting, approver):
    case = waiting()
    client.force_login(approver)
    assert numbers(client.get("/workbench/todo?tab=everything")) == [case.number]


def test_a_step_is_found_by_number_or_applicant(client, waiting, approver):
    case = waiting()
    client.force_login(approver)
    for asked in (case.number[7:], "王芳"):
        assert numbers(client.get("/workbench/todo", {"q": asked})) == [case.number]
    nothing = client.get("/workbench/todo", {"q": "李"})
    assert words(page(nothing), "//main//*[@class='tb-empty']/b") == "没有找到“李”"


def test_a_clock_that_stands_says_why_and_until_when(client, waiting, approver):
    case = waiting()
    given = {"ground": "hearing", "days": 3, "words": "听证", "at": MONDAY}
    suspending.suspend(case_id=case.pk, user=approver, **given)
    client.force_login(approver)
    assert numbers(client.get("/workbench/todo")) == []
    shown = page(client.get("/workbench/todo?tab=standing"))
    (clock_of,) = shown.xpath("//tbody//div[@class='tb-clock']")
    assert spaced(clock_of) == "停表： 听证，至 9-23 剩 5 个工作日"


def test_an_urged_step_is_marked(client, waiting, approver):
    case = waiting()
    user = User.objects.get(subject_id=case.applicant_id)
    urging.urge(case_id=case.pk, user=user, words="", at=MONDAY)
    client.force_login(approver)
    assert "9-21 10:00 催办" in said(client.get("/workbench/todo"), "//tbody")


def test_what_was_done_is_listed_by_pages(client, waiting, approver, monkeypatch):
    monkeypatch.setattr(todo, "PER_PAGE", 2)
    made = [waiting(name) for name in ("wang", "li", "sun")]
    for hour, case in enumerate(made):
        given = {"user": approver, "grant": True, "words": ""}
        at = MONDAY + timedelta(hours=hour)
        cases.complete(work_item_id=case.work_items.get().pk, at=at, **given)
    client.force_login(approver)
    first = client.get("/workbench/todo?tab=done")
    (further,) = page(first).xpath("//a[@rel='next']/@href")
    last = client.get(f"/workbench/todo{further}")
    assert numbers(first) + numbers(last) == [case.number for case in reversed(made)]
    assert page(last).xpath("//a[@rel='prev']/@href") == ["?tab=done&from=0"]
    assert "准予" in said(first, "//tbody/tr[1]")


def test_several_are_handed_over_at_once(client, waiting, approver, second):
    made = [waiting(name) for name in ("wang", "li")]
    client.force_login(approver)
    shown = page(client.get("/workbench/todo"))
    ticks = shown.xpath("//tbody//input[@type='checkbox']")
    assert sorted(tick.get("aria-label") for tick in ticks) == sorted(
        f"选择 {case.number}" for case in made
    )
    assert {tick.get("form") for tick in ticks} == {"tb-batch"}
    given = {"work": [t.get("value") for t in ticks], "to": str(second.pk), "words": "出差"}
    answer = client.post("/workbench/todo/hand-over", given, follow=True)
    assert "2 件已交给approver。" in said(answer)
    assert tabs(answer)["已转办"] == "2"


def test_what_is_refused_stays_and_says_why_while_the_others_go(
    client, waiting, approver, second, staff
):
    mine, own = waiting("wang"), waiting("li")
    User.objects.filter(pk=approver.pk).update(subject_id=own.applicant_id + "x")
    second.subject_id = ""
    User.objects.filter(subject_id=own.applicant_id).update(subject_id="Pother")
    User.objects.filter(pk=second.pk).update(subject_id=own.applicant_id)
    client.force_login(approver)
    work = [str(case.work_items.get().pk) for case in (mine, own)]
    given = {"work": work, "to": str(second.pk), "words": ""}
    answer = client.post("/workbench/todo/hand-over", given, follow=True)
    assert "1 件已交给approver。" in said(answer)
    assert f"办件 {own.number} 是您本人的申请，您应当回避，请由同事办理。" in said(answer)
    assert (mine.work_items.get().assignee, own.work_items.get().assignee) == (second, None)


@pytest.mark.parametrize(
    ("given", "status", "told"),
    [
        ({"work": []}, 409, NothingTicked().told("zh")),
        ({"work": ["{step}"], "to": ""}, 409, "请从列表中选择一位同事。"),
        ({"work": ["{step}"], "to": "1;2"}, 404, ""),
        ({"work": ["x"], "to": "{to}"}, 404, ""),
        ({"work": ["99999999"], "to": "{to}"}, 404, ""),
    ],
)
def test_what_cannot_be_handed_over_is_refused_whole(
    given, status, told, client, waiting, approver, second
):
    case = waiting()
    client.force_login(approver)
    known = {"step": case.work_items.get().pk, "to": second.pk}
    sent = {
        name: [each.format(**known) for each in of] if name == "work" else of.format(**known)
        for name, of in given.items()
    }
    answer = client.post("/workbench/todo/hand-over", sent)
    assert (answer.status_code, told in said(answer)) == (status, True)
    assert case.work_items.get().assignee is None


def test_another_offices_steps_are_not_handed_over(client, waiting, staff, second):
    case = waiting()
    other = staff("approver", "RS")
    colleague = User.objects.create(username="rs2", display_name="rs2")
    colleague.posts.create(office=other.posts.get().office, role="approver")
    client.force_login(other)
    given = {"work": [str(case.work_items.get().pk)], "to": str(colleague.pk)}
    answer = client.post("/workbench/todo/hand-over", given, follow=True)
    assert f"您无权查看办件 {case.number}。" in said(answer)
    assert case.work_items.get().assignee is None


@pytest.mark.parametrize("role", ["supervisor", "steward", "system_admin"])
def test_who_works_on_no_case_hands_over_none(role, client, waiting, staff):
    waiting()
    client.force_login(staff(role))
    assert client.post("/workbench/todo/hand-over", {"work": ["1"]}).status_code == 409


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("zh", "approver把办件 {} 的“人工审查”交给您办理。请你看"),
        ("en", 'approver handed you "Review by a person" of case {}. 请你看'),
    ],
)
def test_whoever_is_handed_a_step_is_told_until_he_has_read_it(
    language, told, client, waiting, approver, second
):
    case = waiting()
    given = {"user": second, "to": approver, "words": "请你看", "at": MONDAY}
    delegating.delegate(work_item_id=case.work_items.get().pk, **given)
    client.force_login(approver)
    count = "//nav//a[@href='/workbench/notices']/em"
    assert words(page(client.get("/workbench/todo")), count) == "1"
    shown = page(client.get("/workbench/notices", **in_language(language)))
    (link,) = shown.xpath("//main//li//a")
    assert (words(link), link.get("href")) == (
        told.format(case.number),
        f"/workbench/cases/{case.number}",
    )
    assert not page(client.get("/workbench/todo")).xpath(count)


@pytest.mark.parametrize(("language", "told"), [("zh", "没有通知"), ("en", "No notices")])
def test_who_was_told_nothing_is_told_so(language, told, client, approver):
    client.force_login(approver)
    answer = client.get("/workbench/notices", **in_language(language))
    assert words(page(answer), "//main//*[@class='tb-empty']/b") == told


@pytest.mark.parametrize(
    ("day", "told", "counted"),
    [
        (8, "今天到期", "今天到期 1 件，已超期 0 件"),
        (12, "超承诺 1 个工作日", "今天到期 0 件，已超期 1 件"),
    ],
)
def test_a_promise_that_is_over_is_never_due_today(
    day, told, counted, client, waiting, approver, monkeypatch
):
    waiting()
    monkeypatch.setattr(clock, "now", lambda: MONDAY + timedelta(days=day))
    client.force_login(approver)
    shown = said(client.get("/workbench/todo"))
    assert counted in shown
    assert told in shown


def clock_on(light: Light, left: int) -> Deadline:
    day = MONDAY.date()
    return Deadline(light, day, day, left, 5, "working", is_provisional=False)


def test_on_the_weekend_after_the_promise_no_working_day_is_over_and_the_promise_is():
    """Promised for Friday, looked at on Saturday: no working day lies between."""
    over, due = clock_on(Light.RED, 0), clock_on(Light.YELLOW, 0)
    assert waiting_table.clock_of(over).words == "已过承诺日"
    assert waiting_table.clock_of(due).words == "今天到期"
    assert (waiting_table.is_overdue(over), waiting_table.is_due_today(over)) == (True, False)
    assert (waiting_table.is_overdue(due), waiting_table.is_due_today(due)) == (False, True)


def test_the_same_of_a_step_whose_lamp_stays_yellow():
    over = StepClock(Light.RED, MONDAY.date(), 0, 3, "working", is_provisional=False)
    drawn = waiting_table.step_clock_of(over)
    assert (drawn.words, drawn.colour) == ("已过本环节时限", "yellow")
