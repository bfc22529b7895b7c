"""Signers beside a task, and tasks that are left out with authority."""

from decimal import Decimal

import pytest

from tests.engines.processes.bpmn_cases import Case
from tests.engines.processes.bpmn_models import (
    association,
    boundary,
    declared,
    end,
    extended,
    flow,
    model,
    node,
    path,
    service,
    several,
    start,
    tb_input,
    tb_output,
    thrown,
    timer,
    user,
)
from tongban.engines.feel.values import Value
from tongban.engines.processes import (
    AddSigner,
    CancelTask,
    Entered,
    Finished,
    Invalid,
    Left,
    OpenTask,
    Reference,
    Refused,
    Return,
    Skip,
    State,
    TaskDone,
    load,
)
from tongban.engines.processes.running.answers import (
    AlreadyOver,
    TaskClosed,
    UnknownTask,
    WrongAnswer,
)
from tongban.engines.processes.running.signing import SignersFirst, SignsHimself
from tongban.engines.processes.running.skipping import NotSkippable
from tongban.engines.processes.running.starting import NotStarted


def one(inside: str = "", *more: str, **attributes: str) -> bytes:
    """A task between start and end; behind it, where there is more, the task `z`."""
    return model(start(), user("a", inside, **attributes), *more, end(), path("start", "a", "end"))


def add(case: Case, task: int) -> int:
    """The number of the signer's task."""
    (opened,) = case.tell(AddSigner(task, "officer", case.at))
    assert isinstance(opened, OpenTask)
    return opened.task


def refused(case: Case, event: AddSigner | Skip | TaskDone, kind: type[Refused]) -> Refused:
    before = case.state
    with pytest.raises(kind) as why:
        case.tell(event)
    assert case.state == before
    return why.value


def done(case: Case, task: int, **outputs: Value):
    return case.tell(TaskDone(task, outputs, "officer", case.at))


def skip(case: Case, task: int):
    return case.tell(Skip(task, "lead", case.at))


# -- signers


def test_a_signer_gets_a_task_of_the_same_node_with_the_same_inputs():
    xml = one(extended(tb_input("sum", "x + 1")), tb_form="f", tb_post="approver")
    case = Case(xml, x=1)
    main = case.task("a")

    assert case.tell(AddSigner(main, "officer", case.at)) == (
        OpenTask(main + 1, "a", "a", "approver", "f", {"sum": Decimal(2)}, beside=main),
    )
    assert case.state.tasks[main].beside is None
    assert case.state.tasks[main + 1].beside == main
    assert len(case.state.tokens) == 1


def test_the_task_waits_for_its_signers_and_its_answer_counts():
    case = Case(one())
    main = case.task("a")
    first, second = add(case, main), add(case, main)
    assert done(case, first, approved=False) == ()
    why = refused(case, TaskDone(main, {"approved": True}, "officer", case.at), SignersFirst)

    assert why.told("en") == (
        f"Task {main} cannot be done before those who sign beside it: {second} still open."
    )
    assert why.told("zh") == f"任务 {main} 要等会签完成才能办结，尚未完成的会签任务：{second}。"
    assert done(case, second, approved=False) == ()
    assert Left("a") in done(case, main, approved=True)
    assert case.state.variables == {"approved": True}
    assert case.over == ("finished", "end")


def test_what_signers_answer_is_kept_where_the_model_names_a_list():
    case = Case(one(tb_signatures="signed"))
    main = case.task("a")
    assert case.state.variables == {"signed": []}
    for agrees in (True, False):
        done(case, add(case, main), agrees=agrees)
    done(case, main, approved=True)

    assert case.state.variables == {
        "signed": [{"agrees": True}, {"agrees": False}],
        "approved": True,
    }


def test_the_list_can_be_read_behind_the_task_though_nobody_signed():
    xml = model(
        declared(approved="boolean"),
        start(),
        user("a", extended(tb_output("approved", "ok")), tb_signatures="signed"),
        node("exclusiveGateway", "g", default="g-end"),
        user("b"),
        end(),
        path("start", "a", "g", "end"),
        flow("g", "b", "some each in signed satisfies each.agrees = false"),
        flow("b", "end"),
    )
    alone, doubted = Case(xml), Case(xml)
    alone.do("a", ok=True)
    done(doubted, add(doubted, doubted.task("a")), agrees=False)
    doubted.do("a", ok=True)

    assert alone.over == ("finished", "end")
    assert doubted.open() == ["b"]


def test_each_time_the_task_opens_nobody_has_signed():
    xml = model(
        start(), user("r"), user("a", tb_signatures="signed"), end(), path("start", "r", "a", "end")
    )
    case = Case(xml)
    case.do("r")
    done(case, add(case, case.task("a")), agrees=False)
    case.tell(Return(case.task("a"), "r", "officer", case.at))
    assert case.state.variables == {"signed": [{"agrees": False}]}
    case.do("r")

    assert case.state.variables == {"signed": []}


def test_a_signer_adds_no_signer():
    case = Case(one())
    main = case.task("a")
    signer = add(case, main)
    why = refused(case, AddSigner(signer, "officer", case.at), SignsHimself)

    assert why.told("en") == (
        f"Task {signer} is that of a signer beside task {main}. Add the signer to task {main}."
    )
    assert why.told("zh") == (f"任务 {signer} 是任务 {main} 的会签任务。请在任务 {main} 上加签。")


def test_signers_stand_beside_one_turn():
    xml = one(several(count="2"))
    case = Case(xml)
    first, second = case.work()
    signer = add(case, second)
    done(case, first)
    refused(case, TaskDone(second, {}, "officer", case.at), SignersFirst)
    done(case, signer)
    done(case, second)

    assert case.over == ("finished", "end")


def test_each_turn_that_adds_to_a_list_has_signatures_of_its_own():
    loop = several(count="2", tb_outputCollection="all", tb_outputElement="count(signed)")
    case = Case(one(loop, tb_signatures="signed"))
    first, second = case.work()
    done(case, add(case, second), agrees=True)
    done(case, first)
    done(case, second)

    assert case.state.variables == {"signed": [], "all": [Decimal(0), Decimal(1)]}


def test_turns_that_add_to_no_list_share_their_signatures():
    case = Case(one(several(count="2"), tb_signatures="signed"))
    for turn, task in enumerate(list(case.work())):
        done(case, add(case, task), turn=Decimal(turn))

    assert case.state.variables == {"signed": [{"turn": Decimal(0)}, {"turn": Decimal(1)}]}


def test_signers_go_with_the_task_that_is_called_off():
    late = boundary("late", "a", timer("timeDuration", "P1D")) + flow("late", "end")
    case = Case(one("", late))
    main = case.task("a")
    signer = add(case, main)
    effects = case.ring("late")

    assert [each for each in effects if isinstance(each, CancelTask)] == [
        CancelTask(main),
        CancelTask(signer),
    ]
    assert case.over == ("finished", "end")


def test_a_signer_may_send_the_case_back():
    case = Case(model(start(), user("r"), user("a"), end(), path("start", "r", "a", "end")))
    case.do("r")
    signer = add(case, case.task("a"))
    case.tell(Return(signer, "r", "officer", case.at))

    assert case.open() == ["r"]
    assert len(case.state.tasks) == 1


def test_what_was_stored_before_there_were_signers_is_still_read():
    case = Case(one())
    text = case.state.to_json().replace('"user",null]', '"user"]')

    assert text != case.state.to_json()
    assert State.from_json(text) == case.state


@pytest.mark.parametrize("verb", [AddSigner, Skip])
def test_only_an_open_task_of_a_person_can_be_signed_or_skipped(verb: type[AddSigner | Skip]):
    xml = model(
        start(), user("a", tb_skippable="lead"), service("s"), end(), path("start", "a", "s", "end")
    )
    with pytest.raises(NotStarted):
        Case.not_begun(xml).tell(verb(1, "officer", Case(xml).at))
    case = Case(xml)
    main = case.task("a")
    done(case, main)
    called = case.task("s")

    refused(case, verb(main, "officer", case.at), TaskClosed)
    refused(case, verb(99, "officer", case.at), UnknownTask)
    why = refused(case, verb(called, "officer", case.at), WrongAnswer)
    assert why.told("en") == (
        f"Task {called} is done by a service; {verb.__name__} is no answer to it."
    )
    case.do("s")
    refused(case, verb(called, "officer", case.at), AlreadyOver)


# -- skipping


def test_a_task_that_may_be_skipped_ends_without_an_answer():
    case = Case(one(tb_skippable="lead"), x=1)

    assert skip(case, case.task("a")) == (Left("a"), Entered("end"), Left("end"), Finished("end"))
    assert case.state.variables == {"x": 1}
    assert case.over == ("finished", "end")


def test_a_task_that_may_be_skipped_leaves_nothing_behind_where_it_is_done():
    """So that nothing that is read later depends on whether it was."""
    case = Case(one(tb_skippable="lead"))
    case.do("a", approved=True)

    assert case.state.variables == {}


def test_what_the_model_does_not_let_go_is_not_skipped():
    case = Case(model(start(), user("a", name="审核"), end(), path("start", "a", "end")))
    why = refused(case, Skip(case.task("a"), "lead", case.at), NotSkippable)

    assert why.told("en") == (
        "审核 (a) cannot be skipped: the process names no post that may. Do it, or send the case "
        "back; where the step can be left out by law, give it tb:skippable in the model."
    )
    assert why.told("zh") == (
        "审核（a）不能跳过：流程没有规定可以跳过它的岗位。请办理该步骤，或退回；"
        "依法可以省略的步骤，请在模型中填写 tb:skippable。"
    )


def test_a_manual_task_may_be_skipped_as_well_and_its_post_is_one_that_must_exist():
    xml = model(
        start(),
        node("manualTask", "a", tb_skippable="lead", tb_post="clerk"),
        end(),
        path("start", "a", "end"),
    )
    case = Case(xml)

    assert load(xml).references() == (
        Reference("post", "clerk", "a", 1),
        Reference("post", "lead", "a", 1),
    )
    skip(case, case.task("a"))
    assert case.over == ("finished", "end")


def findings(xml: bytes) -> list[tuple[str, str, str]]:
    with pytest.raises(Invalid) as why:
        load(xml)
    return [(each.rule, each.told("en"), each.told("zh")) for each in why.value.findings]


@pytest.mark.parametrize(
    "inside",
    [
        extended(tb_output("approved", "ok")),
        several(count="2", tb_outputCollection="all", tb_outputElement="ok"),
    ],
)
def test_what_may_be_skipped_must_leave_nothing_behind(inside: str):
    assert findings(one(inside, tb_skippable="lead")) == [
        (
            "skippable-with-outputs",
            "The task may be skipped, and then nobody sets what it leaves behind. Remove its "
            "outputs, or tb:skippable.",
            "该任务可以跳过，跳过后其输出就没有人填写。请删除其输出，或删除 tb:skippable。",
        )
    ]


def test_signatures_are_kept_under_a_name_that_can_be_read():
    ((rule, _, _),) = findings(one(tb_signatures="1st"))

    assert rule == "wrong-name"


def test_one_turn_is_skipped_by_itself():
    case = Case(one(several(sequential=True, count="3"), tb_skippable="lead"))
    skip(case, case.task("a"))
    case.do("a")
    skip(case, case.task("a"))

    assert case.over == ("finished", "end")


def test_before_its_signers_a_task_is_not_skipped_either():
    case = Case(one(tb_skippable="lead", tb_signatures="signed"))
    main = case.task("a")
    signer = add(case, main)
    why = refused(case, Skip(main, "lead", case.at), SignersFirst)
    assert why.facts == {"task": main, "signers": str(signer)}
    assert skip(case, signer) == ()
    skip(case, main)

    assert case.state.variables == {"signed": []}


def test_what_was_skipped_is_not_undone():
    xml = model(
        start(),
        user("a", tb_skippable="lead"),
        boundary("b", "a", thrown("compensate")),
        service("undo", isForCompensation="true"),
        association("b", "undo"),
        node("intermediateThrowEvent", "back", thrown("compensate")),
        end(),
        path("start", "a", "back", "end"),
    )
    skipped, kept = Case(xml), Case(xml)
    skip(skipped, skipped.task("a"))
    kept.do("a")

    assert skipped.over == ("finished", "end")
    assert kept.open() == ["undo"]


def test_events_on_the_border_end_with_a_task_that_is_skipped():
    late = boundary("late", "a", timer("timeDuration", "P1D")) + flow("late", "end")
    case = Case(one("", late, tb_skippable="lead"))
    skip(case, case.task("a"))

    assert case.state.timers == {}
    assert case.trace() == ["start", "a", "end"]
