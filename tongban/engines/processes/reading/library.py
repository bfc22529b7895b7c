"""Several files and several processes: which one runs, and what its call activities find."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from tongban.engines.processes.reading import beside, document
from tongban.engines.processes.reading.beside import Beside
from tongban.engines.processes.reading.document import Element, unprefixed
from tongban.engines.processes.reading.findings import Finding, Invalid
from tongban.engines.processes.reading.vocabulary import (
    BPMN,
    CHOREOGRAPHIES,
    COLLABORATIONS,
    GLOBAL_TASKS,
    NODES,
)

TRUE = ("true", "1")
# Text and attributes that name something by id.
NAMING_TEXT = frozenset({"incoming", "outgoing", "source", "target"})
NAMING = frozenset({"id", "default"})


@dataclass(frozen=True, slots=True)
class File:
    root: Element
    beside: Beside


@dataclass(frozen=True, slots=True)
class Library:
    """`callable` holds the processes and global tasks of all files by id, and where they stand."""

    files: tuple[File, ...]
    callable: Mapping[str, tuple[File, Element]]

    def called(self, id: str) -> Element | None:
        found = self.callable.get(id)
        return found[1] if found else None

    def main(self, wanted: str | None) -> Element:
        """The process of the first file that runs: the one asked for, the only one, the only
        executable one, or the only executable one that no other of them calls. Where none is
        executable, the root: the file as a whole is a drawing."""
        root = self.files[0].root
        found = root.bpmn("process")
        if wanted is not None:
            return _wanted(root, found, wanted)
        if len(found) == 1:
            return found[0]
        runnable = [each for each in found if is_executable(each)]
        if not runnable and root.bpmn("process", *CHOREOGRAPHIES, *COLLABORATIONS):
            return root
        uncalled = [each for each in runnable if each.id not in _calls(found)]
        for candidates in (runnable, uncalled):
            if len(candidates) == 1:
                return candidates[0]
        raise _none(root, runnable)


def read(models: tuple[bytes, ...]) -> Library:
    """Raises `Invalid` with the one finding that stopped the reading."""
    files: list[File] = []
    callable: dict[str, tuple[File, Element]] = {}
    for number, xml in enumerate(models):
        root = document.read(xml)
        if root.namespace != BPMN or root.tag != "definitions":
            facts = {"found": f"<{root.tag}> of “{root.namespace}”"}
            raise Invalid((Finding("not-bpmn", "", root.line, facts),))
        file = File(root, beside.read(root))
        files.append(file)
        for each in root.bpmn("process", *GLOBAL_TASKS):
            if each.id in callable:
                facts = {"process": each.id}
                raise Invalid((Finding("same-process-twice", each.id, each.line, facts),))
            callable[each.id] = (file, _apart(each) if number else each)
    return Library(tuple(files), callable)


def is_executable(process: Element) -> bool:
    """Whether it says so. The standard gives the attribute no default: who leaves it out has said
    nothing about running, and for a public process that means false (BPMN 2.0.2, table 10.1)."""
    return process.get("isExecutable") in TRUE


def runnable(xml: bytes) -> tuple[str, ...]:
    """The ids of the processes of a file that are executable; of all where none says that it is.

    A pool that nobody looks into has a process with nothing in it, which is none of them.
    """
    found = [each for each in read((xml,)).files[0].root.bpmn("process") if each.bpmn(*NODES)]
    marked = [each.id for each in found if is_executable(each)]
    return tuple(marked or [each.id for each in found])


def _wanted(root: Element, found: list[Element], wanted: str) -> Element:
    for each in found:
        if each.id == wanted:
            return each
    known = ", ".join(each.id for each in found) or "–"
    raise Invalid((Finding("unknown-process", "", root.line, {"process": wanted, "known": known}),))


def _none(root: Element, runnable: list[Element]) -> Invalid:
    if not runnable:
        return Invalid((Finding("no-process", "", root.line),))
    facts = {"count": len(runnable)}
    return Invalid((Finding("several-processes", runnable[1].id, runnable[1].line, facts),))


def _calls(processes: list[Element]) -> set[str]:
    return {
        each.refers("calledElement")
        for process in processes
        for each in process.walk()
        if each.tag == "callActivity"
    }


def _apart(process: Element) -> Element:
    """A process of another file: its ids say which process they belong to, so that two drawings by
    the same editor do not clash."""
    ids = {each.id for each in process.walk() if each is not process and each.id}
    return replace(
        process, children=tuple(_renamed(each, ids, process.id) for each in process.children)
    )


def _renamed(element: Element, ids: set[str], process: str) -> Element:
    def name(text: str) -> str:
        return f"{process}/{unprefixed(text)}" if unprefixed(text) in ids else text

    attributes = {
        key: name(value) if key in NAMING or key.endswith("Ref") else value
        for key, value in element.attributes.items()
    }
    refers = element.tag in NAMING_TEXT or element.tag.endswith(("Ref", "Refs"))
    return replace(
        element,
        attributes=attributes,
        text=name(element.text) if refers else element.text,
        children=tuple(_renamed(each, ids, process) for each in element.children),
    )
