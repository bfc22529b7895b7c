"""Data: where it may stand, what may be copied into what, and which sets list it."""

from collections.abc import Iterator

from tongban.engines.processes.reading.document import Element, unprefixed
from tongban.engines.processes.standard.drawing import Drawing, is_true
from tongban.engines.processes.standard.items import item_of, same_item
from tongban.engines.processes.standard.kinds import ACTIVITIES, EVENTS
from tongban.engines.processes.standard.rules import At, Check, Rule

_ASSOCIATIONS = ("dataInputAssociation", "dataOutputAssociation")
_HOLDS_PROPERTIES = ACTIVITIES | EVENTS | {"process"}


def _other_collection(tag: str) -> Check:
    def check(drawing: Drawing) -> Iterator[Element]:
        for each in drawing.all(tag):
            item = drawing.refers(each, "itemSubjectRef")
            many = is_true(each, "isCollection")
            if item is not None and many is not is_true(item, "isCollection"):
                yield each

    return check


def _named_otherwise(drawing: Drawing) -> Iterator[At]:
    """Only a reference that shows a state is named after its object and that state."""
    for each in drawing.all("dataObjectReference"):
        thing, state = drawing.refers(each, "dataObjectRef"), each.only("dataState")
        if thing is None or state is None or not thing.get("name") or not state.get("name"):
            continue
        name = f"{thing.get('name')} [{state.get('name')}]"
        if each.get("name") not in (None, name):
            yield At(each, {"name": name})


def _misplaced_properties(drawing: Drawing) -> Iterator[Element]:
    for each in drawing.all("property"):
        if drawing.parent(each).tag not in _HOLDS_PROPERTIES:
            yield each


def _of_a_process(drawing: Drawing, element: Element) -> bool:
    owner = drawing.parent(drawing.parent(element))
    return drawing.parent(element).tag == "ioSpecification" and owner.tag == "process"


def _into_the_input(drawing: Drawing) -> Iterator[Element]:
    for each in drawing.all(*_ASSOCIATIONS):
        for target in drawing.named(each, "targetRef"):
            if target.tag == "dataInput" and _of_a_process(drawing, target):
                yield each


def _out_of_the_output(drawing: Drawing) -> Iterator[Element]:
    for each in drawing.all(*_ASSOCIATIONS):
        for source in drawing.named(each, "sourceRef"):
            if source.tag == "dataOutput" and _of_a_process(drawing, source):
                yield each


def _in_no_set(data: str, sets: str, refs: str) -> Check:
    def check(drawing: Drawing) -> Iterator[Element]:
        listed = {unprefixed(ref.text) for each in drawing.all(sets) for ref in each.bpmn(refs)}
        return (each for each in drawing.all(data) if each.id not in listed)

    return check


def _not_listed(sets: str, some: str, all_: str) -> Check:
    """What a set marks in some way must be in the set."""

    def check(drawing: Drawing) -> Iterator[At]:
        for each in drawing.all(sets):
            listed = {unprefixed(ref.text) for ref in each.bpmn(all_)}
            for ref in each.bpmn(some):
                if unprefixed(ref.text) not in listed:
                    yield At(each, {"data": ref.text, "list": some, "set": all_})

    return check


def _not_mutual(drawing: Drawing) -> Iterator[Element]:
    for sets, there, back in (
        ("inputSet", "outputSetRefs", "inputSetRefs"),
        ("outputSet", "inputSetRefs", "outputSetRefs"),
    ):
        for each in drawing.all(sets):
            for ref in each.bpmn(there):
                other = drawing.by_id.get(unprefixed(ref.text))
                near = other is not None and drawing.parent(other) is drawing.parent(each)
                named = drawing.named(other, back) if other is not None and near else []
                if not any(one is each for one in named):
                    yield each


def _other_item(drawing: Drawing) -> Iterator[Element]:
    for each in drawing.all(*_ASSOCIATIONS):
        if each.only("transformation") is not None:
            continue
        items = [
            item_of(drawing, end)
            for tag in ("sourceRef", "targetRef")
            for end in drawing.named(each, tag)
        ]
        known = [item for item in items if item is not None]
        if len(known) > 1 and any(not same_item(known[0], item) for item in known[1:]):
            yield each


def _several_sources(drawing: Drawing) -> Iterator[Element]:
    for each in drawing.all(*_ASSOCIATIONS):
        if each.only("transformation") is None and len(each.bpmn("sourceRef")) > 1:
            yield each


_COLLECTION = (
    "It and its item definition do not agree on isCollection.",
    "Give both the same value.",
    "它与其数据项定义的 isCollection 不一致。",
    "请使两者相同。",
)
_MARKED = (
    "{data} stands under <{list}> and not under <{set}>.",
    "Add it to <{set}> as well.",
    "{data} 列在 <{list}> 中，却没有列在 <{set}> 中。",
    "请在 <{set}> 中也加上它。",
)

RULES = (
    Rule(("EXT020",), _other_collection("dataObject"), *_COLLECTION),
    Rule(("EXT020", "EXT081"), _other_collection("dataInput"), *_COLLECTION),
    Rule(("EXT020", "EXT083"), _other_collection("dataOutput"), *_COLLECTION),
    Rule(
        ("EXT076",),
        _named_otherwise,
        "It shows a state of its data object and is not named after both.",
        "Call it {name}.",
        "它显示数据对象的某个状态，却没有按两者命名。",
        "请命名为 {name}。",
    ),
    Rule(
        ("EXT078",),
        _misplaced_properties,
        "It stands outside a process, an activity and an event.",
        "Move it into one of them.",
        "属性没有放在流程、活动或事件中。",
        "请将其移到流程、活动或事件中。",
    ),
    Rule(
        ("EXT080",),
        _into_the_input,
        "It writes into a data input of the process.",
        "Write into a data object: whoever calls the process fills its inputs.",
        "它写入了流程的数据输入。",
        "请写入数据对象：流程的输入由调用者提供。",
    ),
    Rule(
        ("EXT082",),
        _out_of_the_output,
        "It reads from a data output of the process.",
        "Read from a data object: the output is for whoever calls the process.",
        "它读取了流程的数据输出。",
        "请读取数据对象：流程的输出供调用者使用。",
    ),
    Rule(
        ("EXT084",),
        _in_no_set("dataInput", "inputSet", "dataInputRefs"),
        "It stands in no input set.",
        "Add it to the dataInputRefs of one.",
        "它不在任何输入集中。",
        "请加入某个输入集的 dataInputRefs。",
    ),
    Rule(("EXT085",), _not_listed("inputSet", "optionalInputRefs", "dataInputRefs"), *_MARKED),
    Rule(
        ("EXT086",), _not_listed("inputSet", "whileExecutingInputRefs", "dataInputRefs"), *_MARKED
    ),
    Rule(
        ("EXT087",),
        _not_mutual,
        "It names a set that does not name it in turn.",
        "Let the input set and the output set name each other.",
        "它引用的集合没有反过来引用它。",
        "请使输入集与输出集相互引用。",
    ),
    Rule(
        ("EXT088",),
        _in_no_set("dataOutput", "outputSet", "dataOutputRefs"),
        "It stands in no output set.",
        "Add it to the dataOutputRefs of one.",
        "它不在任何输出集中。",
        "请加入某个输出集的 dataOutputRefs。",
    ),
    Rule(("EXT089",), _not_listed("outputSet", "optionalOutputRefs", "dataOutputRefs"), *_MARKED),
    Rule(
        ("EXT090",),
        _not_listed("outputSet", "whileExecutingOutputRefs", "dataOutputRefs"),
        *_MARKED,
    ),
    Rule(
        ("EXT091",),
        _other_item,
        "Its ends have different item definitions.",
        "Give both the same one, or add a transformation.",
        "其两端的数据项定义不同。",
        "请使用同一定义，或添加转换。",
    ),
    Rule(
        ("EXT092",),
        _several_sources,
        "It has several sources and no transformation.",
        "Keep one source, or add a transformation.",
        "它有多个来源，却没有转换。",
        "请只保留一个来源，或添加转换。",
    ),
)
