"""What is said of a file before it may be used, by the platform and by the standard."""

import pytest

from tests.engines.processes.bpmn_models import end, flow, model, node, path, start, user
from tests.engines.processes.standard.drawings import (
    START_A_END,
    around,
    drawn,
    process,
    task,
    whole,
)
from tongban.engines.processes import Definition, Finding, Invalid, reading
from tongban.engines.processes.standard import RULES, deploying

OURS = model(start(), user("a"), end(), path("start", "a", "end"))
PLAIN = around(node("userTask", "a"))


def refused(xml: bytes, *others: bytes, process: str | None = None) -> Invalid:
    with pytest.raises(Invalid) as refusal:
        deploying.deploy(xml, *others, process=process)
    return refusal.value


def told(xml: bytes, *others: bytes) -> list[tuple[str, str]]:
    return [(each.rule, each.element) for each in refused(xml, *others).findings]


@pytest.mark.parametrize("xml", [OURS, PLAIN])
def test_a_file_without_a_fault_becomes_the_definition_that_reading_makes(xml: bytes):
    definition = deploying.deploy(xml)

    assert isinstance(definition, Definition)
    assert definition.nodes.keys() == reading.load(xml).nodes.keys()
    assert definition.version == reading.load(xml).version


def test_a_file_that_breaks_the_standard_alone_is_refused_by_its_rule():
    through = model(start(), node("exclusiveGateway", "g"), end(), path("start", "g", "end"))
    reading.load(through)

    assert told(through) == [("EXT135", "g")]
    assert refused(through).told("zh") == (
        "流程模型不能使用，共 1 个问题，第一个：g (1)：排他网关“g”："
        "既不分支也不汇聚：入线和出线都不到两条。请再画一条连线，或删除该网关。"
        "（BPMN 2.0 规则 EXT135）"
    )


def test_a_case_that_could_never_finish_is_refused():
    xml = model(
        start(),
        node("exclusiveGateway", "g", default="g-a"),
        user("a"),
        user("b"),
        node("parallelGateway", "j"),
        end(),
        path("start", "g", "a", "j", "end"),
        flow("g", "b", "x = 1"),
        flow("b", "j"),
    )
    reading.load(xml)

    assert told(xml) == [("join-never-satisfied", "j")]


def test_a_case_that_may_stand_still_is_not_refused():
    xml = model(
        start(),
        node("inclusiveGateway", "g"),
        user("a"),
        user("b"),
        node("parallelGateway", "j"),
        end(),
        path("start", "g"),
        path("a", "j", "end"),
        flow("g", "a", "x < 3"),
        flow("g", "b", "x > 1"),
        flow("b", "j"),
    )

    assert "j" in deploying.deploy(xml).nodes


def _own(xml: bytes) -> tuple[Finding, ...]:
    with pytest.raises(Invalid) as refusal:
        reading.load(xml)
    return refusal.value.findings


@pytest.mark.parametrize(
    ("xml", "expected"),
    [
        (
            model(start(), user("a"), end(), path("start", "a", "end"), flow("a", "start")),
            [("flow-into-start", "start")],
        ),
        (model(user("a"), end(), flow("a", "end")), [("no-start", "p")]),
        (
            model(
                start(), user("a"), user("b"), end(), path("start", "a", "end"), flow("b", "end")
            ),
            [("unreachable", "b")],
        ),
    ],
)
def test_of_a_file_of_ours_our_own_words_are_told_and_nothing_twice(
    xml: bytes, expected: list[tuple[str, str]]
):
    assert told(xml) == expected


def test_of_a_file_of_ours_what_only_the_standard_finds_is_told_beside_our_own():
    xml = model(
        start(), "\n", node("exclusiveGateway", "g"), "\n", node("serviceTask", "a"), end(),
        path("start", "g", "a", "end"),
    )  # fmt: skip

    assert told(xml) == [("EXT135", "g"), ("missing-extension", "a")]


@pytest.mark.parametrize(
    ("xml", "own", "rule"),
    [
        (around(node("userTask", "a"), flow("a", "start")), "flow-into-start", "EXT096"),
        (around(node("userTask", "a"), flow("end", "a")), "flow-out-of-end", "EXT104"),
        (
            around(node("userTask", "a"), node("userTask", "b"), flow("b", "end")),
            "unreachable",
            "EXT150",
        ),
        (
            around(node("userTask", "a", default="start-a")),
            "default-elsewhere",
            "EXT026",
        ),
        (drawn(node("userTask", "a"), end(), flow("a", "end")), "no-start", "EXT097"),
        (
            around(node("userTask", "a"), node("textAnnotation", "a")),
            "duplicate-id",
            "EXT002",
        ),
    ],
)
def test_of_any_other_file_the_rule_of_the_standard_is_named_and_nothing_told_twice(
    xml: bytes, own: str, rule: str
):
    assert own in [each.rule for each in _own(xml)]

    rules = [each for each, _ in told(xml)]

    assert rule in rules
    assert own not in rules


def test_what_only_the_platform_asks_is_told_beside_what_the_standard_asks():
    xml = around(node("serviceTask", "a"), flow("end", "a"))

    assert set(told(xml)) >= {("missing-extension", "a"), ("EXT104", "end")}


def test_what_both_find_are_rules_of_both():
    numbers = {code for rule in RULES for code in rule.codes}

    assert reading.findings.RULES.keys() >= deploying.SAME.keys()
    assert numbers >= {code for codes in deploying.SAME.values() for code in codes}


def test_a_file_that_cannot_be_read_is_refused_as_before():
    assert told(b"<definitions") == [("not-xml", "")]
    assert told(b"<other/>") == [("not-bpmn", "")]


def test_findings_come_in_the_order_of_the_file():
    xml = drawn(
        start(), "\n", node("serviceTask", "a"), "\n", end(), START_A_END, "\n", flow("end", "a")
    )
    lines = [each.line for each in refused(xml).findings]

    assert lines == sorted(lines)
    assert len(lines) > 1


CALLER = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" '
    'xmlns:tb="https://tongban.org/bpmn" targetNamespace="urn:x">'
    '<process id="caller" isExecutable="true">'
    f"{start()}{node('callActivity', 'a', calledElement='q')}{end()}{START_A_END}"
    "</process></definitions>"
).encode()


def test_what_is_called_from_another_file_keeps_to_the_standard_too():
    inner = start("s") + node("exclusiveGateway", "g") + end("e") + path("s", "g", "e")
    fine = start("s") + node("userTask", "t") + end("e") + path("s", "t", "e")

    assert told(CALLER, whole(process(inner, id="q"))) == [("EXT135", "g")]
    assert "q/t" in deploying.deploy(CALLER, whole(process(fine, id="q"))).nodes


def test_of_several_processes_one_is_chosen_by_name():
    two = whole(
        process(start("s") + end("e") + flow("s", "e")),
        process(start("s2") + end("e2") + flow("s2", "e2"), id="q"),
    )

    assert deploying.deploy(two, process="q").id == "q"
    assert deploying.deploy(two, process="p").id == "p"


def test_a_breach_in_another_process_of_the_file_counts():
    two = whole(
        process(start("s") + end("e") + flow("s", "e")),
        process(start("s2") + task("t") + end("e2") + path("s2", "t", "e2", "t"), id="q"),
    )

    refusal = refused(two, process="p")

    assert [(each.rule, each.element) for each in refusal.findings] == [("EXT104", "e2")]
