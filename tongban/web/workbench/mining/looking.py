"""The page of how cases really went: figures, the picture, groups, and the cases behind each."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.http import FileResponse, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from tongban import clock
from tongban.base.people.models import Office
from tongban.business.cases import queries as cases
from tongban.business.cases.models import Case
from tongban.business.items.models import ServiceItem
from tongban.business.supervision import mining
from tongban.business.supervision.mining import Found
from tongban.data.lake import queries as lake
from tongban.engines.mining import Activity, Edge, Figures
from tongban.web.ui.origins import is_chinese
from tongban.web.ui.requests import AuthedRequest
from tongban.web.workbench import words
from tongban.web.workbench.mining import drawing
from tongban.web.workbench.mining.asking import BETWEEN, Asked, fitting, read
from tongban.web.workbench.pages import for_posts, show
from tongban.web.workbench.processes import durations

MOST, MOST_WAYS = 50, 10
LATEST = (
    1_000  # of the cases behind a figure, those that are looked up; the log ends with the newest
)
WIDEST = 21  # of a name in its box; a Chinese character counts for two
LIMITS = (timedelta(hours=1), timedelta(days=1), timedelta(days=3))
FORMS = {"xes": "application/xml", "csv": "text/csv"}
BEHIND = {
    "all": gettext_lazy("全部办件"),
    "on_time": gettext_lazy("按时办结的办件"),
    "late": gettext_lazy("超过承诺日期办结的办件"),
    "finished": gettext_lazy("已办结的办件"),
    "running": gettext_lazy("在办的办件"),
    "reworked": gettext_lazy("有环节重做的办件"),
    "step": gettext_lazy("经过“%(of)s”的办件"),
    "again": gettext_lazy("重做过“%(of)s”的办件"),
    "starts": gettext_lazy("从“%(of)s”开始的办件"),
    "ends": gettext_lazy("到“%(of)s”为止的办件"),
    "follows": gettext_lazy("走过“%(of)s”的办件"),
    "handover": gettext_lazy("有“%(of)s”交接的办件"),
    "variant": gettext_lazy("第 %(of)s 种走法的办件"),
    "item": gettext_lazy("“%(of)s”的办件"),
    "office": gettext_lazy("“%(of)s”的办件"),
    "channel": gettext_lazy("“%(of)s”的办件"),
    "version": gettext_lazy("第 %(of)s 版的办件"),
    "month": gettext_lazy("%(of)s 提交的办件"),
}


@dataclass(frozen=True)
class Names:
    """What codes of the log are called, in the reader's language."""

    steps: Mapping[str, str]
    items: Mapping[str, str]
    offices: Mapping[str, str]
    channels: Mapping[str, str]

    def of(self, what: str, code: str) -> str:
        if what in ("follows", "handover"):
            held = self.steps if what == "follows" else self.offices
            return " → ".join(held.get(each, each) for each in code.split(BETWEEN))
        if what in ("step", "again", "starts", "ends"):
            return self.steps.get(code, code)
        held = {"item": self.items, "office": self.offices, "channel": self.channels}
        return held.get(what, {}).get(code, code)


@dataclass(frozen=True)
class Step:
    name: str
    label: str
    activity: Activity
    waited: str
    p95: str
    share: str
    cases_url: str
    again_url: str


@dataclass(frozen=True)
class Drawn:
    """A line or box of the picture in words; `look` is its colour by how long cases wait."""

    at: drawing.Line | drawing.Box
    url: str
    said: str
    label: str
    note: str
    look: str


@dataclass(frozen=True)
class Group:
    value: str
    label: str
    url: str
    cases_url: str
    figures: Figures
    on_time: str
    late_url: str
    median: str
    speed_up: str


@for_posts(*mining.ROLES)
@require_safe
def mined(request: AuthedRequest) -> HttpResponse:
    """Filters, the share of successions that is drawn, and a figure (`what`, `of`) whose cases are
    listed, all in the address."""
    now = clock.now()
    try:
        with mining.opened(request.user, now) as log:
            asked = fitting(read(request), log)
            found = mining.ask(log, asked.traits(), asked.behind())
            reading = log.reading
    except mining.NothingHandedIn as refusal:
        return show(request, "mining.html", "mining", nothing=refusal)
    names = _names(found)
    current = lake.current_edition()
    return show(
        request,
        "mining.html",
        "mining",
        asked=asked,
        found=found,
        reading=reading,
        edition=current.number if current else 0,
        names=names,
        choices=_choices(found, names),
        kpis=_kpis(found, asked),
        picture=_picture(found, names, asked),
        scale=_scale(),
        steps=[_step(each, names, asked) for each in found.graph.activities],
        ways=[
            (
                *(one, [names.steps.get(a, a) for a in one.activities], _percent(one.share)),
                *(asked.cases("variant", str(one.number)), asked.url(variant=one.number)),
            )
            for one in found.variants[:MOST_WAYS]
        ],
        handovers=[
            (
                names.offices.get(h.source, h.source),
                names.offices.get(h.target, h.target),
                h.count,
                asked.cases("handover", f"{h.source}{BETWEEN}{h.target}"),
            )
            for h in found.handovers[:MOST_WAYS]
        ],
        groups=_groups(found, names, asked),
        behind=_behind(request, found, names, asked),
        exports=(
            (reverse("workbench:mining_xes"), _("导出 XES")),
            (reverse("workbench:mining_csv"), _("导出 CSV")),
        ),
    )


@for_posts(*mining.ROLES)
@require_POST
def export(request: AuthedRequest, form: str) -> FileResponse:
    """The chosen cases as XES or CSV; the address names the same filters as the page."""
    now = clock.now()
    with mining.opened(request.user, now) as log:
        asked = fitting(read(request), log)
    with TemporaryDirectory(dir=settings.SCRATCH) as folder:
        path = Path(folder, f"log.{form}")
        mining.export(request.user, path, "xes" if form == "xes" else "csv", asked.traits(), now)
        file = path.open("rb")  # what is open can be read after its folder is gone
    name = f"tongban-cases-{now:%Y%m%d}.{form}"
    return FileResponse(file, as_attachment=True, filename=name, content_type=FORMS[form])


def _names(found: Found) -> Names:
    chinese = is_chinese()
    return Names(
        steps={name: zh if chinese else en for name, (zh, en) in found.labels.items()},
        items={
            item.code: item.name
            for item in ServiceItem.objects.filter(code__in=found.values[mining.ITEM])
        },
        offices={office.code: office.short for office in Office.objects.all()},
        channels={value: str(label) for value, label in Case.Channel.choices},
    )


def _choices(found: Found, names: Names) -> dict[str, list[tuple[str, str]]]:
    """What each filter can be set to."""
    columns = {"item": mining.ITEM, "office": mining.OFFICE, "channel": mining.CHANNEL}
    given = {
        name: [(code, names.of(name, code)) for code in sorted(found.values[column])]
        for name, column in columns.items()
    }
    months = sorted(found.values[mining.MONTH])
    return {**given, "months": [(month, month) for month in months]}


def _kpis(found: Found, asked: Asked) -> list[dict[str, str]]:
    figures = found.together
    judged = figures.on_time + figures.late
    top = found.variants[0].share if found.variants else None
    waiting = words.number(found.statuses.get("running", 0))
    median, unit = durations.one(figures.median)
    return [
        _kpi(
            _("办件"),
            words.number(figures.cases),
            asked.cases("all"),
            _("其中在办 %(n)s 件") % {"n": waiting},
            asked.cases("running"),
        ),
        _kpi(
            _("按时办结率（承诺）"),
            _percent(figures.on_time_rate),
            asked.cases("on_time"),
            _("%(n)s 件办结中超期 %(late)s 件")
            % {"n": words.number(judged), "late": words.number(figures.late)},
            asked.cases("late"),
        ),
        _kpi(
            _("历时中位数"),
            *(median, asked.cases("finished")),
            _("95%% 的办件不超过 %(time)s") % {"time": durations.words(figures.p95)},
            *("", unit),
        ),
        _kpi(
            _("提速率"),
            _percent(figures.speed_up),
            asked.cases("finished"),
            _("(承诺−实际)÷承诺，按办件合计"),
            "",
        ),
        _kpi(
            _("重做率"),
            _percent(_share(figures.reworked, figures.cases)),
            asked.cases("reworked"),
            _("%(n)s 件有环节重做") % {"n": words.number(figures.reworked)},
            asked.cases("reworked"),
        ),
        _kpi(
            _("走法"),
            words.number(len(found.variants)),
            "",
            _("最常见的一种占 %(share)s") % {"share": _percent(top)},
            asked.cases("variant", str(found.variants[0].number)) if found.variants else "",
        ),
    ]


def _kpi(
    label: str, value: str, url: str, note: str, note_url: str, unit: str = ""
) -> dict[str, str]:
    return {
        "label": label,
        "value": value,
        "unit": unit,
        "url": url,
        "note": note,
        "note_url": note_url,
    }


def _picture(found: Found, names: Names, asked: Asked) -> dict[str, object]:
    picture = drawing.draw(found.graph, asked.edges)
    most = max((each.share for each in found.graph.activities), default=0)
    return {
        "width": picture.width,
        "height": picture.height,
        "share": _percent(picture.share),
        "lines": [_drawn_line(line, names, asked) for line in picture.lines],
        "boxes": [_drawn_box(box, names, asked, most) for box in picture.boxes],
    }


def _drawn_line(line: drawing.Line, names: Names, asked: Asked) -> Drawn:
    edge: Edge = line.edge
    ends = names.of("follows", f"{edge.source}{BETWEEN}{edge.target}")
    waited = durations.words(edge.waited.median)
    said = _("%(ends)s：%(n)s 次，等待中位数 %(time)s") % {
        "ends": ends,
        "n": words.number(edge.count),
        "time": waited,
    }
    return Drawn(
        at=line,
        url=asked.cases("follows", f"{edge.source}{BETWEEN}{edge.target}"),
        said=said,
        label=words.number(edge.count),
        note=durations.short(edge.waited.median),
        look=f"is-wait-{1 + sum(edge.waited.median > each for each in LIMITS)}",
    )


def _drawn_box(box: drawing.Box, names: Names, asked: Asked, most: float) -> Drawn:
    activity = box.activity
    label = names.steps.get(activity.name, activity.name)
    note = _("%(n)s 次") % {"n": words.number(activity.steps)}
    if activity.worked is not None:
        note += " · " + durations.short(activity.worked.median)
    waits = bool(most) and activity.share == most
    said = _("%(label)s：%(note)s") % {"label": label, "note": note}
    if waits:
        said += _("，等待最多的一步")
    return Drawn(
        *(box, asked.cases("step", activity.name), said, _cut(label), note),
        "is-slow" if waits else "",
    )


def _cut(label: str) -> str:
    """As much of a name as its box holds."""
    room = WIDEST
    for place, each in enumerate(label):
        room -= 2 if unicodedata.east_asian_width(each) in "WF" else 1
        if room < 0:
            return f"{label[:place].rstrip()}…"
    return label


def _scale() -> list[tuple[str, str]]:
    names = [_("%(time)s以内") % {"time": durations.words(each)} for each in LIMITS]
    names.append(_("%(time)s以上") % {"time": durations.words(LIMITS[-1])})
    return [(f"is-wait-{place}", name) for place, name in enumerate(names, 1)]


def _step(activity: Activity, names: Names, asked: Asked) -> Step:
    waited = activity.waited
    return Step(
        name=activity.name,
        label=names.steps.get(activity.name, activity.name),
        activity=activity,
        waited=durations.words(waited.median if waited else None),
        p95=durations.words(waited.p95 if waited else None),
        share=_percent(activity.share),
        cases_url=asked.cases("step", activity.name),
        again_url=asked.cases("again", activity.name),
    )


def _groups(found: Found, names: Names, asked: Asked) -> list[tuple[str, str, list[Group]]]:
    titles = (
        ("item", _("按事项"), _("事项"), mining.ITEM),
        ("office", _("按部门"), _("部门"), mining.OFFICE),
        ("channel", _("按渠道"), _("渠道"), mining.CHANNEL),
        ("month", _("按提交月份"), _("月份"), mining.MONTH),
    )
    return [
        (title, head, [_group(name, each, names, asked) for each in found.groups[column]])
        for name, title, head, column in titles
    ]


def _group(name: str, figures: Figures, names: Names, asked: Asked) -> Group:
    value = figures.value or ""
    chosen = {"since": value, "until": value} if name == "month" else {name: value}
    late = asked.url(**chosen, what="late") + "#behind"
    return Group(
        value=value,
        label=names.of(name, value),
        url=asked.url(**chosen),
        cases_url=asked.cases(name, value),
        figures=figures,
        on_time=_percent(figures.on_time_rate),
        late_url=late,
        median=durations.words(figures.median),
        speed_up=_percent(figures.speed_up),
    )


def _behind(
    request: AuthedRequest, found: Found, names: Names, asked: Asked
) -> dict[str, object] | None:
    """The cases of a figure; those that the reader's posts do not open are counted alone."""
    if found.behind is None:
        return None
    seen = cases.of_staff(request.user).filter(number__in=found.behind[-LATEST:])
    shown = list(seen[: MOST + 1])
    return {
        "title": str(BEHIND[asked.what]) % {"of": names.of(asked.what, asked.of)},
        "count": len(found.behind),
        "cases": [
            (
                case,
                words.case_status(case),
                words.stamp(case.submitted_at),
                words.stamp(case.finished_at) if case.finished_at else "",
            )
            for case in shown[:MOST]
        ],
        "is_cut": len(found.behind) > MOST,
        "hidden": not shown and bool(found.behind),
        "close": f"{asked.url()}#tb-mining",
    }


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:z.1%}"
