"""Data objects, properties, data inputs and outputs as variables of their level."""

import pytest

from tests.engines.processes.bpmn_cases import Case
from tests.engines.processes.bpmn_models import (
    declared,
    end,
    message,
    model,
    node,
    path,
    script,
    start,
    sub,
    user,
)
from tongban.engines.processes import CallService, Invalid, SendMessage, load

BESIDE = '<message id="m" name="order"/>'


def data_object(id: str, name: str = "") -> str:
    """A data object with a reference to it, `id_ref`."""
    named = {"name": name} if name else {}
    return node("dataObject", id, **named) + node(
        "dataObjectReference", f"{id}_ref", dataObjectRef=id
    )


def io(inputs: str = "", outputs: str = "") -> str:
    parts = [node("dataInput", each, name=each) for each in inputs.split()]
    parts += [node("dataOutput", each, name=each) for each in outputs.split()]
    return node("ioSpecification", "", "".join(parts)).replace(' id=""', "")


def copied(kind: str, source: str, target: str, more: str = "") -> str:
    ends = (f"<sourceRef>{source}</sourceRef>" if source else "") + (
        f"<targetRef>{target}</targetRef>" if target else ""
    )
    return f"<data{kind}Association>{ends}{more}</data{kind}Association>"


def assigned(source: str, to: str) -> str:
    return f"<assignment><from>{source}</from><to>{to}</to></assignment>"


def around(task: str, *more: str) -> bytes:
    return model(start(), task, end(), path("start", "a", "end"), *more, beside=BESIDE)


def test_a_task_is_handed_what_its_data_inputs_are_associated_with():
    inside = io("sum") + copied("Input", "fee_ref", "sum")
    case = Case(around(user("a", inside), data_object("fee")), fee=5)

    assert case.last[-1].inputs == {"sum": 5}


def test_what_a_task_answers_goes_where_its_data_outputs_are_associated():
    inside = io("", "answer") + copied("Output", "answer", "result_ref")
    case = Case(around(user("a", inside), data_object("result")))
    assert case.state.variables == {"result": None}
    case.do("a", answer="yes", other=1)

    assert case.state.variables == {"result": "yes"}


def test_the_value_of_a_script_is_its_one_data_output():
    inside = io("x", "y") + copied("Input", "fee_ref", "x") + copied("Output", "y", "double_ref")
    task = script("a", "x * 2", inside)
    case = Case(around(task, data_object("fee"), data_object("double")), fee=4)

    assert case.state.variables == {"fee": 4, "double": 8}


def test_a_transformation_computes_what_is_copied():
    more = "<transformation>fee * 3 + 1</transformation>"
    inside = io("sum") + copied("Input", "fee_ref", "sum", more)
    case = Case(around(user("a", inside), data_object("fee")), fee=5)

    assert case.last[-1].inputs == {"sum": 16}


def test_assignments_say_piece_by_piece_what_is_copied():
    inside = (
        io("sum who")
        + copied("Input", "", "", assigned("fee * 2", "sum") + assigned("upper case(name)", "who"))
        + copied("Output", "", "", assigned("answer + 1", "fee_ref"))
    )
    case = Case(around(user("a", inside), data_object("fee")), fee=5, name="li")
    assert case.last[-1].inputs == {"sum": 10, "who": "LI"}
    case.do("a", answer=8)

    assert case.state.variables == {"fee": 9, "name": "li"}


def test_a_service_gets_its_data_inputs_and_nothing_else():
    inside = io("sum") + copied("Input", "fee_ref", "sum")
    task = node("serviceTask", "a", inside, tb_operation="pay")
    (asked,) = Case(around(task, data_object("fee")), fee=5, x=1).effects_of(CallService)

    assert asked.inputs == {"sum": 5}


def test_a_name_that_feel_cannot_read_gives_way_to_the_id():
    inside = io("sum").replace('name="sum"', 'name="the sum"') + copied("Input", "fee_ref", "sum")
    case = Case(around(user("a", inside), data_object("fee", "Betrag (€)")), fee=5)

    assert case.last[-1].inputs == {"sum": 5}


def test_a_name_that_feel_can_read_is_the_variable():
    inside = io("sum") + copied("Input", "d_ref", "sum")
    case = Case(around(user("a", inside), data_object("d", "费用")), 费用=5)

    assert case.last[-1].inputs == {"sum": 5}


def test_data_objects_of_a_sub_process_live_and_end_with_it():
    inside = (
        data_object("note") + start("s") + script("c", '"draft"', tb_result="note") + user("b")
        + end("e") + path("s", "c", "b", "e")
    )  # fmt: skip
    case = Case(around(sub(inside)), note="outside")
    assert case.last[-1].inputs == {"note": "draft"}
    case.do("b")

    assert case.state.variables == {"note": "outside"}


def test_properties_are_variables_of_their_level():
    inside = (
        node("property", "count") + start("s") + script("c", "1", tb_result="count") + end("e")
        + path("s", "c", "e")
    )  # fmt: skip
    case = Case(around(sub(inside), node("property", "own", name="mine")))

    assert case.state.variables == {"mine": None}


def test_what_the_case_begins_with_comes_before_an_empty_data_object():
    assert Case(around(user("a"), data_object("fee")), fee=7).state.variables == {"fee": 7}


def test_catching_events_hand_over_their_data_outputs():
    inside = (
        '<dataOutput id="o" name="sum"/>' + copied("Output", "o", "fee_ref")
        + "<outputSet><dataOutputRefs>o</dataOutputRefs></outputSet>" + message("m")
    )  # fmt: skip
    case = Case(around(node("intermediateCatchEvent", "a", inside), data_object("fee")))
    case.say("order", payload={"sum": 12, "other": 1})

    assert case.state.variables == {"fee": 12}


def test_throwing_events_carry_their_data_inputs():
    inside = (
        '<dataInput id="i" name="sum"/>' + copied("Input", "fee_ref", "i")
        + "<inputSet><dataInputRefs>i</dataInputRefs></inputSet>" + message("m")
    )  # fmt: skip
    case = Case(around(node("intermediateThrowEvent", "a", inside), data_object("fee")), fee=3)

    assert case.effects_of(SendMessage)[0].payload == {"sum": 3}


def test_data_goes_into_a_called_process_and_out_of_it():
    inside = (
        io("n", "m_") + copied("Input", "fee_ref", "n") + copied("Output", "m_", "double_ref")
    )  # fmt: skip
    call = node("callActivity", "a", inside, calledElement="q")
    called = node(
        "process", "q",
        '<ioSpecification><dataInput id="qn" name="n"/><dataOutput id="qm" name="m_"/>'
        "</ioSpecification>" + start("s") + script("c", "n * 2", tb_result="m_") + end("e")
        + path("s", "c", "e"),
    )  # fmt: skip
    xml = model(start(), call, end(), path("start", "a", "end"), data_object("fee"),
                data_object("double"), beside=called)  # fmt: skip

    assert Case(xml, fee=21).state.variables == {"fee": 21, "double": 42}


def test_data_comes_out_of_a_sub_process_by_name():
    inside = (
        data_object("note") + start("s") + script("c", '"written"', tb_result="note") + end("e")
        + path("s", "c", "e") + copied("Output", "note_ref", "kept_ref")
    )  # fmt: skip
    case = Case(around(sub(inside), data_object("kept")))

    assert case.state.variables == {"kept": "written"}


def test_data_objects_are_known_where_variables_are_declared():
    xml = around(script("a", "fee + 1", tb_result="x"), declared(x="number"), data_object("fee"))

    assert Case(xml, fee=1).state.variables == {"fee": 1, "x": 2}
    with pytest.raises(Invalid):
        load(xml.replace(b"fee + 1", b"fed + 1"))


def test_what_only_documents_is_left_alone():
    store = node("dataStoreReference", "ds") + node("dataObject", "d", "<dataState/>")

    assert Case(around(user("a"), store)).open() == ["a"]


@pytest.mark.parametrize(
    ("inside", "more", "rule"),
    [
        (io("x") + copied("Input", "ghost", "x"), "", "wrong-reference"),
        (io("x") + copied("Input", "fee_ref", "ghost"), "", "wrong-reference"),
        (io("x") + copied("Input", "ds", "x"), '<dataStoreReference id="ds"/>', "wrong-reference"),
        (io("x") + copied("Input", "fee_ref", ""), "", "missing-attribute"),
        (io("x") + copied("Input", "", "x"), "", "missing-attribute"),
        (io("x") + copied("Input", "", "", "<assignment><from>1</from></assignment>"), "",
         "missing-attribute"),
        (io("x") + copied("Input", "", "", assigned("1", "x").replace(
            "<from>", '<from language="xpath">')), "", "wrong-language"),
        (io("x") + copied("Input", "", "", assigned("1 +", "x")), "", "wrong-expression"),
        (io("x") + copied("Input", "", "", assigned("1", "1x")), "", "wrong-name"),
        (io("x") + copied("Input", "fee_ref", "x", "<transformation>1 +</transformation>"), "",
         "wrong-expression"),
    ],
)  # fmt: skip
def test_a_slip_in_an_association_is_found(inside: str, more: str, rule: str):
    with pytest.raises(Invalid) as refused:
        load(around(user("a", inside), data_object("fee"), more))

    assert [(each.rule, each.element) for each in refused.value.findings] == [(rule, "a")]


def test_a_reference_to_no_data_object_and_a_nameless_one_are_found():
    ghost = node("dataObjectReference", "r", dataObjectRef="ghost")
    nameless = node("dataObject", "1 x")

    for more, expected in ((ghost, ("wrong-reference", "r")), (nameless, ("wrong-name", "p"))):
        with pytest.raises(Invalid) as refused:
            load(around(user("a"), more))
        assert [(f.rule, f.element) for f in refused.value.findings] == [expected]


def test_a_script_with_several_data_outputs_needs_its_result_named():
    with pytest.raises(Invalid) as refused:
        load(around(script("a", "1", io("", "x y"))))

    assert [(f.rule, f.element) for f in refused.value.findings] == [("missing-extension", "a")]


def test_a_property_of_a_task_is_refused_by_name():
    with pytest.raises(Invalid) as refused:
        load(around(user("a", node("property", "x"))))

    (finding,) = refused.value.findings
    assert finding.told("en").startswith("<property> is not supported here.")
