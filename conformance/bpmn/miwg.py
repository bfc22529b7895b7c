"""Models for interchange: taken in, written back, and compared element by element.

Nothing may be lost or added: elements, attributes, text, comments, the drawing, the words of other
vendors. That a model can also be deployed is counted beside it.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import lxml.etree

from conformance.bpmn.deploying import deploy
from conformance.bpmn.judged import Case, Deployed, Ran
from tongban.engines.processes import Invalid, interchange

etree: Any = lxml.etree


def run(kit: Path) -> Ran:
    paths = sorted(kit.rglob("*.bpmn"))
    cases = [Case(_name(kit, path), "round trip", _lost(path.read_bytes())) for path in paths]
    models = [
        Deployed(_name(kit, path), "deploy", "; ".join(deploy(path.read_bytes()).findings()))
        for path in paths
    ]
    return Ran(kit.name, tuple(cases), tuple(models))


def _name(kit: Path, path: Path) -> str:
    return path.relative_to(kit).as_posix()


def _lost(xml: bytes) -> str:
    try:
        written = interchange.write(interchange.read(xml))
    except Invalid as error:
        return error.told("en")
    return "; ".join(differences(xml, written))


def differences(first: bytes, second: bytes) -> Iterator[str]:
    """What one file holds and the other does not, each with where it stands.

    Ends where an element lacks a child or has one too many: behind that nothing matches any more.
    """
    one, other = (etree.fromstring(xml).getroottree() for xml in (first, second))
    for before, after in zip(one.iter(), other.iter(), strict=False):
        for what, was, now in _parts(before, after):
            if was != now:
                yield f"{one.getpath(before)}: {what} {was!r} became {now!r}"
        if len(before) != len(after):
            return


def _parts(before: Any, after: Any) -> Iterator[tuple[str, object, object]]:
    yield "tag", before.tag, after.tag
    yield "namespaces", before.nsmap, after.nsmap
    yield "attributes", list(before.attrib.items()), list(after.attrib.items())
    yield "text", before.text, after.text
    yield "tail", before.tail, after.tail
    yield "number of children", len(before), len(after)
