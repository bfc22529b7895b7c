"""A case at the side of the list: what an officer needs to know before opening it."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from tongban.base.people.models import User
from tongban.business.cases import queries as cases
from tongban.business.cases.models import Case, Requirement
from tongban.web.ui import conditions, origins, parts
from tongban.web.workbench import waiting

SAID = {
    Requirement.Proof.APPLICANT: "wait",
    Requirement.Proof.OPEN: "unknown",
}


@dataclass(frozen=True)
class Preview:
    """`open`: what a person has to look at; `missing`: facts that the rules lacked; `proven`: the
    names of what needs no look."""

    page: cases.CasePage
    clock: parts.Clock | None
    open: tuple[parts.Check, ...]
    missing: tuple[str, ...]
    proven: tuple[str, ...]
    origins: tuple[parts.Origin, ...]


def of(number: str, user: User, at) -> Preview:
    """Raises NotYourCase for another office's case."""
    case = cases.by_number(number, user)
    page = cases.page(case, at)
    return Preview(
        page=page,
        clock=waiting.clock_of(page.deadline) if page.deadline else None,
        open=(*_conditions(case), *_requirements(page)),
        missing=tuple(missing(page)),
        proven=tuple(p.requirement.name for p in page.proofs if p.requirement.proof not in SAID),
        origins=_origins(page),
    )


def missing(page: cases.CasePage) -> list[str]:
    """Names of the facts that a decision lacked."""
    return [e.label for e in page.facts if any(e.fact in d.missing for d in page.decisions)]


def _conditions(case: Case):
    for check in conditions.of(case):
        if check.state != "ok":
            yield parts.Check(check.state, check.condition, check.found)


def _requirements(page: cases.CasePage):
    for proof in page.proofs:
        state = SAID.get(Requirement.Proof(proof.requirement.proof))
        if state is None:
            continue
        lacking = [row.label for row in proof.evidence if not row.known]
        said = _("查不到：%(facts)s") % {"facts": _("、").join(lacking)} if lacking else ""
        label = Requirement.Proof(proof.requirement.proof).label
        yield parts.Check(state, proof.requirement.name, said or str(label))  # pyright: ignore


def _origins(page: cases.CasePage) -> tuple[parts.Origin, ...]:
    used = (row for p in page.proofs if p.requirement.proof not in SAID for row in p.evidence)
    return conditions.chips(origins.origin(row) for row in used if row.known)
