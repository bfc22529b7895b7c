"""Call activities: a process inside another, with its own variables, from any file."""

import hashlib

import pytest

from tests.engines.processes.bpmn_cases import Case
from tests.engines.processes.bpmn_models import (
    HEAD,
    boundary,
    declared,
    end,
    error,
    escalation,
    extended,
    flow,
    handler,
    message,
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
)
from tongban.engines.feel import Unknown
from tongban.engines.processes import Invalid, OpenTask, Reference, State, load, processes
from tongban.engines.processes.running.run import WrongType

BESIDE = (
    '<error id="lost" errorCode="LOST"/><escalation id="up" escalationCode="UP"/>'
    '<signal id="sig" name="alarm"/><message id="m" name="order"/>'
)


def process(id: str, *parts: str, executable: bool = True, **attributes: str) -> str:
    return node("process", id, "".join(parts), isExecutable=str(executable).lower(), **attributes)


def file(*parts: str) -> bytes:
    return f"{HEAD}{''.join(parts)}</definitions>".encode()


def call(inside: str = "", to: str = "q", **attributes: str) -> str:
    return node("callActivity", "call", inside, calledElement=to, **attributes)


def caller(inside: str = "", *more: str, to: str = "q") -> str:
    return process("p", start(), call(inside, to), user("after"), end(),
                   path("start", "call", "after", "end"), *more)  # fmt: skip


CALLED = process("q", start("s"), user("a"), end("e"), path("s", "a", "e"))


def test_a_called_process_runs_inside_the_call():
    case = Case(file(BESIDE, caller(), CALLED))
    assert case.trace() == ["start", "call", "s", "a"]
    case.do("a")

    assert case.open() == ["after"]
    case.do("after")
    assert case.over == ("finished", "end")


def test_a_called_process_knows_only_what_it_is_handed():
    inside = extended(tb_input("x", "x + 1"), tb_output("y", "x * 10"), tb_output("seen", "z"))
    called = process("q", start("s"), script("c", "x + 1", tb_result="x"),
                     user("a"), end("e"), path("s", "c", "a", "e"))  # fmt: skip
    case = Case(file(caller(inside), called), x=1, z=5)
    assert case.last[-1].inputs == {"x": 3}
    case.do("a", other=9)

    assert case.state.variables == {"x": 1, "z": 5, "y": 30, "seen": Unknown(frozenset({"z"}))}


def test_without_mappings_nothing_goes_in_and_nothing_comes_out():
    called = process("q", start("s"), script("c", "1", tb_result="x"), end("e"),
                     path("s", "c", "e"))  # fmt: skip
    case = Case(file(caller(), called), x=7)

    assert case.open() == ["after"]
    assert case.state.variables == {"x": 7}


def test_each_instance_of_a_call_has_its_own_process():
    inside = (
        extended(tb_input("n", "loopCounter * 10"), tb_output("out", "n"))
        + several(count="3", tb_outputCollection="found", tb_outputElement="out")
    )  # fmt: skip
    case = Case(file(caller(inside), CALLED))
    asked = [effect.inputs for effect in case.effects_of(OpenTask)]
    assert asked == [{"n": 10}, {"n": 20}, {"n": 30}]
    for task in (3, 1, 2):
        case.tell_task(task)

    assert case.state.variables == {"found": [10, 20, 30]}


def test_two_calls_of_one_process_share_its_nodes_and_nothing_else():
    main = process("p", start(), node("callActivity", "one", calledElement="q"),
                   node("callActivity", "two", calledElement="q"), end(),
                   path("start", "one", "end"), path("start", "two", "end"))  # fmt: skip
    case = Case(file(main, CALLED))
    assert case.open() == ["a", "a"]
    case.tell_task(1)

    assert case.trace().count("end") == 1
    case.tell_task(2)
    assert case.over == ("finished", "end")


def test_errors_and_escalations_climb_out_of_a_call():
    failing = process("q", start("s"), service("a"), end("e"), path("s", "a", "e"))
    raising = process("q", start("s"), user("a"), end("e", escalation("up")), path("s", "a", "e"))
    failed = Case(file(BESIDE, caller("", boundary("b", "call", error("lost")), end("other"),
                                      flow("b", "other")), failing))  # fmt: skip
    raised = Case(file(BESIDE, caller("", boundary("b", "call", escalation("up"),
                                                   cancelActivity="false"),
                                      user("chief"), end("other"), path("b", "chief", "other")),
                       raising))  # fmt: skip
    failed.fail("a", "LOST")
    raised.do("a")

    assert failed.over == ("finished", "other")
    assert raised.open() == ["chief", "after"]


def test_a_terminate_end_of_a_called_process_ends_only_that():
    called = process("q", start("s"), user("a"), user("b"), end("kill", thrown("terminate")),
                     end("e"), path("s", "a", "kill"), path("s", "b", "e"))  # fmt: skip
    case = Case(file(caller(), called))
    case.do("a")

    assert case.called_off() == ["b"]
    assert case.open() == ["after"]


def test_a_deadline_calls_off_what_is_going_on_in_a_called_process():
    case = Case(file(caller("", boundary("late", "call", timer("timeDuration", "P1D")),
                            end("other"), flow("late", "other")), CALLED))  # fmt: skip
    case.ring("late")

    assert case.called_off() == ["a", "call"]
    assert case.over == ("finished", "other")


def test_the_event_sub_processes_of_a_called_process_listen_while_it_runs():
    help_ = handler("h", signal("sig"), user("help"), end("he"), path("h_start", "help", "he"))
    called = process("q", start("s1"), user("a"), end("e"), path("s1", "a", "e"), help_)
    case = Case(file(BESIDE, caller(), called))
    case.signal("alarm")
    assert case.open() == ["help"]

    case.do("help")
    assert case.open() == ["after"]
    assert not case.state.subscriptions


def test_a_called_process_is_judged_by_its_own_declarations():
    called = process("q", declared(x="number"), start("s"), user("a"), end("e"),
                     path("s", "a", "e"))  # fmt: skip
    case = Case(file(caller(extended(tb_input("x", "x"))), called), x=1)
    before = case.state

    with pytest.raises(WrongType) as refused:
        case.do("a", x="many")
    assert refused.value.facts["name"] == "x"
    assert case.state == before
    wrong = called.replace("<userTask", script("c", "y", tb_result="x") + "<userTask")
    with pytest.raises(Invalid) as found:
        load(file(caller(), wrong))
    assert ("wrong-expression", "c") in [(f.rule, f.element) for f in found.value.findings]


def test_what_a_called_process_refers_to_is_told_as_well():
    called = process("q", start("s"), user("a", tb_form="f1", tb_post="chief"), end("e"),
                     path("s", "a", "e"))  # fmt: skip
    references = load(file(caller(), called)).references()

    assert Reference("form", "f1", "a", 1) in references
    assert Reference("post", "chief", "a", 1) in references


# -- global tasks


@pytest.mark.parametrize(
    ("task", "kind"),
    [
        ('<globalUserTask id="q" name="审批" tb:form="f1" tb:post="chief"/>', "user"),
        ('<globalManualTask id="q"/>', "user"),
        ('<globalBusinessRuleTask id="q" tb:decision="d"/>', "decision"),
    ],
)
def test_a_call_of_a_global_task_is_that_task(task: str, kind: str):
    case = Case(file(caller(), task))
    (open_,) = case.state.tasks.values()

    assert (open_.node, open_.kind) == ("call", kind)
    case.do("call")
    assert case.open() == ["after"]


def test_a_global_task_keeps_the_name_of_its_call_and_brings_its_form():
    task = '<globalUserTask id="q" name="Any" tb:form="f1" tb:post="chief"/>'
    case = Case(file(caller().replace('id="call"', 'id="call" name="复核"'), task))

    opened = case.last[-1]
    assert isinstance(opened, OpenTask)
    assert (opened.name, opened.form, opened.lane) == ("复核", "f1", "chief")


def test_a_global_script_task_computes_where_it_is_called():
    task = '<globalScriptTask id="q" tb:result="x"><script>n + 1</script></globalScriptTask>'
    case = Case(file(caller(), task), n=4)
    assert case.state.variables == {"n": 4, "x": 5}

    foreign = task.replace("<globalScriptTask", '<globalScriptTask scriptLanguage="groovy"')
    with pytest.raises(Invalid) as refused:
        load(file(caller(), foreign))
    assert [(f.rule, f.element) for f in refused.value.findings] == [("wrong-language", "call")]


def test_a_plain_global_task_completes_at_once():
    assert Case(file(caller(), '<globalTask id="q"/>')).trace() == ["start", "call", "after"]


def test_what_a_global_task_lacks_is_found_at_its_call():
    with pytest.raises(Invalid) as refused:
        load(file(caller(), '<globalBusinessRuleTask id="q"/>'))

    assert [(f.rule, f.element) for f in refused.value.findings] == [("missing-extension", "call")]


# -- several processes, several files


def test_of_several_processes_the_one_that_no_other_calls_is_taken():
    assert load(file(CALLED, caller())).id == "p"
    assert load(file(CALLED, caller()), process="q").id == "q"
    assert processes(file(CALLED, caller())) == ("q", "p")


def test_processes_that_are_not_executable_are_told_where_no_other_is():
    quiet = process("q", start("s"), end("e"), path("s", "e"), executable=False)
    assert processes(file(caller(), quiet)) == ("p",)
    assert processes(file(quiet)) == ("q",)
    assert processes(file()) == processes(file(process("pool"))) == ()

    with pytest.raises(Invalid):
        processes(b"<definitions")


def other_file(name: str = "q") -> bytes:
    """As an editor draws it: with the same ids as any other."""
    lanes = (
        '<laneSet id="ls"><lane id="l" name="窗口"><flowNodeRef>a</flowNodeRef></lane></laneSet>'
    )
    return file(
        BESIDE,
        process(
            name, lanes, start(), user("a"), boundary("late", "a", timer("timeDuration", "P1D")),
            node("exclusiveGateway", "g", default="g-end"), end(), end("x"),
            path("start", "a", "g", "end"), flow("g", "x", "n > 5"), flow("late", "end"),
        ),
    )  # fmt: skip


def test_a_process_of_another_file_is_called_and_its_ids_do_not_clash():
    case = Case(file(caller()), other_file())
    assert case.open() == ["q/a"]
    assert case.last[-1].lane == "窗口"
    case.do("q/a", n=6)

    assert case.trace() == [
        "start", "call", "q/start", "q/a", "q/g", "q/x", "after",
    ]  # fmt: skip
    assert case.state.variables == {}


def test_a_process_of_another_file_finds_what_stands_beside_it_there():
    waits = process("q", start(), node("intermediateCatchEvent", "w", message("m")), end(),
                    path("start", "w", "end"))  # fmt: skip
    case = Case(file(caller()), file('<message id="m" name="theirs"/>', waits))
    case.say("theirs")

    assert case.open() == ["after"]


def test_the_version_is_that_of_all_files_together():
    main, other = file(caller()), other_file()
    alone = file(caller(to="r"), CALLED.replace('id="q"', 'id="r"'))

    assert load(alone).version == hashlib.sha256(alone).hexdigest()
    both = load(main, other).version
    assert both == load(main, other).version
    assert both != load(main, other.replace(b"P1D", b"P2D")).version
    assert load(main, other).xml == main


def test_a_call_of_what_does_not_exist_is_found():
    with pytest.raises(Invalid) as refused:
        load(file(caller(to="ghost")))

    (finding,) = refused.value.findings
    assert finding.told("en") == (
        "calledElement names ghost, and the file has no such process. Choose one that exists."
    )
    with pytest.raises(Invalid) as refused:
        load(file(caller(to="ghost").replace(' calledElement="ghost"', "")))
    assert [(f.rule, f.element) for f in refused.value.findings] == [("missing-attribute", "call")]


def test_processes_that_call_each_other_in_a_circle_are_refused_by_name():
    back = process("q", start("s"), node("callActivity", "back", calledElement="p"), end("e"),
                   path("s", "back", "e"))  # fmt: skip
    with pytest.raises(Invalid) as refused:
        load(file(caller(), back), process="p")

    (finding,) = refused.value.findings
    assert finding.rule == "calls-itself"
    assert finding.facts["path"] in ("p → q → p", "q → p → q")
    assert finding.element in ("call", "back")


def test_a_called_process_must_know_where_to_begin():
    waits = process("q", node("startEvent", "b1", message("m")), end("e"), path("b1", "e"))
    both = process("q", start("b1"), start("s2"), end("e"), path("b1", "e"), path("s2", "e"))

    for called, expected in ((waits, ("no-start", "q")), (both, ("several-starts", "s2"))):
        with pytest.raises(Invalid) as refused:
            load(file(BESIDE, caller(), called), process="p")
        assert [(f.rule, f.element) for f in refused.value.findings] == [expected]


def test_the_same_process_in_two_files_is_refused():
    with pytest.raises(Invalid) as refused:
        load(file(caller(), CALLED), other_file())

    (finding,) = refused.value.findings
    assert (finding.rule, finding.element) == ("same-process-twice", "q")


def test_a_call_goes_on_after_its_state_was_stored():
    """Nothing but the definition and the state is needed, as everywhere."""
    definition = load(file(caller()), other_file())
    case = Case(file(caller()), other_file())

    assert case.definition.version == definition.version
    assert State.from_json(case.state.to_json()) == case.state


def test_calls_may_be_nested():
    middle = process("q", start("s"), node("callActivity", "deeper", calledElement="r"), end("e"),
                     path("s", "deeper", "e"))  # fmt: skip
    deep = process("r", start("s3"), user("a"), end("e3"), path("s3", "a", "e3"))
    case = Case(file(caller(), middle, deep))
    assert case.trace() == ["start", "call", "s", "deeper", "s3", "a"]

    case.do("a")
    assert case.open() == ["after"]


def test_a_call_may_stand_inside_a_sub_process_and_a_loop():
    inside = sub(start("s1"), call(), end("e1"), path("s1", "call", "e1"),
                 several(count="2", sequential=True))  # fmt: skip
    main = process("p", start(), inside, end(), path("start", "a_", "end")).replace("a_", "a")
    called = process("q", start("s"), user("work"), end("e"), path("s", "work", "e"))
    case = Case(file(main, called))
    case.do("work")
    case.do("work")

    assert case.over == ("finished", "end")
    assert case.trace().count("work") == 2
