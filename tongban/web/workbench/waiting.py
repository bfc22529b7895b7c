"""The list of what waits: lamp and clock, applicant, item, step, proofs, advice."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tongban.business.cases.models import Decision, Requirement
from tongban.business.cases.queries import Deadline, ToDo
from tongban.engines.clocks import Light
from tongban.web.ui import parts
from tongban.web.workbench import words

PRESSING = (Light.PURPLE, Light.RED, Light.YELLOW, Light.BLUE, Light.NONE, Light.PAUSED)
PROVEN = {Requirement.Proof.FACTS, Requirement.Proof.OFFICER}


@dataclass(frozen=True)
class Filter:
    """One colour, how many wait under it, and the address that shows them alone."""

    lamp: parts.Lamp
    count: int
    url: str
    is_current: bool


def of(waiting: Sequence[ToDo], previewed: str = "") -> parts.Table:
    """Two queries, however many wait; the row of the case that is previewed stands out."""
    numbers = [one.work_item.case.pk for one in waiting]
    proofs: dict[int, Counter[str]] = defaultdict(Counter)
    for case, proof in Requirement.objects.filter(case__in=numbers).values_list("case", "proof"):
        proofs[case][proof] += 1
    missing: dict[int, set[str]] = defaultdict(set)
    for case, names in Decision.objects.filter(case__in=numbers).values_list("case", "missing"):
        missing[case] |= set(names)
    rows = tuple(
        _row(one, proofs[one.work_item.case.pk], missing[one.work_item.case.pk], previewed)
        for one in waiting
    )
    columns = (
        parts.Column(_("剩余时间"), place="start"),
        parts.Column(_("申请人和办件编号"), place="first"),
        parts.Column(_("事项")),
        parts.Column(_("当前环节")),
        parts.Column(_("证明")),
        parts.Column(_("建议"), place="end"),
    )
    return parts.Table(_("待办"), columns, rows)


def filters(waiting: Sequence[ToDo], chosen: str) -> list[Filter]:
    """The colours that are lit, the most pressing first."""
    counts = Counter(one.deadline.light for one in waiting)
    return [
        Filter(
            parts.Lamp(light.value), counts[light], f"?lamp={light.value}", chosen == light.value
        )
        for light in PRESSING
        if counts[light]
    ]


def clock_of(deadline: Deadline) -> parts.Clock:
    left = deadline.days_left
    if left < 0:
        told = _("超承诺 %s") % _days(-left, deadline.unit)
    elif left == 0:
        told = _("今天到期")
    else:
        told = _("剩 %s") % _days(left, deadline.unit)
    used = round(100 * (deadline.days_total - left) / (deadline.days_total or 1))
    note = _("暂定：节假日安排未公布") if deadline.is_provisional else ""
    return parts.Clock(deadline.light.value, told, used, note)


def _row(one: ToDo, proofs: Counter[str], missing: set[str], previewed: str) -> parts.Row:
    item, case = one.work_item, one.work_item.case
    proven = sum(proofs[kind] for kind in PROVEN)
    url = reverse("workbench:case", args=[case.number])
    return parts.Row(
        (
            clock_of(one.deadline),
            parts.Cell(one.applicant, case.number, url),
            case.version.item.name,
            parts.Cell(item.name, words.stamp(item.opened_at)),
            parts.Proofs(
                proven, proofs[Requirement.Proof.OPEN], proofs[Requirement.Proof.APPLICANT]
            ),
            _advice(case.number, len(missing), proofs[Requirement.Proof.APPLICANT]),
        ),
        selected=case.number == previewed,
        preview=reverse("workbench:preview", args=[case.number]),
    )


def _advice(number: str, unknown: int, handed_in: int) -> parts.Tag:
    """In a few words; it leads to the preview, which says which ones."""
    href = f"?case={number}"
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
