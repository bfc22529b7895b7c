"""The heat of a process in words, marks and a table."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tongban.business.cases.heat import Heat, StepHeat
from tongban.engines.processes import Definition
from tongban.engines.processes.model import ParallelGateway
from tongban.web.ui.origins import is_chinese
from tongban.web.workbench import words
from tongban.web.workbench.processes import durations
from tongban.web.workbench.processes.marks import Badge, Mark

COLOURS = 5
WIDTHS = 4
# A time is as long as the first of these that it does not exceed.
LIMITS = (timedelta(hours=1), timedelta(days=1), timedelta(days=3), timedelta(days=7))


@dataclass(frozen=True)
class Line:
    """A step in the table; `is_drawn` is false for one that the drawn version does not have.
    `waiting` is since when the longest waits."""

    element: str
    label: str
    is_drawn: bool
    heat: StepHeat
    median: str
    p90: str
    waiting: str
    repeated: str
    called_off: str


@dataclass(frozen=True)
class FlowLine:
    """A flow by its name, or by what it leads from and to."""

    element: str
    label: str
    count: int
    share: str


@dataclass(frozen=True)
class Colour:
    """One of the legend, and what it stands for."""

    look: str
    words: str


def lines(heat: Heat, labels: Mapping[str, str], sort: str, now: datetime) -> list[Line]:
    """In the order of the drawing, or with the greatest first."""
    order = {element: place for place, element in enumerate(labels)}
    found = [_line(each, labels, now) for each in heat.steps.values()]
    found.sort(key=lambda line: order.get(line.element, len(order)))
    if sort:
        found.sort(key=lambda line: _weight(line.heat, sort), reverse=True)
    return found


def flows(heat: Heat, definition: Definition, labels: Mapping[str, str]) -> list[FlowLine]:
    """Those that leave a gateway which chooses: of each the share of all that left there."""
    found = []
    for node in definition.nodes.values():
        known = [flow for flow in node.outgoing if flow in heat.flows]
        if len(known) < 2 or isinstance(node, ParallelGateway):
            continue
        total = sum(heat.flows[flow] for flow in known)
        for flow in known:
            drawn = definition.flows[flow]
            source = labels.get(drawn.source, drawn.source)
            ends = f"{source} → {labels.get(drawn.target, drawn.target)}"
            named = labels.get(flow)
            label = f"{source}{_('：')}{named}" if named else ends
            count = heat.flows[flow]
            found.append(FlowLine(flow, label, count, share(count, total) or "0%"))
    return found


def scale(heat: Heat, shown: str) -> list[Colour]:
    if shown == "time":
        names = [*(_("%(time)s以内") % {"time": durations.words(each)} for each in LIMITS)]
        names.append(_("%(time)s以上") % {"time": durations.words(LIMITS[-1])})
    else:
        most = max((step.visits for step in heat.steps.values()), default=0)
        names = list(_ranges(most))
    return [Colour(f"is-heat-{place}", name) for place, name in enumerate(names, 1)]


def marked(heat: Heat, shown: str) -> list[Mark]:
    most = max((step.visits for step in heat.steps.values()), default=0)
    steps = [_step(each, shown, most) for each in heat.steps.values()]
    widest = max(heat.flows.values(), default=0)
    return [*steps, *(_way(flow, count, widest) for flow, count in heat.flows.items())]


def share(part: int, whole: int) -> str:
    """What is more than nothing is never shown as nothing."""
    if not part:
        return ""
    per_cent = 100 * part / whole
    return "< 1%" if per_cent < 1 else f"{per_cent:.0f}%"


def _line(step: StepHeat, labels: Mapping[str, str], now: datetime) -> Line:
    return Line(
        element=step.node,
        label=labels.get(step.node) or (step.zh if is_chinese() else step.en),
        is_drawn=step.node in labels,
        heat=step,
        median=durations.words(step.median),
        p90=durations.words(step.p90),
        waiting=durations.words(now - step.oldest) if step.oldest else "",
        repeated=share(step.repeated, step.cases),
        called_off=share(step.called_off, step.visits),
    )


def _weight(step: StepHeat, sort: str) -> float:
    value = getattr(step, sort)
    if isinstance(value, timedelta):
        return value.total_seconds()
    return -1 if value is None else value


def _ranges(most: int) -> Iterator[str]:
    """Equal parts of the most frequent, as many as there are whole numbers for."""
    parts = min(COLOURS, most)
    for part in range(parts):
        low, high = most * part // parts + 1, most * (part + 1) // parts
        yield words.number(low) if low == high else f"{words.number(low)}–{words.number(high)}"


def _step(step: StepHeat, shown: str, most: int) -> Mark:
    if shown == "time":
        text = durations.short(step.median)
        said = _("用时中位 %(time)s") % {"time": durations.words(step.median)}
        colour = 1 + sum(step.median > each for each in LIMITS) if step.median is not None else 0
    else:
        text = words.number(step.visits)
        said = ngettext("经过 %(n)s 次", "经过 %(n)s 次", step.visits) % {"n": text}
        parts = min(COLOURS, most)
        colour = 1 + (step.visits * parts - 1) // most
    badges = [Badge(text, said, "count")]
    if step.waiting:
        waits = ngettext("%(n)s 件正在等", "%(n)s 件正在等", step.waiting) % {"n": step.waiting}
        badges.append(Badge(words.number(step.waiting), waits, "now", "left"))
    return Mark(step.node, f"is-heat-{colour}" if colour else "", tuple(badges))


def _way(flow: str, count: int, widest: int) -> Mark:
    said = ngettext("走过 %(n)s 次", "走过 %(n)s 次", count) % {"n": count}
    width = 1 + (count * WIDTHS - 1) // widest if count else 0
    return Mark(flow, f"is-way-{width}", (Badge(words.number(count), said, "flow", "middle"),))
