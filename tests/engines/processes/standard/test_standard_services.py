"""Operations and messages: what a task hands over is what the message carries."""

import pytest

from tests.engines.processes.bpmn_models import node
from tests.engines.processes.standard.drawings import (
    ITEMS,
    MESSAGES,
    around,
    breaches,
    found,
    inputs,
    outputs,
    process,
    task,
    texts,
    whole,
)


def operation(asks: str = "asks", answers: str = "") -> str:
    inside = texts("inMessageRef", asks) + (texts("outMessageRef", answers) if answers else "")
    return node("interface", "face", node("operation", "op", inside))


def serves(inside: str, *, asks: str = "asks", answers: str = "") -> bytes:
    called = node("serviceTask", "a", inside, operationRef="op")
    return around(called, beside=ITEMS + MESSAGES + operation(asks, answers))


def sends(inside: str, message: str = "asks") -> bytes:
    sending = node("sendTask", "a", inside, messageRef=message)
    return around(sending, beside=ITEMS + MESSAGES)


def receives(inside: str, message: str = "asks") -> bytes:
    receiving = node("receiveTask", "a", inside, messageRef=message)
    return around(receiving, beside=ITEMS + MESSAGES)


TWO_INPUTS = inputs(
    "x",
    sets=node("inputSet", "i1", texts("dataInputRefs", "x"))
    + node("inputSet", "i2", texts("dataInputRefs", "x")),
)
TWO_OUTPUTS = outputs(
    "x",
    sets=node("outputSet", "o1", texts("dataOutputRefs", "x"))
    + node("outputSet", "o2", texts("dataOutputRefs", "x")),
)

SERVICES = {
    "EXT042 an operation takes one set": (
        [("EXT042", "a")],
        serves(TWO_INPUTS),
        serves(inputs("x")),
    ),
    "EXT042 an operation takes a set": ([("EXT042", "a")], serves(""), serves(inputs("x"))),
    "EXT043 an operation gives one set": (
        [("EXT043", "a")],
        serves(TWO_OUTPUTS),
        serves(outputs("x")),
    ),
    "EXT044 an operation is asked what it takes": (
        [("EXT044", "a")],
        serves(inputs("x"), asks="counts"),
        serves(inputs("x")),
    ),
    "EXT045 an operation answers what it gives": (
        [("EXT045", "a")],
        serves(outputs("x"), answers="counts"),
        serves(outputs("x"), answers="asks"),
    ),
    "EXT045 an answer is taken": (
        [("EXT045", "a")],
        serves(inputs("x"), answers="asks"),
        serves(inputs("x")),
    ),
    "EXT046 one message needs one set": (
        [("EXT046", "a")],
        sends(TWO_INPUTS),
        sends(inputs("x")),
    ),
    "EXT047 one message needs one input": (
        [("EXT047", "a")],
        sends(inputs("x", "y")),
        sends(inputs("x")),
    ),
    "EXT048 what is sent is what the message carries": (
        [("EXT048", "a")],
        sends(inputs("x"), "counts"),
        sends(inputs("x")),
    ),
    "EXT050 one message gives one set": (
        [("EXT050", "a")],
        receives(TWO_OUTPUTS),
        receives(outputs("x")),
    ),
    "EXT051 one message gives one output": (
        [("EXT051", "a")],
        receives(outputs("x", "y")),
        receives(outputs("x")),
    ),
    "EXT052 what is received is what the message carries": (
        [("EXT052", "a")],
        receives(outputs("x"), "counts"),
        receives(outputs("x")),
    ),
}


@pytest.mark.parametrize("rule", SERVICES)
def test_what_is_handed_over_wrongly_is_found(rule: str):
    expected, broken, _ = SERVICES[rule]

    assert sorted(found(broken)) == sorted(expected)


@pytest.mark.parametrize("rule", SERVICES)
def test_what_is_handed_over_rightly_is_left_alone(rule: str):
    assert found(SERVICES[rule][2]) == []


def test_a_task_without_a_message_is_asked_for_one_as_soon_as_it_hands_something_over():
    assert found(around(node("sendTask", "a"))) == []
    assert found(around(node("sendTask", "a", inputs("x")), beside=ITEMS)) == [("EXT048", "a")]


def test_the_words_tell_how_many_there_are():
    (breach,) = breaches(serves(""))

    assert breach.told("zh") == (
        "服务任务“a”：它调用操作，却有 0 个输入集。请设置恰好一个输入集。（BPMN 2.0 规则 EXT042）"
    )


def offered(*parts: str) -> bytes:
    """A process that is offered as a service, with an input and an output of its own."""
    specified = (
        f"<ioSpecification>{node('dataInput', 'din', itemSubjectRef='item')}"
        f"{node('dataOutput', 'dout', itemSubjectRef='other')}"
        f"{node('inputSet', 'si', texts('dataInputRefs', 'din'))}"
        f"{node('outputSet', 'so', texts('dataOutputRefs', 'dout'))}</ioSpecification>"
    )
    inside = texts("supportedInterfaceRef", "face") + specified + "".join(parts)
    return whole(ITEMS, MESSAGES, operation("asks", "counts"), process(inside, task()))


def bound(input: str = "si", output: str = "so") -> str:
    return f'<ioBinding operationRef="op" inputDataRef="{input}" outputDataRef="{output}"/>'


@pytest.mark.parametrize("pair", [("si", "so"), ("din", "dout")])
def test_a_service_binds_its_data_to_its_operation(pair: tuple[str, str]):
    assert found(offered()) == [("EXT064", "p")]
    assert found(offered(bound(*pair))) == []


def test_a_service_binds_what_its_messages_carry():
    swapped = offered(bound()).replace(b'itemRef="item"', b'itemRef="other"')

    assert found(swapped) == [("EXT065", "p")]


def test_a_binding_to_nothing_is_told_with_its_reference():
    xml = offered('<ioBinding operationRef="ghost" inputDataRef="si" outputDataRef="so"/>')

    assert sorted(found(xml)) == [("EXT065", "p"), ("REF", "")]


def test_a_binding_that_names_no_data_binds_none():
    half = '<ioBinding operationRef="op" inputDataRef="si"/>'

    assert found(offered(half)) == [("EXT065", "p")]
    assert found(offered(half).replace(b"<outMessageRef>counts</outMessageRef>", b"")) == []


def test_what_is_bound_has_a_message():
    silent = offered(bound()).replace(b"<outMessageRef>counts</outMessageRef>", b"")

    assert found(silent) == [("EXT065", "p")]
