"""Files and ids: what can be found at all."""

from collections.abc import Iterator

from tongban.engines.processes.reading.document import Element
from tongban.engines.processes.reading.vocabulary import BPMN
from tongban.engines.processes.standard.drawing import Drawing
from tongban.engines.processes.standard.kinds import FLOW_NODES
from tongban.engines.processes.standard.rules import At, Rule

# What is there to be referred to: without an id nothing can.
_REFERRED = FLOW_NODES | {
    *("sequenceFlow", "messageFlow", "participant", "message", "error", "escalation", "signal"),
    *("itemDefinition", "operation", "dataObject", "dataStore", "dataInput", "dataOutput"),
}


def _imported_models(drawing: Drawing) -> Iterator[Element]:
    """A file is deployed alone: another model that it imports is never there."""
    return (each for each in drawing.all("import") if each.get("importType") == BPMN)


def _repeated_ids(drawing: Drawing) -> Iterator[At]:
    for each in drawing.elements:
        if each.id and drawing.by_id[each.id] is not each:
            yield At(each, {"id": each.id, "first": drawing.by_id[each.id].line})


def _without_id(drawing: Drawing) -> Iterator[Element]:
    return (each for each in drawing.elements if each.tag in _REFERRED and not each.id)


RULES = (
    Rule(
        ("EXT001",),
        _imported_models,
        "It imports another BPMN file, which does not come with this one.",
        "Copy what is needed into this file and remove the import.",
        "导入了另一个 BPMN 文件，而该文件不会随本文件一起提供。",
        "请将所需内容复制到本文件，并删除该导入。",
    ),
    Rule(
        ("EXT002",),
        _repeated_ids,
        "The id {id} is already used on line {first}.",
        "Give one of the two another id.",
        "标识 {id} 已在第 {first} 行使用。",
        "请更改其中一个标识。",
    ),
    Rule(
        ("EXT003",),
        _without_id,
        "It has no id, so that nothing can refer to it.",
        "Give it an id.",
        "没有标识，其他元素无法引用。",
        "请补上标识。",
    ),
)
