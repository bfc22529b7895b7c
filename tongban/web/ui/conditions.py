"""The conditions of an item for one case, as the rules saw them."""

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from tongban import clock
from tongban.business.cases import deciding, evidence
from tongban.business.cases.models import Case
from tongban.business.items import guide as guides
from tongban.web.ui import origins, parts


def of(case: Case) -> list[parts.Check]:
    """Evaluated over the case's own evidence and rule version; one query."""
    prefetch_related_objects([case], "evidence")
    rows = {row.fact: row for row in case.evidence.all()}
    model = deciding.model_of(case.version)
    time = deciding.time_of(case.finished_at or clock.now())
    checks = []
    for condition in guides.of(case.version).conditions:
        decision = model.find(condition.decision)
        value = decision.evaluate(evidence.given(case, decision.inputs) | time).value
        seen = [rows[name] for name in decision.inputs if name in rows and rows[name].known]
        checks.append(
            parts.Check(
                state(value),
                origins.told(condition.name),
                found([(row.label, origins.evidence_words(row)) for row in seen]),
                chips(origins.origin(row) for row in seen),
            )
        )
    return checks


def state(value: object) -> parts.facts.State:
    """A condition's mark: unknown is everything that is neither true nor false."""
    if isinstance(value, bool):
        return "ok" if value else "bad"
    return "unknown"


def found(values) -> str:
    """The values that were found, in one line."""
    pairs = (
        _("%(label)s：%(value)s") % {"label": label, "value": value} for label, value in values
    )
    return _("；").join(pairs)


def chips(found_origins) -> tuple[parts.Origin, ...]:
    """Each origin once, in a steady order."""
    return tuple(sorted(set(found_origins), key=lambda chip: (chip.office, chip.dataset)))
