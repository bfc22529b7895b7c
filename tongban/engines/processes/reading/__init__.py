"""From the bytes of a BPMN file to a definition that can run, or to everything wrong with it."""

import hashlib

from tongban.engines.processes.model import Definition, Named
from tongban.engines.processes.reading import (
    assembling,
    checks,
    drawn,
    grammar,
    library,
    nodes,
    process,
    recursion,
)
from tongban.engines.processes.reading.document import Element
from tongban.engines.processes.reading.draft import Draft
from tongban.engines.processes.reading.findings import Finding, Invalid
from tongban.engines.processes.reading.library import Library

# Findings that leave a hole in the graph: what follows from the hole would only confuse.
HOLES = frozenset(
    {
        *("unsupported", "missing-attribute", "duplicate-id", "flow-to-nowhere"),
        "link-without-pair",
    }
)


def load(xml: bytes, *others: bytes, process: str | None = None) -> Definition:
    """The process that runs, named where the file holds several, and with it every process that it
    calls, from this file or the others. One that is not marked executable is read as a drawing.
    Raises `Invalid` with every finding, in the order of the file."""
    known = library.read((xml, *others))
    main = known.main(process)
    if not library.is_executable(main):
        return drawn.definition(main, xml, _version(xml, *others))
    drafts = _read_all(known, main)
    _refuse([finding for draft in drafts.values() for finding in draft.findings])
    _refuse(recursion.findings(drafts))
    return assembling.definition(main, xml, _version(xml, *others), list(drafts.values()))


def processes(xml: bytes) -> tuple[str, ...]:
    """The processes of a file that can be loaded, by id. Raises `Invalid` where it cannot be
    read."""
    return library.runnable(xml)


def _version(*models: bytes) -> str:
    first, *others = [hashlib.sha256(xml).hexdigest() for xml in models]
    return hashlib.sha256("".join([first, *others]).encode()).hexdigest() if others else first


def _refuse(findings: list[Finding]) -> None:
    if findings:
        raise Invalid(tuple(sorted(findings, key=lambda finding: finding.line)))


def _read_all(known: Library, main: Element) -> dict[str, Draft]:
    """The drafts of the process and of those that it calls, by id."""
    drafts = {main.id: _read(known, main, None)}
    waiting = list(drafts[main.id].calls.values())
    while waiting:
        called = waiting.pop(0)
        if called.id not in drafts:
            drafts[called.id] = _read(known, called, called.id)
            waiting += drafts[called.id].calls.values()
    return drafts


def _read(known: Library, element: Element, top: str | None) -> Draft:
    file, _ = known.callable[element.id]
    draft = process.start(element, file.beside, known.called, top)
    if top is None:
        for each in known.files:
            grammar.check_root(draft, each.root)
            grammar.check_ids(draft, each.root)
    grammar.check_process(draft, element)
    process.read(draft, element)
    _check(draft, element)
    return draft


def _check(draft: Draft, element: Element) -> None:
    if draft.whole and not any(finding.rule in HOLES for finding in draft.findings):
        checks.check(draft, Named(**nodes.named(element)))
