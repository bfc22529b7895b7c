"""Slips in the details of a model, and what is no slip."""

import pytest

from tests.engines.processes.bpmn_findings import (
    START_A_END,
    around,
    choice,
    circle,
    found,
    waiting,
    with_boundary,
)
from tests.engines.processes.bpmn_models import (
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
    assert found(around(user("a"), beside='<choreography id="g"/>')) == [("unsupported", "g")]


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
