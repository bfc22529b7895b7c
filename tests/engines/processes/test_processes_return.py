"""Sending a case back: what is called off, what stays, where it can go."""

from datetime import datetime

import pytest

from tests.engines.processes.bpmn_administration import (
    fork,
    line,
    refused,
    send_back,
    targets,
)
from tests.engines.processes.bpmn_cases import MONDAY, Case
from tests.engines.processes.bpmn_models import (
    boundary,
    end,
    flow,
    model,
    node,
    path,
    service,
    start,
    timer,
    user,
)
from tongban.engines.processes import (
    CancelTask,
    CancelTimer,
    Entered,
    Left,
    OpenTask,
    Return,
    Start,
    State,
    advance,
    returnable,
)
from tongban.engines.processes.running import WrongDefinition
from tongban.engines.processes.running.answers import (
    AlreadyOver,
    TaskClosed,
    UnknownTask,
    WrongAnswer,
)
from tongban.engines.processes.running.returning import (
    NotAnActivity,
    NotBefore,
    WaitsForEver,
)
from tongban.engines.processes.running.starting import NotStarted


def test_the_task_is_called_off_and_the_earlier_one_opens_again():
    case = Case(line("a", "b", "c"), x=1)
    case.do("a", approved=True)
    case.do("b")
    task = case.task("c")

    assert send_back(case, "c", "a") == (
        CancelTask(task),
        Left("c", cancelled=True),
        Entered("a"),
        OpenTask(task + 1, "a", "a", None, None),
    )
    assert case.state.variables == {"x": 1, "approved": True}
    for each in ("a", "b", "c"):
        case.do(each)
    assert case.over == ("finished", "end")


def test_boundary_timers_of_what_is_called_off_end_and_those_of_the_target_begin():
    def watched(id: str) -> str:
        late = boundary(f"{id}_late", id, timer("timeDuration", "P1D"))
        return user(id) + late + flow(f"{id}_late", "end")

    xml = model(start(), watched("a"), watched("b"), end(), path("start", "a", "b", "end"))
    case = Case(xml)
    case.do("a")
    gone = case.timer("b_late")
    effects = send_back(case, "b", "a")

    assert CancelTimer(gone) in effects
    assert [each.node for each in case.state.timers.values()] == ["a_late"]


def test_before_the_split_every_branch_is_called_off():
    case = Case(fork("r", a=("a",), b=("b",), after=("z",)))
    case.do("r")
    case.do("b")
    assert targets(case, "a") == ("r",)
    send_back(case, "a", "r")

    assert case.open() == ["r"]
    assert len(case.state.tokens) == 1
    for each in ("r", "a", "b", "z"):
        case.do(each)
    assert case.over == ("finished", "end")


def test_inside_a_branch_the_other_goes_on():
    case = Case(fork(a=("a1", "a2"), b=("b",), after=("z",)))
    case.do("a1")
    send_back(case, "a2", "a1")
    assert sorted(case.open()) == ["a1", "b"]
    case.do("b")
    case.do("a1")

    assert targets(case, "a2") == ("a1",)
    send_back(case, "a2", "a1")
    for each in ("a1", "a2", "z"):
        case.do(each)
    assert case.over == ("finished", "end")


def test_behind_the_join_a_branch_alone_would_wait_for_the_other_for_ever():
    case = Case(fork("r", a=("a",), b=("b",), after=("y", "z")))
    for each in ("r", "a", "b", "y"):
        case.do(each)
    why = refused(case, "z", "a", WaitsForEver)

    assert targets(case, "z") == ("r", "y")
    assert why.told("en") == (
        "The case cannot go back to a: join could then wait for ever for branches that are "
        "through. It can go back to: r, y."
    )
    assert why.told("zh") == "不能退回到 a：join 可能永远等待已经办完的分支。可以退回到：r, y。"


def test_an_inclusive_join_waits_only_for_what_can_come():
    xml = model(
        start(),
        node("inclusiveGateway", "split"),
        user("a"),
        user("b"),
        node("inclusiveGateway", "join"),
        user("z"),
        end(),
        path("start", "split"),
        flow("split", "a", "true"),
        flow("split", "b", "true"),
        path("a", "join", "z", "end"),
        path("b", "join"),
    )
    case = Case(xml)
    case.do("a")
    case.do("b")
    assert targets(case, "z") == ("a", "b")
    send_back(case, "z", "a")
    case.do("a")

    assert case.open() == ["z"]


def test_an_outer_loop_does_not_drag_in_a_sister_branch():
    """Behind the join the process may begin anew at `merge`, which every way to `a1` passes."""
    xml = model(
        start(),
        node("exclusiveGateway", "merge"),
        node("parallelGateway", "split"),
        *map(user, ("a1", "a2", "b")),
        node("parallelGateway", "join"),
        node("exclusiveGateway", "again", default="again-end"),
        end(),
        path("start", "merge", "split", "a1", "a2", "join", "again", "end"),
        path("split", "b", "join"),
        flow("again", "merge", "more"),
    )
    case = Case(xml, more=False)
    case.do("a1")
    held = case.task("b")
    send_back(case, "a2", "a1")

    assert case.open() == ["b", "a1"]
    assert case.task("b") == held


def test_what_was_done_in_an_earlier_round_of_a_loop_does_not_come_before():
    xml = model(
        start(),
        node("exclusiveGateway", "merge"),
        user("a"),
        user("b"),
        node("exclusiveGateway", "again", default="again-end"),
        end(),
        path("start", "merge", "a", "b", "again", "end"),
        flow("again", "merge", "more"),
    )
    case = Case(xml, more=True)
    case.do("a")
    case.do("b")

    why = refused(case, "a", "b", NotBefore)
    assert targets(case, "a") == ()
    assert why.told("en") == (
        "The case cannot go back to b: that does not come before what is open. "
        "It can go back to: –."
    )
    assert why.told("zh") == "不能退回到 b：它不在当前步骤之前。可以退回到：–。"


def test_without_a_task_everything_open_goes_back_to_where_it_may_stand():
    """A form is corrected while its first check is under way: the check begins anew."""
    case = Case(fork("r", a=("a1", "a2"), b=("b",), after=()))
    assert targets(case, None) == ("r",)
    task = case.task("r")
    send_back(case, None, "r")
    assert case.task("r") == task + 1
    case.do("r")
    case.do("a1")

    assert targets(case, None) == ("r",)
    refused(case, None, "a1", NotBefore)
    send_back(case, None, "r")
    assert case.open() == ["r"]


def test_an_end_that_will_be_reached_anew_has_not_been_reached():
    xml = model(
        start(),
        user("r"),
        node("parallelGateway", "split"),
        user("a"),
        user("b"),
        end("granted", tb_outcome="granted"),
        end("told"),
        path("start", "r", "split", "a", "granted"),
        path("split", "b", "told"),
    )
    case = Case(xml)
    case.do("r")
    case.do("a")
    assert case.state.outcome == "granted"
    send_back(case, "b", "r")

    assert case.state.outcome is None


def test_a_flaw_of_the_drawing_is_not_held_against_the_case():
    """In some runs the join waits for ever anyway; here nothing is worse than before."""
    xml = model(
        start(),
        user("r"),
        user("s"),
        node("parallelGateway", "split"),
        user("a"),
        node("exclusiveGateway", "x", default="x-join"),
        user("b"),
        node("parallelGateway", "join"),
        end(),
        end("off"),
        path("start", "r", "s", "split", "a", "x", "join", "end"),
        path("split", "b", "join"),
        flow("x", "off", "stop"),
    )
    case = Case(xml, stop=False)
    case.do("r")
    assert targets(case, "s") == ("r",)


@pytest.mark.parametrize("to", ["start", "split", "nothing", "late"])
def test_only_a_step_that_is_carried_out_can_be_gone_back_to(to: str):
    late = boundary("late", "r", timer("timeDuration", "P1D")) + flow("late", "end")
    xml = (
        fork("r", a=("a",), b=("b",), after=()).decode().replace("</process>", late + "</process>")
    )
    case = Case(xml.encode())
    case.do("r")
    why = refused(case, "a", to, NotAnActivity)

    assert why.told("en") == (
        f"The case cannot go back to {to}: no step of the process has that id that somebody or "
        "something carries out. It can go back to: r."
    )
    assert why.told("zh") == (f"不能退回到 {to}：流程中没有该 id 的办理步骤。可以退回到：r。")


def test_a_task_that_is_not_open_cannot_be_sent_back():
    case = Case(model(start(), user("a"), service("s"), end(), path("start", "a", "s", "end")))
    done = case.task("a")
    case.do("a")

    def back(task: int | None) -> Return:
        return Return(task, "a", "officer", case.at)

    for task, kind in ((done, TaskClosed), (99, UnknownTask), (case.task("s"), WrongAnswer)):
        with pytest.raises(kind):
            case.tell(back(task))
        with pytest.raises(kind):
            returnable(case.definition, case.state, task)
    case.do("s")
    with pytest.raises(AlreadyOver):
        case.tell(back(None))


def test_a_case_that_has_not_begun_or_runs_on_another_version_is_not_sent_back():
    case = Case(line("a"))
    other = Case(line("a", "b"))

    with pytest.raises(NotStarted):
        returnable(case.definition, State(), None)
    with pytest.raises(WrongDefinition):
        returnable(case.definition, other.state, None)


def test_the_same_event_gives_the_same_answer_whoever_asks_and_when():
    case = Case(line("a", "b"))
    case.do("a")
    at = datetime(2026, 12, 1, tzinfo=MONDAY.tzinfo)
    event = Return(case.task("b"), "a", "officer", at)

    assert advance(case.definition, case.state, event) == advance(
        case.definition, case.state, event
    )
    assert isinstance(case.told[0], Start)
