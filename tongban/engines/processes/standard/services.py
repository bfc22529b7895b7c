"""Operations and messages: what a task hands over must be what the message carries."""

from collections.abc import Iterator

from tongban.engines.processes.reading.document import Element
from tongban.engines.processes.standard.drawing import Drawing
from tongban.engines.processes.standard.items import item_of, same_item
from tongban.engines.processes.standard.rules import At, Check, Rule


def _within(task: Element, tag: str) -> list[Element]:
    """The data and the sets of a task's input/output specification."""
    return [each for holder in task.bpmn("ioSpecification") for each in holder.bpmn(tag)]


def _counted(tag: str, ref: str, part: str, least: int) -> Check:
    """Tasks with that reference whose specification has another number of parts than allowed."""

    def check(drawing: Drawing) -> Iterator[At]:
        for task in drawing.all(tag):
            count = len(_within(task, part))
            if task.get(ref) is not None and not least <= count <= 1:
                yield At(task, {"count": count})

    return check


def _of_operation(message: str, data: str) -> Check:
    """Service tasks whose data is not what the operation's message carries."""

    def check(drawing: Drawing) -> Iterator[Element]:
        for task in drawing.all("serviceTask"):
            operation = drawing.refers(task, "operationRef")
            carried = drawing.named(operation, message) if operation is not None else []
            handed = _within(task, data)
            # What comes in is only judged where something is handed over at all.
            judged = carried and (handed or data == "dataOutput")
            if judged and not _fits(drawing, handed, carried[0]):
                yield task

    return check


def _of_message(tag: str, data: str) -> Check:
    def check(drawing: Drawing) -> Iterator[Element]:
        for task in drawing.all(tag):
            handed = _within(task, data)
            message = drawing.refers(task, "messageRef")
            if handed and not (message is not None and _fits(drawing, handed, message)):
                yield task

    return check


def _fits(drawing: Drawing, handed: list[Element], message: Element) -> bool:
    carried = item_of(drawing, message)
    return any(same_item(item_of(drawing, each), carried) for each in handed)


def _offered(drawing: Drawing) -> Iterator[Element]:
    """Processes and global tasks that are a service to others."""
    for each in drawing.root.children:
        if each.only("supportedInterfaceRef") is not None:
            yield each


def _unbound(drawing: Drawing) -> Iterator[Element]:
    return (each for each in _offered(drawing) if each.only("ioBinding") is None)


def _wrongly_bound(drawing: Drawing) -> Iterator[Element]:
    for each in _offered(drawing):
        if any(not _is_bound(drawing, binding) for binding in each.bpmn("ioBinding")):
            yield each


def _is_bound(drawing: Drawing, binding: Element) -> bool:
    operation = drawing.refers(binding, "operationRef")
    if operation is None:
        return False
    for data, message in (("inputDataRef", "inMessageRef"), ("outputDataRef", "outMessageRef")):
        carried = drawing.named(operation, message)
        handed = _bound(drawing, binding, data)
        if carried and not (handed and _fits(drawing, handed, carried[0])):
            return False
        if handed and not carried:
            return False
    return True


def _bound(drawing: Drawing, binding: Element, attribute: str) -> list[Element]:
    """The data that a binding names: itself, or what the set that it names lists."""
    named = drawing.refers(binding, attribute)
    if named is None:
        return []
    refs = {"inputSet": "dataInputRefs", "outputSet": "dataOutputRefs"}.get(named.tag)
    return drawing.named(named, refs) if refs is not None else [named]


def _at_most_one(en: str, zh: str) -> tuple[str, str, str, str]:
    return (
        f"It has {{count}} {en}.",
        "Keep one.",
        f"它有 {{count}} 个{zh}。",
        "请只保留一个。",
    )


_OTHER_MESSAGE = (
    "Its data is not what its message carries.",
    "Choose the message, and give both the same item definition.",
    "其数据与消息所携带的不一致。",
    "请选择消息，并使两者使用同一数据项定义。",
)
_OTHER_OPERATION = (
    "Its data is not what the message of its operation carries.",
    "Give both the same item definition.",
    "其数据与操作的消息所携带的不一致。",
    "请使两者使用同一数据项定义。",
)

RULES = (
    Rule(
        ("EXT042",),
        _counted("serviceTask", "operationRef", "inputSet", 1),
        "It calls an operation and has {count} input sets.",
        "Give it exactly one.",
        "它调用操作，却有 {count} 个输入集。",
        "请设置恰好一个输入集。",
    ),
    Rule(
        ("EXT043",),
        _counted("serviceTask", "operationRef", "outputSet", 0),
        *_at_most_one("output sets and calls an operation", "输出集，而它调用操作"),
    ),
    Rule(("EXT044",), _of_operation("inMessageRef", "dataInput"), *_OTHER_OPERATION),
    Rule(("EXT045",), _of_operation("outMessageRef", "dataOutput"), *_OTHER_OPERATION),
    Rule(
        ("EXT046",),
        _counted("sendTask", "messageRef", "inputSet", 0),
        *_at_most_one("input sets and sends one message", "输入集，而它只发送一个消息"),
    ),
    Rule(
        ("EXT047",),
        _counted("sendTask", "messageRef", "dataInput", 0),
        *_at_most_one("data inputs and sends one message", "数据输入，而它只发送一个消息"),
    ),
    Rule(("EXT048",), _of_message("sendTask", "dataInput"), *_OTHER_MESSAGE),
    Rule(
        ("EXT050",),
        _counted("receiveTask", "messageRef", "outputSet", 0),
        *_at_most_one("output sets and receives one message", "输出集，而它只接收一个消息"),
    ),
    Rule(
        ("EXT051",),
        _counted("receiveTask", "messageRef", "dataOutput", 0),
        *_at_most_one("data outputs and receives one message", "数据输出，而它只接收一个消息"),
    ),
    Rule(("EXT052",), _of_message("receiveTask", "dataOutput"), *_OTHER_MESSAGE),
    Rule(
        ("EXT064",),
        _unbound,
        "It offers an interface and binds no operation to its data.",
        "Add an ioBinding.",
        "它提供接口，却没有把操作与数据绑定。",
        "请添加 ioBinding。",
    ),
    Rule(
        ("EXT065",),
        _wrongly_bound,
        "It binds data to an operation whose messages carry something else.",
        "Give both the same item definition.",
        "它绑定的数据与操作的消息所携带的不一致。",
        "请使两者使用同一数据项定义。",
    ),
)
