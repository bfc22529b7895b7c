"""A process model of another tool, taken in and handed out again whole.

A `Definition` is what runs: one process, without its drawing, without what others noted in it.
Nothing can be written back from that. So the file itself is what is kept, and a definition is only
a view of it: here a file is taken in as it lies, however many processes, conversations or words of
other vendors it holds, and handed out with all of it. Whether it can run is asked of `load`, which
refuses by name what cannot.

What changes is the dress. A file may come in GB18030 or ISO-8859-1; it leaves in UTF-8 and says so,
so that it can be kept as text, which has no encoding of its own.
"""

from dataclasses import dataclass
from typing import Any

import lxml.etree  # pyright: ignore[reportMissingTypeStubs]

from tongban.engines.processes.reading import document
from tongban.engines.processes.reading.findings import Finding, Invalid
from tongban.engines.processes.reading.vocabulary import BPMN

etree: Any = lxml.etree  # pyright: ignore


@dataclass(frozen=True, slots=True)
class Document:
    """A whole file; `processes` are the ids of what could run, in the order of the file."""

    processes: tuple[str, ...]
    tree: Any


def read(xml: bytes) -> Document:
    """Raises `Invalid` where the file is no BPMN, or no XML that is safe to read."""
    root = document.read(xml)
    if (root.namespace, root.tag) != (BPMN, "definitions"):
        facts = {"found": f"<{root.tag}> of “{root.namespace}”"}
        raise Invalid((Finding("not-bpmn", "", root.line, facts),))
    # The first reading has refused entities and limited the size; this one keeps what it drops.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, strip_cdata=False)
    processes = tuple(each.id for each in root.bpmn("process"))
    return Document(processes, etree.fromstring(xml, parser).getroottree())


def write(model: Document) -> bytes:
    """UTF-8 with every element, attribute, text, comment and instruction, and the drawing.

    Only what XML itself calls the same may differ: quotes, line ends, empty tags.
    """
    alone = model.tree.docinfo.standalone
    return etree.tostring(model.tree, encoding="UTF-8", xml_declaration=True, standalone=alone)
