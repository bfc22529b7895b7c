"""What is broken, absurd or meant to do harm is refused by name, with the way out, and at once."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from tests.engines.processes.bpmn_models import (
    HEAD,
    declared,
    end,
    flow,
    model,
    node,
    path,
    script,
    several,
    start,
    timer,
    user,
)
from tongban.engines.feel import Value
from tongban.engines.processes import (
    Finding,
    Invalid,
    Refused,
    Start,
    StartTimer,
    State,
    advance,
    deploy,
    load,
)
from tongban.engines.processes.reading import document
from tongban.engines.processes.running.run import TooManySteps
from tongban.engines.processes.standard.undecided import ends_undecided

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
TEXT = model(start(), user("a", name="初审"), end(), path("start", "a", "end")).decode()


def first(xml: bytes) -> Finding:
    with pytest.raises(Invalid) as refused:
        deploy(xml)
    return refused.value.findings[0]


def rules(xml: bytes) -> set[tuple[str, str]]:
    with pytest.raises(Invalid) as refused:
        deploy(xml)
    return {(each.rule, each.element) for each in refused.value.findings}


def begun(xml: bytes, **variables: Value) -> tuple[State, tuple[object, ...]]:
    return advance(deploy(xml), State(), Start(variables, AT))


def around(*parts: str) -> bytes:
    return model(start(), *parts, end(), path("start", "a", "end"))


def waiting(kind: str, text: str) -> bytes:
    return around(node("intermediateCatchEvent", "a", timer(kind, text)))


@pytest.mark.parametrize("depth", [document.MAX_DEPTH + 1, 300, 100_000])
def test_what_is_nested_too_deep_is_refused_however_deep_it_is(depth: int):
    found = first(b"<d>" * depth + b"</d>" * depth)

    assert found.told("en") == (
        "The file has more than 250 nested levels. Split the process into smaller ones."
    )
    assert found.told("zh") == "文件超过 250 层嵌套。请拆分为较小的流程。"


@pytest.mark.parametrize("holder", ['<d a="&e9;"/>', "<d>&e9;</d>"])
def test_entities_that_grow_without_end_are_refused_as_what_they_are(holder: str):
    laughs = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "ha"}">' for n in range(10))

    assert first(f"<!DOCTYPE d [{laughs}]>{holder}".encode()).rule == "doctype"


@pytest.mark.parametrize(
    "xml",
    [
        TEXT.encode("gb18030"),
        f'<?xml version="1.0" encoding="UTF-8"?>{TEXT}'.encode("gb18030"),
        f'<?xml version="1.0" encoding="ESPERANTO"?>{TEXT}'.encode(),
    ],
)
def test_a_file_that_is_not_in_the_encoding_it_names_is_told_so(xml: bytes):
    found = first(xml)

    assert found.told("en") == (
        "The file is not written in the encoding that it names; where it names none, that is "
        "UTF-8. Save it as UTF-8, or name its encoding in the first line: "
        '<?xml version="1.0" encoding="GB18030"?>.'
    )
    assert found.told("zh") == (
        "文件的实际编码与其声明不符（未声明时为 UTF-8）。请另存为 UTF-8，或在首行写明编码："
        '<?xml version="1.0" encoding="GB18030"?>。'
    )


@pytest.mark.parametrize(
    "xml",
    [
        b"\xef\xbb\xbf" + TEXT.encode(),
        f'<?xml version="1.0" encoding="GB18030"?>{TEXT}'.encode("gb18030"),
        f'<?xml version="1.0" encoding="UTF-16"?>{TEXT}'.encode("utf-16"),
    ],
)
def test_an_encoding_that_is_named_is_read(xml: bytes):
    assert deploy(xml).nodes["a"].name == "初审"


def test_diagrams_take_no_part_however_large_they_are():
    shapes = "<s><b/></s>" * 1000
    diagram = f'<i:BPMNDiagram xmlns:i="{BPMNDI}">{shapes}</i:BPMNDiagram></definitions>'
    xml = TEXT.replace("</definitions>", diagram).encode()

    assert {each.tag for each in document.read(xml).walk()} == {
        "definitions", "process", "startEvent", "userTask", "endEvent", "sequenceFlow",
    }  # fmt: skip
    assert "a" in deploy(xml).nodes


BPMNDI = "http://www.omg.org/spec/BPMN/20100524/DI"


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("timeDuration", "P999999999Y"),
        ("timeDuration", "PT999999999999S"),
        ("timeCycle", "R999999/P1001Y"),
    ],
)
def test_a_time_that_no_case_lasts_is_refused(kind: str, text: str):
    found = first(waiting(kind, text))

    assert (found.rule, found.element) == ("time-too-long", "a")
    assert found.told("en") == f"“{text}” is longer than 1000 years. Write a shorter time."
    assert found.told("zh") == f"“{text}”超过 1000 年。请写较短的时间。"


@pytest.mark.parametrize(
    ("kind", "text", "rule"),
    [
        ("timeDuration", "PT1E9S", "wrong-time"),
        ("timeDuration", f"P{'9' * 400}Y", "wrong-time"),
        ("timeDuration", f"P{'9' * 5000}D", "wrong-time"),
        ("timeDuration", "P-1D", "wrong-expression"),
        ("timeDate", "2026-02-30", "wrong-time"),
        ("timeDate", "10000-01-01", "wrong-result"),
        ("timeCycle", f"R{'9' * 5000}/PT1S", "wrong-time"),
        ("timeCycle", "R0/P1D", "wrong-time"),
        ("timeCycle", "R5/PT0S", "wrong-time"),
        ("timeCycle", "R-1/P1D", "wrong-result"),
        ("timeCycle", "R/P1D", "repeats-for-ever"),
    ],
)
def test_a_time_that_is_none_is_refused(kind: str, text: str, rule: str):
    assert rules(waiting(kind, text)) == {(rule, "a")}


@pytest.mark.parametrize(
    ("kind", "text", "due"),
    [
        ("timeDate", "1999-01-01T00:00:00Z", datetime(1999, 1, 1, tzinfo=UTC)),
        ("timeDate", "9999-12-31T23:59:59Z", datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ("timeDuration", "PT0S", AT),
        ("timeCycle", "R3/1999-01-01T00:00:00Z/P1D", datetime(1999, 1, 1, tzinfo=UTC)),
        ("timeCycle", "R999999/PT1S", AT.replace(second=1)),
    ],
)
def test_a_time_in_the_past_or_at_the_end_of_the_calendar_is_a_time(
    kind: str, text: str, due: datetime
):
    _, effects = begun(waiting(kind, text))

    assert [each.due for each in effects if isinstance(each, StartTimer)] == [due]


@pytest.mark.parametrize(
    "value", [f"P{'9' * 400}Y", "P9999Y", "P-1D", "soon", Decimal(3), None, f"R{'9' * 5000}/PT1S"]
)
@pytest.mark.parametrize("kind", ["timeDuration", "timeCycle"])
def test_an_absurd_time_that_is_computed_is_refused_when_it_comes(kind: str, value: Value):
    with pytest.raises(Refused):
        begun(waiting(kind, "x"), x=value)


@pytest.mark.parametrize("count", ["1000000", "1E30", "10001"])
def test_more_instances_than_anybody_can_do_are_refused(count: str):
    with pytest.raises(TooManySteps) as refused:
        begun(around(user("a", several(count=count))))

    assert refused.value.told("zh") == (
        "流程连续执行 10000 步仍未停下，最后在 a。请检查其中的循环。"
    )


def test_a_list_of_a_million_is_refused():
    with pytest.raises(TooManySteps):
        begun(
            around(user("a", several(tb_collection="l", tb_element="e"))),
            l=list[Value]([True]) * 1_000_000,
        )


@pytest.mark.parametrize("attribute", ["startQuantity", "completionQuantity"])
@pytest.mark.parametrize("quantity", ["1001", "999999999", "9" * 5000, "²"])
def test_more_tokens_than_anybody_can_count_are_refused(attribute: str, quantity: str):
    assert rules(around(user("a", **{attribute: quantity}))) == {("unsupported-value", "a")}


def test_a_number_of_any_length_is_read_where_only_the_standard_looks_at_it():
    many = f'<participantMultiplicity minimum="{"9" * 5000}" maximum="1"/>'
    pool = node("participant", "q", many, processRef="p")
    beside = node("collaboration", "c", pool)

    assert "EXT030" in {
        rule for rule, _ in rules(model(start(), end(), path("start", "end"), beside=beside))
    }


def test_a_loop_of_steps_that_never_end_is_stopped():
    parts = (
        node("exclusiveGateway", "m"), script("a", "x + 1", tb_result="x"),
        node("exclusiveGateway", "g", default="g-m"),
    )  # fmt: skip
    xml = model(
        start(), *parts, end(), path("start", "m", "a", "g", "m"), flow("g", "end", "x < 0")
    )
    with pytest.raises(TooManySteps) as refused:
        begun(xml, x=Decimal(0))

    assert refused.value.told("en") == (
        "The process took 10000 steps without coming to rest, last at m. Check its loops."
    )


def test_a_loop_without_a_way_out_is_refused():
    assert ("no-way-to-end", "a") in rules(
        model(start(), user("a"), user("b"), path("start", "a", "b", "a"))
    )


def test_an_unknown_variable_is_told_with_its_line_and_the_nearest_name():
    found = first(
        model(
            declared(age="number", name="string"), "\n", start(),
            node("exclusiveGateway", "g", default="g-e"), end(), end("e"),
            flow("start", "g"), "\n", flow("g", "end", "aeg > 17"), flow("g", "e"),
        )
    )  # fmt: skip

    assert (found.rule, found.element, found.line) == ("wrong-expression", "g-end", 3)
    assert found.told("en") == (
        "“aeg > 17” is no FEEL that this process understands: Line 1, column 1: The name “aeg” "
        "is not known here. The nearest name that is known: age."
    )
    assert found.told("zh") == (
        "“aeg > 17”不是本流程能理解的 FEEL：第 1 行第 1 列：这里没有名称“aeg”。"
        "最接近的已知名称是 age。"
    )


def test_processes_that_call_each_other_in_a_circle_are_refused():
    call = node("callActivity", "d", calledElement="p")
    called = f'<process id="q">{start("s")}{call}{end("e")}{path("s", "d", "e")}</process>'
    caller = model(*_caller(), beside=called)

    assert rules(caller) == {("calls-itself", "a")}


def _caller() -> tuple[str, ...]:
    return start(), node("callActivity", "a", calledElement="q"), end(), path("start", "a", "end")


def test_a_sub_process_inside_itself_is_an_id_used_twice():
    inner = node("subProcess", "a", user("x"))
    outer = node("subProcess", "a", start("s") + inner + end("e") + path("s", "a", "e"))

    assert ("duplicate-id", "a") in rules(around(outer))


def nested(depth: int) -> bytes:
    inside = ""
    for number in range(depth):
        middle = (f"a{number - 1}",) if number else ()
        ids = (f"s{number}", f"u{number}", *middle, f"e{number}")
        parts = start(ids[0]) + user(ids[1]) + inside + end(ids[-1]) + path(*ids)
        inside = node("subProcess", f"a{number}", parts)
    last = f"a{depth - 1}"
    return model(start(), inside, end(), path("start", last, "end"))


def test_two_hundred_levels_are_read_judged_and_begun():
    state, _ = begun(nested(200))

    assert len(state.tasks) == 1


def chain(length: int, calls: int) -> bytes:
    """Processes of which each calls the next, several times."""
    drawn: list[str] = []
    for number in range(length):
        last = number == length - 1
        steps = [
            user(f"c{number}.{call}")
            if last
            else node("callActivity", f"c{number}.{call}", calledElement=f"p{number + 1}")
            for call in range(calls)
        ]
        ids = [f"s{number}", *(f"c{number}.{call}" for call in range(calls)), f"e{number}"]
        parts = start(ids[0]) + "".join(steps) + end(ids[-1]) + path(*ids)
        drawn.append(f'<process id="p{number}" isExecutable="{not number}">{parts}</process>')
    return f"{HEAD}{''.join(drawn)}</definitions>".replace('"True"', '"true"').encode()


def test_calls_inside_each_other_are_judged_each_once():
    definition = deploy(chain(100, calls=2))

    assert [each.element for each in ends_undecided(definition, ())] == ["e0"]


def test_where_much_is_wrong_only_the_first_get_the_nearest_name():
    names = {f"v{number}": "number" for number in range(200)}
    ids = [f"t{number}" for number in range(200)]
    xml = model(
        declared(**names), start(), *(script(each, "w1 + 1", tb_result="r") for each in ids),
        end(), path("start", *ids, "end"),
    )  # fmt: skip
    with pytest.raises(Invalid) as refused:
        load(xml)
    told = [each.told("en") for each in refused.value.findings]

    assert len(told) == 200
    assert sum("nearest" in each for each in told) == 50
