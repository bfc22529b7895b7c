"""Event sub-processes: what begins them, what they do to the level they stand on."""

import pytest

from tests.engines.processes.bpmn_cases import Case
from tests.engines.processes.bpmn_models import (
    boundary,
    end,
    error,
    escalation,
    extended,
    flow,
    handler,
    message,
    model,
    node,
    path,
    script,
    service,
    several,
    signal,
    start,
    sub,
    tb_input,
    tb_output,
    thrown,
    timer,
    user,
    when,
)
from tongban.engines.processes import (
    CancelTask,
    CancelTimer,
    Entered,
    Invalid,
    Left,
    StartTimer,
    load,
)
from tongban.engines.processes.running.answers import NobodyCatches, NobodyHears, NobodyWaits

BESIDE = (
    '<signal id="s" name="alarm"/><message id="m" name="order"/>'
    '<error id="lost" errorCode="LOST"/><error id="gone" errorCode="GONE"/>'
    '<escalation id="late" escalationCode="LATE"/>'
)
LOOP = '<standardLoopCharacteristics loopMaximum="2"/>'


def helped(begin: str, *, interrupting: bool = True, within: str = "") -> bytes:
    """An officer's task in a sub-process; when `begin` comes, a helper works there."""
    help_ = handler(
        "h", begin, user("help"), end("helped"), path("h_start", "help", "helped"),
        interrupting=interrupting,
    )  # fmt: skip
    inside = within or user("a") + path("s1", "a", "e")
    return model(
        start(),
        sub(start("s1"), inside, end("e"), help_, id="sub"),
        user("after"),
        end(),
        path("start", "sub", "after", "end"),
        beside=BESIDE,
    )


def test_an_interrupting_one_takes_the_place_of_what_was_going_on():
    case = Case(helped(signal("s")))
    case.signal("alarm")

    assert case.open() == ["help"]
    assert case.last[:4] == (CancelTask(1), Left("a", cancelled=True), Entered("h"), case.last[3])
    case.do("help")
    assert case.trace() == ["start", "sub", "s1", "a", "h", "h_start", "help", "helped", "after"]


def test_one_that_does_not_interrupt_works_beside_and_the_level_waits_for_both():
    case = Case(helped(signal("s"), interrupting=False))
    case.signal("alarm")
    case.signal("alarm")
    assert case.open() == ["a", "help", "help"]

    case.do("a")
    case.do("help")
    assert case.open() == ["help"]
    case.do("help")
    assert case.open() == ["after"]


def test_after_one_has_interrupted_nothing_else_begins_there():
    case = Case(helped(signal("s")))
    case.signal("alarm")

    with pytest.raises(NobodyHears):
        case.signal("alarm")


def test_nobody_listens_any_more_when_the_level_is_over():
    case = Case(helped(message("m"), interrupting=False))
    case.do("a")
    assert case.open() == ["after"]

    with pytest.raises(NobodyWaits):
        case.say("order")
    assert not case.state.subscriptions


@pytest.mark.parametrize("interrupting", [True, False])
def test_a_message_begins_one_with_its_payload(interrupting: bool):
    begin = extended(tb_output("told", "reason")) + message("m")
    case = Case(helped(begin, interrupting=interrupting))
    case.say("order", payload={"reason": "rain"})

    assert case.state.variables == {"told": "rain"}
    assert case.open() == (["help"] if interrupting else ["a", "help"])


def test_a_timer_begins_one_and_goes_with_its_level():
    case = Case(helped(timer("timeDuration", "P1D")))
    other = Case(helped(timer("timeDuration", "P1D")))
    assert len(case.effects_of(StartTimer)) == 1
    case.ring("h_start")
    other.do("a")

    assert case.open() == ["help"]
    assert not case.state.timers
    assert other.last.count(CancelTimer(1)) == 1


def test_a_cycle_begins_one_again_and_again_where_it_does_not_interrupt():
    case = Case(helped(timer("timeCycle", "R3/P1D"), interrupting=False))
    for _ in range(3):
        case.ring("h_start")

    assert case.open() == ["a", "help", "help", "help"]
    assert not case.state.timers


def test_a_condition_begins_one_when_it_turns_true():
    case = Case(helped(when("x > 5"), interrupting=False), x=1)
    case.change(x=4)
    assert case.open() == ["a"]

    case.change(x=6)
    case.change(x=7)
    assert case.open() == ["a", "help"]
    case.change(x=1)
    case.change(x=8)
    assert case.open() == ["a", "help", "help"]


def test_a_condition_that_is_true_from_the_beginning_interrupts_before_anything_begins():
    case = Case(helped(when("x > 5")), x=6)

    assert case.trace() == ["start", "sub", "h", "h_start", "help"]


def failing(*more: str, **attributes: str) -> bytes:
    """In the sub-process a service is called, and an error that its level catches helps."""
    help_ = handler("h", error("lost"), user("help"), end("helped"),
                    path("h_start", "help", "helped"))  # fmt: skip
    inside = sub(start("s1"), service("a"), end("e"), path("s1", "a", "e"), help_, id="sub")
    return model(start(), inside, end(), path("start", "sub", "end"), *more, beside=BESIDE)


def test_an_error_of_a_service_is_caught_on_its_level():
    case = Case(failing())
    case.fail("a", "LOST")

    assert case.open() == ["help"]
    case.do("help")
    assert case.over == ("finished", "end")


def test_an_error_that_the_level_does_not_name_goes_on_outwards():
    case = Case(failing(boundary("b", "sub", error()), end("other"), flow("b", "other")))
    case.fail("a", "GONE")

    assert case.over == ("finished", "other")


def test_the_level_comes_before_the_border_around_it():
    case = Case(failing(boundary("b", "sub", error("lost")), end("other"), flow("b", "other")))
    case.fail("a", "LOST")

    assert case.open() == ["help"]


def test_an_error_out_of_an_event_sub_process_is_not_caught_by_itself():
    again = handler("h", error(), service("c"), end("he"), path("h_start", "c", "he"))
    inside = sub(start("s1"), service("a"), end("e"), path("s1", "a", "e"), again, id="sub")
    xml = model(start(), inside, end(), path("start", "sub", "end"), beside=BESIDE)
    case = Case(xml)
    case.fail("a", "LOST")
    before = case.state

    with pytest.raises(NobodyCatches):
        case.fail("c", "GONE")
    assert case.state == before


def test_an_error_end_is_caught_by_the_process_itself_which_then_ends_as_that_says():
    help_ = handler("h", error("lost"), user("help"), end("helped"),
                    path("h_start", "help", "helped"))  # fmt: skip
    xml = model(start(), user("a"), end("e", error("lost")), path("start", "a", "e"), help_,
                user("b"), flow("start", "b"), end("be"), flow("b", "be"),
                beside=BESIDE)  # fmt: skip
    case = Case(xml)
    case.do("a")
    assert case.open() == ["help"]
    assert case.called_off() == ["b"]

    case.do("help")
    assert case.over == ("finished", "helped")


def test_what_was_reached_before_an_interruption_is_not_the_outcome():
    help_ = handler("h", signal("s"), end("helped", "", tb_outcome="taken over"),
                    path("h_start", "helped"))  # fmt: skip
    xml = model(start(), end("early"), user("b"), end("last"), path("start", "early"),
                path("start", "b", "last"), help_, beside=BESIDE)  # fmt: skip
    case = Case(xml)
    assert case.state.outcome == "early"

    case.signal("alarm")
    assert case.over == ("finished", "taken over")


def test_an_escalation_is_caught_on_its_level():
    within = (
        node("intermediateThrowEvent", "t", escalation("late")) + user("a")
        + path("s1", "t", "a", "e")
    )  # fmt: skip
    both = Case(helped(escalation("late"), interrupting=False, within=within))
    one = Case(helped(escalation("late"), within=within))

    assert both.open() == ["a", "help"]
    assert one.open() == ["help"]


def test_several_triggers_may_begin_the_same_one():
    case = Case(helped(signal("s") + message("m"), interrupting=False))
    case.signal("alarm")
    case.say("order")

    assert case.open() == ["a", "help", "help"]


def test_one_that_needs_all_its_triggers_begins_with_the_last_and_listens_again():
    xml = helped(signal("s") + message("m"), interrupting=False).replace(
        b'<startEvent id="h_start"', b'<startEvent id="h_start" parallelMultiple="true"'
    )
    case = Case(xml)
    case.signal("alarm")
    assert case.open() == ["a"]
    case.say("order")
    assert case.open() == ["a", "help"]

    case.say("order")
    case.signal("alarm")
    assert case.open() == ["a", "help", "help"]


def test_inputs_give_one_variables_of_its_own():
    own = handler(
        "h", signal("s"), extended(tb_input("x", "x + 1"), tb_output("y", "x")),
        script("c", "x * 10", tb_result="x"), end("he"), path("h_start", "c", "he"),
        interrupting=False,
    )  # fmt: skip
    xml = model(start(), user("a"), end(), path("start", "a", "end"), own, beside=BESIDE)
    case = Case(xml, x=1)
    case.signal("alarm")

    assert case.state.variables == {"x": 1, "y": 20}


def test_one_stands_inside_another():
    inner = handler("i", message("m"), user("deep"), end("ie"), path("i_start", "deep", "ie"))
    outer = handler("h", signal("s"), user("help"), end("he"), path("h_start", "help", "he"), inner)
    xml = model(start(), user("a"), end(), path("start", "a", "end"), outer, beside=BESIDE)
    case = Case(xml)
    with pytest.raises(NobodyWaits):
        case.say("order")
    case.signal("alarm")
    case.say("order")

    assert case.open() == ["deep"]
    case.do("deep")
    assert case.over[0] == "finished"


def test_a_terminate_end_in_one_ends_only_what_it_does():
    kill = handler("h", signal("s"), user("help"), end("kill", thrown("terminate")),
                   path("h_start", "help", "kill"), interrupting=False)  # fmt: skip
    xml = model(start(), user("a"), end(), path("start", "a", "end"), kill, beside=BESIDE)
    case = Case(xml)
    case.signal("alarm")
    case.do("help")

    assert case.open() == ["a"]
    case.do("a")
    assert case.over[0] == "finished"


@pytest.mark.parametrize(
    ("inside", "rule", "element"),
    [
        (sub(node("startEvent", "x"), end("he"), path("x", "he"), id="h", triggeredByEvent="true"),
         "event-without-definition", "x"),
        (sub(user("x"), id="h", triggeredByEvent="true"), "no-start", "h"),
        (handler("h", signal("s"), node("startEvent", "two", signal("s")), end("he"),
                 path("h_start", "he"), path("two", "he")), "several-starts", "two"),
        (handler("h", error("lost"), end("he"), path("h_start", "he"), interrupting=False),
         "error-never-interrupts", "h_start"),
        (handler("h", signal("s"), end("he"), path("h_start", "he")) + flow("a", "h"),
         "begun-by-event", "h"),
        (handler("h", signal("s"), end("he"), path("h_start", "he")) + flow("h", "a"),
         "begun-by-event", "h"),
        (handler("h", signal("s"), end("he"), path("h_start", "he"))
         + boundary("b", "h", signal("s")) + flow("b", "end"), "boundary-on-nothing", "b"),
        (handler("h", signal("s"), several(count="2"), end("he"), path("h_start", "he")),
         "unsupported", "h"),
        (handler("h", signal("s"), LOOP, end("he"), path("h_start", "he")), "unsupported", "h"),
        (handler("h", thrown("cancel"), end("he"), path("h_start", "he")),
         "unsupported", "h_start"),
    ],
)  # fmt: skip
def test_a_slip_in_one_is_found(inside: str, rule: str, element: str):
    xml = model(start(), user("a"), end(), path("start", "a", "end"), inside, beside=BESIDE)

    with pytest.raises(Invalid) as refused:
        load(xml)
    assert (rule, element) in [(each.rule, each.element) for each in refused.value.findings]


def test_a_start_event_of_a_plain_sub_process_has_no_trigger():
    inside = sub(node("startEvent", "s1", signal("s")), end("e"), path("s1", "e"))
    xml = model(start(), inside, end(), path("start", "a", "end"), beside=BESIDE)

    with pytest.raises(Invalid) as refused:
        load(xml)
    assert [(each.rule, each.element) for each in refused.value.findings] == [("unsupported", "s1")]
