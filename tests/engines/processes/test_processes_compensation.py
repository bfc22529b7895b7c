"""Compensation: what was completed is undone in reverse order; transactions that are cancelled."""

import pytest

from tests.engines.processes.bpmn_cases import Case
from tests.engines.processes.bpmn_models import (
    association,
    boundary,
    end,
    error,
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
    start,
    sub,
    tb_input,
    thrown,
    timer,
    user,
)
from tongban.engines.processes import CallService, Entered, Invalid, Left, State, load

COMPENSATE = thrown("compensate")
BESIDE = '<error id="lost" errorCode="LOST"/><message id="m" name="stop"/>'


def undoable(id: str, inside: str = "", drawn: str = "") -> str:
    """A task (a user's unless drawn) with the service that undoes it."""
    return (
        (drawn or user(id, inside))
        + boundary(f"b_{id}", id, COMPENSATE)
        + service(f"undo_{id}", isForCompensation="true")
        + association(f"b_{id}", f"undo_{id}")
    )


def undo(activity: str = "", *, waits: bool = True) -> str:
    named = f' activityRef="{activity}"' if activity else ""
    return f'<compensateEventDefinition waitForCompletion="{str(waits).lower()}"{named}/>'


def throw(id: str, inside: str = "") -> str:
    return node("intermediateThrowEvent", id, inside or undo())


def two_then(thrower: str, *more: str) -> bytes:
    """a, then b, each with its handler; then `back` throws, then an officer's task."""
    return model(
        start(), undoable("a"), undoable("b"), thrower, user("after"), end(),
        path("start", "a", "b", "back", "after", "end"), *more, beside=BESIDE,
    )  # fmt: skip


def called(case: Case) -> list[str]:
    return [effect.operation for effect in case.effects_of(CallService)]


def test_what_was_completed_is_undone_in_reverse_order_one_after_the_other():
    case = Case(two_then(throw("back")))
    case.do("a")
    case.do("b")
    assert case.open() == ["undo_b"]
    case.do("undo_b")
    assert case.open() == ["undo_a"]

    case.do("undo_a")
    assert case.open() == ["after"]
    assert case.trace() == [
        "start", "a", "b", "back", "b_b", "undo_b", "b_a", "undo_a", "after",
    ]  # fmt: skip
    assert not case.state.done


def test_what_was_not_completed_is_not_undone():
    xml = model(
        start(), undoable("a"), undoable("b"), throw("back"), end(),
        path("start", "a", "back", "end"), path("start", "b", "end"),
    )  # fmt: skip
    case = Case(xml)
    case.do("a")
    case.do("undo_a")

    assert called(case) == ["undo_a"]
    assert case.open() == ["b"]


def test_one_activity_may_be_named():
    case = Case(two_then(throw("back", undo("a"))))
    case.do("a")
    case.do("b")
    assert case.open() == ["undo_a"]
    case.do("undo_a")

    assert case.open() == ["after"]
    assert [row.node for row in case.state.done.values()] == ["b"]


def test_an_activity_that_was_done_twice_is_undone_twice_and_only_once_each():
    xml = model(
        start(), node("exclusiveGateway", "m"), undoable("a"),
        node("exclusiveGateway", "g", default="g-m"), throw("back"), throw("again"), end(),
        path("start", "m", "a", "g", "m"), flow("g", "back", "enough"),
        path("back", "again", "end"),
    )  # fmt: skip
    case = Case(xml)
    case.do("a", enough=False)
    case.do("a", enough=True)
    case.do("undo_a")
    case.do("undo_a")

    assert called(case) == ["undo_a", "undo_a"]
    assert case.over == ("finished", "end")


def test_one_that_does_not_wait_goes_on_at_once_and_the_case_ends_with_the_last_handler():
    case = Case(two_then(throw("back", undo(waits=False))))
    case.do("a")
    case.do("b")
    assert sorted(case.open()) == ["after", "undo_b"]
    case.do("after")
    assert case.state.status == "running"
    case.do("undo_b")

    case.do("undo_a")
    assert case.over == ("finished", "end")


def test_an_end_event_waits_with_its_end_for_what_it_throws():
    xml = model(start(), undoable("a"), end("back", undo(), tb_outcome="taken back"),
                path("start", "a", "back"))  # fmt: skip
    case = Case(xml)
    case.do("a")
    assert case.state.outcome is None
    case.do("undo_a")

    assert case.over == ("finished", "taken back")
    assert case.last[-2:-1] == (Left("back"),)


def test_where_nothing_was_done_nothing_is_waited_for():
    xml = model(start(), throw("back"), end("e", undo()), path("start", "back", "e"))

    assert Case(xml).trace() == ["start", "back", "e"]
    assert Case(xml).over == ("finished", "e")


def test_an_activity_without_a_handler_is_passed_over():
    xml = model(start(), user("x"), undoable("a"), throw("back"), end(),
                path("start", "x", "a", "back", "end"))  # fmt: skip
    case = Case(xml)
    case.do("x")
    assert not case.state.done
    case.do("a")
    case.do("undo_a")

    assert called(case) == ["undo_a"]


def nested(*more: str, inside: str = "") -> bytes:
    """A sub-process in which a and b are done; behind it `back` throws."""
    own = start("s") + undoable("a") + undoable("b") + end("e") + path("s", "a", "b", "e")
    return model(
        start(), sub(inside, own, id="sub"), throw("back"), end(),
        path("start", "sub", "back", "end"), *more, beside=BESIDE,
    )  # fmt: skip


def test_a_sub_process_without_a_handler_is_undone_inside():
    case = Case(nested())
    case.do("a")
    case.do("b")
    assert case.open() == ["undo_b"]
    case.do("undo_b")
    case.do("undo_a")

    assert called(case) == ["undo_b", "undo_a"]
    assert case.over == ("finished", "end")


def test_a_handler_of_a_sub_process_takes_the_place_of_those_inside():
    handled = (
        boundary("b_sub", "sub", COMPENSATE) + service("undo_sub", isForCompensation="true")
        + association("b_sub", "undo_sub")
    )  # fmt: skip
    case = Case(nested(handled))
    case.do("a")
    case.do("b")
    case.do("undo_sub")

    assert called(case) == ["undo_sub"]
    assert not case.state.done


def test_a_handler_inside_sees_the_variables_as_the_sub_process_left_them():
    own = (
        extended(tb_input("x", "x * 2")) + start("s")
        + undoable("a", drawn=script("a", "x + 1", tb_result="x")) + end("e") + path("s", "a", "e")
    )  # fmt: skip
    xml = model(start(), sub(own, id="sub"), user("w"), throw("back"), end(),
                path("start", "sub", "w", "back", "end"))  # fmt: skip
    case = Case(xml, x=10)
    case.do("w", x=99)

    (asked,) = case.effects_of(CallService)
    assert asked.inputs == {"x": 21}


def test_an_event_sub_process_says_how_its_sub_process_is_undone():
    own = handler(
        "h", COMPENSATE, throw("inner", undo("a")), service("report"), end("he"),
        path("h_start", "inner", "report", "he"),
    )  # fmt: skip
    case = Case(nested(inside=own))
    case.do("a")
    case.do("b")
    assert case.open() == ["undo_a"]
    case.do("undo_a")
    case.do("report")

    assert called(case) == ["undo_a", "report"]
    assert case.trace()[-9:] == [
        "back", "h", "h_start", "inner", "b_a", "undo_a", "report", "he", "end",
    ]  # fmt: skip
    assert not case.state.done


def test_an_event_sub_process_undoes_what_was_done_around_it():
    own = handler("h", error("lost"), throw("back"), end("he"), path("h_start", "back", "he"))
    xml = model(start(), undoable("a"), service("b"), end(), path("start", "a", "b", "end"), own,
                beside=BESIDE)  # fmt: skip
    case = Case(xml)
    case.do("a")
    case.fail("b", "LOST")
    assert case.open() == ["undo_a"]

    case.do("undo_a")
    assert case.over == ("finished", "he")


def test_each_instance_of_an_activity_is_undone():
    repeat = several(count="3")
    xml = model(start(), undoable("a", repeat), throw("back"), end(),
                path("start", "a", "back", "end"))  # fmt: skip
    case = Case(xml)
    for _ in range(3):
        case.do("a")
    for _ in range(3):
        case.do("undo_a")

    assert called(case) == ["undo_a"] * 3
    assert case.over == ("finished", "end")


def test_what_was_called_off_is_not_undone():
    xml = model(
        start(), undoable("a", several(count="2")),
        boundary("late", "a", timer("timeDuration", "P1D")),
        throw("back"), end(), path("start", "a", "end"), path("late", "back", "end"),
    )  # fmt: skip
    case = Case(xml)
    case.do("a")
    case.ring("late")

    assert called(case) == []
    assert case.over == ("finished", "end")
    assert not case.state.done


def test_a_handler_may_be_a_sub_process():
    undoing = sub(start("u"), service("one"), user("two"), end("ue"), path("u", "one", "two", "ue"),
                  id="undo_a", isForCompensation="true")  # fmt: skip
    xml = model(
        start(), user("a"), boundary("b_a", "a", COMPENSATE), undoing,
        association("b_a", "undo_a"), throw("back"), end(), path("start", "a", "back", "end"),
    )  # fmt: skip
    case = Case(xml)
    case.do("a")
    case.do("one")
    case.do("two")

    assert case.over == ("finished", "end")


def test_a_deadline_calls_off_a_compensation_with_what_it_was_thrown_by():
    own = start("s") + undoable("a") + throw("back") + end("e") + path("s", "a", "back", "e")
    xml = model(
        start(), sub(own, id="sub"), boundary("late", "sub", timer("timeDuration", "P1D")), end(),
        end("other"), path("start", "sub", "end"), flow("late", "other"),
    )  # fmt: skip
    case = Case(xml)
    case.do("a")
    case.ring("late")

    assert case.called_off() == ["undo_a", "back", "sub"]
    assert case.over == ("finished", "other")
    assert not case.state.done


def test_a_failing_handler_is_caught_where_the_compensation_was_thrown():
    own = start("s") + undoable("a") + throw("back") + end("e") + path("s", "a", "back", "e")
    xml = model(
        start(), sub(own, id="sub"), boundary("b", "sub", error("lost")), end(), end("other"),
        path("start", "sub", "end"), flow("b", "other"), beside=BESIDE,
    )  # fmt: skip
    case = Case(xml)
    case.do("a")
    case.fail("undo_a", "LOST")

    assert case.over == ("finished", "other")


def test_a_call_is_undone_by_its_handler_alone():
    called_process = node(
        "process", "q", start("s") + undoable("a") + end("e") + path("s", "a", "e")
    )
    call = node("callActivity", "call", calledElement="q")
    xml = model(
        start(), undoable("call", drawn=call), throw("back"), end(),
        path("start", "call", "back", "end"), beside=called_process,
    )  # fmt: skip
    case = Case(xml)
    case.do("a")
    assert case.open() == ["undo_call"]
    case.do("undo_call")

    assert called(case) == ["undo_call"]
    assert case.over == ("finished", "end")


def test_what_can_be_undone_is_kept_between_two_steps():
    case = Case(nested())
    case.do("a")
    kept = State.from_json(case.state.to_json()).done

    assert [(row.node, row.inside) for row in kept.values()] == [("a", 0)]
    assert kept == case.state.done


# -- transactions


def transaction(*more: str, drawn: str = "") -> bytes:
    """Behind a, b and c go on side by side; c decides whether the transaction is cancelled."""
    own = (
        start("s") + undoable("a") + undoable("b") + (drawn or user("c"))
        + node("parallelGateway", "f") + node("exclusiveGateway", "x", default="x-e")
        + end("cancelled", thrown("cancel")) + end("e")
        + path("s", "a", "f", "b", "e") + path("f", "c", "x", "e")
        + flow("x", "cancelled", "cancel")
    )  # fmt: skip
    return model(
        start(), sub(own, id="t", tag="transaction"),
        boundary("off", "t", thrown("cancel")), user("apologise"), end(), end("other"),
        path("start", "t", "end"), path("off", "apologise", "other"), *more, beside=BESIDE,
    )  # fmt: skip


def test_a_cancelled_transaction_undoes_what_was_done_and_goes_on_behind_its_cancel_event():
    case = Case(transaction())
    case.do("a")
    case.do("b")
    case.do("c", cancel=True)
    assert case.open() == ["undo_b"]
    case.do("undo_b")
    case.do("undo_a")

    assert case.open() == ["apologise"]
    assert called(case) == ["undo_b", "undo_a"]
    case.do("apologise")
    assert case.over == ("finished", "other")
    assert case.effects.count(Entered("cancelled")) == case.effects.count(Left("cancelled")) == 1


def test_a_cancel_calls_off_what_is_still_going_on_and_undoes_only_what_is_over():
    case = Case(transaction())
    case.do("a")
    case.do("c", cancel=True)

    assert case.called_off() == ["b"]
    assert case.open() == ["undo_a"]
    case.do("undo_a")
    assert case.called_off() == ["b", "t"]


def test_a_transaction_that_is_not_cancelled_completes_like_any_sub_process():
    case = Case(transaction())
    case.do("a")
    case.do("b")
    case.do("c", cancel=False)

    assert case.over == ("finished", "end")
    assert not called(case)


def test_a_cancel_may_come_out_of_a_sub_process_of_the_transaction():
    inside = start("d"), end("deep_cancel", thrown("cancel")), flow("d", "deep_cancel")
    case = Case(transaction(drawn=sub(*inside, id="c")))
    case.do("a")
    case.do("undo_a")

    assert case.open() == ["apologise"]


def test_a_deadline_during_a_cancel_leaves_nothing_behind():
    case = Case(transaction(boundary("late", "t", timer("timeDuration", "P1D")),
                            flow("late", "other")))  # fmt: skip
    case.do("a")
    case.do("c", cancel=True)
    case.ring("late")

    assert case.over == ("finished", "other")
    entered, left = case.effects_of(Entered), case.effects_of(Left)
    assert sorted(e.node for e in entered) == sorted(e.node for e in left)


def test_each_of_several_transactions_may_be_cancelled_and_then_all_are():
    own = start("s") + user("a") + end("cancelled", thrown("cancel")) + path("s", "a", "cancelled")
    xml = model(
        start(), sub(several(count="2"), own, id="t", tag="transaction"),
        boundary("off", "t", thrown("cancel")), end(), end("other"),
        path("start", "t", "end"), flow("off", "other"),
    )  # fmt: skip
    case = Case(xml)
    case.do("a")

    assert case.over == ("finished", "other")
    assert not case.state.scopes


@pytest.mark.parametrize("how", ["stop", "fail"])
def test_messages_and_errors_end_a_transaction_without_undoing_anything(how: str):
    event = boundary("hit", "t", {"stop": message("m"), "fail": error("lost")}[how])
    case = Case(transaction(event, flow("hit", "other"), drawn=service("c")))
    case.do("a")
    if how == "stop":
        case.say("stop")
    else:
        case.fail("c", "LOST")

    assert case.over == ("finished", "other")
    assert "undo_a" not in called(case)


@pytest.mark.parametrize(
    ("xml", "expected"),
    [
        (two_then(throw("back"), flow("b_a", "end")), ("begun-by-event", "b_a")),
        (two_then(throw("back"), flow("undo_a", "end")), ("begun-by-event", "undo_a")),
        (transaction().replace(b'attachedToRef="t"', b'cancelActivity="false" attachedToRef="t"'),
         ("error-never-interrupts", "off")),
        (nested(boundary("off", "sub", thrown("cancel")), flow("off", "end")),
         ("cancel-outside", "off")),
        (two_then(throw("back", undo("undo_b")), user("x"), path("after", "x", "end")), None),
        (two_then(throw("back", undo("after"))), None),
        (nested(inside=throw("deep", undo("sub")) + path("s", "deep", "e")),
         ("compensates-nothing", "deep")),
    ],
)  # fmt: skip
def test_a_slip_in_what_is_undone_is_found(xml: bytes, expected: tuple[str, str] | None):
    if expected is None:
        load(xml)
        return
    with pytest.raises(Invalid) as refused:
        load(xml)

    assert [(each.rule, each.element) for each in refused.value.findings] == [expected]


def test_a_sub_process_that_is_undone_by_its_handler_forgets_what_was_inside():
    deeper = sub(start("d"), undoable("x"), end("de"), path("d", "x", "de"), id="deeper")
    inside = start("s") + deeper + end("e") + path("s", "deeper", "e")
    xml = model(
        start(), undoable("sub", drawn=sub(inside, id="sub")), throw("back"), user("after"), end(),
        path("start", "sub", "back", "after", "end"),
    )  # fmt: skip
    case = Case(xml)
    case.do("x")
    assert case.open() == ["undo_sub"]
    assert not case.state.done
    case.do("undo_sub")

    assert case.open() == ["after"]


def test_what_can_no_longer_be_undone_is_forgotten_with_its_level():
    deeper = sub(start("d"), undoable("x"), end("de"), path("d", "x", "de"), id="deeper")
    inside = start("s") + deeper + user("y") + end("e") + path("s", "deeper", "y", "e")
    xml = model(
        start(), sub(inside, id="sub"), boundary("late", "sub", timer("timeDuration", "P1D")),
        user("after"), end(), path("start", "sub", "end"), path("late", "after", "end"),
    )  # fmt: skip
    case = Case(xml)
    case.do("x")
    assert len(case.state.done) == 2
    case.ring("late")

    assert not case.state.done
