"""Every rule about models: one model that breaks it, and the words that say so."""

import string

import pytest

from tests.engines.processes.bpmn_findings import (
    ORDER,
    START_A_END,
    around,
    choice,
    circle,
    found,
    waiting,
    with_boundary,
)
from tests.engines.processes.bpmn_models import (
    HEAD,
    boundary,
    declared,
    end,
    error,
    extended,
    flow,
    link,
    message,
    model,
    node,
    path,
    script,
    service,
    several,
    start,
    sub,
    tb_output,
    thrown,
    timer,
    user,
)
from tongban.engines.processes import Invalid, load
from tongban.engines.processes.reading import document
from tongban.engines.processes.reading.findings import RULES

ONE_BREACH = {
    "no-process": (f"{HEAD}</definitions>".encode(), ""),
    "no-start": (model(user("a"), end(), flow("a", "end")), "p"),
    "several-starts": (
        around(sub(start("s"), start("two"), end("e"), path("s", "e"), path("two", "e"))),
        "two",
    ),
    "flow-into-start": (model(start(), user("a"), end(), START_A_END, flow("a", "start")), "start"),
    "flow-out-of-end": (model(start(), user("a"), end(), START_A_END, flow("end", "a")), "end"),
    "flow-into-boundary": (
        model(
            start(),
            user("a"),
            boundary("late", "a", timer("timeDuration", "P1D")),
            end(),
            START_A_END,
            flow("late", "end"),
            flow("a", "late"),
        ),
        "late",
    ),
    "begun-by-event": (
        model(start(), user("a", isForCompensation="true"), end(), START_A_END),
        "a",
    ),
    "unreachable": (
        model(start(), user("a"), user("b"), end(), START_A_END, flow("b", "end")),
        "b",
    ),
    "dead-end": (model(start(), user("a"), flow("start", "a")), "a"),
    "no-way-to-end": (
        model(start(), user("a"), user("b"), path("start", "a", "b", "a")),
        "a",
    ),
    "flow-to-nowhere": (
        model(start(), end(), flow("start", "ghost"), flow("start", "end")),
        "start-ghost",
    ),
    "flow-mismatch": (around(user("a", "<incoming>start-end</incoming>")), "a"),
    "duplicate-id": (around(user("a"), node("textAnnotation", "a")), "a"),
    "missing-attribute": (model("<startEvent/>", end()), ""),
    "unsupported": (around(user("a", "<resourceRole/>")), "a"),
    "unsupported-value": (around(user("a", startQuantity="two")), "a"),
    "calls-itself": (around(node("callActivity", "a", calledElement="p")), "a"),
    "unknown-extension": (around(user("a", tb_fomr="x")), "a"),
    "missing-condition": (choice(flow("g", "end", "x = 1"), flow("g", "other")), "g-other"),
    "misplaced-condition": (model(start(), end(), flow("start", "end", "x = 1")), "start-end"),
    "default-elsewhere": (
        choice(flow("g", "end", "x = 1"), flow("g", "other", "x = 2"), default="start-g"),
        "g",
    ),
    "condition-on-default": (
        choice(flow("g", "end", "x = 1"), flow("g", "other", "x = 2"), default="g-other"),
        "g-other",
    ),
    "boundary-on-nothing": (
        with_boundary(boundary("late", "end", timer("timeDuration", "P1D"))),
        "late",
    ),
    "error-never-interrupts": (
        with_boundary(boundary("late", "a", error(), cancelActivity="false")),
        "late",
    ),
    "event-without-definition": (waiting(""), "a"),
    "not-alone": (
        model(start(), end("a", thrown("cancel") + thrown("terminate")), flow("start", "a")),
        "a",
    ),
    "not-together": (
        model(
            start(),
            sub(start("s"), end("e"), flow("s", "e")),
            boundary("b", "a", message("m") + thrown("escalation"), parallelMultiple="true"),
            end(),
            START_A_END,
            flow("b", "end"),
            beside=ORDER,
        ),
        "b",
    ),
    "link-without-pair": (
        model(start(), node("intermediateThrowEvent", "a", link("there")), flow("start", "a")),
        "a",
    ),
    "compensation-without-handler": (
        model(start(), user("a"), boundary("b", "a", thrown("compensate")), end(), START_A_END),
        "b",
    ),
    "cancel-outside": (model(start(), end("a", thrown("cancel")), flow("start", "a")), "a"),
    "cancel-without-exit": (
        around(sub(start("s"), end("e", thrown("cancel")), flow("s", "e"), tag="transaction")),
        "e",
    ),
    "compensates-nothing": (
        model(
            start(),
            end("a", '<compensateEventDefinition activityRef="ghost"/>'),
            flow("start", "a"),
        ),
        "a",
    ),
    "loop-without-end": (around(user("a", "<standardLoopCharacteristics/>")), "a"),
    "timer-without-time": (waiting("<timerEventDefinition/>"), "a"),
    "wrong-time": (waiting(timer("timeDuration", "P3X")), "a"),
    "time-too-long": (waiting(timer("timeDuration", "P1001Y")), "a"),
    "repeats-for-ever": (waiting(timer("timeCycle", "R/PT1H")), "a"),
    "message-without-name": (waiting("<messageEventDefinition/>"), "a"),
    "wrong-reference": (waiting(message("ghost")), "a"),
    "missing-extension": (around(node("serviceTask", "a")), "a"),
    "wrong-language": (around(script("a", "1", tb_result="x", scriptFormat="javascript")), "a"),
    "wrong-expression": (around(script("a", "1 +", tb_result="x")), "a"),
    "wrong-result": (
        choice(flow("g", "end", '"yes"'), flow("g", "other"), default="g-other"),
        "g-end",
    ),
    "wrong-name": (around(script("a", "1", tb_result="2 b")), "a"),
    "wrong-type": (model(declared(x="integer"), start(), end(), flow("start", "end")), "p"),
    "loop-without-count": (around(user("a", several())), "a"),
    "needs-together": (
        around(user("a", several(count="2", tb_outputCollection="votes"))),
        "a",
    ),
    "event-gateway": (
        model(
            start(),
            node("eventBasedGateway", "g"),
            node("intermediateCatchEvent", "a", timer("timeDuration", "P1D")),
            user("b"),
            end(),
            path("start", "g", "a", "end"),
            path("g", "b", "end"),
        ),
        "g",
    ),
    "lane-twice": (
        around(
            '<laneSet id="s"><lane id="one"><flowNodeRef>a</flowNodeRef></lane>'
            '<lane id="two"><flowNodeRef>a</flowNodeRef></lane></laneSet>',
            user("a"),
        ),
        "two",
    ),
    "wrong-limit": (around(user("a", tb_days="-1")), "a"),
    "skippable-with-outputs": (
        around(user("a", extended(tb_output("x", "opinion")), tb_skippable="lead")),
        "a",
    ),
    "endless-loop": (circle(node("task", "a"), leave="x = 1", ids=("a",)), "g"),
    "loop-without-wait": (circle(service("a"), leave="x = 1", ids=("a",)), "g"),
}


@pytest.mark.parametrize("rule", ONE_BREACH)
def test_one_breach_gives_one_finding_with_its_place(rule: str):
    xml, element = ONE_BREACH[rule]

    assert found(xml) == [(rule, element)]


FILES = {
    "same-process-twice": HEAD.encode() + b'<process id="p"/><process id="p"/></definitions>',
    "not-xml": b"<definitions",
    "wrong-encoding": "<d>流程</d>".encode("gb18030"),
    "doctype": b'<!DOCTYPE d [<!ENTITY a "aaaa">]><d>&a;</d>',
    "too-large": b"<d>" + b"<e/>" * (document.MAX_ELEMENTS + 1) + b"</d>",
    "not-bpmn": b'<definitions xmlns="urn:other"/>',
    "several-processes": HEAD.encode()
    + b'<process id="p" isExecutable="true"/><process id="q" isExecutable="1"/></definitions>',
}


@pytest.mark.parametrize("rule", FILES)
def test_a_file_that_cannot_be_read_is_refused_by_name(rule: str):
    with pytest.raises(Invalid) as refused:
        load(FILES[rule])

    assert [finding.rule for finding in refused.value.findings] == [rule]


def test_a_process_that_the_file_does_not_hold_is_refused_by_name():
    with pytest.raises(Invalid) as refused:
        load(around(user("a")), process="q")

    (finding,) = refused.value.findings
    assert finding.rule == "unknown-process"
    assert finding.told("en") == "The file holds no process q. It holds: p."
    assert finding.told("zh") == "文件中没有流程 q。现有：p。"


def test_every_rule_has_a_model_that_breaks_it():
    assert ONE_BREACH.keys() | FILES.keys() | {"unknown-process"} == RULES.keys()


def facts_in(words: str) -> set[str]:
    names = (name for _, name, _, _ in string.Formatter().parse(words) if name)
    return {name.removesuffix("_zh") for name in names}


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_is_told_in_english_and_chinese_with_the_same_facts(rule: str):
    english, chinese = RULES[rule]

    assert facts_in(english) == facts_in(chinese)
    assert any("\u4e00" <= character <= "\u9fff" for character in chinese)
    assert english.isascii() or "“" in english or "…" in english


@pytest.mark.parametrize("rule", ONE_BREACH)
def test_the_words_of_a_finding_are_complete(rule: str):
    with pytest.raises(Invalid) as refused:
        load(ONE_BREACH[rule][0])

    (finding,) = refused.value.findings
    assert finding.line > 0
    assert "{" not in finding.told("en") + finding.told("zh")
    assert refused.value.told("zh").startswith("流程模型不能使用，共 1 个问题")


def test_all_findings_come_at_once_in_the_order_of_the_file():
    xml = model(
        start(),
        "\n",
        user("a"),
        "\n",
        service("b", tb_operation=""),
        "\n",
        end(),
        path("start", "a"),
        flow("b", "end"),
    )

    assert found(xml) == [("dead-end", "a"), ("missing-extension", "b"), ("unreachable", "b")]


def test_of_what_cannot_be_reached_only_the_beginning_is_named():
    lost = [user("x"), user("y"), user("b"), user("c")]
    paths = path("b", "c", "end"), path("x", "y", "x"), flow("y", "end")
    xml = model(start(), user("a"), *lost, end(), START_A_END, *paths)

    assert found(xml) == [("unreachable", "b"), ("unreachable", "x")]


def test_a_hole_in_the_graph_hides_what_would_follow_from_it():
    xml = model(
        start(), node("subChoreography", "a"), user("b"), end(), path("start", "a", "b", "end")
    )

    assert found(xml) == [("unsupported", "a")]


@pytest.mark.parametrize(
    "element", ["subChoreography", "choreographyTask", "resourceRole", "correlationSubscription"]
)
def test_an_element_that_is_not_supported_is_refused_by_name(element: str):
    with pytest.raises(Invalid) as refused:
        load(around(user("a"), node(element, "x")))

    (finding,) = refused.value.findings
    assert finding.told("en").startswith(f"<{element}> is not supported here.")
    assert finding.told("zh").startswith(f"此处不支持 <{element}>。")


@pytest.mark.parametrize("definition", ["link", "terminate"])
def test_an_event_definition_that_has_no_place_on_a_border_is_refused_by_name(definition: str):
    xml = around(user("a"), boundary("late", "a", f"<{definition}EventDefinition/>"))

    assert ("unsupported", "late") in found(xml)


@pytest.mark.parametrize(
    ("xml", "element"),
    [
        (around(sub(triggeredByEvent="true", tag="transaction")), "a"),
        (around(user("a", completionQuantity="many")), "a"),
        (around(user("a", '<standardLoopCharacteristics loopMaximum="x"/>')), ""),
        (around(sub(start("s"), node("receiveTask", "r", messageRef="m", instantiate="true"),
                    end("e"), path("s", "r", "e")), beside=ORDER), "r"),
        (around(node("receiveTask", "a", several(count="2"), messageRef="m", instantiate="true"),
                beside=ORDER), "a"),
        (around(user("a", several(count="2", behavior="Some"))), ""),
        (around(sub(user("b"), tag="adHocSubProcess", ordering="Random")), "a"),
        (around(sub(start("s"), end("e"), flow("s", "e"), tag="transaction", method="##Store")),
         "a"),
        (model(start(), node("eventBasedGateway", "a", eventGatewayType="Parallel"), end()), "a"),
        (model(start(), node("eventBasedGateway", "a", eventGatewayType="Third"), end()), "a"),
        (around(sub(node("eventBasedGateway", "g", instantiate="true"))), "g"),
    ],
)  # fmt: skip
def test_a_value_that_is_not_understood_is_refused(xml: bytes, element: str):
    assert ("unsupported-value", element) in found(xml)
