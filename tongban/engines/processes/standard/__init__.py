"""The rules of the BPMN 2.0.2 standard, and where a drawing breaks them.

    for breach in findings(document.read(xml), xml):
        breach.codes, breach.element, breach.told("zh")

The numbers are those of the published catalogue of the standard's constraints; REF is its name for
a reference to nothing or to the wrong kind of thing. What this platform asks beyond the standard is
said by `processes.reading`. Whether a case can finish is asked of `soundness`, whether it can end
before it was decided of `undecided`: both look at the definition that was read. `deploying` asks
all of them before a model is used.
"""

from typing import Final

from tongban.engines.processes.reading.document import Element
from tongban.engines.processes.standard import (
    activities,
    artifacts,
    connected,
    data,
    exchanged,
    expressions,
    flows,
    gateways,
    identity,
    links,
    pools,
    references,
    services,
    triggers,
)
from tongban.engines.processes.standard.drawing import draw
from tongban.engines.processes.standard.rules import Breach, Rule

__all__ = ["RULES", "Breach", "Rule", "findings"]

RULES: Final[tuple[Rule, ...]] = (
    *identity.RULES,
    *references.RULES,
    *artifacts.RULES,
    *flows.RULES,
    *gateways.RULES,
    *pools.RULES,
    *activities.RULES,
    *triggers.RULES,
    *connected.RULES,
    *links.RULES,
    *expressions.RULES,
    *services.RULES,
    *data.RULES,
    *exchanged.RULES,
)


def findings(document: Element, xml: bytes) -> tuple[Breach, ...]:
    """Every breach in the order of the file; `document` is what was read from `xml`."""
    drawing = draw(document, xml)
    broken = [breach for rule in RULES for breach in rule.broken(drawing)]
    return tuple(sorted(broken, key=lambda breach: breach.line))
