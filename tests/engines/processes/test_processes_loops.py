"""Multi-instance activities: several turns of one task, one after the other or all at once."""

from decimal import Decimal

import pytest

from tests.engines.processes.bpmn_cases import Case
from tests.engines.processes.bpmn_models import (
    boundary,
    declared,
    end,
    error,
    extended,
    flow,
    model,
    node,
    path,
    script,
    service,
    several,
    start,
    tb_input,
    tb_output,
    timer,
    user,
)
from tongban.engines.feel import Unknown
from tongban.engines.processes import CancelTask, CancelTimer, Entered, Left, OpenTask
from tongban.engines.processes.running.loops import NoCount
from tongban.engines.processes.running.run import STEP_LIMIT, TooManySteps

OFFICES = ["公安局", "住建局", "教育局"]
EACH = {"tb_collection": "offices", "tb_element": "office"}
VOTES = {"tb_outputCollection": "votes", "tb_outputElement": "opinion"}


def one(task: str, *more: str) -> bytes:
    beside = '<error id="e1" errorCode="LOST"/>'
    return model(start(), task, end(), path("start", "a", "end"), *more, beside=beside)


def test_parallel_turns_open_at_once_each_with_its_entry():
    case = Case(one(user("a", several(**EACH))), offices=OFFICES)

    assert case.last[-3:] == tuple(
        OpenTask(number, "a", "a", None, None, {"office": office, "loopCounter": number})
        for number, office in enumerate(OFFICES, 1)
    )
    assert case.trace() == ["start", "a"]


def test_sequential_turns_open_one_after_the_other():
    case = Case(one(user("a", several(sequential=True, **EACH))), offices=OFFICES)
    seen = []
    while case.state.tasks:
        seen.append(next(iter(case.work().values())).inputs["office"])
        case.do("a")

    assert seen == OFFICES
    assert case.over == ("finished", "end")
    assert case.trace() == ["start", "a", "end"]


def test_the_collection_is_taken_as_it_was_when_the_activity_began():
    case = Case(one(user("a", several(sequential=True, **EACH))), offices=OFFICES)
    case.do("a", offices=["nobody"])

    assert next(iter(case.work().values())).inputs["office"] == "住建局"
    case.do("a")
    case.do("a")
    assert case.over == ("finished", "end")


def test_a_count_may_be_computed():
    case = Case(one(user("a", several(count="n + 1"))), n=2)
    assert case.open() == ["a", "a", "a"]

    for _ in range(3):
        case.do("a")
    assert case.over == ("finished", "end")


@pytest.mark.parametrize("nothing", [several(count="0"), several(tb_collection="[]")])
def test_no_turns_at_all_let_the_token_pass(nothing: str):
    case = Case(one(user("a", nothing)))

    assert case.over == ("finished", "end")
    assert case.last[2:4] == (Entered("a"), Left("a"))


def test_no_turns_at_all_leave_an_empty_list():
    case = Case(one(user("a", several(**EACH, **VOTES))), offices=[])

    assert case.state.variables["votes"] == []


@pytest.mark.parametrize("value", [-1, Decimal("1.5"), None, "two", Unknown(frozenset({"n"}))])
def test_a_count_that_is_no_whole_number_is_refused(value: object):
    with pytest.raises(NoCount) as refused:
        Case(one(user("a", several(count="n"))), n=value)

    assert refused.value.facts["node"] == "a"


@pytest.mark.parametrize("value", [Decimal(10_001), Decimal("1E+999999999")])
def test_a_count_beyond_all_measure_is_refused(value: Decimal):
    with pytest.raises(TooManySteps) as refused:
        Case(one(user("a", several(count="n"))), n=value)

    assert refused.value.facts == {"limit": STEP_LIMIT, "node": "a"}


def test_a_collection_that_is_no_list_is_refused():
    with pytest.raises(NoCount) as refused:
        Case(one(user("a", several(**EACH))), offices="公安局")

    assert "string" in refused.value.told("zh")


def test_what_the_turns_say_is_collected_in_their_order_whoever_is_first():
    case = Case(one(user("a", several(**EACH, **VOTES))), offices=OFFICES)
    for task, opinion in ((3, "不同意"), (1, "同意"), (2, "无意见")):
        case.tell_task(task, opinion=opinion)

    assert case.state.variables == {"offices": OFFICES, "votes": ["同意", "无意见", "不同意"]}


def test_without_a_collection_of_results_the_answers_become_variables():
    case = Case(one(user("a", several(count="2"))))
    case.do("a", opinion="同意")
    case.do("a", opinion="不同意")

    assert case.state.variables == {"opinion": "不同意"}


def test_enough_turns_end_the_others():
    half = several(until="numberOfCompletedInstances / numberOfInstances >= 0.5", **EACH)
    case = Case(one(user("a", half)), offices=[*OFFICES, "财政局"])
    case.do("a")
    assert case.open() == ["a"] * 3

    case.do("a")
    assert case.last == (CancelTask(3), CancelTask(4), Left("a"), Entered("end"), *case.last[-2:])
    assert case.over == ("finished", "end")


def test_one_veto_ends_a_sign_off():
    veto = several(until='some v in votes satisfies v = "不同意"', **EACH, **VOTES)
    case = Case(one(user("a", veto)), offices=OFFICES)
    case.do("a", opinion="同意")
    assert case.state.status == "running"

    case.do("a", opinion="不同意")
    assert case.state.variables["votes"] == ["同意", "不同意"]
    assert case.over == ("finished", "end")


def test_the_condition_reads_how_many_are_active():
    until = "numberOfActiveInstances = 1"
    case = Case(one(user("a", several(count="3", until=until))))
    case.do("a")
    case.do("a")

    assert case.over == ("finished", "end")


def test_sequential_turns_stop_when_it_is_enough():
    case = Case(one(user("a", several(sequential=True, count="5", until="ok"))))
    case.do("a", ok=False)
    case.do("a", ok=True)

    assert case.over == ("finished", "end")


def test_a_condition_that_is_not_known_is_not_enough():
    case = Case(one(user("a", several(count="2", until="ok"))))
    case.do("a")

    assert case.open() == ["a"]


def test_services_and_scripts_repeat_too():
    case = Case(one(service("a", several(count="2"))))
    assert case.open() == ["a", "a"]

    case = Case(
        one(script("a", "total + loopCounter", several(count="4"), tb_result="total")), total=0
    )
    assert case.state.variables["total"] == 10
    assert case.over == ("finished", "end")


def test_a_sub_process_repeats_with_variables_of_its_own():
    inside = start("s") + user("b") + end("e") + path("s", "b", "e")
    mapped = extended(tb_input("mine", '"none"'), tb_output("opinion", "mine"))
    loop = several(**EACH, **VOTES)
    case = Case(one(node("subProcess", "a", mapped + loop + inside)), offices=OFFICES[:2])
    assert [each.inputs for each in case.work().values()] == [
        {"office": office, "loopCounter": number, "mine": "none"}
        for number, office in enumerate(OFFICES[:2], 1)
    ]

    case.tell_task(2, mine="second")
    case.tell_task(1, mine="first")
    assert case.state.variables == {"offices": OFFICES[:2], "votes": ["first", "second"]}
    assert case.over == ("finished", "end")


def test_loops_inside_loops_count_for_themselves():
    inside = start("s") + user("b", several(count="2")) + end("e") + path("s", "b", "e")
    case = Case(one(node("subProcess", "a", several(count="2") + inside)))
    assert case.open() == ["b"] * 4

    for _ in range(4):
        case.do("b")
    assert case.over == ("finished", "end")


def test_a_boundary_timer_belongs_to_the_activity_as_a_whole():
    late = boundary("late", "a", timer("timeDuration", "P1D"))
    case = Case(one(user("a", several(count="3")), late, flow("late", "end")))
    assert len(case.state.timers) == 1
    case.do("a")
    case.ring("late")

    assert case.called_off() == ["a"]
    assert case.over == ("finished", "end")

    case = Case(one(user("a", several(count="1")), late, flow("late", "end")))
    case.do("a")
    assert case.last[:2] == (CancelTimer(1), Left("a"))


def test_an_error_in_one_turn_ends_them_all():
    catch = boundary("c", "a", error("e1")), end("caught"), flow("c", "caught")
    case = Case(one(service("a", several(count="3")), *catch))
    case.fail("a", "LOST")

    assert case.called_off() == ["a"]
    assert case.over == ("finished", "caught")


def receiving(*inside: str, **attributes: str) -> bytes:
    task = node("receiveTask", "a", *inside, messageRef="m", **attributes)
    parts = declared(offices="list"), start(), task, end(), path("start", "a", "end")
    return model(*parts, beside='<message id="m" name="answered"/>')


def test_a_receive_task_may_wait_several_times():
    case = Case(receiving(several(count="2")))
    case.say("answered")
    case.say("answered")

    assert case.over == ("finished", "end")


def test_each_turn_may_wait_for_a_message_of_its_own():
    case = Case(receiving(several(**EACH), tb_correlation="office"), offices=OFFICES)
    case.say("answered", "住建局")

    assert [each.correlation for each in case.state.subscriptions.values()] == ["公安局", "教育局"]


def test_more_turns_than_steps_are_refused():
    with pytest.raises(TooManySteps) as refused:
        Case(one(user("a", several(**EACH))), offices=["公安局"] * (STEP_LIMIT + 1))

    assert refused.value.facts == {"limit": STEP_LIMIT, "node": "a"}


def test_mapped_inputs_take_the_place_of_the_entry():
    task = user("a", extended(tb_input("who", "office")) + several(**EACH))
    case = Case(one(task), offices=OFFICES)

    assert [each.inputs for each in case.work().values()] == [{"who": each} for each in OFFICES]
