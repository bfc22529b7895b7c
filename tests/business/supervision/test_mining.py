"""What supervisors see of the course of cases: figures that a second computation agrees with."""

import csv
from datetime import timedelta

import pytest

from tests.business.supervision import history
from tests.engines.mining import compared, plainly
from tests.engines.mining.plainly import Dates, Row
from tests.known import MONDAY
from tongban.base.audit.models import Event
from tongban.business.cases.models import Case, CaseEvent
from tongban.business.supervision import actions, mining
from tongban.data.exchange.gate import NotGranted, TooManyRows
from tongban.data.exchange.models import Grant
from tongban.data.lake import queries as lake
from tongban.data.lake import store
from tongban.engines.mining import Began, Does, Is, Repeats, open_log

HAND_IN = {"by": "test", "at": MONDAY}


@pytest.fixture
def supervisor(version, staff):
    return staff("supervisor", "SJ")


@pytest.fixture
def cases(version):
    made = history.make(version, 60)
    assert actions.hand_in_events(**HAND_IN) == CaseEvent.objects.count()
    return made


def second(cases):
    """The same figures from the rows of the business database, in loops."""
    rows = [
        Row(
            e.case.number,
            e.activity,
            plainly.micros(e.at),
            e.transition,
            e.instance,
            None,
            e.office,
        )
        for e in CaseEvent.objects.select_related("case").order_by("pk")
        if e.case in cases
    ]
    dates = {case.number: _dates(case) for case in cases}
    values = {case.number: case.office.code for case in cases}
    return compared.expected(plainly.by_case(rows), dates, values)


def _dates(case: Case) -> Dates:
    ended = case.finished_at if case.status != "withdrawn" else None
    days = (case.promised_on - MONDAY.date()).days
    end = MONDAY.replace(hour=16, minute=0) + timedelta(days=days)  # midnight in the city
    return Dates(
        plainly.micros(case.submitted_at),
        plainly.micros(ended) if ended else None,
        plainly.micros(end) - 1,
    )


def test_every_figure_is_that_of_a_second_computation(cases, supervisor):
    with mining.opened(supervisor, MONDAY) as log:
        found = compared.found(log, mining.OFFICE)

    expected = second(cases)
    for part in expected:
        if part != "resources":
            assert found[part] == expected[part], part


def test_a_later_state_of_a_case_counts_and_what_is_prepared_once_serves(cases, supervisor):
    with mining.opened(supervisor, MONDAY) as log:
        before = mining.ask(log, [], [Is("finished")])
    files = list((store.scratch() / "logs").iterdir())
    with mining.opened(supervisor, MONDAY) as log:
        assert mining.ask(log, [], [Is("finished")]) == before
    assert list((store.scratch() / "logs").iterdir()) == files

    case = next(each for each in cases if each.status == "running")
    case.status, case.finished_at = "granted", MONDAY
    case.save()
    history.add(case, "decide", "complete", MONDAY, "GA")
    assert actions.hand_in_events(**HAND_IN) == 1
    with mining.opened(supervisor, MONDAY) as log:
        after = mining.ask(log, [], [Is("finished")])

    assert set(after.behind) == {*before.behind, case.number}
    assert after.statuses["granted"] == before.statuses["granted"] + 1
    (made_anew,) = (store.scratch() / "logs").iterdir()
    assert made_anew not in files


def test_the_head_of_an_office_sees_his_own_cases(cases, staff):
    head = staff("lead", "GA")
    with mining.opened(head, MONDAY) as log:
        found = mining.ask(log, [], [])

    own = sorted(case.number for case in cases if case.office.code == "GA")
    assert sorted(found.behind) == own
    assert found.values[mining.OFFICE] == ("GA",)
    assert 0 < len(own) < len(cases)


def test_the_head_of_an_office_without_a_grant_is_told_what_is_missing(cases, staff):
    with pytest.raises(NotGranted) as refused, mining.opened(staff("lead", "MZ"), MONDAY):
        pass
    assert refused.value.told("zh").startswith("没有授权允许 MZ/lead 为 supervise 读取 ods.bj_sj")


def test_before_anything_was_handed_in_the_way_on_is_said(supervisor):
    with pytest.raises(mining.NothingHandedIn) as refused, mining.opened(supervisor, MONDAY):
        pass
    assert refused.value.told("zh") == (
        "数据湖中还没有办件事件：发布过第一版数据（tongban run）、"
        "后台任务在运行后，每分钟送入两次。"
    )
    assert not Event.objects.filter(kind="log.mined").exists()


def test_filters_choose_whole_cases_and_nothing_may_be_left(cases, supervisor):
    with mining.opened(supervisor, MONDAY) as log:
        web = mining.ask(log, mining.chosen({mining.CHANNEL: "web", mining.ITEM: ""}), None)
        again = mining.ask(log, [Does("supplement")], [Repeats("review")])
        nothing = mining.ask(log, [Began(since=MONDAY + timedelta(days=1))], [])

    assert web.together.cases == sum(case.channel == "web" for case in cases)
    assert web.behind is None
    assert again.labels["supplement"] == ("补正", "Supplement")
    twice = [c for c in cases if _ends(c, "review") > 1 and _ends(c, "supplement")]
    assert sorted(again.behind) == sorted(case.number for case in twice)
    assert (nothing.together.cases, nothing.behind, nothing.variants) == (0, (), ())
    assert nothing.values == web.values


def _ends(case, step):
    return case.events.filter(activity=step, transition="complete").count()


def test_every_look_is_audited_with_the_grant_and_without_anybody_who_acted(cases, supervisor):
    with mining.opened(supervisor, MONDAY) as log:
        assert "org:resource" not in log.columns
    event = Event.objects.get(kind="log.mined")

    current = lake.current_edition()
    assert current is not None
    assert (event.edition, event.rows) == (current.number, CaseEvent.objects.count())
    assert (event.purpose, event.actor, event.post) == (
        "supervise",
        str(supervisor.pk),
        "supervisor",
    )
    assert event.details["grant"] == "G-SJ-SUPERVISE"
    assert "resource" not in event.details["facts"]


@pytest.mark.parametrize("form", ["xes", "csv"])
def test_an_export_reads_back_as_the_same_log(cases, supervisor, tmp_path, form):
    path = tmp_path / f"log.{form}"
    count = mining.export(supervisor, path, form, [], MONDAY)
    with mining.opened(supervisor, MONDAY) as log:
        own = mining.ask(log, [], [])

    assert count == CaseEvent.objects.count()
    with open_log(
        path, zone="Asia/Shanghai", scratch=tmp_path, promise=mining.SHAPE.promise
    ) as log:
        again = mining.ask(log, [], [])
    assert again.graph == own.graph
    assert again.together == own.together
    assert Event.objects.filter(kind="log.exported", rows=count).count() == 1


def test_an_export_holds_the_chosen_cases_alone(cases, supervisor, tmp_path):
    path = tmp_path / "log.csv"
    mining.export(supervisor, path, "csv", mining.chosen({mining.CHANNEL: "web"}), MONDAY)

    with path.open() as file:
        rows = list(csv.DictReader(file))
    assert {row["case:concept:name"] for row in rows} == {
        case.number for case in cases if case.channel == "web"
    }


def test_more_than_the_grant_gives_is_not_exported(cases, supervisor, tmp_path):
    Grant.objects.filter(code="G-SJ-SUPERVISE").update(rows_per_request=10)
    path = tmp_path / "log.csv"

    with pytest.raises(TooManyRows):
        mining.export(supervisor, path, "csv", [], MONDAY)
    assert not path.exists()
    assert not Event.objects.filter(kind="log.exported").exists()


def test_the_prepared_log_cannot_be_read_on_the_disk(cases, supervisor):
    with mining.opened(supervisor, MONDAY):
        pass
    (file,) = (store.scratch() / "logs").iterdir()

    content = file.read_bytes()
    assert cases[0].number.encode() not in content
    assert "书面审查".encode() not in content
    assert file.stat().st_mode & 0o777 == 0o600
