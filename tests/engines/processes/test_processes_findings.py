"""Every rule about models: one model that breaks it, and the words that say so."""

import string

import pytest

from tests.engines.processes.bpmn_models import (
    HEAD,
    boundary,
    declared,
    end,
    error,
    extended,
    flow,
    message,
    model,
    node,
    path,
    script,
    service,
    several,
    start,
    tb_input,
    tb_output,
    timer,
    user,
)
from tongban.engines.processes import Invalid, load
from tongban.engines.processes.reading import document
from tongban.engines.processes.reading.findings import RULES

START_A_END = path("start", "a", "end")
ORDER = '<message id="m" name="paid"/>'


def found(xml: bytes) -> list[tuple[str, str]]:
    """Rule and element of every finding."""
    with pytest.raises(Invalid) as refused:
        load(xml)
    return [(finding.rule, finding.element) for finding in refused.value.findings]


def around(*parts: str, beside: str = "") -> bytes:
    """start → a → end, with `a` among the parts."""
    return model(start(), *parts, end(), START_A_END, beside=beside)


def waiting(inside: str, tag: str = "intermediateCatchEvent", **attributes: str) -> bytes:
    return around(node(tag, "a", inside, **attributes), beside=ORDER)


def with_boundary(event: str, *, beside: str = "") -> bytes:
    return model(start(), user("a"), event, end(), START_A_END, flow("late", "end"), beside=beside)


def choice(*flows: str, default: str = "", tag: str = "exclusiveGateway") -> bytes:
    gateway = node(tag, "g", **({"default": default} if default else {}))
    return model(start(), gateway, end(), end("other"), flow("start", "g"), *flows)


def circle(*inside: str, leave: str, ids: tuple[str, ...]) -> bytes:
    """start → g → … → g, and out of g where `leave` holds."""
    gateway = node("exclusiveGateway", "g", default=f"g-{ids[0]}")
    return model(
        start(),
        gateway,
        *inside,
        end(),
        flow("start", "g"),
        path("g", *ids, "g"),
        flow("g", "end", leave),
    )


ONE_BREACH = {
    "no-process": (f"{HEAD}</definitions>".encode(), ""),
    "no-start": (model(user("a"), end(), flow("a", "end")), "p"),
    "several-starts": (
        model(start(), start("two"), end(), path("start", "end"), path("two", "end")),
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
    "unsupported": (around(node("callActivity", "a")), "a"),
    "unsupported-value": (around(user("a", isForCompensation="true")), "a"),
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
    "several-definitions": (waiting(message("m") + timer("timeDuration", "P1D")), "a"),
    "timer-without-time": (waiting("<timerEventDefinition/>"), "a"),
    "wrong-time": (waiting(timer("timeDuration", "P3X")), "a"),
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
    "endless-loop": (circle(node("task", "a"), leave="x = 1", ids=("a",)), "g"),
    "loop-without-wait": (circle(service("a"), leave="x = 1", ids=("a",)), "g"),
}


@pytest.mark.parametrize("rule", ONE_BREACH)
def test_one_breach_gives_one_finding_with_its_place(rule: str):
    xml, element = ONE_BREACH[rule]

    assert found(xml) == [(rule, element)]


FILES = {
    "not-xml": b"<definitions",
    "doctype": b'<!DOCTYPE d [<!ENTITY a "aaaa">]><d>&a;</d>',
    "too-large": b"<d>" + b"<e/>" * (document.MAX_ELEMENTS + 1) + b"</d>",
    "not-bpmn": b'<definitions xmlns="urn:other"/>',
    "several-processes": HEAD.encode() + b'<process id="p"/><process id="q"/></definitions>',
}


@pytest.mark.parametrize("rule", FILES)
def test_a_file_that_cannot_be_read_is_refused_by_name(rule: str):
    with pytest.raises(Invalid) as refused:
        load(FILES[rule])

    assert [finding.rule for finding in refused.value.findings] == [rule]


def test_every_rule_has_a_model_that_breaks_it():
    assert ONE_BREACH.keys() | FILES.keys() == RULES.keys()


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
        start(), node("callActivity", "a"), user("b"), end(), path("start", "a", "b", "end")
    )

    assert found(xml) == [("unsupported", "a")]


@pytest.mark.parametrize(
    "element",
    ["callActivity", "transaction", "adHocSubProcess", "complexGateway", "dataObject", "property"],
)
def test_an_element_that_is_not_supported_yet_is_refused_by_name(element: str):
    with pytest.raises(Invalid) as refused:
        load(around(user("a"), node(element, "x")))

    (finding,) = refused.value.findings
    assert finding.told("en").startswith(f"<{element}> is not supported here.")
    assert finding.told("zh").startswith(f"此处不支持 <{element}>。")


@pytest.mark.parametrize(
    "definition", ["signal", "escalation", "conditional", "compensate", "cancel", "link"]
)
def test_an_event_definition_that_is_not_supported_yet_is_refused_by_name(definition: str):
    xml = around(user("a"), boundary("late", "a", f"<{definition}EventDefinition/>"))

    assert ("unsupported", "late") in found(xml)


@pytest.mark.parametrize(
    "xml",
    [
        around(node("subProcess", "a", triggeredByEvent="true")),
        around(user("a", startQuantity="2")),
        around(user("a", completionQuantity="2")),
        waiting("", "receiveTask", instantiate="true", messageRef="m"),
        around(user("a", several(count="2", behavior="One"))),
        model(start(), node("eventBasedGateway", "a", eventGatewayType="Parallel"), end()),
    ],
)
def test_a_value_that_would_change_the_behaviour_is_refused(xml: bytes):
    assert ("unsupported-value", "a") in found(xml) or ("unsupported-value", "") in found(xml)


def test_foreign_extensions_are_left_alone_and_foreign_elements_are_not():
    camunda = '<c:thing xmlns:c="urn:camunda"/>'

    load(around(user("a", extended(camunda))))
    assert found(around(user("a", camunda))) == [("unsupported", "a")]


def test_a_slip_in_our_own_namespace_is_found():
    assert found(around(user("a", extended("<tb:inptu/>")))) == [("unknown-extension", "a")]


def test_an_expression_says_where_it_went_wrong():
    with pytest.raises(Invalid) as refused:
        load(choice(flow("g", "end", "age >="), flow("g", "other"), default="g-other"))

    (finding,) = refused.value.findings
    assert (finding.rule, finding.element) == ("wrong-expression", "g-end")
    assert "“age >=”" in finding.told("en")
    assert "line 1" in finding.told("en").lower()
    assert "第 1 行" in finding.told("zh")


def test_where_variables_are_declared_an_unknown_name_in_a_condition_is_found():
    flows = flow("g", "end", "aeg > 17"), flow("g", "other")
    gateway = node("exclusiveGateway", "g", default="g-other")
    xml = model(
        declared(age="number"), start(), gateway, end(), end("other"), flow("start", "g"), *flows
    )

    assert found(xml) == [("wrong-expression", "g-end")]
    load(xml.replace(b"aeg", b"age"))


def test_where_variables_are_declared_what_a_node_writes_is_known_too():
    task = user("a", extended(tb_output("score", "points")))
    gateway = node("exclusiveGateway", "g", default="g-other")
    load(
        model(
            declared(age="number"),
            start(),
            task,
            gateway,
            end(),
            end("other"),
            path("start", "a", "g"),
            flow("g", "end", "score > age"),
            flow("g", "other"),
        )
    )


def test_a_variable_local_to_a_sub_process_is_unknown_outside():
    sub = node(
        "subProcess",
        "a",
        extended(tb_input("half", "age / 2"))
        + start("s")
        + script("x", "half + 1", tb_result="more")
        + end("e")
        + path("s", "x", "e"),
    )
    inside = model(declared(age="number"), start(), sub, end(), START_A_END)

    load(inside)
    outside = inside.replace(
        b"</process>", script("y", "half", tb_result="z").encode() + b"</process>"
    )
    assert ("wrong-expression", "y") in found(outside)


def test_a_flow_may_not_leave_its_sub_process():
    sub = node("subProcess", "a", start("s") + end("e") + flow("s", "e") + flow("s", "end"))

    assert found(around(sub)) == [("flow-to-nowhere", "s-end")]


def test_a_loop_of_scripts_with_an_exit_is_allowed_and_counts_its_steps_when_it_runs():
    load(circle(script("a", "x + 1", tb_result="x"), leave="x > 3", ids=("a",)))


def test_a_loop_with_a_timer_may_call_services():
    pause = node("intermediateCatchEvent", "w", timer("timeDuration", "PT1H"))
    load(circle(service("a"), pause, leave="x = 1", ids=("a", "w")))


def test_a_loop_that_splits_in_parallel_never_ends():
    fork = node("parallelGateway", "f")
    xml = model(
        start(),
        node("exclusiveGateway", "g"),
        script("a", "1", tb_result="x"),
        fork,
        end(),
        path("start", "g", "a", "f", "g"),
        flow("f", "end"),
    )

    assert found(xml) == [("endless-loop", "g")]


def test_a_sub_process_counts_for_what_is_inside():
    def looping(inside: str) -> bytes:
        sub = node("subProcess", "a", start("s") + inside + end("e") + path("s", "x", "e"))
        return circle(sub, leave="done", ids=("a",))

    load(looping(user("x")))
    load(looping(script("x", "true", tb_result="done")))
    assert found(looping(service("x"))) == [("loop-without-wait", "g")]
    assert found(looping(node("task", "x"))) == [("endless-loop", "g")]


def test_a_retry_behind_a_boundary_error_without_a_pause_is_found():
    xml = model(
        start(),
        service("a"),
        boundary("failed", "a", error()),
        end(),
        START_A_END,
        flow("failed", "a"),
    )

    assert found(xml) == [("loop-without-wait", "a")]


@pytest.mark.parametrize(
    ("kind", "text"),
    [("timeDate", "2026-13-01"), ("timeCycle", "R0/PT1H"), ("timeCycle", "R3/PT0S")],
)
def test_a_time_that_is_nearly_iso_is_not_taken_for_feel(kind: str, text: str):
    assert found(waiting(timer(kind, text))) == [("wrong-time", "a")]


def test_both_a_count_and_a_collection_are_one_too_many():
    xml = around(user("a", several(count="2", tb_collection="offices")))

    assert found(xml) == [("loop-without-count", "a")]


def test_an_entry_needs_a_collection():
    assert found(around(user("a", several(count="2", tb_element="office")))) == [
        ("needs-together", "a")
    ]


def test_nested_lanes_take_a_node_over_from_the_lane_around_them():
    inner = '<childLaneSet id="c"><lane id="in"><flowNodeRef>a</flowNodeRef></lane></childLaneSet>'
    lanes = f'<laneSet id="s"><lane id="out"><flowNodeRef>a</flowNodeRef>{inner}</lane></laneSet>'

    assert load(around(lanes, user("a"))).nodes["a"].lane == "in"


def test_a_lane_that_names_no_node_is_found():
    lanes = '<laneSet id="s"><lane id="one"><flowNodeRef>ghost</flowNodeRef></lane></laneSet>'

    assert found(around(lanes, user("a"))) == [("wrong-reference", "one")]


def test_an_element_outside_the_process_that_could_run_is_refused():
    assert found(around(user("a"), beside='<globalUserTask id="g"/>')) == [("unsupported", "g")]


def test_an_event_gateway_needs_two_ways_and_lets_nothing_else_in():
    race = node("eventBasedGateway", "g")
    catch = node("intermediateCatchEvent", "a", timer("timeDuration", "P1D"))
    xml = model(start(), race, catch, end(), path("start", "g", "a", "end"))

    assert found(xml) == [("event-gateway", "g")]


@pytest.mark.parametrize(
    ("xml", "expected"),
    [
        (around(node("scriptTask", "a", tb_result="x")), ("missing-attribute", "a")),
        (
            around(user("a", several(count="1", tb_outputCollection="9", tb_outputElement="x"))),
            ("wrong-name", "a"),
        ),
        (around(user("a", several(count="1", tb_outputElement="x"))), ("needs-together", "a")),
        (around(user("a", several(count="1", tb_outputElement="x +", tb_outputCollection="v"))),
         ("wrong-expression", "a")),
        (around(user("a", several(tb_collection="l", tb_element="1x"))), ("wrong-name", "a")),
        (with_boundary(boundary("late", "a", error("ghost"))), ("wrong-reference", "late")),
        (model(start(), end("end", "<errorEventDefinition/>"), flow("start", "end")),
         ("missing-attribute", "end")),
        (around(user("a", extended('<tb:input target="x"/>'))), ("missing-attribute", "a")),
        (around(user("a", extended('<tb:output source="x"/>'))), ("missing-attribute", "a")),
        (around(user("a", extended(tb_input("1x", "2")))), ("wrong-name", "a")),
        (around(user("a", extended(tb_input("x", "2 +")))), ("wrong-expression", "a")),
        (around(service("a", tb_result="if")), ("wrong-name", "a")),
        (model(extended("<tb:variable/>"), start(), end(), flow("start", "end")),
         ("missing-attribute", "p")),
        (model(declared(**{"1x": "number"}), start(), end(), flow("start", "end")),
         ("wrong-name", "p")),
        (around(user("a"), '<laneSet id="s"><lane/></laneSet>'), ("missing-attribute", "")),
        (around(user("a")).replace(b' id="a-end"', b""), ("missing-attribute", "")),
        (around(node("businessRuleTask", "a")), ("missing-extension", "a")),
        (around(node("sendTask", "a")), ("missing-extension", "a")),
        (around(node("receiveTask", "a")), ("message-without-name", "a")),
        (waiting(timer("timeDuration", "x +")), ("wrong-expression", "a")),
        (waiting(message("m", "x +")), ("wrong-expression", "a")),
        (
            around(user("a", several(count="1")).replace(
                "<loopCardinality>", '<loopCardinality language="juel">')),
            ("wrong-language", "a"),
        ),
        (model(start(), end(), path("start", "end"), node("subProcess", "a")), ("no-start", "a")),
    ],
)  # fmt: skip
def test_a_slip_in_the_details_is_found(xml: bytes, expected: tuple[str, str]):
    assert expected in found(xml)


def test_a_whole_value_of_one_is_as_good_as_true_or_false():
    load(around(user("a", isForCompensation="0", startQuantity="1")))


@pytest.mark.parametrize(
    ("xml", "element"),
    [
        (waiting(timer("timeDuration", "5")), "a"),
        (waiting(timer("timeDate", 'duration("P1D")')), "a"),
        (waiting(timer("timeCycle", 'duration("P1D")')), "a"),
        (around(user("a", several(count='"three"'))), "a"),
        (around(user("a", several(tb_collection='"three"'))), "a"),
        (around(user("a", several(count="3", until="numberOfInstances + 1 > 0 and 5"))), "a"),
    ],
)
def test_an_expression_that_can_never_have_the_value_it_needs_is_found(xml: bytes, element: str):
    assert {rule for rule, _ in found(xml)} <= {"wrong-result", "wrong-expression"}


def test_declared_types_are_used_to_check_conditions():
    gateway = node("exclusiveGateway", "g", default="g-other")
    flows = flow("start", "g"), flow("g", "end", "name"), flow("g", "other")
    xml = model(declared(name="string"), start(), gateway, end(), end("other"), *flows)

    assert found(xml) == [("wrong-result", "g-end")]
    load(xml.replace(b'type="string"', b'type="boolean"'))


def test_an_event_behind_an_event_gateway_has_no_other_way_in():
    race = node("eventBasedGateway", "g")
    events = [
        node("intermediateCatchEvent", each, timer("timeDuration", "P1D")) for each in ("a", "b")
    ]
    xml = model(
        start(), race, *events, end(), path("start", "g", "a", "end"), path("g", "b", "end")
    )
    load(xml)

    second = xml.replace(b"</process>", flow("start", "b").encode() + b"</process>")
    assert found(second) == [("event-gateway", "g")]
