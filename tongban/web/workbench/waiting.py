"""The list of what waits: lamp and clock, applicant, item, step, proofs, advice."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tongban.business.cases import queries as cases
from tongban.business.cases.models import Decision, Requirement, WorkItem
from tongban.business.cases.queries import Deadline, StepClock
from tongban.business.cases.todo import GRAVEST_FIRST, Queue, Waiting
from tongban.engines.clocks import Light, ground
from tongban.web.ui import origins, parts
from tongban.web.workbench import words

PROVEN = {Requirement.Proof.FACTS, Requirement.Proof.OFFICER}


@dataclass(frozen=True)
class Filter:
    """One colour, how many wait under it, and the address that shows them alone."""

    lamp: parts.Lamp
    count: int
    url: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Tick(parts.Part):
    """Chooses a step for what is done with several at once."""

    template: ClassVar[str] = "workbench/tick.html"
    work: int
    label: str


@dataclass(frozen=True, slots=True)
class Stage(parts.Part):
    """The step that waits: since when, its own clock, whether it was urged, who has it."""

    template: ClassVar[str] = "workbench/stage.html"
    name: str
    since: str
    clock: parts.Clock | None
    urged: str
    with_whom: str


def of(
    waiting: Sequence[Waiting], queue: Queue, previewed: str = "", *, ticks: bool = False
) -> parts.Table:
    """Two queries, however many wait; the row of the case that is previewed stands out. With
    `ticks` several can be chosen."""
    numbers = [one.to_do.work_item.case.pk for one in waiting]
    proofs: dict[int, Counter[str]] = defaultdict(Counter)
    for case, proof in Requirement.objects.filter(case__in=numbers).values_list("case", "proof"):
        proofs[case][proof] += 1
    missing: dict[int, set[str]] = defaultdict(set)
    for case, names in Decision.objects.filter(case__in=numbers).values_list("case", "missing"):
        missing[case] |= set(names)
    rows = [
        _row(one, queue, proofs[one.to_do.work_item.case.pk], missing[one.to_do.work_item.case.pk])
        for one in waiting
    ]
    columns = (
        parts.Column(_("剩余时间"), place="start"),
        parts.Column(_("申请人和办件编号"), place="first"),
        parts.Column(_("事项")),
        parts.Column(_("当前环节")),
        parts.Column(_("证明")),
        parts.Column(_("建议"), place="end"),
    )
    if ticks:
        columns = (*columns, parts.Column(_("选择")))
        rows = [_with_tick(row, one) for row, one in zip(rows, waiting, strict=True)]
    shown = (
        replace(row, selected=one.to_do.work_item.case.number == previewed)
        for row, one in zip(rows, waiting, strict=True)
    )
    return parts.Table(_("待办"), columns, tuple(shown))


def done(found: Sequence[WorkItem]) -> parts.Table:
    """What this account has done."""
    rows = tuple(
        parts.Row(
            (
                parts.Cell(
                    cases.applicant(step.case), step.case.number, _address(step.case.number)
                ),
                step.case.version.item.name,
                parts.Cell(step.name, str(WorkItem.Status(step.status).label)),
                words.stamp(step.closed_at) if step.closed_at else "",
                words.case_status(step.case),
            )
        )
        for step in found
    )
    columns = (
        parts.Column(_("申请人和办件编号"), place="first"),
        parts.Column(_("事项")),
        parts.Column(_("环节")),
        parts.Column(_("办理时间"), place="end"),
        parts.Column(_("办件状态"), place="start"),
    )
    return parts.Table(_("已办"), columns, rows)


def filters(waiting: Sequence[Waiting], chosen: str, queue: Queue) -> list[Filter]:
    """The colours that are lit, the most pressing first."""
    counts = Counter(one.to_do.deadline.light for one in waiting)
    return [
        Filter(
            parts.Lamp(light.value),
            counts[light],
            f"?tab={queue}&lamp={light.value}",
            chosen == light.value,
        )
        for light in GRAVEST_FIRST
        if counts[light]
    ]


def clock_of(deadline: Deadline) -> parts.Clock:
    left = deadline.days_left
    if left < 0:
        told = _("超承诺 %s") % _days(-left, deadline.unit)
    elif left == 0 and is_overdue(deadline):  # no working day has passed since
        told = _("已过承诺日")
    elif left == 0:
        told = _("今天到期")
    else:
        told = _("剩 %s") % _days(left, deadline.unit)
    used = round(100 * (deadline.days_total - left) / (deadline.days_total or 1))
    note = _("暂定：节假日安排未公布") if deadline.is_provisional else ""
    return parts.Clock(deadline.light.value, told, used, note)


def is_overdue(deadline: Deadline) -> bool:
    return deadline.days_left < 0 or deadline.light in (Light.RED, Light.PURPLE)


def is_due_today(deadline: Deadline) -> bool:
    return deadline.days_left == 0 and not is_overdue(deadline)


def step_clock_of(clock: StepClock) -> parts.Clock:
    """The step's own, which runs beside the case's."""
    left, days = clock.days_left, _days(abs(clock.days_left), clock.unit)
    if left < 0:
        told = _("本环节超 %s") % days
    elif left == 0 and clock.light is Light.RED:  # no working day has passed since
        told = _("已过本环节时限")
    elif left == 0:
        told = _("本环节今天到期")
    else:
        told = _("本环节剩 %s") % days
    used = round(100 * (clock.days_total - left) / (clock.days_total or 1))
    # Red and purple are the promise's and the law's: a step that is late is yellow.
    lamp = Light.YELLOW if clock.light is Light.RED else clock.light
    return parts.Clock(lamp.value, told, used)


def _row(one: Waiting, queue: Queue, proofs: Counter[str], missing: set[str]) -> parts.Row:
    item = one.to_do.work_item
    case = item.case
    proven = sum(proofs[kind] for kind in PROVEN)
    step = one.to_do.step
    stage = Stage(
        item.name,
        words.stamp(item.opened_at),
        step_clock_of(step) if step else None,
        words.stamp(one.urged_at) if one.urged_at else "",
        one.to_do.with_whom,
    )
    return parts.Row(
        (
            _clock(one),
            parts.Cell(one.to_do.applicant, case.number, _address(case.number)),
            case.version.item.name,
            stage,
            parts.Proofs(
                proven, proofs[Requirement.Proof.OPEN], proofs[Requirement.Proof.APPLICANT]
            ),
            _advice(case.number, queue, len(missing), proofs[Requirement.Proof.APPLICANT]),
        ),
        preview=reverse("workbench:preview", args=[case.number]),
    )


def _with_tick(row: parts.Row, one: Waiting) -> parts.Row:
    number = one.to_do.work_item.case.number
    tick = Tick(one.to_do.work_item.pk, _("选择 %s") % number)
    return replace(row, cells=(*row.cells, tick))


def _clock(one: Waiting) -> parts.Clock:
    """A clock that stands says why, and until when; what is overdue stays lit beside it."""
    base = clock_of(one.to_do.deadline)
    if one.stands is None:
        return base
    named = ground(one.stands.ground)
    told = {
        "ground": named.zh if origins.is_chinese() else named.en,
        "day": words.stamp(one.stands.authorised_until),
    }
    note = _("%(ground)s，至 %(day)s") % told
    if one.to_do.deadline.light is not Light.PAUSED:
        return replace(base, note=note)
    return parts.Clock(Light.PAUSED.value, note, None, base.words)


def _address(number: str) -> str:
    return reverse("workbench:case", args=[number])


def _advice(number: str, queue: Queue, unknown: int, handed_in: int) -> parts.Tag:
    """In a few words; it leads to the preview, which says which ones."""
    href = f"?tab={queue}&case={number}"
    if unknown:
        text = ngettext("%(n)s 项未知", "%(n)s 项未知", unknown) % {"n": unknown}
        return parts.Tag(text, "unknown", icon="question-mark", href=href)
    if handed_in:
        text = ngettext("%(n)s 项要看", "%(n)s 项要看", handed_in) % {"n": handed_in}
        return parts.Tag(text, icon="eye", href=href)
    return parts.Tag(_("可准予"), "ok", icon="check", href=href)


def _days(days: int, unit: str) -> str:
    if unit == "working":
        return ngettext("%(n)s 个工作日", "%(n)s 个工作日", days) % {"n": days}
    return ngettext("%(n)s 日", "%(n)s 日", days) % {"n": days}
