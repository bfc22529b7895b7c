"""Notes, groups and associations: they explain the flow and take no part in it."""

import re
from collections.abc import Iterator

from tongban.engines.processes.reading.document import Element
from tongban.engines.processes.standard.drawing import Drawing
from tongban.engines.processes.standard.kinds import ARTIFACTS
from tongban.engines.processes.standard.rules import At, Check, Rule

_MIME_TYPE = re.compile(r"[\w!#$&^.+-]+/[\w!#$&^.+-]+(\s*;.*)?", re.ASCII)


def _no_mime_type(tag: str) -> Check:
    def check(drawing: Drawing) -> Iterator[At]:
        for each in drawing.all(tag):
            written = each.get("textFormat")
            if written and not _MIME_TYPE.fullmatch(written):
                yield At(each, {"format": written})

    return check


def _at_an_artifact(flow: str, attribute: str) -> Check:
    def check(drawing: Drawing) -> Iterator[Element]:
        for each in drawing.all(flow):
            end = drawing.refers(each, attribute)
            if end is not None and end.tag in ARTIFACTS:
                yield each

    return check


_FORMAT = (
    "The text format {format} is no MIME type.",
    "Write for example text/plain.",
    "文本格式 {format} 不是 MIME 类型。",
    "请写成例如 text/plain。",
)
_TO_A_NODE = (
    "Lead it to an activity, event or gateway; an association may point to the artifact.",
    "请改接到活动、事件或网关；指向附注图形请用关联线。",
)
_FROM_A_NODE = (
    "Lead it from an activity, event or gateway; an association may point to the artifact.",
    "请改从活动、事件或网关引出；指向附注图形请用关联线。",
)


RULES = (
    Rule(("EXT004",), _no_mime_type("documentation"), *_FORMAT),
    Rule(("EXT010",), _no_mime_type("textAnnotation"), *_FORMAT),
    Rule(
        ("EXT006",),
        _at_an_artifact("sequenceFlow", "targetRef"),
        "It leads to an association, a group or an annotation.",
        _TO_A_NODE[0],
        "该线指向了关联、分组或注释。",
        _TO_A_NODE[1],
    ),
    Rule(
        ("EXT007",),
        _at_an_artifact("sequenceFlow", "sourceRef"),
        "It comes from an association, a group or an annotation.",
        _FROM_A_NODE[0],
        "该线从关联、分组或注释引出。",
        _FROM_A_NODE[1],
    ),
    Rule(
        ("EXT008",),
        _at_an_artifact("messageFlow", "targetRef"),
        "It leads to an association, a group or an annotation.",
        _TO_A_NODE[0],
        "该线指向了关联、分组或注释。",
        _TO_A_NODE[1],
    ),
    Rule(
        ("EXT009",),
        _at_an_artifact("messageFlow", "sourceRef"),
        "It comes from an association, a group or an annotation.",
        _FROM_A_NODE[0],
        "该线从关联、分组或注释引出。",
        _FROM_A_NODE[1],
    ),
)
