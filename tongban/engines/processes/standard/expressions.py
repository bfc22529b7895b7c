"""What must be written down exactly before a process can run: expressions, codes, times."""

import re
from collections.abc import Callable, Iterator

from tongban.engines.processes import times
from tongban.engines.processes.reading.document import Element
from tongban.engines.processes.standard.drawing import Drawing, is_true
from tongban.engines.processes.standard.kinds import EVENTS, THROWING
from tongban.engines.processes.standard.rules import At, Check, Rule

_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
_EXPRESSIONS = (
    *("conditionExpression", "activationCondition", "completionCondition", "loopCondition"),
    *("loopCardinality", "timeDate", "timeCycle", "timeDuration", "from", "to"),
)
# By their place in the schema these are formal, whatever they say of themselves.
_FORMAL = frozenset({"messagePath", "dataPath", "transformation"})
_TIMES = ("timeDate", "timeCycle", "timeDuration")
# Calls, quotes and operators: such a text is computed, and what it gives is not known here.
_COMPUTED = re.compile(r"[(){}\[\]$#\"'=<>*]")


def _is_formal(expression: Element) -> bool:
    return expression.attributes.get(_TYPE, "").rpartition(":")[2] == "tFormalExpression"


def _in_words_only(drawing: Drawing) -> Iterator[Element]:
    """In a file of ours every expression is FEEL, however its element is typed."""
    if drawing.ours:
        return
    for each in drawing.all(*_EXPRESSIONS):
        if each.text and not _is_formal(each) and drawing.runs(each):
            yield each


def _without_body(drawing: Drawing) -> Iterator[Element]:
    for each in drawing.elements:
        in_complex = drawing.parent(each).tag == "complexBehaviorDefinition"
        formal = _is_formal(each) or each.tag in _FORMAL or (in_complex and each.tag == "condition")
        if formal and not each.text and _matters(drawing, each):
            yield each


def _matters(drawing: Drawing, element: Element) -> bool:
    """What stands beside the processes matters as soon as one of them runs."""
    if drawing.process(element) is not None:
        return drawing.runs(element)
    return any(is_true(process, "isExecutable") for process in drawing.all("process"))


def _condition_in_words(drawing: Drawing) -> Iterator[Element]:
    if drawing.ours:
        return
    for definition in drawing.all("conditionalEventDefinition"):
        condition = definition.only("condition")
        if drawing.runs(definition) and not (
            condition is not None and condition.text and _is_formal(condition)
        ):
            yield definition


def _escalation_without_code(drawing: Drawing) -> Iterator[Element]:
    for event in drawing.all(*sorted(THROWING)):
        for definition in drawing.definitions(event):
            if definition.tag == "escalationEventDefinition" and drawing.runs(event):
                escalation = drawing.refers(definition, "escalationRef")
                if escalation is None or escalation.get("escalationCode") is None:
                    yield event


def _messages(drawing: Drawing) -> Iterator[tuple[Element, Element]]:
    """The events of processes that run, with their message definitions."""
    for event in drawing.all(*sorted(EVENTS)):
        for definition in drawing.definitions(event):
            if definition.tag == "messageEventDefinition" and drawing.runs(event):
                yield event, definition


def _no_message(drawing: Drawing) -> Iterator[Element]:
    return (event for event, each in _messages(drawing) if each.get("messageRef") is None)


def _no_operation(drawing: Drawing) -> Iterator[Element]:
    """In a file of ours the platform itself delivers a message, by its name."""
    if drawing.ours:
        return
    for event, definition in _messages(drawing):
        operation = definition.only("operationRef")
        if operation is None or not operation.text:
            yield event


def _several_times(drawing: Drawing) -> Iterator[Element]:
    for timer in drawing.all("timerEventDefinition"):
        if len(timer.bpmn(*_TIMES)) > 1:
            yield timer


def _no_iso(tag: str, read: Callable[[str], object]) -> Check:
    """Only a text that nothing computes is judged: what an expression gives shows when it runs."""

    def check(drawing: Drawing) -> Iterator[At]:
        data = _data_names(drawing)
        for each in drawing.all(tag):
            if not drawing.runs(each) or not each.text or read(each.text) is not None:
                continue
            # In a file of ours the reading of FEEL knows better what a text may name.
            plain = not (drawing.ours or _COMPUTED.search(each.text) or each.text in data)
            if times.looks_like_iso(each.text) or plain:
                yield At(each, {"text": each.text})

    return check


def _data_names(drawing: Drawing) -> set[str | None]:
    data = drawing.all("property", "dataObject", "dataObjectReference", "dataInput")
    return {name for each in data for name in (each.id, each.get("name"))}


def _cycle(text: str) -> object:
    """R, how often, then an interval with or without a start or an end."""
    repeats, *parts = text.strip().split("/")
    whole = re.fullmatch(r"R\d*", repeats, re.ASCII) and 1 <= len(parts) <= 2
    read = [times.duration(part) or times.moment(part) for part in parts]
    return read if whole and all(read) else None


RULES = (
    Rule(
        ("EXT011",),
        _escalation_without_code,
        "It throws an escalation that has no code.",
        "Give the escalation an escalationCode.",
        "它抛出的升级没有代码。",
        "请为该升级填写 escalationCode。",
    ),
    Rule(
        ("EXT012",),
        _in_words_only,
        "It is written in words, and the process is to run.",
        'Write a formal expression (xsi:type="tFormalExpression"), or isExecutable="false".',
        "它是自然语言，而流程要运行。",
        '请写成形式表达式（xsi:type="tFormalExpression"），或写 isExecutable="false"。',
    ),
    Rule(
        ("EXT013",),
        _without_body,
        "It is a formal expression and says nothing.",
        "Write the expression.",
        "形式表达式没有内容。",
        "请填写表达式。",
    ),
    Rule(
        ("EXT123",),
        _condition_in_words,
        "It waits for a condition that is not written as a formal expression.",
        'Write the condition with xsi:type="tFormalExpression".',
        "它等待的条件不是形式表达式。",
        '请用 xsi:type="tFormalExpression" 填写条件。',
    ),
    Rule(
        ("EXT127",),
        _no_message,
        "It sends or waits for a message, and the process is to run, but no message is chosen.",
        "Choose the message.",
        "它收发消息且流程要运行，却没有选择消息。",
        "请选择消息。",
    ),
    Rule(
        ("EXT128",),
        _no_operation,
        "It sends or waits for a message, and the process is to run, but no operation is chosen.",
        "Choose the operation that carries the message.",
        "它收发消息且流程要运行，却没有选择操作。",
        "请选择传送该消息的操作。",
    ),
    Rule(
        ("EXT131",),
        _several_times,
        "It gives more than one time.",
        "Keep one of date, duration and cycle.",
        "它写了不止一种时间。",
        "日期、时长和周期请只保留一个。",
    ),
    Rule(
        ("EXT132",),
        _no_iso("timeDate", times.moment),
        "“{text}” is no date of ISO 8601.",
        "Write for example 2026-03-01T09:00:00.",
        "“{text}”不是 ISO 8601 日期时间。",
        "请写成例如 2026-03-01T09:00:00。",
    ),
    Rule(
        ("EXT133",),
        _no_iso("timeCycle", _cycle),
        "“{text}” is no repeating interval of ISO 8601.",
        "Write for example R3/PT10H.",
        "“{text}”不是 ISO 8601 重复周期。",
        "请写成例如 R3/PT10H。",
    ),
    Rule(
        ("EXT134",),
        _no_iso("timeDuration", times.duration),
        "“{text}” is no duration of ISO 8601.",
        "Write for example P10D.",
        "“{text}”不是 ISO 8601 时长。",
        "请写成例如 P10D。",
    ),
)
