"""A case in its process: what is drawn on the diagram, and the same as a table."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tongban.business.cases import progress
from tongban.business.cases.models import Case
from tongban.business.cases.progress import Passage, Progress, Standing
from tongban.engines.processes.model import UserTask
from tongban.web.ui.origins import is_chinese
from tongban.web.workbench import words
from tongban.web.workbench.processes import durations, marks
from tongban.web.workbench.processes.marks import Badge, Mark


@dataclass(frozen=True)
class Line:
    """One visit to a step; `state` is now, done or off. `again` says which turn it is, from the
    second on."""

    element: str
    label: str
    state: str
    began: datetime
    ended: datetime | None
    lasted: str
    who: str
    again: str
    note: str


@dataclass(frozen=True)
class Place:
    """Where the case waits without a step: a join, an event."""

    element: str
    label: str
    since: datetime | None
    waits: str


@dataclass(frozen=True)
class Living:
    lines: tuple[Line, ...]
    places: tuple[Place, ...]
    timers: tuple[tuple[str, str, datetime], ...]  # element, label, when it is due
    drawing: Mapping[str, Any]


def of(case: Case, at: datetime) -> Living:
    found = progress.of(case)
    standing = {each.node: each for each in found.standing}
    url = reverse("workbench:case_process", args=[case.number])
    return Living(
        lines=tuple(
            _line(each, standing.get(each.node), at, by_people=_by_people(found, each.node))
            for each in found.passages
        ),
        places=tuple(_places(found, at)),
        timers=tuple((each.node, _name(each), each.due) for each in found.timers),
        drawing=marks.drawn(url, case.version.process, _marks(found, at)),
    )


def _line(passage: Passage, standing: Standing | None, at: datetime, *, by_people: bool) -> Line:
    is_open = passage.left == "open"
    posts = standing.posts if is_open and standing else (passage.role,)
    if not by_people:  # whoever set it going, the platform did it
        posts = ("platform",)
    return Line(
        element=passage.node,
        label=_name(passage),
        state={"open": "now", "done": "done", "called_off": "off"}[passage.left],
        began=passage.began,
        ended=passage.ended,
        lasted=durations.words(passage.lasted(at)),
        who=words.listed(_post(post) for post in posts if post),
        again=_("第 %(n)s 次") % {"n": passage.turn} if passage.turn > 1 else "",
        note=_instances(standing) if is_open and standing else "",
    )


def _by_people(found: Progress, node: str) -> bool:
    return isinstance(found.definition.nodes.get(node), UserTask)


def _places(found: Progress, at: datetime) -> Iterator[Place]:
    for each in found.standing:
        if not progress.is_step(found.definition, each.node):
            waits = durations.words(at - each.since) if each.since else ""
            yield Place(each.node, _name(each), each.since, waits)


def _marks(found: Progress, at: datetime) -> list[Mark]:
    looks: dict[str, str] = {}
    badges: dict[str, list[Badge]] = {}
    spent: dict[str, timedelta] = {}
    for each in found.passages:
        looks[each.node] = "is-off" if each.left == "called_off" else "is-passed"
        spent[each.node] = spent.get(each.node, timedelta(0)) + each.lasted(at)
    for node, lasted in spent.items():
        said = _("用时 %(time)s") % {"time": durations.words(lasted)}
        badges[node] = [Badge(durations.short(lasted), said, "count", "below")]
    for node, turns in found.visits().items():
        if turns > 1:
            said = ngettext("重来 %(n)s 次", "重来 %(n)s 次", turns - 1) % {"n": turns - 1}
            badges[node].append(Badge(f"↺ {turns - 1}", said, "unknown", "left"))
    for each in found.standing:
        looks[each.node] = "is-now"
        badges.setdefault(each.node, []).append(_token(each))
    for each in found.timers:
        said = _("%(time)s 到期") % {"time": words.stamp(each.due)}
        badges.setdefault(each.node, []).append(Badge(words.stamp(each.due), said, "due", "below"))
    steps = [
        Mark(node, looks.get(node, ""), tuple(badges.get(node, ())))
        for node in dict.fromkeys((*looks, *badges))
    ]
    return [*steps, *(Mark(flow, "is-taken") for flow in found.flows)]


def _token(standing: Standing) -> Badge:
    said = _("办件现在停在这里")
    if standing.total:
        return Badge(
            f"{standing.done}/{standing.total}", f"{said}{_('，')}{_instances(standing)}", "now"
        )
    return Badge(str(standing.tokens) if standing.tokens > 1 else "●", said, "now")


def _instances(standing: Standing) -> str:
    if not standing.total:
        return ""
    return _("%(done)s / %(total)s 份已办") % {"done": standing.done, "total": standing.total}


def _post(role: str) -> str:
    if role == "applicant":
        return _("申请人")
    return _("平台") if role == "platform" else words.post(role)


def _name(thing: Passage | Standing | progress.TimerDue) -> str:
    return thing.zh if is_chinese() else thing.en
