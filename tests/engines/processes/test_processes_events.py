"""Waiting for times and messages, and what boundary events do to their activity."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from tests.engines.processes.bpmn_cases import MONDAY, Case
from tests.engines.processes.bpmn_models import (
    boundary,
    end,
    extended,
    flow,
    message,
    model,
    node,
    path,
    start,
    tb_output,
    timer,
    user,
)
from tongban.engines.feel import Months, Unknown
from tongban.engines.processes import (
    CancelTask,
    CancelTimer,
    Entered,
    Left,
    Message,
    Start,
    StartTimer,
    State,
    TimerDue,
    advance,
    load,
)
from tongban.engines.processes.running.answers import (
    NobodyWaits,
    NotYetDue,
    TimerOver,
    UnknownTimer,
)
from tongban.engines.processes.running.waiting import NoCorrelation, NoTime

BESIDE = '<message id="m" name="paid"/><message id="n"/>'
CHINA = timezone(timedelta(hours=8))


def catching(inside: str) -> bytes:
    catch = node("intermediateCatchEvent", "a", inside)
    return model(start(), catch, end(), path("start", "a", "end"), beside=BESIDE)


def due(kind: str, text: str, /, **variables: object) -> datetime:
    case = Case(catching(timer(kind, text)), **variables)
    (running,) = case.state.timers.values()
    assert case.last[-1] == StartTimer(running.id, running.due)
    return running.due


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("timeDuration", "P5D", MONDAY + timedelta(days=5)),
        ("timeDuration", "PT90M", MONDAY + timedelta(minutes=90)),
        ("timeDuration", "P1M", datetime(2026, 4, 2, 9, tzinfo=UTC)),
        ("timeDuration", 'duration("P2D")', MONDAY + timedelta(days=2)),
        ("timeDuration", "wait", MONDAY + timedelta(hours=1)),
        ("timeDuration", "months", datetime(2026, 5, 2, 9, tzinfo=UTC)),
        ("timeDuration", "text", MONDAY + timedelta(days=7)),
        ("timeDate", "2026-03-05T12:00:00+08:00", datetime(2026, 3, 5, 12, tzinfo=CHINA)),
        ("timeDate", "2026-03-05T12:00:00", datetime(2026, 3, 5, 12, tzinfo=UTC)),
        ("timeDate", "2026-03-05", datetime(2026, 3, 5, tzinfo=UTC)),
        ("timeDate", "day", datetime(2026, 3, 9, tzinfo=UTC)),
        ("timeDate", "moment", datetime(2026, 3, 9, 8, tzinfo=CHINA)),
        ("timeDate", "written", datetime(2026, 3, 10, 8, tzinfo=UTC)),
        ("timeDate", 'day + duration("P1D")', datetime(2026, 3, 10, tzinfo=UTC)),
        ("timeCycle", "R2/PT1H", MONDAY + timedelta(hours=1)),
        ("timeCycle", "R2/2026-03-05T00:00:00/PT1H", datetime(2026, 3, 5, tzinfo=UTC)),
        ("timeCycle", '"R2/PT" + string(2) + "H"', MONDAY + timedelta(hours=2)),
    ],
)
def test_a_timer_is_due_when_the_model_says(kind: str, text: str, expected: datetime):
    variables = {
        "wait": timedelta(hours=1),
        "months": Months(2),
        "text": "P7D",
        "day": datetime(2026, 3, 9, tzinfo=UTC).date(),
        "moment": datetime(2026, 3, 9, 8, tzinfo=CHINA),
        "written": "2026-03-10T08:00:00",
    }

    assert due(kind, text, **variables) == expected


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("timeDuration", "x", None),
        ("timeDuration", "x", Unknown(frozenset({"y"}))),
        ("timeDuration", "x", timedelta(days=-1)),
        ("timeDuration", "x", Months(-1)),
        ("timeDuration", "x", "five days"),
        ("timeDuration", "x", timedelta(days=3_000_000)),
        ("timeDate", "x", 5),
        ("timeDate", "x", "tomorrow"),
        ("timeCycle", "x", "PT1H"),
        ("timeCycle", "x", timedelta(days=1)),
    ],
)
def test_a_time_that_cannot_be_computed_is_refused(kind: str, text: str, value: object):
    with pytest.raises(NoTime) as refused:
        Case(catching(timer(kind, text)), x=value)

    assert refused.value.facts["node"] == "a"
    assert "{" not in refused.value.told("zh") + refused.value.told("en")


def test_a_timer_that_is_due_lets_the_token_go_on():
    case = Case(catching(timer("timeDuration", "P1D")))
    case.ring("a")

    assert case.over == ("finished", "end")
    assert case.trace() == ["start", "a", "end"]


def test_a_timer_is_not_due_before_its_time_and_fires_once():
    case = Case(catching(timer("timeCycle", "R2/P1D")))
    with pytest.raises(NotYetDue):
        case.tell(TimerDue(1, MONDAY))
    case.ring("a")

    with pytest.raises(TimerOver):
        case.tell(TimerDue(1, case.at))
    with pytest.raises(UnknownTimer):
        case.tell(TimerDue(99, case.at))
    assert list(case.state.timers) == [2]


def test_a_repeating_catch_event_lets_a_token_pass_each_time():
    xml = model(
        start(),
        node("intermediateCatchEvent", "a", timer("timeCycle", "R3/P1D")),
        user("b"),
        end(),
        path("start", "a", "b", "end"),
    )
    case = Case(xml)
    for _ in range(3):
        case.ring("a")

    assert case.open() == ["b", "b", "b"]
    assert not case.state.timers
    assert case.at == MONDAY + timedelta(days=3)
    assert case.effects.count(Left("a")) == 1


def test_a_message_is_taken_with_its_payload():
    outputs = extended(tb_output("fee", "amount + 1"))
    case = Case(catching(outputs + message("m")))
    case.say("paid", payload={"amount": 20})

    assert case.over == ("finished", "end")
    assert case.state.variables == {"fee": 21}


def test_a_message_without_a_name_goes_by_its_id():
    case = Case(catching(message("n")))
    case.say("n")

    assert case.over == ("finished", "end")


def test_only_the_message_with_the_right_correlation_is_taken():
    case = Case(catching(message("m", "order.number")), order={"number": "N1"})
    for wrong in (None, "N2"):
        with pytest.raises(NobodyWaits):
            case.say("paid", wrong)
    case.say("paid", "N1")

    assert case.over == ("finished", "end")


def test_a_correlation_that_is_not_known_is_refused():
    with pytest.raises(NoCorrelation) as refused:
        Case(catching(message("m", "order.number")))

    assert refused.value.facts["node"] == "a"


def test_of_two_that_wait_for_a_message_the_longer_waiting_takes_it():
    xml = model(
        start(),
        user("b"),
        node("intermediateCatchEvent", "a", message("m")),
        node("intermediateCatchEvent", "c", message("m")),
        end(),
        path("start", "b", "a", "end"),
        path("start", "c", "end"),
        beside=BESIDE,
    )
    case = Case(xml)
    case.do("b")
    case.say("paid")

    assert [each.node for each in case.state.subscriptions.values()] == ["a"]


def race() -> bytes:
    return model(
        start(),
        node("eventBasedGateway", "g"),
        node("intermediateCatchEvent", "late", timer("timeDuration", "P5D")),
        node("intermediateCatchEvent", "paid", message("m")),
        node("receiveTask", "called", messageRef="n"),
        end(),
        end("cancelled"),
        path("start", "g", "paid", "end"),
        path("g", "late", "cancelled"),
        path("g", "called", "end"),
        beside=BESIDE,
    )


def test_the_first_event_behind_an_event_gateway_wins_and_the_others_are_over():
    case = Case(race())
    assert case.last[-2:] == (Entered("g"), StartTimer(1, MONDAY + timedelta(days=5)))
    case.say("paid")

    assert case.last[:4] == (CancelTimer(1), Left("g"), Entered("paid"), Left("paid"))
    assert case.over == ("finished", "end")


def test_the_timer_or_a_receive_task_may_win_the_race():
    late, called = Case(race()), Case(race())
    late.ring("late")
    called.say("n")

    assert late.over == ("finished", "cancelled")
    assert called.trace() == ["start", "g", "called", "end"]


def with_boundary(inside: str, **attributes: str) -> bytes:
    return model(
        start(),
        user("a"),
        boundary("late", "a", inside, **attributes),
        user("b"),
        end(),
        end("other"),
        path("start", "a", "end"),
        path("late", "b", "other"),
        beside=BESIDE,
    )


def test_an_interrupting_timer_calls_the_task_off():
    case = Case(with_boundary(timer("timeDuration", "P1D")))
    case.ring("late")

    assert case.last[:4] == (
        CancelTask(1),
        Left("a", cancelled=True),
        Entered("late"),
        Left("late"),
    )
    assert case.open() == ["b"]
    case.do("b")
    assert case.over == ("finished", "other")


def test_a_timer_that_does_not_interrupt_leaves_the_task_open():
    case = Case(with_boundary(timer("timeDuration", "P1D"), cancelActivity="false"))
    case.ring("late")
    assert case.open() == ["a", "b"]

    case.do("a")
    case.do("b")
    assert case.over == ("finished", "end")


def test_a_repeating_boundary_timer_fires_as_often_as_it_says():
    case = Case(with_boundary(timer("timeCycle", "R2/P1D"), cancelActivity="false"))
    case.ring("late")
    case.ring("late")

    assert case.open() == ["a", "b", "b"]
    assert not case.state.timers


def test_a_boundary_timer_without_end_stops_with_its_task():
    case = Case(with_boundary(timer("timeCycle", "R/P1D"), cancelActivity="false"))
    for _ in range(5):
        case.ring("late")
    case.do("a")

    assert case.open() == ["b"] * 5
    assert case.last[0] == CancelTimer(6)


def test_a_late_worker_does_not_shift_the_next_times():
    case = Case(with_boundary(timer("timeCycle", "R3/P1D"), cancelActivity="false"))
    case.later(days=10)
    case.ring("late")

    assert [each.due for each in case.state.timers.values()] == [MONDAY + timedelta(days=2)]


def test_a_repeating_timer_that_interrupts_fires_once():
    case = Case(with_boundary(timer("timeCycle", "R3/P1D")))
    case.ring("late")

    assert case.open() == ["b"]
    assert not case.state.timers


def test_a_task_that_is_done_in_time_ends_its_timers():
    case = Case(with_boundary(timer("timeDuration", "P1D")))
    case.do("a")

    assert case.last[:2] == (CancelTimer(1), Left("a"))
    assert case.over == ("finished", "end")


def test_a_boundary_message_that_interrupts_is_heard_once():
    case = Case(with_boundary(message("m")))
    case.say("paid", payload={"amount": 1})
    assert case.open() == ["b"]
    assert case.state.variables == {"amount": 1}

    with pytest.raises(NobodyWaits):
        case.say("paid")


def test_a_boundary_message_that_does_not_interrupt_keeps_listening():
    case = Case(with_boundary(message("m"), cancelActivity="false"))
    case.say("paid")
    case.say("paid")
    assert case.open() == ["a", "b", "b"]

    case.do("a")
    with pytest.raises(NobodyWaits):
        case.say("paid")


def test_two_equal_steps_give_equal_answers():
    definition = load(race())
    started = [advance(definition, State(), Start({}, MONDAY)) for _ in range(2)]
    told = [advance(definition, state, Message("n", None, {}, MONDAY)) for state, _ in started]

    assert started[0] == started[1]
    assert told[0] == told[1]


def test_a_token_can_leave_a_start_by_several_flows():
    xml = model(
        start(), user("a"), user("b"), end(), path("start", "a", "end"), path("start", "b", "end")
    )
    case = Case(xml)
    assert case.open() == ["a", "b"]

    case.do("a")
    case.do("b")
    assert case.over == ("finished", "end")
    assert case.trace().count("end") == 2


def test_a_boundary_event_may_lead_back_into_the_path():
    xml = model(
        start(),
        user("a"),
        boundary("late", "a", timer("timeDuration", "P1D")),
        user("b"),
        end(),
        path("start", "a", "b", "end"),
        flow("late", "b"),
    )
    case = Case(xml)
    case.ring("late")

    assert case.open() == ["b"]
