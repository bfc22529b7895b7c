"""Draws BPMN files as other tools write them: our own namespace is not declared."""

from tests.engines.processes.bpmn_models import end, flow, node, path, start
from tongban.engines.processes.reading import document
from tongban.engines.processes.standard import Breach, findings

HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    ' id="definitions" targetNamespace="urn:test">'
)
START_A_END = path("start", "a", "end")
FORMAL = 'xsi:type="tFormalExpression"'


def whole(*parts: str) -> bytes:
    """A file with these root elements."""
    return f"{HEAD}{''.join(parts)}</definitions>".encode()


def process(*parts: str, id: str = "p", runs: bool = True) -> str:
    return f'<process id="{id}" isExecutable="{str(runs).lower()}">{"".join(parts)}</process>'


def drawn(*parts: str, beside: str = "", runs: bool = True) -> bytes:
    """A file with one process, and with other root elements beside it."""
    return whole(beside, process(*parts, runs=runs))


def around(*parts: str, beside: str = "", runs: bool = True) -> bytes:
    """start → a → end, with `a` among the parts."""
    return drawn(start(), *parts, end(), START_A_END, beside=beside, runs=runs)


def task(id: str = "a", inside: str = "", /, **attributes: str) -> str:
    return node("task", id, inside, **attributes)


def event(tag: str, id: str, trigger: str = "", /, **attributes: str) -> str:
    """`trigger` is message, timer and so on; its definition says nothing more."""
    inside = f"<{trigger}EventDefinition/>" if trigger else ""
    return node(tag, id, inside, **attributes)


def catching(id: str, inside: str) -> str:
    return node("intermediateCatchEvent", id, inside)


def throwing(id: str, inside: str = "") -> str:
    return node("intermediateThrowEvent", id, inside)


def hanging(id: str, trigger: str, /, **attributes: str) -> str:
    """A boundary event on `a`."""
    return event("boundaryEvent", id, trigger, attachedToRef="a", **attributes)


def message_flow(source: str, target: str) -> str:
    return node("messageFlow", "talk", sourceRef=source, targetRef=target)


def pools(*flows: str, mine: str, theirs: str) -> bytes:
    """Two pools, `mine` with the process p and `theirs` with the process q."""
    members = node("participant", "us", processRef="p") + node(
        "participant", "them", processRef="q"
    )
    return whole(
        node("collaboration", "talks", members + "".join(flows)),
        process(mine, runs=False),
        process(theirs, id="q", runs=False),
    )


def texts(tag: str, *ids: str) -> str:
    """Elements whose text is a reference."""
    return "".join(f"<{tag}>{id}</{tag}>" for id in ids)


def inputs(*data: str, sets: str | None = None) -> str:
    """An ioSpecification with data inputs, by default all in one set."""
    listed = (
        sets
        if sets is not None
        else node("inputSet", f"in_{data[0]}", texts("dataInputRefs", *data))
    )
    drawn_data = "".join(node("dataInput", each, itemSubjectRef="item") for each in data)
    return f"<ioSpecification>{drawn_data}{listed}<outputSet/></ioSpecification>"


def outputs(*data: str, sets: str | None = None) -> str:
    listed = (
        sets
        if sets is not None
        else node("outputSet", f"out_{data[0]}", texts("dataOutputRefs", *data))
    )
    drawn_data = "".join(node("dataOutput", each, itemSubjectRef="item") for each in data)
    return f"<ioSpecification>{drawn_data}<inputSet/>{listed}</ioSpecification>"


def item(id: str = "item", structure: str = "Text", many: bool = False) -> str:
    return node("itemDefinition", id, structureRef=structure, isCollection=str(many).lower())


def breaches(xml: bytes) -> tuple[Breach, ...]:
    return findings(document.read(xml), xml)


def found(xml: bytes) -> list[tuple[str, str]]:
    """The first number of each breach, and the element that it is drawn on."""
    return [(breach.rule, breach.element) for breach in breaches(xml)]


def loops(inside: str) -> str:
    return f"<multiInstanceLoopCharacteristics>{inside}</multiInstanceLoopCharacteristics>"


def formal(tag: str, text: str) -> str:
    return f"<{tag} {FORMAL}>{text}</{tag}>"


def leads_to(*ids: str) -> str:
    return "".join(flow("start", each) for each in ids)


# Three kinds of data: one thing, a collection of such things, and another thing.
ITEMS = item() + item("many", many=True) + item("other", structure="Number")
# A message that carries the one thing, and one that carries the other.
MESSAGES = node("message", "asks", itemRef="item") + node("message", "counts", itemRef="other")
