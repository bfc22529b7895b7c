"""How a case begins: by hand, by a message, a signal, a timer or a condition."""

from datetime import timedelta

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
    signal,
    start,
    sub,
    tb_output,
    timer,
    user,
    when,
)
from tongban.engines.processes import (
    DataChanged,
    Entered,
    Left,
    Message,
    Signal,
    Start,
    State,
    TimerDue,
    advance,
    due,
    load,
)
from tongban.engines.processes.running.starting import NoSuchStart, NotStarted, WhichStart

BESIDE = (
    '<message id="m" name="order"/><message id="n" name="payment"/><signal id="s" name="alarm"/>'
)


def begins(id: str, inside: str, **attributes: str) -> str:
    return node("startEvent", id, inside, **attributes)


def several() -> bytes:
    """A process that begins in every way there is, each with a task of its own."""
    starts = {
        "plain": "",
        "ordered": extended(tb_output("told", "what")) + message("m"),
        "heard": signal("s"),
        "timed": timer("timeDate", "2026-03-05T09:00:00Z"),
        "met": when("x > 5"),
    }
    parts = [begins(id, inside) for id, inside in starts.items()]
    parts += [user(f"{id}_task") for id in starts]
    parts += [path(id, f"{id}_task", "end") for id in starts]
    return model(*parts, end(), beside=BESIDE)


def test_by_hand_a_case_begins_at_the_start_without_a_trigger():
    assert Case(several()).trace() == ["plain", "plain_task"]


@pytest.mark.parametrize(
    ("event", "begun"),
    [
        (Message("order", None, {"what": "tea"}, MONDAY), "ordered"),
        (Signal("alarm", {"x": 1}, MONDAY), "heard"),
        (TimerDue(0, MONDAY), "timed"),
        (DataChanged({"x": 6}, MONDAY), "met"),
        (Start({"x": 1}, MONDAY, "heard"), "heard"),
        (Start({}, MONDAY, "plain"), "plain"),
    ],
)
def test_a_case_begins_where_its_trigger_stands(event: Start, begun: str):
    case = Case.not_begun(several())
    case.tell(event)

    assert case.trace() == [begun, f"{begun}_task"]
    case.do(f"{begun}_task")
    assert case.over == ("finished", "end")


def test_what_came_with_the_trigger_becomes_variables():
    by_message, by_signal = Case.not_begun(several()), Case.not_begun(several())
    by_message.say("order", payload={"what": "tea", "other": 1})
    by_signal.signal("alarm", floor=3)

    assert by_message.state.variables == {"told": "tea"}
    assert by_signal.state.variables == {"floor": 3}


@pytest.mark.parametrize(
    "event",
    [
        Message("payment", None, {}, MONDAY),
        Signal("fire", {}, MONDAY),
        TimerDue(1, MONDAY),
        DataChanged({"x": 5}, MONDAY),
        DataChanged({}, MONDAY),
    ],
)
def test_what_no_start_waits_for_begins_nothing(event: Message):
    with pytest.raises(NotStarted) as refused:
        advance(load(several()), State(), event)
    assert refused.value.told("zh") == "流程尚未启动。请先启动。"


def test_a_start_that_does_not_exist_is_refused_by_name():
    with pytest.raises(NoSuchStart) as refused:
        Case.not_begun(several()).begin_at("plain_task")

    names = "plain, ordered, heard, timed, met"
    assert refused.value.told("en") == f"The process cannot begin at plain_task. It can at {names}."
    assert refused.value.told("zh") == f"流程不能从 plain_task 开始，可以从 {names} 开始。"


def test_a_process_without_a_plain_start_is_not_begun_by_hand_without_saying_where():
    xml = model(begins("ordered", message("m")), user("a"), end(), path("ordered", "a", "end"),
                beside=BESIDE)  # fmt: skip

    with pytest.raises(WhichStart) as refused:
        Case(xml)
    assert refused.value.told("en").startswith("The process can begin at ordered.")
    case = Case.not_begun(xml)
    case.begin_at("ordered", x=1)
    assert case.open() == ["a"]
    assert case.state.variables == {"x": 1}


def test_of_two_plain_starts_one_has_to_be_named():
    xml = model(start(), start("two"), user("a"), user("b"), end(), path("start", "a", "end"),
                path("two", "b", "end"))  # fmt: skip
    with pytest.raises(WhichStart) as refused:
        Case(xml)
    assert refused.value.told("zh").startswith("流程可以从 start, two 开始。")

    case = Case.not_begun(xml)
    case.begin_at("two")
    assert case.open() == ["b"]


def test_a_correlation_of_a_start_is_compared_with_what_the_message_carries():
    xml = model(begins("ordered", message("m", "order.number")), user("a"), end(),
                path("ordered", "a", "end"), beside=BESIDE)  # fmt: skip
    event = Message("order", "N1", {"order": {"number": "N2"}}, MONDAY)
    with pytest.raises(NotStarted):
        advance(load(xml), State(), event)

    case = Case.not_begun(xml)
    case.say("order", "N2", {"order": {"number": "N2"}})
    assert case.open() == ["a"]


@pytest.mark.parametrize(
    ("kind", "text", "first"),
    [
        ("timeDate", "2026-03-05T09:00:00Z", MONDAY + timedelta(days=3)),
        ("timeDuration", "PT2H", MONDAY + timedelta(hours=2)),
        ("timeCycle", "R/P1D", MONDAY + timedelta(days=1)),
        ("timeDate", 'date and time("2026-03-05T09:00:00Z")', MONDAY + timedelta(days=3)),
    ],
)
def test_the_caller_is_told_when_a_timer_begins_a_case(kind: str, text: str, first: object):
    xml = model(begins("timed", timer(kind, text)), start(), user("a"), end(),
                path("timed", "a", "end"), path("start", "end"))  # fmt: skip

    assert due(load(xml), MONDAY) == {"timed": first}
    assert due(load(several()), MONDAY) == {"timed": MONDAY + timedelta(days=3)}


def test_a_start_with_several_triggers_begins_with_any_of_them():
    xml = model(begins("any", message("m") + signal("s")), user("a"), end(),
                path("any", "a", "end"), beside=BESIDE)  # fmt: skip
    by_message, by_signal = Case.not_begun(xml), Case.not_begun(xml)
    by_message.say("order")
    by_signal.signal("alarm")

    assert by_message.open() == by_signal.open() == ["a"]


def test_a_start_that_needs_all_its_triggers_waits_for_the_others():
    xml = model(
        begins("all", message("m") + message("n") + signal("s"), parallelMultiple="true"),
        user("a"), end(), path("all", "a", "end"), beside=BESIDE,
    )  # fmt: skip
    case = Case.not_begun(xml)
    case.say("payment", payload={"sum": 5})
    case.signal("alarm")
    assert case.trace() == ["all"]
    assert [each.name for each in case.state.subscriptions.values()] == ["order"]

    case.say("order")
    assert case.open() == ["a"]
    assert case.state.variables == {"sum": 5}


def test_a_receive_task_may_begin_a_case():
    xml = model(
        node("receiveTask", "a", messageRef="m", instantiate="true"),
        user("b"), end(), path("a", "b", "end"), beside=BESIDE,
    )  # fmt: skip
    case = Case.not_begun(xml)
    case.say("order", payload={"what": "tea"})

    assert case.trace() == ["a", "b"]
    assert case.state.variables == {"what": "tea"}
    with pytest.raises(WhichStart):
        Case(xml)


def test_a_receive_task_that_begins_a_case_ends_what_hangs_on_its_border():
    xml = model(
        node("receiveTask", "a", messageRef="m", instantiate="true"),
        boundary("late", "a", timer("timeDuration", "P1D")),
        user("b"), end(), path("a", "b", "end"), flow("late", "end"), beside=BESIDE,
    )  # fmt: skip
    case = Case.not_begun(xml)
    case.say("order")

    assert case.open() == ["b"]
    assert not case.state.timers


def gateway(kind: str = "Exclusive") -> bytes:
    return model(
        node("eventBasedGateway", "g", instantiate="true", eventGatewayType=kind),
        node("intermediateCatchEvent", "ordered", message("m")),
        node("receiveTask", "paid", messageRef="n"),
        node("exclusiveGateway", "merge"),
        user("a"),
        end(),
        path("g", "ordered", "merge"),
        path("g", "paid", "merge", "a", "end"),
        beside=BESIDE,
    )


def test_an_exclusive_event_gateway_begins_a_case_with_one_of_its_events():
    ordered, paid = Case.not_begun(gateway()), Case.not_begun(gateway())
    ordered.say("order")
    paid.say("payment")

    assert ordered.trace() == ["g", "ordered", "merge", "a"]
    assert paid.trace() == ["g", "paid", "merge", "a"]
    assert not ordered.state.subscriptions


def test_a_parallel_event_gateway_begins_a_case_that_waits_for_all_its_events():
    case = Case.not_begun(gateway("Parallel"))
    case.say("payment")
    assert case.trace() == ["g", "ordered", "paid", "merge", "a"]
    assert case.last[:2] == (Entered("g"), Left("g"))

    case.do("a")
    assert case.state.status == "running"
    case.say("order")
    case.do("a")
    assert case.over == ("finished", "end")


def test_an_event_gateway_may_begin_a_case_by_a_timer_that_then_is_over():
    xml = gateway().replace(message("m").encode(), timer("timeDuration", "P1D").encode())
    case = Case.not_begun(xml)
    case.tell(TimerDue(0, MONDAY))

    assert case.trace() == ["g", "ordered", "merge", "a"]
    assert not case.state.timers
    assert due(load(xml), MONDAY) == {}


def test_by_hand_an_event_gateway_is_begun_by_its_first_event():
    case = Case.not_begun(gateway())
    case.begin_at("g")
    other = Case.not_begun(gateway())
    other.begin_at("paid")

    assert case.trace() == ["g", "ordered", "merge", "a"]
    assert other.trace() == ["g", "paid", "merge", "a"]


def test_without_any_event_everything_that_nothing_leads_to_begins():
    case = Case(model(user("a"), user("b"), user("c"), path("a", "c"), path("b", "c")))
    assert case.open() == ["a", "b"]

    case.do("a")
    case.do("b")
    case.do("c")
    case.do("c")
    assert case.over == ("finished", None)
    assert case.last[-1].outcome == ""


def test_a_sub_process_may_do_without_events_as_well():
    within = sub(user("b"), user("c"), path("b", "c"))
    case = Case(model(start(), within, end(), path("start", "a", "end")))
    case.do("b")
    case.do("c")

    assert case.over == ("finished", "end")


def test_the_event_sub_processes_of_a_process_listen_however_it_began():
    h = sub(begins("hs", signal("s"), isInterrupting="false"), user("help"), end("he"),
            path("hs", "help", "he"), id="h", triggeredByEvent="true")  # fmt: skip
    xml = model(begins("ordered", message("m")), user("a"), end(), path("ordered", "a", "end"), h,
                beside=BESIDE)  # fmt: skip
    case = Case.not_begun(xml)
    case.say("order")
    case.signal("alarm")

    assert case.open() == ["a", "help"]
    with pytest.raises(NotStarted):
        Case.not_begun(xml).signal("alarm")
