"""Where a case stands in its process, what it has passed, and what it waits for."""

from datetime import timedelta

import pytest

from tests.business.applying import apply, changed, close_step, complete, publish
from tests.engines.processes.bpmn_models import (
    boundary,
    declared,
    end,
    extended,
    flow,
    model,
    node,
    path,
    service,
    several,
    start,
    tb_output,
    timer,
    user,
)
from tests.known import MONDAY
from tongban.business.cases import actions, progress
from tongban.business.cases.progress import Passage, Standing, TimerDue

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def run(ground, city, citizen):
    """Applies for an item with this process."""

    def run(*parts):
        read = changed(
            ground.bundle,
            "B09",
            process_text=model(declared(approved="boolean"), *parts).decode(),
        )
        return apply(publish(read), citizen())

    return run


def places(found) -> list[tuple]:
    return [(each.node, each.tokens, each.since, each.done, each.total) for each in found.standing]


def ways(found) -> list[tuple]:
    return [(each.node, each.turn, each.left) for each in found.passages]


def test_a_case_that_waits_for_a_person_tells_where_since_when_and_for_whom(permit, citizen):
    case = apply(permit, citizen(insured_months=None))
    found = progress.of(case)
    assert found.standing == (
        Standing("review", "人工审查", "Review by a person", 1, MONDAY, posts=("approver",)),
    )
    assert found.passages == (
        Passage("collect", "取得事实", "Collect the facts", 1, MONDAY, MONDAY, "done", "applicant"),
        Passage("decide", "按规则判定", "Decide by rule", 1, MONDAY, MONDAY, "done", "applicant"),
        Passage("review", "人工审查", "Review by a person", 1, MONDAY, None, "open", ""),
    )
    assert found.passages[-1].lasted(MONDAY + 3 * HOUR) == 3 * HOUR
    assert found.flows == {"to_collect": 1, "to_decide": 1, "to_decided": 1, "unknown": 1}
    assert found.timers == ()


def test_a_finished_case_stands_nowhere_and_has_its_whole_way(permit, citizen, approver):
    case = apply(permit, citizen(insured_months=None))
    complete(case, approver, at=MONDAY + 2 * HOUR)
    case.refresh_from_db()
    found = progress.of(case)
    assert found.standing == ()
    assert [each.node for each in found.passages] == [
        *("collect", "decide", "review", "issue", "notify"),
    ]
    review = found.passages[2]
    assert (review.left, review.role, review.lasted(MONDAY)) == ("done", "approver", 2 * HOUR)
    assert set(found.flows) >= {"unknown", "approved", "to_issued"}


def test_what_was_open_when_the_applicant_withdrew_is_called_off(permit, citizen):
    applicant = citizen(insured_months=None)
    case = apply(permit, applicant)
    case = actions.withdraw(case_id=case.pk, user=applicant, at=MONDAY + HOUR)
    found = progress.of(case)
    assert (found.standing, ways(found)[-1]) == ((), ("review", 1, "called_off"))
    assert found.passages[-1].ended == MONDAY + HOUR


def test_branches_side_by_side_each_have_their_place_and_a_join_waits(run, approver):
    case = run(
        *(start(), node("parallelGateway", "f"), user("a"), user("b")),
        *(node("parallelGateway", "j"), service("issue", tb_operation="issue_certificate")),
        *(end(), path("start", "f", "a", "j", "issue", "end"), path("f", "b", "j")),
    )
    assert places(progress.of(case)) == [("a", 1, MONDAY, 0, 0), ("b", 1, MONDAY, 0, 0)]
    work = case.work_items.get(node="a")
    close_step(work, approver, at=MONDAY + HOUR)
    found = progress.of(case)
    assert sorted(places(found)) == [("b", 1, MONDAY, 0, 0), ("j", 1, MONDAY + HOUR, 0, 0)]
    assert {each.node: each.posts for each in found.standing}["j"] == ()
    assert "a-j" not in found.flows  # told once the step behind the join begins


def test_several_instances_are_one_place_with_how_many_are_done(run, approver):
    turns = several(count="3")
    case = run(
        *(start(), user("a", turns), service("issue", tb_operation="issue_certificate")),
        *(end(), path("start", "a", "issue", "end")),
    )
    assert places(progress.of(case)) == [("a", 1, MONDAY, 0, 3)]
    work = case.work_items.order_by("task").first()
    close_step(work, approver)
    found = progress.of(case)
    assert places(found) == [("a", 1, MONDAY, 1, 3)]
    assert found.standing[0].posts == ("approver",)


def test_a_step_that_is_done_again_counts_its_turns(run, approver):
    back = extended(tb_output("approved", "approved"))
    case = run(
        *(start(), user("a", back), node("exclusiveGateway", "x", default="again")),
        *(service("issue", tb_operation="issue_certificate"), end()),
        *(path("start", "a", "x"), flow("x", "issue", "approved", "on"), path("issue", "end")),
        flow("x", "a", id="again"),
    )
    complete(case, approver, grant=False, words="材料不清", at=MONDAY + HOUR)
    found = progress.of(case)
    assert ways(found) == [("a", 1, "done"), ("a", 2, "open")]
    assert found.visits() == {"a": 2}
    assert places(found) == [("a", 1, MONDAY + HOUR, 0, 0)]
    assert (found.flows["again"], found.flows["start-a"]) == (1, 1)


def test_a_timer_tells_when_it_is_due_and_is_called_as_its_step_is(run):
    case = run(
        *(start(), user("a", name="审查", tb_labelEn="Review"), end(), end("e2")),
        service("late", tb_operation="notify_refusal"),
        service("issue", tb_operation="issue_certificate"),
        *(path("start", "a", "issue", "end"), path("t", "late", "e2")),
        boundary("t", "a", timer("timeDuration", "P3D")),
    )
    found = progress.of(case)
    (due,) = found.timers
    assert due == TimerDue("t", "审查", "Review", MONDAY + timedelta(days=3))
    actions.fire_timers(at=MONDAY + timedelta(days=3))
    case.refresh_from_db()
    after = progress.of(case)
    assert ways(after)[0] == ("a", 1, "called_off")
    assert (after.timers, after.flows["t-late"]) == ((), 1)


def test_a_wait_for_time_alone_is_a_place_without_a_step(run):
    case = run(
        *(start(), node("intermediateCatchEvent", "w", timer("timeDuration", "PT1H"))),
        *(service("issue", tb_operation="issue_certificate"), end()),
        path("start", "w", "issue", "end"),
    )
    found = progress.of(case)
    assert places(found) == [("w", 1, None, 0, 0)]
    assert (found.standing[0].zh, found.standing[0].en) == ("w", "w")
    assert not progress.is_step(found.definition, "w")


def test_inside_a_sub_process_both_it_and_the_step_are_where_the_case_stands(run):
    inner = (start("s"), user("x"), end("t"), path("s", "x", "t"))
    case = run(
        start(),
        node("subProcess", "sub", "".join(inner)),
        *(service("issue", tb_operation="issue_certificate"), end()),
        path("start", "sub", "issue", "end"),
    )
    assert [place[0] for place in places(progress.of(case))] == ["sub", "x"]


def test_it_takes_few_queries(permit, citizen, django_assert_max_num_queries):
    case = apply(permit, citizen(insured_months=None))
    with django_assert_max_num_queries(4):
        progress.of(case)
