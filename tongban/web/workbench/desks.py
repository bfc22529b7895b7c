"""What an account can do on the page of a case: for each step that waits, and for the whole."""

from collections.abc import Iterable
from dataclasses import dataclass

from tongban.base.calendar import queries as calendar
from tongban.business.cases import possible, queries, running
from tongban.business.cases.models import Case, WorkItem
from tongban.business.cases.possible import Possible, Verb
from tongban.engines.clocks import Calendar
from tongban.web.ui import parts
from tongban.web.workbench import waiting
from tongban.web.workbench.verbs import forms
from tongban.web.workbench.verbs.forms import Scene
from tongban.web.workbench.verbs.parts import Form


@dataclass(frozen=True)
class Deciding:
    """The form that ends a step: by a decision, or where it `decides` nothing, by saying that it is
    done. `why_not` is what it waits for, `refused` and `typed` are of the last attempt."""

    decides: bool
    why_not: str
    refused: str
    typed: str


@dataclass(frozen=True)
class Desk:
    """A step and what can be done with it, now and `later`."""

    step: WorkItem
    clock: parts.Clock | None
    deciding: Deciding | None
    sign: Form | None
    now: tuple[Form, ...]
    later: tuple[Form, ...]


def of_steps(scene: Scene, steps: Iterable[WorkItem]) -> list[Desk]:
    """Of the open steps, but for those that this account cannot touch."""
    days = calendar.current()
    found = ((step, possible.for_step(step, scene.user, scene.at)) for step in steps)
    return [_desk(step, verbs, scene, days) for step, verbs in found if verbs]


def of_case(scene: Scene) -> tuple[tuple[Form, ...], tuple[Form, ...]]:
    """What can be done with the case now, and what not now."""
    found = possible.for_case(scene.case, scene.user, scene.at)
    return _apart(forms.of_case(found, scene))


def open_steps(case: Case) -> list[WorkItem]:
    found = case.work_items.filter(status=WorkItem.Status.OPEN)
    steps = list(found.select_related("office", "assignee").order_by("task"))
    for step in steps:
        step.case = case
    return steps


def _desk(step: WorkItem, found: tuple[Possible, ...], scene: Scene, days: Calendar) -> Desk:
    drawn = forms.of_step(step, found, scene)
    sign = next((form for form in drawn if form.verb == Verb.SIGN), None)
    now, later = _apart(form for form in drawn if form is not sign)
    clock = queries.step_clock(step, scene.at, days)
    return Desk(
        step=step,
        clock=waiting.step_clock_of(clock) if clock else None,
        deciding=_deciding(step, forms.named(found, Verb.DECIDE), scene),
        sign=sign,
        now=now,
        later=later,
    )


def _deciding(step: WorkItem, decide: Possible | None, scene: Scene) -> Deciding | None:
    if decide is None:
        return None
    tried = scene.tried_here(Verb.DECIDE, step)
    return Deciding(
        decides=step.node in running.decision_steps(step.case.version),
        why_not=forms.told(decide.why_not) if decide.why_not else "",
        refused=forms.told(tried.refusal) if tried and tried.refusal else "",
        typed=tried.typed.get("words", "") if tried else "",
    )


def _apart(drawn: Iterable[Form]) -> tuple[tuple[Form, ...], tuple[Form, ...]]:
    every = tuple(drawn)
    return tuple(f for f in every if not f.why_not), tuple(f for f in every if f.why_not)
