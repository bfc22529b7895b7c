"""What a process of a case tells others, and what can call a step of it off besides a timer."""

import pytest

from tests.business.applying import apply, changed, complete, publish, timers
from tests.engines.processes.bpmn_models import (
    declared,
    end,
    extended,
    handler,
    model,
    node,
    path,
    service,
    signal,
    start,
    sub,
    tb_output,
    timer,
    user,
)
from tests.known import MONDAY
from tongban.business.cases import actions
from tongban.business.cases.models import Case

pytestmark = pytest.mark.django_db
BESIDE = '<message id="m" name="ready"/><signal id="s" name="reviewed"/>'
REVIEW = user("review", extended(tb_output("approved", "approved")), tb_post="approver")
ISSUE = service("issue", tb_operation="issue_certificate")


@pytest.fixture
def run(ground, city, citizen):
    def run(*parts: str, beside: str = "") -> Case:
        drawn = model(declared(approved="boolean"), *parts, beside=BESIDE + beside).decode()
        version = publish(changed(ground.bundle, "B09", process_text=drawn))
        return apply(version, citizen(), at=MONDAY)

    return run


def courses(case: Case) -> list[tuple[str, str]]:
    return list(case.events.order_by("pk").values_list("activity", "transition"))


def test_a_signal_is_heard_by_the_other_branch_of_the_case(run, approver):
    case = run(
        start(),
        REVIEW,
        node("intermediateThrowEvent", "tell", signal("s")),
        node("intermediateCatchEvent", "told", signal("s")),
        ISSUE,
        end(),
        path("start", "review", "tell", "end"),
        path("start", "told", "issue", "end"),
    )
    complete(case, approver)

    case.refresh_from_db()
    assert case.status == Case.Status.GRANTED
    assert ("issue", "complete") in courses(case)


def test_an_event_sub_process_takes_over_when_its_time_has_come(run):
    late = handler(
        "late",
        timer("timeDuration", "P2D"),
        service("refuse", tb_operation="notify_refusal"),
        end("refused"),
        path("late_start", "refuse", "refused"),
    )
    case = run(start(), REVIEW, ISSUE, end(), path("start", "review", "issue", "end"), late)
    (waiting,) = timers().all()

    assert actions.fire_timers(at=waiting.due) == 1
    case.refresh_from_db()
    assert case.status == Case.Status.REFUSED
    assert ("review", "withdraw") in courses(case)
    assert ("late", "complete") in courses(case)


def test_a_timer_of_an_event_sub_process_goes_with_its_level(run, approver):
    inside = sub(
        start("s1"),
        REVIEW,
        end("e1"),
        path("s1", "review", "e1"),
        handler("late", timer("timeDuration", "P2D"), end("le"), path("late_start", "le")),
        id="part",
    )
    case = run(start(), inside, ISSUE, end(), path("start", "part", "issue", "end"))
    assert timers().count() == 1
    complete(case, approver)

    assert not timers().exists()


def test_a_called_process_asks_for_its_steps_like_any_other(run, approver):
    call = node(
        "callActivity",
        "part",
        extended(tb_output("approved", "approved")),
        calledElement="checking",
    )
    checking = node(
        "process",
        "checking",
        start("cs")
        + user("review", tb_post="approver", name="核对")
        + end("ce")
        + path("cs", "review", "ce"),
    )
    drawn = (start(), call, ISSUE, end(), path("start", "part", "issue", "end"))
    case = run(*drawn, beside=checking)
    assert case.work_items.get().name_zh == "核对"
    complete(case, approver)

    case.refresh_from_db()
    assert case.status == Case.Status.GRANTED
