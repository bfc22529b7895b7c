"""DMN decisions: tables and expressions over facts, with reasons, and with three answers.

    decision = load(xml).find("Residence permit")
    outcome = decision.evaluate({"insured months": Given(Decimal(14), {"source": "人社局"})})
    outcome.value, outcome.missing, outcome.told("zh")

What nobody knows (`Unknown`, a name that is not handed in, a value that is not allowed) leaves the
decision unknown only where it matters. English labels and the law of a rule: see labels.py.
"""

from tongban.engines.decisions.decision import Decision
from tongban.engines.decisions.document import LIMITS, Limits
from tongban.engines.decisions.model import Model, examine, load
from tongban.engines.decisions.outcomes import Cell, Fact, Given, Outcome, Reason
from tongban.engines.decisions.refusals import Address, Label, ModelError

__all__ = [
    "LIMITS",
    "Address",
    "Cell",
    "Decision",
    "Fact",
    "Given",
    "Label",
    "Limits",
    "Model",
    "ModelError",
    "Outcome",
    "Reason",
    "examine",
    "load",
]
