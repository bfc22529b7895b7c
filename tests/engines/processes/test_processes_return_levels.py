"""Sending a case back out of what stands around a task, or is undone, or counts tokens."""

from tests.engines.processes.bpmn_administration import (
    inside,
    refused,
    send_back,
    targets,
)
from tests.engines.processes.bpmn_cases import Case
from tests.engines.processes.bpmn_models import (
    association,
    boundary,
    end,
    extended,
    flow,
    handler,
    message,
    model,
    node,
    path,
    service,
    several,
    start,
    sub,
    tb_input,
    thrown,
    timer,
    user,
)
from tongban.engines.processes import Return, State, TaskDone, advance
from tongban.engines.processes.running.returning import (
    BeingUndone,
    InsideAnother,
    NotAnActivity,
    NotBefore,
    WaitsForEver,
)

PAID = '<message id="m" name="paid"/>'


def complex_gateway(needs: int) -> bytes:
    condition = f"<activationCondition>activationCount >= {needs}</activationCondition>"
    return model(
        start(),
        user("r"),
        node("parallelGateway", "split"),
        *map(user, ("a1", "a2", "b1", "b2", "z")),
        node("complexGateway", "join", condition),
        end(),
        path("start", "r", "split", "a1", "a2", "join", "z", "end"),
        path("split", "b1", "b2", "join"),
    )


def collecting() -> bytes:
    """`c` needs a token from each of `a` and `b`."""
    return model(
        start(),
        user("r"),
        node("parallelGateway", "split"),
        *map(user, ("a0", "a", "b")),
        user("c", startQuantity="2"),
        end(),
        path("start", "r", "split", "a0", "a", "c", "end"),
        path("split", "b", "c"),
    )


def test_out_of_a_sub_process_the_whole_of_it_is_called_off():
    case = Case(
        model(start(), user("r"), inside("a", "b"), end(), path("start", "r", "s", "end")), x=1
    )
    case.do("r")
    case.do("a")
    assert targets(case, "b") == ("r", "a")
    send_back(case, "b", "r")

    assert case.called_off() == ["b", "s"]
    assert [scope.kind for scope in case.state.scopes.values()] == ["process"]
    assert case.open() == ["r"]


def test_within_a_sub_process_it_stays_open():
    case = Case(model(start(), inside("a", "b"), end(), path("start", "s", "end")))
    case.do("a")
    scopes = case.state.scopes
    send_back(case, "b", "a")

    assert case.state.scopes == scopes
    assert case.open() == ["a"]


def test_into_a_sub_process_that_is_not_open_nothing_goes_back():
    case = Case(model(start(), inside("a"), user("z"), end(), path("start", "s", "z", "end")))
    case.do("a")
    why = refused(case, "z", "a", InsideAnother)

    assert targets(case, "z") == ("s",)
    assert why.told("en") == (
        "The case cannot go back to a: that lies inside a part of the process that is not open "
        "around what is sent back. It can go back to: s."
    )
    assert why.told("zh") == (
        "不能退回到 a：它位于流程的另一部分之内，不包含当前步骤。可以退回到：s。"
    )
    send_back(case, "z", "s")
    assert case.open() == ["a"]


def test_a_sub_process_does_not_come_before_what_is_in_it():
    case = Case(model(start(), inside("a"), end(), path("start", "s", "end")))

    refused(case, "a", "s", NotBefore)
    refused(case, "a", "a", NotBefore)


def test_a_turn_goes_back_with_all_turns():
    xml = model(
        start(), user("r"), user("a", several(count="3")), end(), path("start", "r", "a", "end")
    )
    case = Case(xml)
    case.do("r")
    case.do("a")
    assert targets(case, "a") == ("r",)
    send_back(case, "a", "r")

    assert case.open() == ["r"]
    assert (len(case.state.scopes), len(case.state.loops)) == (1, 0)


def test_within_one_turn_of_a_sub_process_the_other_turns_stay():
    xml = model(
        start(), inside("a", "b", loop=several(count="2")), end(), path("start", "s", "end")
    )
    case = Case(xml)
    case.do("a")
    case.do("a")
    first, second = (task for task in case.work())
    case.tell(Return(second, "a", "officer", case.at))

    assert case.open() == ["b", "a"]
    assert first in case.state.tasks


def test_out_of_a_called_process_to_a_step_of_the_caller():
    called = '<process id="q">' + start("qs") + user("a") + user("b") + end("qe")
    called += path("qs", "a", "b", "qe") + "</process>"
    call = node("callActivity", "c", extended(tb_input("x", "1")), calledElement="q")
    xml = model(start(), user("r"), call, end(), path("start", "r", "c", "end"), beside=called)
    case = Case(xml)
    case.do("r")
    case.do("a")
    assert targets(case, "b") == ("r", "a")
    send_back(case, "b", "a")
    assert case.open() == ["a"]
    send_back(case, "a", "r")

    assert case.open() == ["r"]


def test_an_ad_hoc_sub_process_holds_what_has_not_had_its_turn():
    xml = model(
        start(),
        sub(
            user("a"),
            user("b"),
            user("c"),
            path("a", "b"),
            id="s",
            tag="adHocSubProcess",
            ordering="Sequential",
        ),
        end(),
        path("start", "s", "end"),
    )
    case = Case(xml)
    case.do("a")
    send_back(case, "b", "a")

    assert case.open() == ["a"]
    for each in ("a", "b", "c"):
        case.do(each)
    assert case.over == ("finished", "end")


def test_within_an_event_sub_process_and_not_out_of_it():
    xml = model(
        start(),
        user("r"),
        user("a"),
        end(),
        path("start", "r", "a", "end"),
        handler(
            "h",
            message("m"),
            user("x"),
            user("y"),
            end("he"),
            path("h_start", "x", "y", "he"),
            interrupting=False,
        ),
        beside=PAID,
    )
    case = Case(xml)
    case.do("r")
    case.say("paid")
    case.do("x")

    assert targets(case, "y") == ("x",)
    refused(case, "y", "r", NotBefore)
    assert targets(case, None) == ("r", "a")
    send_back(case, None, "r")
    assert case.open() == ["y", "r"]


def test_nothing_is_behind_an_event_sub_process_that_took_the_place_of_everything():
    case = Case(
        model(
            start(),
            user("a"),
            end(),
            path("start", "a", "end"),
            handler("h", message("m"), user("x"), end("he"), path("h_start", "x", "he")),
            beside=PAID,
        )
    )
    case.say("paid")

    refused(case, None, "a", NotBefore)


def test_services_between_run_anew_and_what_was_done_is_undone_twice():
    """A service that was called twice reserved twice."""
    xml = model(
        start(),
        service("reserve"),
        boundary("b", "reserve", thrown("compensate")),
        service("undo", isForCompensation="true"),
        association("b", "undo"),
        user("a"),
        node("intermediateThrowEvent", "back", thrown("compensate")),
        end(),
        path("start", "reserve", "a", "back", "end"),
    )
    case = Case(xml)
    case.do("reserve")
    send_back(case, "a", "reserve")
    case.do("reserve")
    case.do("a")
    case.do("undo")
    case.do("undo")

    assert case.over == ("finished", "end")


def test_while_something_is_undone_that_level_does_not_go_back():
    xml = model(
        start(),
        user("r"),
        node("parallelGateway", "split"),
        user("a"),
        boundary("b", "a", thrown("compensate")),
        user("undo", isForCompensation="true"),
        association("b", "undo"),
        node("intermediateThrowEvent", "back", thrown("compensate")),
        user("c"),
        node("parallelGateway", "join"),
        end(),
        path("start", "r", "split", "a", "back", "join", "end"),
        path("split", "c", "join"),
    )
    case = Case(xml)
    case.do("r")
    case.do("a")
    why = refused(case, "undo", "r", BeingUndone)
    refused(case, "c", "r", BeingUndone)
    refused(case, None, "r", BeingUndone)
    refused(case, "c", "undo", NotAnActivity)

    assert why.told("en") == (
        "The case cannot go back to r now: something there is just being undone. Complete that "
        "first. It can go back to: –."
    )
    assert why.told("zh") == (
        "现在不能退回到 r：该处正在撤销已完成的步骤，请先完成撤销。可以退回到：–。"
    )
    case.do("undo")
    assert targets(case, "c") == ("r",)


def test_while_something_is_undone_that_nobody_waits_for_neither():
    back = thrown("compensate").replace("/>", ' waitForCompletion="false"/>')
    xml = model(
        start(),
        user("a"),
        boundary("b", "a", thrown("compensate")),
        user("undo", isForCompensation="true"),
        association("b", "undo"),
        node("intermediateThrowEvent", "back", back),
        user("c"),
        end(),
        path("start", "a", "back", "c", "end"),
    )
    case = Case(xml)
    case.do("a")

    assert sorted(case.open()) == ["c", "undo"]
    refused(case, "undo", "a", BeingUndone)
    refused(case, "c", "a", BeingUndone)


def test_before_a_complex_gateway_a_branch_goes_back_by_itself():
    case = Case(complex_gateway(2))
    for each in ("r", "a1", "b1", "b2"):
        case.do(each)
    assert targets(case, "a2") == ("r", "a1")
    send_back(case, "a2", "a1")
    for each in ("a1", "a2", "z"):
        case.do(each)

    assert case.over == ("finished", "end")


def test_a_complex_gateway_would_swallow_what_comes_a_second_time():
    case = Case(complex_gateway(1))
    for each in ("r", "a1", "a2", "b1"):
        case.do(each)

    refused(case, "z", "b1", WaitsForEver)
    refused(case, "b2", "b1", WaitsForEver)
    assert targets(case, "b2") == ("r",)
    assert targets(case, "z") == ("r", "a1", "a2")
    send_back(case, "z", "a2")
    for each in ("a2", "b2", "z"):
        case.do(each)
    assert case.over == ("finished", "end")


def test_behind_a_complex_gateway_that_took_all_a_branch_alone_would_wait():
    case = Case(complex_gateway(2))
    for each in ("r", "a1", "a2", "b1", "b2"):
        case.do(each)

    assert targets(case, "z") == ("r",)
    refused(case, "z", "a2", WaitsForEver)


def test_a_complex_gateway_may_also_only_split():
    xml = model(
        start(),
        user("r"),
        node("complexGateway", "split"),
        *map(user, ("a", "b")),
        node("inclusiveGateway", "join"),
        user("z"),
        end(),
        path("start", "r", "split"),
        flow("split", "a", "true"),
        flow("split", "b", "more"),
        path("a", "join", "z", "end"),
        path("b", "join"),
    )
    case = Case(xml, more=False)
    case.do("r")
    case.do("a")
    assert targets(case, "z") == ("r", "a", "b")
    send_back(case, "z", "r")

    assert case.open() == ["r"]


def test_an_activity_that_takes_several_tokens_gets_as_many():
    xml = model(
        start(),
        user("a", completionQuantity="2"),
        user("b", startQuantity="2"),
        user("c"),
        end(),
        path("start", "a", "b", "c", "end"),
    )
    case = Case(xml)
    case.do("a")
    case.do("b")
    send_back(case, "c", "b")

    assert case.open() == ["b"]
    assert len(case.state.tokens) == 1


def test_before_an_activity_that_takes_several_tokens_one_takes_the_place_of_one():
    case = Case(collecting())
    for each in ("r", "a0", "b"):
        case.do(each)
    assert targets(case, "a") == ("a0",)
    send_back(case, "a", "a0")
    for each in ("a0", "a", "c"):
        case.do(each)

    assert case.over == ("finished", "end")


def test_behind_an_activity_that_takes_several_tokens_one_alone_would_wait():
    case = Case(collecting())
    for each in ("r", "a0", "a", "b"):
        case.do(each)
    why = refused(case, "c", "a", WaitsForEver)

    assert why.facts["joins"] == "c"
    assert targets(case, "c") == ()


def test_two_tokens_that_an_activity_needs_are_not_made_one():
    xml = model(
        start(),
        user("a", completionQuantity="2"),
        user("x"),
        user("b", startQuantity="2"),
        end(),
        path("start", "a", "x", "b", "end"),
    )
    case = Case(xml)
    case.do("a")

    refused(case, "x", "a", WaitsForEver)


def test_two_hundred_returns_leave_the_state_as_large_as_one():
    def watched(id: str) -> str:
        return user(id) + boundary(f"l_{id}", id, timer("timeDuration", "P1D"))

    xml = model(
        start(),
        watched("r"),
        node("parallelGateway", "split"),
        watched("a"),
        inside("b1", "b2"),
        node("parallelGateway", "join"),
        end(),
        *(flow(f"l_{each}", "end") for each in ("r", "a")),
        path("start", "r", "split", "a", "join", "end"),
        path("split", "s", "join"),
    )
    case = Case(xml)
    definition, state, at = case.definition, case.state, case.at
    sizes: set[tuple[int, ...]] = set()
    for _ in range(200):
        for each in ("r", "a", "b1"):
            done = TaskDone(task_of(state, each), {}, "officer", at)
            state, _ = advance(definition, state, done)
        state, _ = advance(definition, state, Return(task_of(state, "b2"), "r", "officer", at))
        rows = (state.scopes, state.tokens, state.tasks, state.timers, state.subscriptions)
        sizes.add(tuple(map(len, rows)))

    assert sizes == {(1, 1, 1, 1, 0)}
    assert len(state.to_json()) < 600


def task_of(state: State, node: str) -> int:
    return next(task.id for task in state.tasks.values() if task.node == node)
