"""The words of the execution kit, put into what this engine understands.

The kit's scripts are words and its conditions are written for several engines; its README says what
they mean. A script becomes FEEL that adds the name of what ran to a list, a property of its process
that calls hand on and back; one that takes time or fails becomes a call of a service, for FEEL does
neither. Conditions become FEEL. Nothing else of a model is touched, and nothing here knows a model.
"""

import re
from typing import Any

import lxml.etree

from tongban.engines.processes.reading.nodes import is_name
from tongban.engines.processes.reading.vocabulary import BPMN, TB

etree: Any = lxml.etree

RAN = "ran"
GIVEN = ("test", "integerVariable")
FAILS = "fails"
TAKES_TIME = "takes time"

_B, _T = f"{{{BPMN}}}", f"{{{TB}}}"
_CONDITIONS = (
    *("conditionExpression", "condition", "loopCondition", "completionCondition"),
    *("activationCondition", "loopCardinality", "timeDuration", "timeDate", "timeCycle"),
)
_CONTAINS = re.compile(r"""(!?)\s*(\w+)\.contains\(\s*["'](\w*)["']\s*\)""")
_PLACEHOLDER = re.compile(r"[$#]\{(.*)\}", re.DOTALL)
_REPORTS = re.compile(r"SCRIPT_(\w+)")
_DATA = '"written"'
_BEFORE_PROPERTIES = {
    f"{_B}{tag}" for tag in ("documentation", "extensionElements", "auditing", "monitoring")
}


class UnknownWord(Exception):
    """A script of a word that the kit's README does not explain."""


def condition(text: str) -> str:
    """What stands around one of the kit's words is no part of it."""
    found = _CONTAINS.search(text)
    if found:
        no, name, part = found.groups()
        asked = f'contains({name}, "{part}")'
        return f"not({asked})" if no else asked
    placed = _PLACEHOLDER.fullmatch(text.strip())
    return placed[1] if placed else text


def adapted(xml: bytes) -> bytes:
    """Raises `UnknownWord`."""
    root = etree.fromstring(xml)
    for tag in _CONDITIONS:
        for holder in root.iter(f"{_B}{tag}"):
            holder.text = condition(holder.text or "")
    error = next((each.get("errorCode", "") for each in root.iter(f"{_B}error")), "")
    for task in root.iter(f"{_B}scriptTask", f"{_B}globalScriptTask"):
        _script(task, error)
    for process in root.iter(f"{_B}process"):
        _note_what_ran(process)
    for call in root.iter(f"{_B}callActivity"):
        for name in (RAN, *GIVEN):
            _mapped(call, "input", name, name)
        _mapped(call, "output", RAN, RAN)
    # The lines stay where they are: findings tell them.
    declared = xml.startswith(b"<?xml")
    return etree.tostring(root.getroottree(), encoding="UTF-8", xml_declaration=declared)


def _note_what_ran(process: Any) -> None:
    before = [each for each in process if each.tag in _BEFORE_PROPERTIES]
    noted = etree.Element(f"{_B}property", id=f"{RAN}-{process.get('id')}", name=RAN)
    process.insert(process.index(before[-1]) + 1 if before else 0, noted)


def _script(task: Any, error: str) -> None:
    """`error` is the code of the first error that the file knows: what fails, fails with it."""
    holder = task.find(f"{_B}script")
    word = (holder.text or "").strip()
    if word == "THROW_ERROR":
        _call(task, holder, f"{FAILS} {error}")
    elif word == "WAIT_TEN_SECONDS" or word.startswith("CREATE_TIMESTAMP_LOG"):
        _call(task, holder, TAKES_TIME)
    else:
        _compute(task, holder, word)


def _call(task: Any, holder: Any, operation: str) -> None:
    task.remove(holder)
    task.tag = f"{_B}serviceTask"
    task.set(f"{_T}operation", operation)


def _compute(task: Any, holder: Any, word: str) -> None:
    first, *others = _assignments(task, word)
    target, holder.text = first
    if target:
        task.set(f"{_T}result", target)
    for target, source in others:
        _mapped(task, "output", target, source)


def _assignments(task: Any, word: str) -> list[tuple[str, str]]:
    """Variables and the FEEL they take; the value of a task with a data output needs no name."""
    counted = ("integerVariable", "integerVariable + 1")
    if found := _REPORTS.fullmatch(word):
        return [_reporting(found[1])]
    if word == "CREATE_MARKER_FILE":
        return [_reporting("marker")]
    if word.startswith("INCREMENT_INTEGER_VARIABLE"):
        return [counted, _reporting("increment")] if word.endswith("AND_LOG") else [counted]
    if word == "SET_STRING_DATA":
        output = task.find(f".//{_B}dataOutput")
        return [(_object(task) if output is None else "", _DATA)]
    if word == "LOG_DATA":
        read = task.find(f".//{_B}dataInput")
        name = _object(task) if read is None else _variable(read)
        reported = _reporting("data_correct")[1]
        return [(RAN, f"if {name} = {_DATA} then {reported} else {RAN}")]
    if word == "CREATE_LOG_FILE":
        return [("logged", "true")]
    raise UnknownWord(repr(word))


def _object(task: Any) -> str:
    """The variable of the first data object, or else property, that the file knows."""
    root = task.getroottree().getroot()
    found = [each for tag in ("dataObject", "property") for each in root.iter(f"{_B}{tag}")]
    return _variable(found[0]) if found else "data"


def _variable(element: Any) -> str:
    """Data are read by their name where FEEL can, else by their id."""
    name = element.get("name") or ""
    return name if is_name(name) else element.get("id")


def _reporting(name: str) -> tuple[str, str]:
    return RAN, f'append(if {RAN} = null then [] else {RAN}, "{name}")'


def _mapped(task: Any, tag: str, target: str, source: str) -> None:
    holder = task.find(f"{_B}extensionElements")
    if holder is None:
        holder = etree.Element(f"{_B}extensionElements")
        task.insert(len(task.findall(f"{_B}documentation")), holder)
    etree.SubElement(holder, f"{_T}{tag}", target=target, source=source)
