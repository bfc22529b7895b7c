"""What `tongban mine` says: the figures of an event log as lines and tables, or as JSON."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from rich.table import Table

from tongban.engines.mining import (
    Activity,
    EventLog,
    Figures,
    Graph,
    Handover,
    Reading,
    Span,
    Trait,
    Variant,
    graph,
    grouped,
    handovers,
    together,
    variants,
)

NOTHING = "–"


@dataclass(frozen=True)
class Asked:
    traits: tuple[Trait, ...]
    by: tuple[str, ...]


@dataclass(frozen=True)
class Found:
    source: str
    reading: Reading
    filtered: bool
    promised: bool
    together: Figures
    graph: Graph
    variants: tuple[Variant, ...]
    offices: tuple[Handover, ...]
    resources: tuple[Handover, ...]
    groups: dict[str, tuple[Figures, ...]]


def ask(log: EventLog, asked: Asked) -> Found:
    """Every figure of the report. Raises what the traits and columns refuse."""
    return Found(
        source=log.source,
        reading=log.reading,
        filtered=bool(asked.traits),
        promised=bool(log.promise.planned),
        together=together(log, asked.traits),
        graph=graph(log, asked.traits),
        variants=variants(log, asked.traits),
        offices=handovers(log, "office", asked.traits),
        resources=handovers(log, "resource", asked.traits),
        groups={column: grouped(log, column, asked.traits) for column in asked.by},
    )


def as_json(found: Found) -> dict[str, Any]:
    """Durations in seconds, instants in ISO 8601."""
    plain: dict[str, Any] = _plain(asdict(found))
    plain["together"] |= _rates(found.together)
    for column, groups in found.groups.items():
        for told, figures in zip(plain["groups"][column], groups, strict=True):
            told |= _rates(figures)
    return plain


def _rates(figures: Figures) -> dict[str, Any]:
    return {"open": figures.open, "on_time_rate": figures.on_time_rate}


def _plain(value: Any) -> Any:
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, list | tuple) else value


def lines(found: Found) -> Iterator[str]:
    """What the log is, and whatever is odd in it."""
    reading = found.reading
    zone = ZoneInfo(reading.zone)
    first, last = (at.astimezone(zone).date() for at in (reading.first, reading.last))
    yield _(
        "{source}：{cases} 个办件，{events} 个事件，{activities} 种活动，{steps} 个环节，"
        "{first} 至 {last}（{zone}）。"
    ).format(**{**asdict(reading), "source": found.source, "first": first, "last": last})
    yield _timing(reading)
    for count, words in _oddities(reading):
        if count:
            yield words.format(count=count, zone=reading.zone)
    others = {name: count for name, count in reading.transitions.items() if name != "complete"}
    if others:
        listed = ", ".join(f"{name} {count}" for name, count in others.items())
        yield _("complete 以外的变迁：{listed}。").format(listed=listed)
    for column, count in reading.changing.items():
        words = _("{column} 在 {count} 个办件内前后不一，取最先的值。")
        yield words.format(column=column, count=count)
    if found.filtered:
        yield _("符合条件的办件：{count} 个。").format(count=found.together.cases)


def _timing(reading: Reading) -> str:
    if reading.timed == 0:
        return _("日志没有环节的开始时间：等待从上一环节结束算到本环节结束，含办理用时。")
    if reading.timed == reading.steps:
        return _("等待从上一环节结束算到本环节开始；办理从开始算到结束。")
    return _("{timed} 个环节有开始时间；其余环节的等待含办理用时。").format(timed=reading.timed)


def _oddities(reading: Reading) -> list[tuple[int, str]]:
    return [
        (len(reading.offsets) > 1, _("时间带有多种时差，已统一为同一时刻比较。")),
        (reading.without_zone, _("{count} 个时间没有时差，按 {zone} 理解。")),
        (reading.out_of_order, _("{count} 个事件不按时间先后排列，已按时间重排。")),
        (reading.duplicates, _("{count} 个事件与另一事件完全相同，仍计入。")),
        (reading.single, _("{count} 个办件只有一个事件。")),
        (reading.unfinished, _("{count} 个环节已开始而未结束，不在图中。")),
        (reading.overlapping, _("{count} 个环节在上一环节结束前已开始，等待计为 0。")),
        (reading.rejoined, _("{count} 个 trace 与前面的同名，并为一个办件。")),
        (reading.empty, _("{count} 个 trace 没有事件，不成办件。")),
        (reading.stray, _("{count} 个事件不属于任何 trace，未计入。")),
        (reading.nested, _("{count} 个嵌套属性未读取。")),
    ]


def tables(found: Found, most: int) -> Iterator[Table]:
    """The first rows of each; the title says of how many."""
    if not found.together.cases:
        return
    yield _together(found)
    yield _activities(found.graph.activities, most)
    yield _edges(found.graph, most)
    yield _variants(found.variants, most)
    for title, pairs in ((_("部门交接"), found.offices), (_("人员交接"), found.resources)):
        if pairs:
            yield _handovers(title, pairs, most)
    for column, groups in found.groups.items():
        yield _groups(column, groups, found.promised)


def _together(found: Found) -> Table:
    figures = found.together
    table = Table("", "", title=_("总体"), title_justify="left", show_header=False)
    table.columns[1].justify = "right"
    rows = [
        (_("办件历时（首末事件之间）中位数"), duration(figures.median)),
        (_("办件历时第 95 百分位"), duration(figures.p95)),
        (_("等待合计"), duration(figures.waited)),
        (_("返工办件"), _of(figures.reworked, figures.cases)),
        (_("重复环节"), str(figures.repeats)),
        (_("部门交接"), str(figures.office_handovers)),
        (_("人员交接"), str(figures.resource_handovers)),
    ]
    if found.promised:
        rows += [
            (_("已办结"), str(figures.finished)),
            (_("未办结（不计入按时办结率）"), str(figures.open)),
            (_("按时办结"), _of(figures.on_time, figures.on_time + figures.late)),
            (_("超期办结"), str(figures.late)),
            (_("办结而无承诺时间"), str(figures.unpromised)),
            (_("提速率（承诺−实际）/承诺，合计"), percent(figures.speed_up)),
            (_("提速率中位数"), percent(figures.median_speed_up)),
            (_("时间倒挂，不计提速"), str(figures.backwards)),
        ]
    for row in rows:
        table.add_row(*row)
    return table


def _activities(activities: Sequence[Activity], most: int) -> Table:
    table = _titled(_("环节，等待最多的在前"), len(activities), most)
    _columns(
        table, _("环节"), _("环节数"), _("办件"), _("等待占比"), _("等待中位数"), _("等待 95%")
    )
    _columns(table, None, _("办理中位数"), _("重复"), _("返工办件"))
    for each in activities[:most]:
        table.add_row(
            each.name,
            str(each.steps),
            str(each.cases),
            percent(each.share),
            *_two(each.waited),
            duration(each.worked.median) if each.worked else NOTHING,
            str(each.repeats),
            str(each.repeating),
        )
    return table


def _edges(graph: Graph, most: int) -> Table:
    table = _titled(_("先后关系"), len(graph.edges), most)
    table.add_column(_("先"), overflow="fold")
    table.add_column(_("后"), overflow="fold")
    _columns(table, None, _("接续次数"), _("等待合计"), _("等待中位数"), _("等待 95%"))
    for edge in graph.edges[:most]:
        total = duration(edge.waited.total)
        table.add_row(edge.source, edge.target, str(edge.count), total, *_two(edge.waited))
    return table


def _variants(found: Sequence[Variant], most: int) -> Table:
    table = _titled(_("路径"), len(found), most)
    _columns(table, None, _("编号"), _("办件"), _("占比"))
    table.add_column(_("环节"), overflow="fold")
    for each in found[:most]:
        share, way = percent(each.share), " → ".join(each.activities)
        table.add_row(str(each.number), str(each.cases), share, way)
    return table


def _handovers(title: str, pairs: Sequence[Handover], most: int) -> Table:
    table = _titled(title, len(pairs), most)
    table.add_column(_("交出"), overflow="fold")
    table.add_column(_("接手"), overflow="fold")
    _columns(table, None, _("交接次数"))
    for each in pairs[:most]:
        table.add_row(each.source, each.target, str(each.count))
    return table


def _groups(column: str, groups: Sequence[Figures], promised: bool) -> Table:
    table = Table(title=_("按 {column}").format(column=column), title_justify="left")
    _columns(table, column, _("办件"), _("历时中位数"), _("等待合计"), _("返工办件"), _("部门交接"))
    if promised:
        _columns(table, None, _("已办结"), _("未办结"), _("按时"), _("按时办结率"), _("提速率"))
    for each in groups:
        cells = [
            NOTHING if each.value is None else each.value,
            str(each.cases),
            duration(each.median),
            duration(each.waited),
            str(each.reworked),
            str(each.office_handovers),
        ]
        if promised:
            cells += [str(each.finished), str(each.open), str(each.on_time)]
            cells += [percent(each.on_time_rate), percent(each.speed_up)]
        table.add_row(*cells)
    return table


def _titled(title: str, count: int, most: int) -> Table:
    words = _("{title}（共 {count}，列出 {shown}）")
    shown = words.format(title=title, count=count, shown=min(most, count))
    return Table(title=shown, title_justify="left")


def _columns(table: Table, first: str | None, *figures: str) -> None:
    if first is not None:
        table.add_column(first, overflow="fold")
    for heading in figures:
        table.add_column(heading, justify="right", overflow="fold")


def _two(span: Span | None) -> tuple[str, str]:
    return (duration(span.median), duration(span.p95)) if span else (NOTHING, NOTHING)


def _of(part: int, whole: int) -> str:
    return f"{part} ({percent(part / whole if whole else None)})"


def percent(share: float | None) -> str:
    return NOTHING if share is None else f"{share:z.1%}"


def duration(span: timedelta) -> str:
    """Days and a clock, cut to the second."""
    minutes, seconds = divmod(span.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    clock = f"{hours:02}:{minutes:02}:{seconds:02}"
    return _("{days} 天 {clock}").format(days=span.days, clock=clock) if span.days else clock
