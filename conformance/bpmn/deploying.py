"""Loads a file the way a platform deploys it: every process of it that holds something to run."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from tongban.engines import processes
from tongban.engines.processes import Definition, Finding, Invalid
from tongban.engines.processes.reading import document
from tongban.engines.processes.reading.vocabulary import NODES


@dataclass
class Deployment:
    """`definitions` by the id of their process, in the order of the file."""

    definitions: dict[str, Definition] = field(default_factory=dict)
    refused: list[Finding] = field(default_factory=list)

    def findings(self) -> Iterator[str]:
        """What is wrong with the file as a whole is found with each of its processes."""
        told = (
            f"{each.rule} {each.element} ({each.line}): {each.told('en')}" for each in self.refused
        )
        yield from dict.fromkeys(told)


def deploy(xml: bytes) -> Deployment:
    done = Deployment()
    for name in _runnable(xml) or (None,):
        try:
            definition = processes.deploy(xml, process=name)
        except Invalid as error:
            done.refused += error.findings
        else:
            done.definitions[definition.id] = definition
    return done


def _runnable(xml: bytes) -> list[str]:
    """The processes with something in them: a pool that nobody looks into has an empty one. None
    where there is no other kind, or no process at all: what the engine says to that is the
    answer."""
    try:
        drawn = document.read(xml).bpmn("process")
    except Invalid:
        return []
    return [each.id for each in drawn if any(part.tag in NODES for part in each.children)]
