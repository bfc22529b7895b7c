"""From the bytes of a BPMN file to a definition that can run, or to everything wrong with it."""

import hashlib
from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeVar

from tongban.engines.processes import graph
from tongban.engines.processes.model import Definition, InclusiveGateway, Named, StartEvent
from tongban.engines.processes.reading import checks, document, grammar, nodes, process
from tongban.engines.processes.reading.document import Element
from tongban.engines.processes.reading.draft import Draft
from tongban.engines.processes.reading.findings import Finding, Invalid
from tongban.engines.processes.reading.vocabulary import BPMN

Key = TypeVar("Key")
Kept = TypeVar("Kept")

# Findings that leave a hole in the graph: what follows from the hole would only confuse.
HOLES = frozenset({"unsupported", "missing-attribute", "duplicate-id", "flow-to-nowhere"})


def load(xml: bytes) -> Definition:
    """Raises `Invalid` with every finding, in the order of the file."""
    root = document.read(xml)
    if root.namespace != BPMN or root.tag != "definitions":
        facts = {"found": f"<{root.tag}> of “{root.namespace}”"}
        raise Invalid((Finding("not-bpmn", "", root.line, facts),))
    element = process.choose(root)
    if isinstance(element, Finding):
        raise Invalid((element,))
    draft = _read(root, element)
    if draft.findings:
        raise Invalid(tuple(sorted(draft.findings, key=lambda finding: finding.line)))
    return _definition(xml, element, draft)


def _read(root: Element, element: Element) -> Draft:
    draft = process.start(root, element)
    grammar.check_root(draft, root)
    grammar.check_ids(draft, root)
    grammar.check_process(draft, element)
    process.read(draft, element)
    if draft.whole and not any(finding.rule in HOLES for finding in draft.findings):
        checks.check(draft, Named(**nodes.named(element)))
    return draft


def _definition(xml: bytes, element: Element, draft: Draft) -> Definition:
    starts = {node.level: node.id for node in draft.nodes.values() if isinstance(node, StartEvent)}
    back = graph.reversed_(graph.successors(draft.nodes, draft.flows))
    upstream = {
        node.id: MappingProxyType(graph.upstream(node, draft.flows, back))
        for node in draft.nodes.values()
        if isinstance(node, InclusiveGateway) and len(node.incoming) > 1
    }
    return Definition(
        **nodes.named(element),
        version=hashlib.sha256(xml).hexdigest(),
        xml=xml,
        nodes=_kept(draft.nodes),
        flows=_kept(draft.flows),
        lanes=_kept(draft.lanes),
        variables=_kept(draft.declared),
        starts=_kept(starts),
        upstream=_kept(upstream),
    )


def _kept(found: Mapping[Key, Kept]) -> Mapping[Key, Kept]:
    return MappingProxyType(dict(found))
