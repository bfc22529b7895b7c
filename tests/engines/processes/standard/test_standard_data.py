"""Data and sets: where data may stand, what may be copied, and which sets list it."""

import pytest

from tests.engines.processes.bpmn_models import flow, node
from tests.engines.processes.standard.drawings import (
    ITEMS,
    around,
    breaches,
    drawn,
    found,
    inputs,
    item,
    outputs,
    task,
    texts,
)


def holding(*parts: str, inside: str = "") -> bytes:
    """start → a → end beside data, with three item definitions."""
    return around(task("a", inside), *parts, beside=ITEMS)


def copied(inside: str, tag: str = "dataInputAssociation", *, data: str = "") -> bytes:
    return holding(data, inside=node(tag, "copy", inside))


def sets(*, inputs_: str = "", outputs_: str = "") -> bytes:
    """A task with data in1, in2, out1, out2 and these sets."""
    data = "".join(node("dataInput", each) for each in ("in1", "in2"))
    data += "".join(node("dataOutput", each) for each in ("out1", "out2"))
    all_in = inputs_ or node("inputSet", "i", texts("dataInputRefs", "in1", "in2"))
    all_out = outputs_ or node("outputSet", "o", texts("dataOutputRefs", "out1", "out2"))
    return holding(inside=f"<ioSpecification>{data}{all_in}{all_out}</ioSpecification>")


def in_set(inside: str) -> bytes:
    return sets(inputs_=node("inputSet", "i", texts("dataInputRefs", "in1", "in2") + inside))


def out_set(inside: str) -> bytes:
    return sets(outputs_=node("outputSet", "o", texts("dataOutputRefs", "out1", "out2") + inside))


def one_listed(tag: str, some: str, all_: str, listed: str, marked: str) -> bytes:
    """Two sets that hold everything together, of which the first marks something."""
    first = node(tag, "s1", texts(all_, listed) + texts(some, marked))
    rest = node(tag, "s2", texts(all_, f"{listed[:-1]}1", f"{listed[:-1]}2"))
    return sets(inputs_=first + rest) if tag == "inputSet" else sets(outputs_=first + rest)


THINGS = node("dataObject", "thing", itemSubjectRef="item") + node(
    "dataObject", "number", itemSubjectRef="other"
)
COPY = texts("sourceRef", "thing")
OWN_INPUT = (
    '<ioSpecification><dataInput id="given"/><dataOutput id="made"/>'
    '<inputSet id="si"><dataInputRefs>given</dataInputRefs></inputSet>'
    '<outputSet id="so"><dataOutputRefs>made</dataOutputRefs></outputSet></ioSpecification>'
)


def of_process(inside: str, tag: str) -> bytes:
    return holding(OWN_INPUT, THINGS, inside=node(tag, "copy", inside))


def state(name: str) -> bytes:
    reference = node(
        "dataObjectReference", "ref", node("dataState", "s", name="已审"), dataObjectRef="form",
        name=name,
    )  # fmt: skip
    return holding(node("dataObject", "form", name="申请表"), reference)


PAIRS = {
    "EXT020 an object is a collection or not": (
        [("EXT020", "d")],
        holding(node("dataObject", "d", itemSubjectRef="many")),
        holding(node("dataObject", "d", itemSubjectRef="many", isCollection="true")),
    ),
    "EXT020 an object is no collection of one": (
        [("EXT020", "d")],
        holding(node("dataObject", "d", itemSubjectRef="item", isCollection="true")),
        holding(node("dataObject", "d", itemSubjectRef="item")),
    ),
    "EXT020 an input is a collection or not": (
        [("EXT020", "a")],
        holding(inside=inputs("x").replace('"item"', '"many"')),
        holding(inside=inputs("x")),
    ),
    "EXT020 an output is a collection or not": (
        [("EXT020", "a")],
        holding(inside=outputs("x").replace('"item"', '"many"')),
        holding(inside=outputs("x")),
    ),
    "EXT076 a reference is named after its state": (
        [("EXT076", "ref")],
        state("申请表"),
        state("申请表 [已审]"),
    ),
    "EXT078 a property belongs to something that runs": (
        [("EXT078", "x")],
        drawn(task(), beside=node("property", "x")),
        drawn(task("a", node("property", "x")), node("property", "y")),
    ),
    "EXT080 nothing is written into the input of a process": (
        [("EXT080", "a")],
        of_process(COPY + texts("targetRef", "given"), "dataOutputAssociation"),
        of_process(COPY + texts("targetRef", "thing"), "dataOutputAssociation"),
    ),
    "EXT082 nothing is read from the output of a process": (
        [("EXT082", "a")],
        of_process(
            texts("sourceRef", "made") + texts("targetRef", "thing"), "dataInputAssociation"
        ),
        of_process(
            texts("sourceRef", "given") + texts("targetRef", "thing"), "dataInputAssociation"
        ),
    ),
    "EXT084 an input is in a set": (
        [("EXT084", "a")],
        sets(inputs_=node("inputSet", "i", texts("dataInputRefs", "in1"))),
        sets(),
    ),
    "EXT085 what is optional is in the set": (
        [("EXT085", "a")],
        one_listed("inputSet", "optionalInputRefs", "dataInputRefs", "in1", "in2"),
        in_set(texts("optionalInputRefs", "in2")),
    ),
    "EXT086 what may come later is in the set": (
        [("EXT086", "a")],
        one_listed("inputSet", "whileExecutingInputRefs", "dataInputRefs", "in1", "in2"),
        in_set(texts("whileExecutingInputRefs", "in2")),
    ),
    "EXT087 an output set answers its input set": (
        [("EXT087", "a")],
        in_set(texts("outputSetRefs", "o")),
        sets(
            inputs_=node(
                "inputSet", "i", texts("dataInputRefs", "in1", "in2") + texts("outputSetRefs", "o")
            ),
            outputs_=node(
                "outputSet",
                "o",
                texts("dataOutputRefs", "out1", "out2") + texts("inputSetRefs", "i"),
            ),
        ),
    ),
    "EXT087 an input set answers its output set": (
        [("EXT087", "a")],
        out_set(texts("inputSetRefs", "i")),
        sets(),
    ),
    "EXT088 an output is in a set": (
        [("EXT088", "a")],
        sets(outputs_=node("outputSet", "o", texts("dataOutputRefs", "out2"))),
        sets(),
    ),
    "EXT089 what may be missing is in the set": (
        [("EXT089", "a")],
        one_listed("outputSet", "optionalOutputRefs", "dataOutputRefs", "out1", "out2"),
        out_set(texts("optionalOutputRefs", "out1")),
    ),
    "EXT090 what comes early is in the set": (
        [("EXT090", "a")],
        one_listed("outputSet", "whileExecutingOutputRefs", "dataOutputRefs", "out1", "out2"),
        out_set(texts("whileExecutingOutputRefs", "out1")),
    ),
    "EXT091 what is copied is of one kind": (
        [("EXT091", "a")],
        copied(COPY + texts("targetRef", "number"), data=THINGS),
        copied(COPY + texts("targetRef", "thing"), data=THINGS),
    ),
    "EXT092 one source is enough": (
        [("EXT092", "a")],
        copied(texts("sourceRef", "thing", "thing"), data=THINGS),
        copied(texts("sourceRef", "thing"), data=THINGS),
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
    ("rule", "codes"),
    [
        ("EXT020 an object is a collection or not", ("EXT020",)),
        ("EXT020 an input is a collection or not", ("EXT020", "EXT081")),
        ("EXT020 an output is a collection or not", ("EXT020", "EXT083")),
    ],
)
def test_collections_carry_the_numbers_of_inputs_and_outputs_too(rule: str, codes: tuple[str, ...]):
    (breach,) = breaches(PAIRS[rule][1])

    assert breach.codes == codes


def test_a_transformation_makes_one_thing_of_another():
    turned = COPY + texts("targetRef", "number") + "<transformation>x</transformation>"
    joined = texts("sourceRef", "thing", "number") + "<transformation>x</transformation>"

    assert found(copied(turned, data=THINGS)) == []
    assert found(copied(joined, data=THINGS)) == []


@pytest.mark.parametrize("tag", ["dataInputAssociation", "dataOutputAssociation"])
def test_a_reference_stands_for_its_object(tag: str):
    reference = node("dataObjectReference", "ref", dataObjectRef="number")
    to = COPY + texts("targetRef", "ref")

    assert found(copied(to, tag, data=THINGS + reference)) == [("EXT091", "a")]
    assert found(copied(to, tag, data=THINGS + reference.replace("number", "thing"))) == []


def test_two_definitions_of_one_structure_are_one_kind():
    twin = node("dataObject", "twin", itemSubjectRef="twins")
    xml = copied(COPY + texts("targetRef", "twin"), data=THINGS + twin)

    assert found(xml.replace(b"<process", item("twins").encode() + b"<process")) == []
    assert found(
        xml.replace(b"<process", item("twins", structure="Other").encode() + b"<process")
    ) == [("EXT091", "a")]


def test_what_has_no_definition_may_be_copied():
    plain = node("dataObject", "plain")

    assert found(copied(COPY + texts("targetRef", "plain"), data=THINGS + plain)) == []


@pytest.mark.parametrize(
    "reference",
    [
        node("dataObjectReference", "ref", dataObjectRef="form", name="别名"),
        node(
            "dataObjectReference", "ref", node("dataState", "s", name="已审"), dataObjectRef="form"
        ),
        node("dataObjectReference", "ref", node("dataState", "s"), dataObjectRef="form", name="x"),
    ],
)
def test_only_a_reference_with_a_state_and_a_name_is_named_by_rule(reference: str):
    assert found(holding(node("dataObject", "form", name="申请表"), reference)) == []


def test_a_set_of_another_task_is_no_answer():
    asks = texts("outputSetRefs", "out_x") + "</inputSet>"
    here = task("a", inputs("y").replace("</inputSet>", asks))
    there = task("b", outputs("x")) + flow("start", "b") + flow("b", "end")

    assert found(around(here, there, beside=ITEMS)) == [("EXT087", "a")]


def test_the_words_name_the_data_and_the_lists():
    (breach,) = breaches(PAIRS["EXT085 what is optional is in the set"][1])

    assert breach.told("en") == (
        "Input set “s1”: in2 stands under <optionalInputRefs> and not under <dataInputRefs>. Add "
        "it to <dataInputRefs> as well. (BPMN 2.0 rule EXT085)"
    )
    assert breach.told("zh") == (
        "输入集“s1”：in2 列在 <optionalInputRefs> 中，却没有列在 <dataInputRefs> 中。"
        "请在 <dataInputRefs> 中也加上它。（BPMN 2.0 规则 EXT085）"
    )
