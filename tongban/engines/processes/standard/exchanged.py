"""Data that changes hands: into called processes, into instances, into and out of events."""

from collections.abc import Iterator
from itertools import zip_longest

from tongban.engines.processes.reading.document import Element, unprefixed
from tongban.engines.processes.standard.drawing import Drawing, is_true
from tongban.engines.processes.standard.items import item_of, same_item
from tongban.engines.processes.standard.kinds import CATCHING, EVENTS, SUB_PROCESSES
from tongban.engines.processes.standard.rules import At, Check, Rule

_PARTS = ("dataInput", "dataOutput", "inputSet", "outputSet")
_REFS = {"inputSet": "dataInputRefs", "outputSet": "dataOutputRefs"}
_CARRIES = {
    "messageEventDefinition": "messageRef",
    "errorEventDefinition": "errorRef",
    "escalationEventDefinition": "escalationRef",
    "signalEventDefinition": "signalRef",
}


def _called_otherwise(drawing: Drawing) -> Iterator[Element]:
    for call in drawing.all("callActivity"):
        called = drawing.refers(call, "calledElement")
        if called is not None and not all(_matches(drawing, call, called, p) for p in _PARTS):
            yield call


def _matches(drawing: Drawing, call: Element, called: Element, part: str) -> bool:
    own, other = _specified(call, part), _specified(called, part)
    if len(own) != len(other):
        return False
    if part in _REFS:
        sizes = [[len(each.bpmn(_REFS[part])) for each in sets] for sets in (own, other)]
        return sorted(sizes[0]) == sorted(sizes[1])
    return _structures(drawing, own) == _structures(drawing, other)


def _specified(owner: Element, part: str) -> list[Element]:
    return [each for holder in owner.bpmn("ioSpecification") for each in holder.bpmn(part)]


def _structures(drawing: Drawing, data: list[Element]) -> list[str]:
    items = (item_of(drawing, each) for each in data)
    return sorted((item.get("structureRef") or item.id) if item else "" for item in items)


def _running_loops(drawing: Drawing) -> Iterator[Element]:
    for loop in drawing.all("multiInstanceLoopCharacteristics"):
        if drawing.runs(loop):
            yield loop


def _without_count(drawing: Drawing) -> Iterator[Element]:
    """In a file of ours the collection may be an expression."""
    for loop in _running_loops(drawing):
        counted = loop.only("loopCardinality") or loop.only("loopDataInputRef")
        if counted is None and loop.tb("collection") is None:
            yield loop


def _collection_of_another(drawing: Drawing) -> Iterator[Element]:
    for loop in _running_loops(drawing):
        owner = drawing.parent(loop)
        for ref in loop.bpmn("loopDataInputRef"):
            inside = {each.id for each in _specified(owner, "dataInput")}
            if owner.tag not in SUB_PROCESSES and unprefixed(ref.text) not in inside:
                yield loop


def _not_one_of(whole: str, part: str) -> Check:
    """Loops whose single value is not of the type that the collection is made of."""

    def check(drawing: Drawing) -> Iterator[Element]:
        for loop in _running_loops(drawing):
            single = loop.only(part)
            for collection in drawing.named(loop, whole):
                one, many = item_of(drawing, single), item_of(drawing, collection)
                if single is None or one is None and many is None:
                    continue
                scalar = one is not None and not is_true(one, "isCollection")
                if not scalar or not _of_one_type(one, many):
                    yield loop

    return check


def _of_one_type(one: Element | None, many: Element | None) -> bool:
    return one is not many and same_item(one, many)


def _data_of(event: Element) -> list[Element]:
    return event.bpmn("dataOutput" if event.tag in CATCHING else "dataInput")


def _not_one_for_each(drawing: Drawing) -> Iterator[At]:
    for event in drawing.all(*sorted(EVENTS)):
        data, definitions = _data_of(event), drawing.definitions(event)
        if data and len(data) != len(definitions):
            yield At(event, {"data": len(data), "triggers": len(definitions)})


def _other_payload(drawing: Drawing) -> Iterator[Element]:
    """Data and triggers belong together in their order."""
    for event in drawing.all(*sorted(EVENTS)):
        pairs = zip_longest(_data_of(event), drawing.definitions(event))
        if any(_differs(drawing, data, definition) for data, definition in pairs):
            yield event


def _differs(drawing: Drawing, data: Element | None, definition: Element | None) -> bool:
    if data is None or definition is None or definition.tag not in _CARRIES:
        return False
    carried = item_of(drawing, drawing.refers(definition, _CARRIES[definition.tag]))
    held = item_of(drawing, data)
    return (held is not None or carried is not None) and not same_item(held, carried)


_ONE_OF_MANY = (
    "The data of one instance is not of the type that its collection is made of.",
    "Give it an item definition of the same structure that is no collection.",
    "单个实例的数据与集合元素的类型不一致。",
    "请使用结构相同且不是集合的数据项定义。",
)

RULES = (
    Rule(
        ("EXT063",),
        _called_otherwise,
        "Its inputs and outputs are not those of what it calls.",
        "Give both the same data inputs, data outputs and sets.",
        "其输入输出与所调用的不一致。",
        "请使两者的数据输入、数据输出及其集合完全相同。",
    ),
    Rule(
        ("EXT067",),
        _without_count,
        "Nothing says how many instances there are.",
        "Give loopCardinality or loopDataInputRef.",
        "没有说明有多少个实例。",
        "请填写 loopCardinality 或 loopDataInputRef。",
    ),
    Rule(
        ("EXT068",),
        _collection_of_another,
        "Its collection is no data input of the same task.",
        "Choose a data input of the task.",
        "其集合不是同一任务的数据输入。",
        "请选择该任务的数据输入。",
    ),
    Rule(("EXT069",), _not_one_of("loopDataOutputRef", "outputDataItem"), *_ONE_OF_MANY),
    Rule(("EXT070",), _not_one_of("loopDataInputRef", "inputDataItem"), *_ONE_OF_MANY),
    Rule(
        ("EXT093",),
        _not_one_for_each,
        "It has {data} pieces of data and {triggers} triggers.",
        "Give it one piece of data for each trigger.",
        "它有 {data} 项数据，却有 {triggers} 个触发器。",
        "请为每个触发器设置一项数据。",
    ),
    Rule(
        ("EXT094",),
        _other_payload,
        "Its data is not what its trigger carries.",
        "Give both the same item definition.",
        "其数据与触发器所携带的不一致。",
        "请使两者使用同一数据项定义。",
    ),
)
