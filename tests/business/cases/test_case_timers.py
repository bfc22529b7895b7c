"""The clockwork: what it fires, what it leaves to rest, and how long it sleeps."""

from datetime import timedelta

import pytest
from django.db import OperationalError

from tests.business.applying import apply, changed, left_behind, publish, timers
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
    start,
    tb_output,
    timer,
    user,
)
from tests.known import MONDAY
from tongban import clock
from tongban.business.cases import actions, keeping
from tongban.business.cases import timers as clockwork
from tongban.business.cases.models import Case, ProcessHead
from tongban.business.cases.timers import Rest

pytestmark = pytest.mark.django_db
DUE = MONDAY + timedelta(days=2)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
LATE = (
    start(),
    user("review", extended(tb_output("approved", "approved"))),
    boundary("late", "review", timer("timeDuration", "P2D")),
    service("issue", tb_operation="issue_certificate"),
    service("refuse", tb_operation="notify_refusal"),
    end("issued"),
    end("refused"),
    path("start", "review", "issue", "issued"),
    flow("late", "refuse"),
    path("refuse", "refused"),
)
WAITS_THEN_ENDS = (
    start(),
    node("intermediateCatchEvent", "wait", timer("timeDuration", "P1D")),
    end(),
    path("start", "wait", "end"),
)


@pytest.fixture
def late(ground, city, citizen):
    """Makes cases that are refused when nobody decides within two days."""
    text = model(declared(approved="boolean"), *LATE).decode()
    version = publish(changed(ground.bundle, "B09", process_text=text))
    return lambda name: apply(version, citizen(name))


@pytest.fixture
def unsendable(ground, city, citizen):
    """Makes cases that cannot go on when their time comes, a day later: nobody receives what they
    send."""
    text = model(declared(approved="boolean"), *WAITS_THEN_ENDS).decode()
    version = publish(changed(ground.bundle, "B09", process_text=text))
    return lambda name: apply(version, citizen(name))


def break_state(case: Case) -> None:
    """As a bug or a wrong hand may leave it: nothing of the platform's own can open it."""
    ProcessHead.objects.filter(case=case).update(variables_sealed=b"not sealed by anybody")


def status(case: Case) -> str:
    case.refresh_from_db()
    return case.status


def test_what_is_left_out_does_not_fire(late):
    one, other = late("one"), late("other")
    resting = timers().get(case=one).pk

    assert actions.fire_timers(at=DUE, besides=[resting]) == 1

    assert (status(one), status(other)) == (Case.Status.RUNNING, Case.Status.REFUSED)
    assert timers().get().pk == resting


def test_all_that_is_due_fires_though_only_a_few_are_looked_up_at_once(
    late, unsendable, monkeypatch
):
    monkeypatch.setattr(actions, "TIMERS_AT_ONCE", 2)
    stuck = [unsendable(f"stuck-{n}") for n in range(3)]
    cases = [late(f"late-{n}") for n in range(3)]

    with pytest.raises(actions.TimersStuck) as raised:
        actions.fire_timers(at=DUE)

    assert [status(case) for case in cases] == [Case.Status.REFUSED] * 3
    assert raised.value.timers == set(timers().values_list("pk", flat=True))
    assert raised.value.told("en") == (
        f"The time came for cases {', '.join(sorted(case.number for case in stuck))},"
        " and their processes cannot go on; the log says why."
    )


def test_a_bug_that_one_case_meets_stops_no_other_and_stands_in_the_log(late, caplog):
    broken, other = late("broken"), late("other")
    break_state(broken)

    with pytest.raises(actions.TimersStuck) as raised:
        actions.fire_timers(at=DUE)

    assert raised.value.timers == {timers().get(case=broken).pk}
    assert raised.value.told("zh") == f"办件 {broken.number} 到期，但流程无法继续；原因见日志。"
    assert (status(broken), status(other)) == (Case.Status.RUNNING, Case.Status.REFUSED)
    (line,) = caplog.records
    assert line.getMessage() == f"A timer of case {broken.number} did not fire"
    assert line.exc_info is not None


def test_a_database_that_is_gone_is_not_taken_for_a_case_that_is_stuck(late, monkeypatch):
    case = late("late")

    def gone(case):
        raise OperationalError("server closed the connection unexpectedly")

    with monkeypatch.context() as now:
        now.setattr(keeping, "load", gone)
        with pytest.raises(OperationalError, match="server closed"):
            actions.fire_timers(at=DUE)

    assert status(case) == Case.Status.RUNNING
    assert actions.fire_timers(at=DUE) == 1


def test_a_turn_fires_what_is_due_and_says_that_nothing_else_was(late):
    case = late("late")

    assert clockwork.turn(DUE, {}) == ({}, True)
    assert status(case) == Case.Status.REFUSED


def test_a_turn_that_did_as_much_as_one_may_is_followed_by_another_at_once(late, monkeypatch):
    monkeypatch.setattr(clockwork, "AT_ONCE", 2)
    for name in ("one", "two"):
        late(name)

    assert clockwork.turn(DUE, {}) == ({}, False)
    assert clockwork.turn(DUE, {}) == ({}, True)


def test_what_is_stuck_rests_longer_each_time_and_is_forgotten_when_it_fires(late):
    case = late("stuck")
    sealed = ProcessHead.objects.get(case=case).variables_sealed
    break_state(case)
    timer_id = timers().get().pk
    at, rests = DUE, []

    resting, is_done = clockwork.turn(at, {})
    assert (resting, is_done) == ({timer_id: Rest(DUE + MINUTE, MINUTE)}, False)
    assert clockwork.turn(at, resting) == (resting, True)
    for _ in range(8):
        rests.append(resting[timer_id].lasting // MINUTE)
        at = resting[timer_id].until
        resting, _ = clockwork.turn(at, resting)
    assert rests == [1, 2, 4, 8, 16, 32, 60, 60]

    ProcessHead.objects.filter(case=case).update(variables_sealed=sealed)
    assert clockwork.turn(at + HOUR, resting) == ({}, True)
    assert status(case) == Case.Status.REFUSED


def test_what_rests_keeps_nobody_awake(late, monkeypatch):
    case = late("stuck")
    before = keeping.load(case)
    break_state(case)
    monkeypatch.setattr(clock, "now", lambda: DUE)

    resting, _ = clockwork.turn(DUE, {})

    assert clockwork.turn(DUE, resting) == (resting, True)
    assert clockwork._until_next(DUE) == clockwork.LONGEST_SLEEP
    assert timers().get().number in before.timers


@pytest.mark.parametrize(
    ("due", "seconds"),
    [
        (None, 1.0),
        (timedelta(hours=1), 1.0),
        (timedelta(seconds=0.25), 0.25),
        (timedelta(microseconds=1), 0.000001),
        (timedelta(0), 1.0),
    ],
)
def test_it_sleeps_until_the_next_timer_and_at_most_a_second(due, seconds, late, monkeypatch):
    """What is due already was met in the turn before."""
    case = late("late")
    timers().delete()
    if due is not None:
        left_behind(case, 1, DUE + due)
    monkeypatch.setattr(clock, "now", lambda: DUE)

    assert clockwork._until_next(DUE) == seconds


def test_what_came_due_while_it_looked_is_not_slept_over(late, monkeypatch):
    late("late")
    monkeypatch.setattr(clock, "now", lambda: DUE + MINUTE)

    assert clockwork._until_next(DUE - MINUTE) == 0.0
