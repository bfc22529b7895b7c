"""A process that is not marked executable is a drawing: what it leaves out is no error."""

from datetime import UTC, datetime

import pytest

from tests.engines.processes.bpmn_models import (
    HEAD,
    boundary,
    end,
    flow,
    model,
    node,
    path,
    start,
    sub,
    thrown,
    user,
)
from tongban.engines.processes import (
    Invalid,
    Message,
    NotExecutable,
    Start,
    State,
    advance,
    deploy,
    due,
    load,
    processes,
)

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


def file(*parts: str) -> bytes:
    return f"{HEAD}{''.join(parts)}</definitions>".encode()


def drawing(*parts: str, marked: str = 'isExecutable="false"') -> bytes:
    return file(f'<process id="p" name="流程" {marked}>{"".join(parts)}</process>')


def between(*parts: str) -> tuple[str, ...]:
    """start → a → end, with `a` among the parts."""
    return start(), *parts, end(), path("start", "a", "end")


def catching(inside: str) -> str:
    return node("intermediateCatchEvent", "a", inside)


LOOP = "multiInstanceLoopCharacteristics"
CHOICE = (
    node("exclusiveGateway", "g"), user("a"), user("b"), start(), end(),
    path("start", "g", "a", "end"), path("g", "b", "end"),
)  # fmt: skip

LEFT_OUT = {
    "missing-condition": CHOICE,
    "timer-without-time": between(catching(thrown("timer"))),
    "missing-extension": between(node("serviceTask", "a")),
    "message-without-name": between(catching(thrown("message"))),
    "missing-attribute": between(catching(thrown("conditional"))),
    "loop-without-end": between(user("a", "<standardLoopCharacteristics/>")),
    "loop-without-count": between(user("a", f"<{LOOP}/>")),
    "wrong-language": between(
        user("a"),
        node("dataObject", "d"),
        node(
            "task", "b",
            "<dataOutputAssociation><assignment><from language='urn:x'>1</from><to>d</to>"
            "</assignment></dataOutputAssociation>",
        ),
        path("a", "b", "end"),
    ),
    "no-start": between(node("subProcess", "a")),
    "no-way-to-end": (*between(user("a")), user("x"), user("y"), path("a", "x", "y", "x")),
}  # fmt: skip


@pytest.mark.parametrize("rule", LEFT_OUT)
@pytest.mark.parametrize("marked", ["", 'isExecutable="false"', 'isExecutable="0"'])
def test_what_a_machine_would_need_may_be_left_out_of_a_drawing(rule: str, marked: str):
    definition = deploy(drawing(*LEFT_OUT[rule], marked=marked))

    assert not definition.executable
    assert "start" in definition.nodes


@pytest.mark.parametrize("rule", LEFT_OUT)
@pytest.mark.parametrize("marked", ["true", "1", " true "])
def test_the_same_left_out_of_an_executable_process_is_refused(rule: str, marked: str):
    xml = drawing(*LEFT_OUT[rule], marked=f'isExecutable="{marked}"')
    with pytest.raises(Invalid) as refused:
        load(xml)

    assert rule in {each.rule for each in refused.value.findings}
    with pytest.raises(Invalid):
        deploy(xml)


DRAWN = drawing(
    '<laneSet id="s"><lane id="hall" name="大厅"><flowNodeRef>start</flowNodeRef>'
    '<flowNodeRef>a</flowNodeRef><childLaneSet id="c"><lane id="desk">'
    "<flowNodeRef>a</flowNodeRef></lane></childLaneSet></lane></laneSet>",
    *between(sub(user("in"), node("adHocSubProcess", "deep", user("deeper")))),
    boundary("late", "a", thrown("timer")),
    end("end2"),
    flow("late", "end2"),
)


def test_a_drawing_shows_its_nodes_levels_flows_and_lanes():
    found = load(DRAWN)

    assert (found.id, found.name) == ("p", "流程")
    assert {each.id: each.level for each in found.nodes.values()} == {
        **dict.fromkeys(("start", "a", "end", "late", "end2")),
        **dict.fromkeys(("in", "deep"), "a"),
        "deeper": "deep",
    }
    a = found.nodes["a"]
    assert (a.incoming, a.outgoing, a.lane) == (("start-a",), ("a-end",), "desk")
    assert found.nodes["start"].lane == "hall"
    assert {lane.id: lane.post for lane in found.lanes.values()} == {"hall": "大厅", "desk": "desk"}
    assert found.flows["late-end2"].source == "late"
    assert (found.begins, found.openings, found.references()) == ({}, (), ())
    assert due(found, AT) == {}


def test_no_case_begins_on_a_drawing_and_none_goes_on():
    definition = deploy(drawing(*between(user("a"))))

    for event in (Start({}, AT), Message("m", None, {}, AT)):
        with pytest.raises(NotExecutable) as refused:
            advance(definition, State(), event)
        assert refused.value.told("en") == (
            "The process p is a drawing: it is not marked executable, and no case runs on it. "
            'Write isExecutable="true" at the process, and complete what is then found missing.'
        )
        assert refused.value.told("zh") == (
            "流程 p 只是图示：没有标为可执行，不能办件。"
            '请在流程上写 isExecutable="true"，并补全随后提示缺少的内容。'
        )


BROKEN = {
    "a flow to nowhere": (
        (*between(user("a")), flow("a", "ghost")), ("flow-to-nowhere", "a-ghost"),
    ),
    "a flow from nowhere": (
        (*between(user("a")), '<sequenceFlow id="f" targetRef="a"/>'), ("flow-to-nowhere", "f"),
    ),
    "a boundary event on nothing": (
        (*between(user("a")), node("boundaryEvent", "b", thrown("timer")), flow("b", "end")),
        ("boundary-on-nothing", "b"),
    ),
    "an id twice": ((*between(user("a")), node("dataObject", "a")), ("EXT002", "a")),
    "a flow into a start": ((*between(user("a")), flow("a", "start")), ("EXT096", "start")),
    "a node cut off": ((*between(user("a")), user("b")), ("EXT150", "b")),
    "a choreography task in a process": (
        between(node("choreographyTask", "a")), ("EXT036", "a"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", BROKEN)
def test_a_drawing_keeps_the_rules_for_all_models(what: str):
    parts, expected = BROKEN[what]
    with pytest.raises(Invalid) as refused:
        deploy(drawing(*parts))

    assert expected in [(each.rule, each.element) for each in refused.value.findings]


TALK = (
    node("participant", "A"),
    node("participant", "B"),
    "<choreographyTask id='ask' initiatingParticipantRef='A'><incoming>s-ask</incoming>"
    "<outgoing>ask-e</outgoing><participantRef>A</participantRef><participantRef>B</participantRef>"
    "</choreographyTask>",
    "<startEvent id='s'><outgoing>s-ask</outgoing></startEvent>",
    "<endEvent id='e'><incoming>ask-e</incoming></endEvent>",
    path("s", "ask", "e"),
)


def test_a_choreography_and_a_conversation_are_drawings_of_a_file():
    choreography = deploy(file(node("choreography", "c", "".join(TALK))))
    conversation = deploy(
        file(
            node(
                "collaboration", "c",
                node("participant", "A") + node("participant", "B")
                + "<conversation id='t'><participantRef>A</participantRef>"
                "<participantRef>B</participantRef></conversation>",
            )
        )
    )  # fmt: skip

    assert choreography.nodes.keys() == {"s", "ask", "e"}
    assert (choreography.id, conversation.id) == ("definitions", "definitions")
    assert not conversation.nodes


def two(*marks: str) -> bytes:
    ids = zip("pq", marks, strict=True)
    return file(
        *(
            f'<process id="{id}" {mark}>{start(f"s{id}")}{end(f"e{id}")}{path(f"s{id}", f"e{id}")}'
            "</process>"
            for id, mark in ids
        )
    )


YES = 'isExecutable="true"'


def test_several_processes_of_which_none_runs_are_one_drawing():
    whole = deploy(two("", 'isExecutable="false"'))

    assert (whole.id, whole.executable) == ("definitions", False)
    assert set(whole.nodes) == {"sp", "ep", "sq", "eq"}


@pytest.mark.parametrize(("process", "executable"), [(None, True), ("p", True), ("q", False)])
def test_beside_one_that_runs_another_may_be_a_drawing(process: str | None, executable: bool):
    definition = deploy(two(YES, ""), process=process)

    assert definition.executable is executable
    assert definition.id == (process or "p")
    assert processes(two(YES, "")) == ("p",)


def test_of_two_that_run_one_must_still_be_named():
    with pytest.raises(Invalid) as refused:
        deploy(two(YES, YES))

    assert [each.rule for each in refused.value.findings] == ["several-processes"]


def test_what_an_executable_process_calls_has_to_be_complete_whatever_it_says_of_itself():
    caller = model(*between(node("callActivity", "a", calledElement="q")))
    called = '<process id="q">{}{}{}{}</process>'.format(
        start("s"), node("serviceTask", "t"), end("e"), path("s", "t", "e")
    )
    with pytest.raises(Invalid) as refused:
        deploy(caller, file(called))

    assert ("missing-extension", "q/t") in [
        (each.rule, each.element) for each in refused.value.findings
    ]


def test_a_definition_says_that_it_can_run():
    assert load(model(*between(user("a")))).executable
