"""Moving a case to another version of its process: what is in the way."""

from datetime import datetime

import pytest

from tests.engines.processes.bpmn_administration import catch, line, move, obstacles, race, told
from tests.engines.processes.bpmn_cases import Case
from tests.engines.processes.bpmn_models import (
    association,
    boundary,
    declared,
    end,
    extended,
    message,
    model,
    node,
    path,
    service,
    several,
    signal,
    start,
    sub,
    tb_input,
    thrown,
    timer,
    user,
)
from tongban.engines.processes import (
    CannotMigrate,
    OpenTask,
    State,
    load,
    migrate,
)
from tongban.engines.processes.migrating.obstacles import KINDS, WORDS
from tongban.engines.processes.model import BoundaryEvent, EventSubProcess
from tongban.engines.processes.running import ENTER, NotExecutable, NoTimeZone, WrongDefinition
from tongban.engines.processes.running.answers import AlreadyOver
from tongban.engines.processes.running.starting import NotStarted


def test_what_is_not_there_any_more_is_in_the_way():
    case = Case(line(user("a", name="审核"), "b"))

    assert told(case, line("b")) == (
        "The user task “审核” (a), where the case stands or what it may still undo, is not in the "
        "new version. Complete it first, or say which user task takes its place.",
        "新版本中没有用户任务“审核”（a），而办件正停在该处，或仍可能撤销它。"
        "请先办结，或指定由新版本的哪个用户任务接替。",
    )
    with pytest.raises(CannotMigrate) as why:
        move(case, line("b"))
    assert why.value.told("en").startswith(
        "The case cannot move to the other version of its process; 1 obstacles, the first: The "
        "user task “审核” (a)"
    )
    assert why.value.told("zh").startswith(
        "办件不能迁移到另一流程版本，共 1 个障碍，第一个：新版本中没有用户任务“审核”（a）"
    )


def test_what_is_of_another_kind_is_in_the_way():
    case = Case(line("a"))

    assert told(case, line(service("a", name="Look up"))) == (
        "The user task “a” (a) would become the service task “Look up”. Complete it first, or let "
        "a user task take its place.",
        "用户任务“a”（a）将变为服务任务“Look up”。请先办结，或指定由另一个用户任务接替。",
    )


def test_what_moves_into_another_part_is_in_the_way():
    case = Case(line("a"))
    new = line(sub(start("s1"), user("a"), end("e1"), path("s1", "a", "e1"), id="s"))

    assert told(case, new) == (
        "The user task “a” (a) would move into another part of the process. Complete it first, or "
        "let a user task of the same part take its place.",
        "用户任务“a”（a）将移到流程的另一部分。请先办结，或指定由同一部分中的用户任务接替。",
    )


@pytest.mark.parametrize(
    "loop",
    [
        "",
        several(sequential=True, count="2"),
        several(count="2", tb_outputCollection="all", tb_outputElement="x"),
        '<standardLoopCharacteristics loopMaximum="2"/>',
    ],
)
def test_what_is_repeated_in_another_way_is_in_the_way(loop: str):
    case = Case(line(user("a", several(count="2"))))

    assert told(case, line(user("a", loop))) == (
        "The user task “a” (a) would be repeated in another way than the one in which it was "
        "begun. Complete it first.",
        "用户任务“a”（a）的重复方式将与启动时不同。请先办结。",
    )


def test_how_often_it_is_repeated_was_settled_when_it_began():
    case = Case(line(user("a", several(count="2"))))
    move(case, line(user("a", several(count="5"))))
    case.do("a")
    case.do("a")

    assert case.over == ("finished", "end")


def test_a_standard_loop_goes_on_as_the_new_version_says():
    def looped(most: int) -> bytes:
        return line(user("a", f'<standardLoopCharacteristics loopMaximum="{most}"/>'))

    case = Case(looped(5))
    move(case, looped(2))
    case.do("a")
    case.do("a")

    assert case.over == ("finished", "end")


def calling(process: str, *tasks: str, types: str = "") -> bytes:
    called = "".join(
        f'<process id="{each}">{types}{start(f"{each}s")}'
        f"{''.join(map(user, tasks))}{end(f'{each}e')}{path(f'{each}s', *tasks, f'{each}e')}"
        "</process>"
        for each in (process,)
    )
    call = node("callActivity", "c", extended(tb_input("x", "5")), calledElement=process)
    return model(start(), call, end(), path("start", "c", "end"), beside=called)


def test_a_case_moves_inside_a_called_process():
    case = Case(calling("q", "a", "b"))
    case.do("a")
    move(case, calling("q", "a", "b", "d"))
    case.do("b")

    assert case.open() == ["d"]


def test_what_calls_another_process_is_in_the_way():
    case = Case(calling("q", "a"))
    new = calling("r", "a")

    assert ("other-call", "c") in obstacles(case, new)
    with pytest.raises(CannotMigrate) as why:
        move(case, new)
    words = {each.rule: each for each in why.value.obstacles}["other-call"]
    assert words.told("en") == (
        "The call activity “c” (c) would call another process than the one that is open. "
        "Complete it first."
    )
    assert words.told("zh") == "调用活动“c”（c）调用的流程将与正在运行的不同。请先办结。"


def test_a_wait_of_another_kind_is_in_the_way():
    case = Case(line(catch("c", message("m"))))
    words = (
        "The catching event “c” (c) waits for something that the new version does not wait for "
        "there. Let it come first, or let a catching event that waits for it take its place.",
        "捕获事件“c”（c）正在等待的内容，新版本在该处不再等待。"
        "请等其到来，或指定由等待同样内容的捕获事件接替。",
    )

    assert told(case, line(catch("c", timer("timeDuration", "P1D")))) == words
    both = Case(line(catch("c", message("m") + signal("alarm"))))
    assert told(both, line(catch("c", message("m")))) == words


def test_an_event_behind_a_gateway_that_went_is_in_the_way():
    case = Case(race(catch("paid", message("m")), catch("late", timer("timeDuration", "P1D"))))
    new = race(catch("heard", signal("alarm")), catch("late", timer("timeDuration", "P1D")))

    assert obstacles(case, new) == [("gone", "paid")]


def test_a_value_that_the_new_version_declares_otherwise_is_in_the_way():
    case = Case(line("a"), x="five")
    new = model(declared(x="number"), start(), user("a"), end(), path("start", "a", "end"))

    assert told(case, new) == (
        "x holds a value that is no number, as the new version declares it. Correct the value "
        "first.",
        "x 的值不是新版本所声明的 number。请先更正该值。",
    )


def test_in_a_called_process_as_well():
    case = Case(calling("q", "a"))

    assert obstacles(case, calling("q", "a", types=declared(x="string"))) == [("wrong-value", "x")]
    move(case, calling("q", "a", types=declared(x="number")))


def test_what_may_still_be_undone_must_be_there():
    def undoing(task: str) -> bytes:
        return model(
            start(),
            user(task),
            boundary("b", task, thrown("compensate")),
            service("undo", isForCompensation="true"),
            association("b", "undo"),
            user("z"),
            end(),
            path("start", task, "z", "end"),
        )

    case = Case(undoing("a"))
    case.do("a")

    assert obstacles(case, undoing("x")) == [("gone", "a")]
    move(case, undoing("x"), {"a": "x"})
    (row,) = case.state.done.values()
    assert row.node == "x"


def test_a_case_moves_while_something_is_undone():
    def undoing(*more: str) -> bytes:
        return model(
            start(),
            user("a"),
            boundary("b", "a", thrown("compensate")),
            user("undo", isForCompensation="true"),
            association("b", "undo"),
            node("intermediateThrowEvent", "back", thrown("compensate")),
            *map(user, more),
            end(),
            path("start", "a", "back", *more, "end"),
        )

    case = Case(undoing())
    case.do("a")
    move(case, undoing("z"))
    case.do("undo")

    assert case.open() == ["z"]


def test_a_mapping_of_what_there_is_not_is_refused():
    case = Case(line("a"))

    assert told(case, line("a"), {"a": "b"}) == (
        "a → b leads from or to a step that there is not. Name one of the old version and one of "
        "the new.",
        "a → b 所指的步骤不存在。请写出旧版本和新版本中已有的步骤。",
    )
    assert obstacles(case, line("a"), {"x": "a"}) == [("no-such-step", "x")]


def test_a_case_that_is_not_under_way_does_not_move():
    case = Case(line("a"))
    old, new = case.definition, load(line("a", "b"))
    drawing = load(line("a").replace(b'isExecutable="true"', b""))

    with pytest.raises(NotStarted):
        migrate(old, new, State(), case.at)
    with pytest.raises(WrongDefinition):
        migrate(new, old, case.state, case.at)
    with pytest.raises(NotExecutable):
        migrate(old, drawing, case.state, case.at)
    with pytest.raises(NoTimeZone):
        migrate(old, new, case.state, datetime(2026, 3, 2, 9))  # noqa: DTZ001
    case.do("a")
    with pytest.raises(AlreadyOver):
        migrate(old, new, case.state, case.at)


def test_every_kind_of_node_has_a_name_in_both_languages():
    assert KINDS.keys() == ENTER.keys() | {BoundaryEvent, EventSubProcess}
    for english, chinese in (*KINDS.values(), *WORDS.values()):
        assert english
        assert any("\u4e00" <= each <= "\u9fff" for each in chinese)


def test_work_that_opened_before_the_move_is_done_after_it():
    case = Case(line("a"))
    (opened,) = case.effects_of(OpenTask)
    move(case, line("a", "b"))
    case.tell_task(opened.task)

    assert case.open() == ["b"]
