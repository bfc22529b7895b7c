"""From the bytes of a BPMN file to a definition that may be used, or to what speaks against it.

`reading.load` also takes what was deployed under older rules: cases go on by what they began with.
"""

from collections.abc import Sequence
from typing import Final

from tongban.engines.processes import reading
from tongban.engines.processes.model import Definition
from tongban.engines.processes.reading import document
from tongban.engines.processes.reading.document import Element
from tongban.engines.processes.reading.findings import Finding, Invalid
from tongban.engines.processes.standard import Breach, findings
from tongban.engines.processes.standard.drawing import is_ours
from tongban.engines.processes.standard.soundness import unsound

# A file as it was read and as it came.
File = tuple[Element, bytes]

# What the platform's own rules find in other words on the same element or level.
SAME: Final[dict[str, frozenset[str]]] = {
    "begun-by-event": frozenset({"EXT021", "EXT022", "EXT057", "EXT114"}),
    "boundary-on-nothing": frozenset({"REF"}),
    "cancel-outside": frozenset({"EXT106", "EXT111"}),
    "compensates-nothing": frozenset({"REF"}),
    "compensation-without-handler": frozenset({"EXT143", "EXT144"}),
    "dead-end": frozenset({"EXT101", "EXT113", "EXT116", "EXT151"}),
    "default-elsewhere": frozenset({"EXT026", "REF"}),
    "duplicate-id": frozenset({"EXT002"}),
    "error-never-interrupts": frozenset({"EXT059", "EXT110"}),
    "event-gateway": frozenset({"EXT136", "EXT138"}),
    "event-without-definition": frozenset({"EXT059", "EXT110", "EXT148"}),
    "flow-into-boundary": frozenset({"EXT112"}),
    "flow-into-start": frozenset({"EXT096"}),
    "flow-out-of-end": frozenset({"EXT104"}),
    "flow-to-nowhere": frozenset({"EXT028", "EXT152", "REF"}),
    "flow-mismatch": frozenset({"EXT023"}),
    "link-without-pair": frozenset({"EXT118", "EXT124", "EXT125", "EXT126"}),
    "loop-without-count": frozenset({"EXT067"}),
    "message-without-name": frozenset({"EXT127"}),
    "missing-attribute": frozenset({"EXT003"}),
    "misplaced-condition": frozenset({"EXT137"}),
    "no-start": frozenset({"EXT097"}),
    "timer-without-time": frozenset({"EXT131"}),
    "unreachable": frozenset({"EXT107", "EXT115", "EXT150"}),
    "wrong-reference": frozenset({"REF"}),
    "wrong-time": frozenset({"EXT132", "EXT133", "EXT134"}),
}


def deploy(xml: bytes, *others: bytes, process: str | None = None) -> Definition:
    """Like `reading.load`, for a model that is to be used from now on: raises `Invalid` also where
    a file breaks the standard, or where a case could never finish."""
    files = [(document.read(each), each) for each in (xml, *others)]
    try:
        definition = reading.load(xml, *others, process=process)
    except Invalid as refused:
        raise Invalid(_joined(refused.findings, files)) from refused
    found = [breach for root, each in files for breach in findings(root, each)]
    grave = [each for each in unsound(definition) if each.severity == "error"]
    if found or grave:
        raise Invalid(_in_order([*found, *grave]))
    return definition


def _joined(own: Sequence[Finding], files: Sequence[File]) -> tuple[Finding, ...]:
    """What the platform found itself together with the breaches, each thing told once.

    Where both say the same, the author of a file of ours reads our words, which are nearer to what
    was drawn; of any other file the rule of the standard is named.
    """
    broken = [breach for root, xml in files for breach in findings(root, xml)]
    if all(is_ours(xml) for _, xml in files):
        told = {(code, each.element) for each in own for code in SAME.get(each.rule, ())}
        broken = [each for each in broken if not told & _places(each)]
        return _in_order([*own, *broken])
    named = {place for each in broken for place in _places(each)}
    kept = [
        each
        for each in own
        if not any((code, each.element) in named for code in SAME.get(each.rule, ()))
    ]
    return _in_order([*kept, *broken])


def _places(breach: Breach) -> set[tuple[str, str]]:
    """Its rule with its element, and with the level, which our own rules sometimes point at."""
    return {(breach.rule, breach.element), (breach.rule, breach.level)}


def _in_order(found: Sequence[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(found, key=lambda finding: finding.line))
