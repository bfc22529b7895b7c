"""Activities and sub-processes: breaches and the nearest allowed drawings."""

import pytest

from tests.engines.processes.bpmn_models import end, flow, node, path, start
from tests.engines.processes.standard.drawings import (
    around,
    breaches,
    drawn,
    event,
    found,
    item,
    task,
    texts,
)

RESOURCE = node("resource", "r", node("resourceParameter", "size"))
ASSIGNED = (
    "<resourceAssignmentExpression><formalExpression>x</formalExpression>"
    "</resourceAssignmentExpression>"
)
BOUND = '<resourceParameterBinding parameterRef="size"/>'


def done_by(*inside: str, role: str = "performer") -> bytes:
    return around(task("a", node(role, "who", "".join(inside))), beside=RESOURCE)


def by_event(*inside: str, **attributes: str) -> bytes:
    sub = node("subProcess", "s", "".join(inside), triggeredByEvent="true", **attributes)
    return around(task(), sub, runs=False)


def started(trigger: str = "", **attributes: str) -> bytes:
    """An event sub-process whose start has that trigger."""
    return by_event(event("startEvent", "in", trigger, **attributes), end("out"), flow("in", "out"))


def ad_hoc(*inside: str) -> bytes:
    return around(node("adHocSubProcess", "a", "".join(inside)))


def sub(tag: str, *inside: str) -> bytes:
    return around(node(tag, "a", "".join(inside)))


def receives(**attributes: str) -> bytes:
    return around(node("receiveTask", "a", **attributes))


SPECIFIED = "<ioSpecification><inputSet/><outputSet/></ioSpecification>"

PAIRS = {
    "EXT037 one token is enough to start": (
        [("EXT037", "a")],
        around(task("a", startQuantity="0")),
        around(task("a", startQuantity="1")),
    ),
    "EXT038 one token at least goes on": (
        [("EXT038", "a")],
        around(task("a", completionQuantity="-5")),
        around(task("a", completionQuantity="2")),
    ),
    "EXT039 a resource is named or computed": (
        [("EXT039", "a")],
        done_by(texts("resourceRef", "r"), ASSIGNED),
        done_by(texts("resourceRef", "r"), BOUND),
    ),
    "EXT040 parameters belong to a resource": (
        [("EXT040", "a")],
        done_by(BOUND, ASSIGNED),
        done_by(ASSIGNED),
    ),
    "EXT049 a task that starts the process has no way in": (
        [("EXT049", "a")],
        receives(instantiate="true"),
        receives(instantiate="false"),
    ),
    "EXT053 a script says its language": (
        [("EXT053", "a")],
        around(node("scriptTask", "a", "<script>1 + 1</script>")),
        around(node("scriptTask", "a", "<script>1 + 1</script>", scriptFormat="FEEL")),
    ),
    "EXT057 an event sub-process lists no flow": (
        [("EXT057", "s")],
        by_event(
            texts("incoming", "start-a"),
            event("startEvent", "in", "signal"),
            end("out"),
            flow("in", "out"),
        )
        .replace(
            b'<startEvent id="start"></startEvent>',
            b'<startEvent id="start"><outgoing>start-a</outgoing></startEvent>',
        )
        .replace(
            b'<task id="a"></task>',
            b'<task id="a"><incoming>start-a</incoming><outgoing>a-end</outgoing></task>',
        )
        .replace(
            b'<endEvent id="end"></endEvent>',
            b'<endEvent id="end"><incoming>a-end</incoming></endEvent>',
        )
        .replace(b'<startEvent id="in">', b'<startEvent id="in"><outgoing>in-out</outgoing>')
        .replace(
            b'<endEvent id="out"></endEvent>',
            b'<endEvent id="out"><incoming>in-out</incoming></endEvent>',
        ),
        started("signal"),
    ),
    "EXT058 an event sub-process has a start": (
        [("EXT058", "s")],
        by_event(task("b")),
        started("message"),
    ),
    "EXT058 an event sub-process has one start": (
        [("EXT058", "s")],
        by_event(
            event("startEvent", "in", "signal"),
            event("startEvent", "in2", "timer"),
            end("out"),
            path("in", "out"),
            path("in2", "out"),
        ),
        started("timer"),
    ),
    "EXT059 the start of an event sub-process waits for something": (
        [("EXT059", "in")],
        started(),
        started("escalation"),
    ),
    "EXT059 no event sub-process starts by a link": (
        [("EXT059", "in")],
        started("link"),
        started("conditional"),
    ),
    "EXT059 no event sub-process starts by a cancellation": (
        [("EXT059", "in")],
        started("cancel"),
        started("compensate"),
    ),
    "EXT059 an error always interrupts": (
        [("EXT059", "in")],
        started("error", isInterrupting="false"),
        started("error"),
    ),
    "EXT059 compensation always interrupts": (
        [("EXT059", "in")],
        started("compensate", isInterrupting="false"),
        started("message", isInterrupting="false"),
    ),
    "EXT061 something is to be done ad hoc": (
        [("EXT061", "a")],
        ad_hoc(),
        ad_hoc(task("b")),
    ),
    "EXT062 what is done ad hoc does not start": (
        [("EXT062", "in")],
        ad_hoc(task("b"), start("in"), flow("in", "b")),
        ad_hoc(task("b"), task("c"), flow("b", "c")),
    ),
    "EXT062 what is done ad hoc does not end": (
        [("EXT062", "out")],
        ad_hoc(task("b"), end("out"), flow("b", "out")),
        ad_hoc(task("b"), node("intermediateThrowEvent", "out"), path("b", "out", "b")),
    ),
    "EXT079 a sub-process has no inputs of its own": (
        [("EXT079", "a")],
        sub("subProcess", SPECIFIED),
        around(task("a", SPECIFIED)),
    ),
    "EXT079 a transaction has no inputs of its own": (
        [("EXT079", "a")],
        sub("transaction", SPECIFIED),
        sub("transaction"),
    ),
}


@pytest.mark.parametrize("rule", PAIRS)
def test_a_breach_is_found_on_its_element(rule: str):
    expected, broken, _ = PAIRS[rule]

    assert sorted(found(broken)) == sorted(expected)


@pytest.mark.parametrize("rule", PAIRS)
def test_the_nearest_allowed_drawing_is_left_alone(rule: str):
    assert found(PAIRS[rule][2]) == []


@pytest.mark.parametrize("role", ["performer", "humanPerformer", "potentialOwner"])
def test_every_role_is_looked_at(role: str):
    assert found(done_by(BOUND, role=role)) == [("EXT040", "a")]


def test_a_number_that_is_none_is_left_to_the_schema():
    assert found(around(task("a", startQuantity="few"))) == []


def test_an_event_sub_process_that_refers_to_its_trigger_has_one():
    referred = node("startEvent", "in", texts("eventDefinitionRef", "when"))
    xml = by_event(referred, end("out"), flow("in", "out"))

    assert found(xml) == [("REF", "in"), ("EXT059", "in")]
    assert found(xml.replace(b"<process", b'<timerEventDefinition id="when"/><process')) == []


def test_choreography_is_not_done_ad_hoc_either():
    assert sorted(found(ad_hoc(task("b"), node("choreographyTask", "c")))) == [
        ("EXT056", "c"),
        ("EXT062", "c"),
    ]


def test_a_start_of_an_event_sub_process_carries_both_numbers_of_its_rule():
    (breach,) = breaches(started())

    assert breach.codes == ("EXT059", "EXT129")
    assert breach.told("en").endswith("(BPMN 2.0 rule EXT059, EXT129)")
    assert breach.told("zh").endswith("（BPMN 2.0 规则 EXT059, EXT129）")


def test_the_words_tell_the_number():
    (breach,) = breaches(around(task("a", name="复核", completionQuantity="-2")))

    assert breach.told("zh") == (
        "任务“复核”：completionQuantity 为 -2。请写成 1 或更大的数。（BPMN 2.0 规则 EXT038）"
    )
    assert breach.told("en") == (
        "Task “复核”: completionQuantity is -2. Write 1 or more. (BPMN 2.0 rule EXT038)"
    )


def test_an_activity_that_hands_on_nothing_may_deploy_and_fails_when_it_is_reached():
    assert found(around(task("a", completionQuantity="0"))) == []


def test_in_a_file_of_ours_a_script_without_a_language_is_feel():
    xml = around(node("scriptTask", "a", "<script>1 + 1</script>"))
    ours = xml.replace(b' id="definitions"', b' id="d" xmlns:tb="https://tongban.org/bpmn"')

    assert found(xml) == [("EXT053", "a")]
    assert found(ours) == []


def test_a_script_task_without_a_script_needs_no_language():
    assert found(around(node("scriptTask", "a"))) == []


def test_a_call_has_inputs_and_a_process_has_inputs():
    called = drawn(SPECIFIED, task(), beside=item())

    assert found(called) == []
