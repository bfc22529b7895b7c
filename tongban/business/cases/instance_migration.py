"""Running cases move to the version of their item that is in force now: only when somebody says so,
all that can in one go, and after a dry run that names what keeps the others.

A case that does not move goes on by the version that it began with.
"""

from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from tongban.base.calendar import queries as calendar
from tongban.base.people.models import User
from tongban.business.cases import deadlines, deciding, running
from tongban.business.cases.locking import locked
from tongban.business.cases.models import Case, CaseEvent, WorkItem
from tongban.business.cases.verbs import correcting, history, telling
from tongban.business.items import guide as guides
from tongban.business.items import permissions as items
from tongban.business.items.models import ItemVersion
from tongban.engines import forms, processes
from tongban.errors import Refusal

Told = Callable[[int, int], None]
Among = QuerySet[Case] | None


def _silent(done: int, total: int) -> None:
    pass


class NotInForce(Refusal):
    """Version {number} of {code} is not in force: cases move to the one that is."""

    zh = "{code} 第 {number} 版不是现行版本，办件只能迁移到现行版本。"


@dataclass(frozen=True)
class Obstacle:
    """Why a case stays, with the way out."""

    zh: str
    en: str


QUESTION = Obstacle(
    "新版表单有问题没有可用的回答：{why}请先请申请人补正，或按原版本办结。",
    "A question of the new form has no answer that it takes: {why} Ask the applicant for a "
    "correction first, or finish the case by its own version.",
)
FACT = Obstacle(
    "新版规则要读取 {fact}，该办件申请时没有读取它。请按原版本办结，或请申请人重新申请。",
    "The new rules read {fact}, which was not read when the case began. Finish the case by its own "
    "version, or have the applicant apply anew.",
)


@dataclass(frozen=True)
class Judged:
    """A case that can move where nothing keeps it. `standing`: the steps that it waits at."""

    case: int
    number: str
    version: int
    standing: tuple[str, ...]
    obstacles: tuple[Obstacle, ...]

    @property
    def can_move(self) -> bool:
        return not self.obstacles


Noted = Callable[[Judged, bool], None]


def _unnoted(judged: Judged, is_moved: bool) -> None:
    pass


@dataclass(frozen=True)
class _Asked:
    """Who moves cases where to, and why. `noted` is told of each whether it moved, in the same
    transaction."""

    to: ItemVersion
    user: User
    why: str
    at: datetime
    noted: Noted


def dry_run(
    *, to: ItemVersion, user: User, at: datetime, told: Told = _silent, among: Among = None
) -> list[Judged]:
    """Every running case of an earlier version, or those `among` these, oldest first; nothing is
    changed."""
    items.check_can_edit(user, to.item)
    check_in_force(to)
    return [_judged(case, to, at) for case in _each(to, told, among)]


def migrate(
    *,
    to: ItemVersion,
    user: User,
    words: str,
    at: datetime,
    told: Told = _silent,
    noted: Noted = _unnoted,
    among: Among = None,
) -> list[Judged]:
    """Move every case that can, each in a transaction of its own; the others stay as they are."""
    items.check_can_edit(user, to.item)
    check_in_force(to)
    asked = _Asked(to, user, history.needed(words), at, noted)
    return [_tried(case, asked) for case in _each(to, told, among)]


def check_in_force(to: ItemVersion) -> None:
    if to.status != ItemVersion.Status.LIVE:
        raise NotInForce(number=to.number, code=to.item.code)


def _each(to: ItemVersion, told: Told, among: Among) -> Iterator[Case]:
    found = Case.objects.all() if among is None else among
    earlier = (
        found.real().filter(status=Case.Status.RUNNING, version__item=to.item).exclude(version=to)
    )
    ids = list(earlier.order_by("pk").values_list("pk", flat=True))
    for done, each in enumerate(ids, 1):
        case = Case.objects.select_related("office", "version__item", "extension").get(pk=each)
        if case.status == Case.Status.RUNNING:
            yield case
        told(done, len(ids))


def _tried(case: Case, asked: _Asked) -> Judged:
    """What refuses to go on by the new version stays, and keeps no other case from moving."""
    try:
        return _moved(case.pk, asked)
    except Refusal as refused:
        why = Obstacle(refused.told("zh"), refused.told("en"))
        judged = replace(_judged(case, asked.to, asked.at), obstacles=(why,))
        asked.noted(judged, False)
        return judged


@transaction.atomic
def _moved(case_id: int, asked: _Asked) -> Judged:
    case = locked(case_id)
    judged = _judged(case, asked.to, asked.at)
    moves = judged.can_move and case.status == Case.Status.RUNNING
    if moves:
        _move(case, asked)
    asked.noted(judged, moves)
    return judged


def _move(case: Case, asked: _Asked) -> None:
    to, at = asked.to, asked.at
    by = history.item_manager(asked.user, case)
    details = {"from": case.version.number, "to": to.number}
    promised_on = case.promised_on
    running.migrate(case, to, by=by, at=at)
    deadlines.move(case, calendar.current())
    history.note(case, "tb:migration", CaseEvent.Transition.COMPLETE, by, at, asked.why, details)
    history.record("case.migrated", case, by, at, details)
    if case.promised_on != promised_on:
        telling.applicant(
            case,
            f"按该事项的新版规定继续办理，最晚 {case.promised_on} 答复。",
            f"goes on by the item's new version: it is answered by {case.promised_on}.",
            at,
        )


def _judged(case: Case, to: ItemVersion, at: datetime) -> Judged:
    steps = case.work_items.filter(status=WorkItem.Status.OPEN).order_by("task")
    return Judged(
        case=case.pk,
        number=case.number,
        version=case.version.number,
        standing=tuple(step.name for step in steps),
        obstacles=(*_of_process(case, to, at), *_of_form(case, to), *_of_rules(case, to)),
    )


def _of_process(case: Case, to: ItemVersion, at: datetime) -> tuple[Obstacle, ...]:
    try:
        running.migrated(case, to, at)
    except processes.CannotMigrate as refused:
        return tuple(Obstacle(each.told("zh"), each.told("en")) for each in refused.obstacles)
    return ()


def _of_form(case: Case, to: ItemVersion) -> Iterator[Obstacle]:
    """Each question of the new form whose answer it would not take."""
    as_if = copy(case)
    as_if.version = to
    held = correcting.filled(as_if)
    typed = {key: said for key, said in held.typed.items() if held.form.named(key)}
    problems = forms.validate(held.form, typed, held.known, held.disputed).problems
    for field in held.form.fields:
        if field.key in problems:
            why = problems[field.key]
            yield Obstacle(QUESTION.zh.format(why=why.zh), QUESTION.en.format(why=why.en))


def _of_rules(case: Case, to: ItemVersion) -> Iterator[Obstacle]:
    """Facts that the new rules read and the case does not hold, unless they have spoken already."""
    part = guides.of(to).decision
    if case.decisions.filter(decision=part.name).exists():
        return
    held = {*case.evidence.values_list("fact", flat=True), *part.also_from_form}
    inputs = deciding.model_of(to).find(part.name).inputs
    for fact in sorted(inputs.keys() - held - deciding.time_of(case.submitted_at).keys()):
        yield Obstacle(FACT.zh.format(fact=fact), FACT.en.format(fact=fact))
