"""Pools, conversations and choreographies: breaches and the nearest allowed drawings."""

import pytest

from tests.engines.processes.bpmn_models import end, flow, node, path, start
from tests.engines.processes.standard.drawings import (
    around,
    breaches,
    drawn,
    event,
    found,
    message_flow,
    pools,
    process,
    task,
    texts,
    whole,
)


def choreography(*parts: str, id: str = "dance", **attributes: str) -> str:
    return node("choreography", id, "".join(parts), **attributes)


def multiplicity(**numbers: str) -> bytes:
    written = "".join(f' {name}="{value}"' for name, value in numbers.items())
    pool = node("participant", "us", f"<participantMultiplicity{written}/>")
    return whole(node("collaboration", "talks", pool))


def talking(source: str, target: str) -> bytes:
    """Pools us (a, b) and them (x), and a black box."""
    box = node("participant", "box")
    return pools(box + message_flow(source, target), mine=task("a") + task("b"), theirs=task("x"))


def global_conversation(*inside: str) -> bytes:
    return whole(node("globalConversation", "g", "".join(inside)))


def closed(collaboration: str, choreographed: str) -> bytes:
    return whole(
        choreography(isClosed=choreographed),
        node("collaboration", "talks", texts("choreographyRef", "dance"), isClosed=collaboration),
    )


def public(kind: str, runs: bool) -> bytes:
    return drawn(task(), runs=runs).replace(b'id="p"', f'id="p" processType="{kind}"'.encode())


def calls(*starts: str) -> bytes:
    """A process that is called and has these start events."""
    caller = process(node("callActivity", "call", calledElement="q"), runs=False)
    ways = "".join(flow(f"s{number}", "e") for number in range(len(starts)))
    called = process(*starts, end("e"), ways, id="q", runs=False)
    return whole(caller, called)


DANCING = node("choreographyTask", "step")

PAIRS = {
    "EXT027 a choreography refers to no choreography": (
        [("EXT027", "dance")],
        whole(choreography(texts("choreographyRef", "other")), choreography(id="other")),
        whole(choreography(), choreography(id="other")),
    ),
    "EXT027 a global conversation refers to no choreography": (
        [("EXT027", "g")],
        whole(node("globalConversation", "g", texts("choreographyRef", "dance")), choreography()),
        whole(node("collaboration", "c", texts("choreographyRef", "dance")), choreography()),
    ),
    "EXT029 there are no fewer than none": (
        [("EXT029", "us")],
        multiplicity(minimum="-1"),
        multiplicity(minimum="0"),
    ),
    "EXT030 there may be one at least": (
        [("EXT030", "us")],
        multiplicity(minimum="0", maximum="0"),
        multiplicity(minimum="0", maximum="1"),
    ),
    "EXT030 the most are no fewer than the fewest": (
        [("EXT030", "us")],
        multiplicity(minimum="3", maximum="2"),
        multiplicity(minimum="2", maximum="2"),
    ),
    "EXT030 without a maximum there is one": (
        [("EXT030", "us")],
        multiplicity(minimum="2"),
        multiplicity(minimum="1"),
    ),
    "EXT031 a message does not stay in its pool": (
        [("EXT031", "talk")],
        talking("a", "b"),
        talking("a", "x"),
    ),
    "EXT031 a pool does not write to itself": (
        [("EXT031", "talk")],
        talking("us", "us"),
        talking("us", "them"),
    ),
    "EXT031 a pool does not write to its own task": (
        [("EXT031", "talk")],
        talking("us", "a"),
        talking("us", "x"),
    ),
    "EXT031 a task does not write to its own pool": (
        [("EXT031", "talk")],
        talking("x", "them"),
        talking("x", "box"),
    ),
    "EXT032 a global conversation holds no conversation": (
        [("EXT032", "g")],
        global_conversation(node("conversation", "k")),
        global_conversation(node("participant", "us"), node("participant", "them")),
    ),
    "EXT032 a global conversation holds no notes": (
        [("EXT032", "g")],
        global_conversation(node("textAnnotation", "n")),
        global_conversation(),
    ),
    "EXT033 both are closed or neither": (
        [("EXT033", "talks")],
        closed("false", "true"),
        closed("true", "true"),
    ),
    "EXT035 a public process does not run": (
        [("EXT035", "p")],
        public("Public", runs=True),
        public("Public", runs=False),
    ),
    "EXT036 no choreography in a process": (
        [("EXT036", "step")],
        drawn(DANCING),
        whole(choreography(DANCING)),
    ),
    "EXT056 no choreography in a sub-process": (
        [("EXT056", "step")],
        drawn(node("subProcess", "s", DANCING)),
        drawn(node("subProcess", "s", task())),
    ),
    "EXT099 a process that is called starts without a trigger": (
        [("EXT099", "q")],
        calls(event("startEvent", "s0", "timer")),
        calls(event("startEvent", "s0")),
    ),
    "EXT102 a start event sends no message": (
        [("EXT102", "talk")],
        pools(
            message_flow("start", "x"),
            mine=start() + end() + flow("start", "end"),
            theirs=task("x"),
        ),
        pools(
            message_flow("a", "x"),
            mine=start() + task() + end() + path("start", "a", "end"),
            theirs=task("x"),
        ),
    ),
    "EXT103 a start event that takes a message waits for one": (
        [("EXT103", "talk")],
        pools(
            message_flow("x", "start"),
            mine=start() + end() + flow("start", "end"),
            theirs=task("x"),
        ),
        pools(
            message_flow("x", "start"),
            mine=event("startEvent", "start", "message") + end() + flow("start", "end"),
            theirs=task("x"),
        ),
    ),
    "EXT108 an end event takes no message": (
        [("EXT108", "talk")],
        pools(
            message_flow("x", "end"),
            mine=start() + end() + flow("start", "end"),
            theirs=task("x"),
        ),
        pools(
            message_flow("x", "a"),
            mine=start() + task() + end() + path("start", "a", "end"),
            theirs=task("x"),
        ),
    ),
    "EXT109 an end event that sends a message has one": (
        [("EXT109", "talk")],
        pools(
            message_flow("end", "x"),
            mine=start() + end() + flow("start", "end"),
            theirs=task("x"),
        ),
        pools(
            message_flow("end", "x"),
            mine=start() + event("endEvent", "end", "message") + flow("start", "end"),
            theirs=task("x"),
        ),
    ),
    "EXT119 an event that throws takes no message": (
        [("EXT119", "talk")],
        pools(
            message_flow("x", "a"),
            mine=start()
            + event("intermediateThrowEvent", "a", "message")
            + end()
            + path("start", "a", "end"),
            theirs=task("x"),
        ),
        pools(
            message_flow("a", "x"),
            mine=start()
            + event("intermediateThrowEvent", "a", "message")
            + end()
            + path("start", "a", "end"),
            theirs=task("x"),
        ),
    ),
    "EXT119 an event that catches sends no message": (
        [("EXT119", "talk")],
        pools(
            message_flow("a", "x"),
            mine=start()
            + event("intermediateCatchEvent", "a", "message")
            + end()
            + path("start", "a", "end"),
            theirs=task("x"),
        ),
        pools(
            message_flow("x", "a"),
            mine=start()
            + event("intermediateCatchEvent", "a", "message")
            + end()
            + path("start", "a", "end"),
            theirs=task("x"),
        ),
    ),
}


@pytest.mark.parametrize("rule", PAIRS)
def test_a_breach_is_found_on_its_element(rule: str):
    expected, broken, _ = PAIRS[rule]

    assert sorted(found(broken)) == sorted(expected)


@pytest.mark.parametrize("rule", PAIRS)
def test_the_nearest_allowed_drawing_is_left_alone(rule: str):
    assert found(PAIRS[rule][2]) == []


@pytest.mark.parametrize("numbers", [{}, {"maximum": "5"}, {"minimum": "1", "maximum": "4"}])
def test_any_other_number_of_participants_is_allowed(numbers: dict[str, str]):
    assert found(multiplicity(**numbers)) == []


def test_a_number_that_is_none_is_left_to_the_schema():
    assert found(multiplicity(minimum="few", maximum="many")) == []


def test_messages_between_black_boxes_are_no_concern_of_any_process():
    boxes = node("participant", "us") + node("participant", "them")

    assert found(whole(node("collaboration", "c", boxes + message_flow("us", "them")))) == []


def test_a_message_to_nothing_is_told_as_a_reference_alone():
    assert found(talking("a", "ghost")) == [("REF", "talk")]


def test_where_neither_says_that_it_is_closed_both_are_open():
    assert found(closed("false", "false")) == []
    assert found(closed("false", "0")) == []


def test_a_process_that_is_called_may_have_other_starts_beside_a_plain_one():
    plain, timed = event("startEvent", "s0"), event("startEvent", "s1", "timer")

    assert found(calls(plain, timed)) == []
    assert found(calls(timed.replace("s1", "s0"), timed)) == [("EXT099", "q")]


def test_a_process_that_is_called_and_has_no_start_event_starts_by_itself():
    caller = process(node("callActivity", "call", calledElement="q"), runs=False)

    assert found(whole(caller, process(task(), id="q", runs=False))) == []


def test_a_process_that_nobody_calls_may_start_by_any_of_its_triggers():
    timed = event("startEvent", "start", "timer")

    assert found(drawn(timed, end(), flow("start", "end"))) == []


def test_a_start_that_refers_to_a_message_waits_for_one():
    waits = node("startEvent", "start", texts("eventDefinitionRef", "said"))
    xml = pools(
        message_flow("x", "start"), mine=waits + end() + flow("start", "end"), theirs=task("x")
    ).replace(b"<collaboration", b'<messageEventDefinition id="said"/><collaboration')

    assert found(xml) == []


def test_the_words_name_what_a_global_conversation_holds():
    (breach,) = breaches(global_conversation(node("textAnnotation", "n")))

    assert breach.told("en") == (
        "Global conversation “g”: It holds <textAnnotation>, which a global conversation may "
        "not. Move that into the collaboration that calls it. (BPMN 2.0 rule EXT032)"
    )
    assert breach.told("zh") == (
        "全局会话“g”：全局会话中不能有 <textAnnotation>。"
        "请将其移到调用它的协作中。（BPMN 2.0 规则 EXT032）"
    )


def test_a_task_that_only_looks_like_a_choreography_is_left_alone():
    assert found(around(task("a", name="choreographyTask"))) == []
