"""Expressions, codes, messages and times of processes that run."""

import pytest

from tests.engines.processes.bpmn_models import end, flow, node, path, start, timer
from tests.engines.processes.standard.drawings import (
    START_A_END,
    around,
    breaches,
    catching,
    drawn,
    event,
    formal,
    found,
    item,
    loops,
    task,
    texts,
    throwing,
    whole,
)

OURS = b' xmlns:tb="https://tongban.org/bpmn" id="definitions"'


def ours(xml: bytes) -> bytes:
    """The same file with our namespace declared."""
    return xml.replace(b' id="definitions"', OURS)


def asked(condition: str, runs: bool = True) -> bytes:
    """start → a → end or, on the condition, other."""
    way = node("sequenceFlow", "x", condition, sourceRef="a", targetRef="other")
    return drawn(
        start(), task("a", default="a-end"), end(), end("other"), START_A_END, way, runs=runs
    )


def loop(inside: str) -> bytes:
    return around(task("a", loops(inside)))


def waits(inside: str, runs: bool = True) -> bytes:
    return around(
        catching("a", f"<timerEventDefinition>{inside}</timerEventDefinition>"), runs=runs
    )


def copies(inside: str) -> bytes:
    assigned = node("dataInputAssociation", "copy", texts("sourceRef", "d") + inside)
    return around(task("a", assigned), node("dataObject", "d"))


COUNT = formal("loopCardinality", "3")
CONDITION = "<conditionalEventDefinition>{}</conditionalEventDefinition>"
TALK = node("message", "m") + node("interface", "i", node("operation", "op"))


def says(inside: str, tag: str = "endEvent", **attributes: str) -> bytes:
    talking = f"<messageEventDefinition{inside}</messageEventDefinition>"
    return drawn(
        start(), node(tag, "end", talking, **attributes), flow("start", "end"), beside=TALK
    )


def escalates(tag: str, escalation: str) -> bytes:
    inside = '<escalationEventDefinition escalationRef="up"/>'
    if tag == "endEvent":
        return drawn(start(), node(tag, "end", inside), flow("start", "end"), beside=escalation)
    return around(throwing("a", inside), beside=escalation)


PAIRS = {
    "EXT011 an end that escalates has a code": (
        [("EXT011", "end")],
        escalates("endEvent", '<escalation id="up"/>'),
        escalates("endEvent", '<escalation id="up" escalationCode="7"/>'),
    ),
    "EXT011 an event that escalates has a code": (
        [("EXT011", "a")],
        escalates("intermediateThrowEvent", '<escalation id="up"/>'),
        escalates("intermediateThrowEvent", '<escalation id="up" escalationCode="7"/>'),
    ),
    "EXT012 a condition is formal": (
        [("EXT012", "x")],
        asked("<conditionExpression>if asked</conditionExpression>"),
        asked(formal("conditionExpression", "asked")),
    ),
    "EXT012 the number of instances is formal": (
        [("EXT012", "a")],
        loop("<loopCardinality>three</loopCardinality>"),
        loop(COUNT),
    ),
    "EXT012 when instances are enough is formal": (
        [("EXT012", "a")],
        loop(COUNT + "<completionCondition>enough</completionCondition>"),
        loop(COUNT + formal("completionCondition", "enough")),
    ),
    "EXT012 a repetition is formal": (
        [("EXT012", "a")],
        around(
            task(
                "a",
                "<standardLoopCharacteristics><loopCondition>again</loopCondition>"
                "</standardLoopCharacteristics>",
            )
        ),
        around(
            task(
                "a",
                "<standardLoopCharacteristics>"
                + formal("loopCondition", "again")
                + "</standardLoopCharacteristics>",
            )
        ),
    ),
    "EXT012 an assignment is formal": (
        [("EXT012", "a"), ("EXT012", "a")],
        copies("<assignment><from>x</from><to>y</to></assignment>"),
        copies(f"<assignment>{formal('from', 'x')}{formal('to', 'y')}</assignment>"),
    ),
    "EXT012 a time is formal": (
        [("EXT012", "a")],
        waits("<timeDuration>PT1M</timeDuration>"),
        waits(formal("timeDuration", "PT1M")),
    ),
    "EXT013 a formal expression says something": (
        [("EXT013", "x")],
        asked(formal("conditionExpression", "")),
        asked(formal("conditionExpression", "x")),
    ),
    "EXT013 a transformation says something": (
        [("EXT013", "a")],
        copies("<transformation/>"),
        copies("<transformation>x</transformation>"),
    ),
    "EXT123 a condition that is waited for is formal": (
        [("EXT123", "a")],
        around(catching("a", CONDITION.format("<condition>dry</condition>"))),
        around(catching("a", CONDITION.format(formal("condition", "dry")))),
    ),
    "EXT123 a condition that is waited for is there": (
        [("EXT123", "a")],
        around(catching("a", CONDITION.format(""))),
        around(catching("a", CONDITION.format("")), runs=False),
    ),
    "EXT127 a message is chosen": (
        [("EXT127", "end")],
        says("><operationRef>op</operationRef>"),
        says(' messageRef="m"><operationRef>op</operationRef>'),
    ),
    "EXT128 an operation is chosen": (
        [("EXT128", "end")],
        says(' messageRef="m">'),
        says(' messageRef="m"><operationRef>op</operationRef>'),
    ),
    "EXT131 one time is enough": (
        [("EXT131", "a")],
        waits(formal("timeDuration", "PT2M") + formal("timeCycle", "R4/PT1S")),
        waits(formal("timeDuration", "PT2M")),
    ),
    "EXT132 a date is one of ISO 8601": (
        [("EXT132", "a")],
        waits(formal("timeDate", "tomorrow")),
        waits(formal("timeDate", "2026-12-24T20:00:00")),
    ),
    "EXT132 there is no thirteenth month": (
        [("EXT132", "a")],
        waits(formal("timeDate", "2026-13-01")),
        waits(formal("timeDate", "2026-12-01")),
    ),
    "EXT133 a cycle is one of ISO 8601": (
        [("EXT133", "a")],
        waits(formal("timeCycle", "0 0 3 1 1")),
        waits(formal("timeCycle", "R/PT1H")),
    ),
    "EXT134 a duration is one of ISO 8601": (
        [("EXT134", "a")],
        waits(formal("timeDuration", "5 days")),
        waits(formal("timeDuration", "P5D")),
    ),
}


@pytest.mark.parametrize("rule", PAIRS)
def test_a_breach_is_found_on_its_element(rule: str):
    expected, broken, _ = PAIRS[rule]

    assert sorted(found(broken)) == sorted(expected)


@pytest.mark.parametrize("rule", PAIRS)
def test_the_nearest_allowed_drawing_is_left_alone(rule: str):
    assert found(PAIRS[rule][2]) == []


@pytest.mark.parametrize(
    "rule", [rule for rule in PAIRS if rule[:6] in ("EXT012", "EXT123", "EXT128")]
)
def test_a_file_of_ours_is_written_in_feel_and_its_messages_are_carried_by_us(rule: str):
    assert found(ours(PAIRS[rule][1])) == []


@pytest.mark.parametrize(
    "rule", [rule for rule in PAIRS if rule[:6] in ("EXT011", "EXT013", "EXT127", "EXT131")]
)
def test_the_rest_holds_for_a_file_of_ours_too(rule: str):
    assert found(ours(PAIRS[rule][1])) == found(PAIRS[rule][1])


@pytest.mark.parametrize("rule", [rule for rule in PAIRS if rule[:6] != "EXT131"])
def test_a_process_that_does_not_run_may_be_written_in_words(rule: str):
    broken = PAIRS[rule][1].replace(b'isExecutable="true"', b'isExecutable="false"')

    assert found(broken) == []


def test_a_condition_without_a_word_is_none():
    assert found(asked("<conditionExpression/>")) == []


def test_the_prefix_of_a_type_is_whatever_the_file_chose():
    typed = '<conditionExpression xsi:type="bpmn2:tFormalExpression">x</conditionExpression>'

    assert found(asked(typed)) == []


@pytest.mark.parametrize("tag", ["complexGateway"])
def test_what_activates_a_gateway_is_formal(tag: str):
    inside = "<activationCondition>enough</activationCondition>"
    nodes = node(tag, "g", inside), end("other")
    xml = drawn(start(), *nodes, end(), path("start", "g", "end"), flow("g", "other"))

    assert found(xml) == [("EXT012", "g")]


def test_a_path_into_a_message_says_something_as_soon_as_a_process_runs():
    reads = (
        '<correlationProperty id="k"><correlationPropertyRetrievalExpression messageRef="m">'
        "<messagePath/></correlationPropertyRetrievalExpression></correlationProperty>"
    )

    assert found(drawn(task(), beside=TALK + reads)) == [("EXT013", "")]
    assert found(drawn(task(), beside=TALK + reads, runs=False)) == []
    assert found(whole(TALK, reads)) == []


def test_what_a_complex_loop_throws_has_a_formal_condition():
    inside = "<complexBehaviorDefinition><condition/></complexBehaviorDefinition>"

    assert found(loop(COUNT + inside)) == [("EXT013", "a")]


def test_an_escalation_that_does_not_exist_has_no_code():
    assert sorted(found(escalates("endEvent", ""))) == [("EXT011", "end"), ("REF", "end")]


def test_an_escalation_that_is_caught_needs_no_code():
    caught = '<escalationEventDefinition escalationRef="up"/>'
    late = node("boundaryEvent", "late", caught, attachedToRef="a")

    assert found(around(task(), late, flow("late", "end"), beside='<escalation id="up"/>')) == []


@pytest.mark.parametrize("text", ["${when}", "x + duration('P1D')", "now()", 'date("2026-01-01")'])
@pytest.mark.parametrize("tag", ["timeDate", "timeCycle", "timeDuration"])
def test_a_time_that_is_computed_shows_only_when_it_runs(tag: str, text: str):
    assert found(waits(formal(tag, text.replace('"', "&quot;")))) == []


@pytest.mark.parametrize(
    "data",
    [
        node("dataObject", "when"),
        node("dataObject", "d", name="when"),
        node("property", "when"),
    ],
)
def test_a_time_may_be_named_by_data(data: str):
    xml = waits(formal("timeDate", "when"))

    assert found(xml) == [("EXT132", "a")]
    assert found(xml.replace(b"<intermediate", data.encode() + b"<intermediate")) == []


def test_in_a_file_of_ours_a_word_may_name_a_variable_and_a_slip_is_a_slip():
    assert found(ours(waits(formal("timeDate", "when")))) == []
    assert found(ours(waits(formal("timeDate", "2026-13-01")))) == [("EXT132", "a")]


@pytest.mark.parametrize(
    "text",
    [
        *("R3/PT10H", "R/P1D", "R5/2026-03-01T09:00:00/P1M", "R2/P1D/2026-03-01"),
        "R/2026-03-01/2026-04-01",
    ],
)
def test_a_cycle_may_have_a_start_or_an_end(text: str):
    assert found(waits(formal("timeCycle", text))) == []


@pytest.mark.parametrize("text", ["R3", "PT1H", "R-1/PT1H", "R2/x", "R2/P1D/P1D/P1D"])
def test_what_only_looks_like_a_cycle_is_none(text: str):
    assert found(waits(formal("timeCycle", text))) == [("EXT133", "a")]


def test_the_words_show_the_text_and_an_example():
    (breach,) = breaches(waits(formal("timeDate", "2026-13-01")))

    assert breach.told("zh") == (
        "<timeDate>“a”：“2026-13-01”不是 ISO 8601 日期时间。"
        "请写成例如 2026-03-01T09:00:00。（BPMN 2.0 规则 EXT132）"
    )
    assert breach.told("en") == (
        "<timeDate> “a”: “2026-13-01” is no date of ISO 8601. "
        "Write for example 2026-03-01T09:00:00. (BPMN 2.0 rule EXT132)"
    )


def test_a_text_with_braces_is_told_as_it_is():
    (breach,) = breaches(asked("<conditionExpression>{x}</conditionExpression>"))
    assert breach.told("en").startswith("<conditionExpression> “x”: It is written in words")

    (named,) = breaches(around(task("a", name="{0} {name}", startQuantity="0")))
    assert named.told("en").startswith("Task “{0} {name}”: startQuantity is 0.")


def test_a_message_may_be_said_by_a_definition_that_is_referred_to():
    referred = node("endEvent", "end", texts("eventDefinitionRef", "said"))
    said = '<messageEventDefinition id="said"/>'
    xml = drawn(start(), referred, flow("start", "end"), beside=said + item())

    assert found(xml) == [("EXT127", "end"), ("EXT128", "end")]


def test_times_are_read_wherever_a_timer_stands():
    late = node("boundaryEvent", "late", timer("timeDuration", "soon"), attachedToRef="a")

    assert found(around(task(), late, flow("late", "end"))) == [("EXT134", "late")]
    assert found(around(event("intermediateCatchEvent", "a", "timer"))) == []
