"""Figures and assumptions as tables."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from tongban.base.people.models import Office, Post
from tongban.business.items.models import ServiceItem
from tongban.web.ui import parts
from tongban.web.workbench.processes import durations

ARMS = ("facts", "paper")
SHARE, HOURS, MONEY, COUNT = "{:.1%}", "{:,.1f}", "{:,.2f}", "{:,.0f}"
Figures = Mapping[str, Any]


def names() -> tuple[str, str]:
    return _("数据证明、规则判定"), _("提交材料、人工办理")


def headline(figures: Figures) -> list[dict[str, str]]:
    """What differs most, first the one way, then the other."""
    found = (
        (_("当场办结"), lambda one: SHARE.format(one["automatic"] / one["arrived"])),
        (_("申请到决定，中位"), lambda one: _lasted(one["median_hours"])),
        (_("工作人员小时"), lambda one: HOURS.format(one["officer_hours"])),
        (_("补正次数"), lambda one: COUNT.format(one["corrections"])),
        (_("申请人提交的材料"), lambda one: COUNT.format(one["materials"])),
    )
    other = _("%(way)s：%(value)s")
    return [
        {
            "label": label,
            "value": told(figures["facts"]),
            "note": other % {"way": names()[1], "value": told(figures["paper"])},
        }
        for label, told in found
    ]


def results(figures: Figures) -> parts.Table:
    lines = (
        (_("申请"), "arrived", COUNT),
        (_("准予"), "granted", COUNT),
        (_("不予"), "refused", COUNT),
        (_("撤回"), "withdrawn", COUNT),
        (_("未办结"), "running", COUNT),
        (_("当场办结"), "automatic", COUNT),
        (_("申请到决定，中位小时"), "median_hours", HOURS),
        (_("申请到决定，95% 不超过小时"), "p95_hours", HOURS),
        (_("按时办结率"), "on_time", SHARE),
        (_("工作人员小时"), "officer_hours", HOURS),
        (_("补正次数"), "corrections", COUNT),
        (_("申请人提交的材料"), "materials", COUNT),
        (_("每件行政成本（元）"), "cost_per_case", MONEY),
        (_("每件申请人成本（元）"), "cost_to_applicant", MONEY),
    )
    columns = (parts.Column(_("指标"), place="first"), *(_number(name) for name in names()))
    rows = tuple(
        parts.Row((name, *(_told(figures[arm][key], written) for arm in ARMS)))
        for name, key, written in lines
    )
    return parts.Table(_("两种办法的结果"), columns, rows)


def paired(found: Figures) -> parts.Table:
    lines = (
        (_("两种办法都有决定的办件"), "cases", COUNT),
        (_("数据证明更快"), "sooner", COUNT),
        (_("一样快"), "same", COUNT),
        (_("数据证明更慢"), "later", COUNT),
        (_("节省小时，中位"), "median_saved_hours", HOURS),
        (_("节省小时，5% 不超过"), "p05_saved_hours", HOURS),
        (_("节省小时，95% 不超过"), "p95_saved_hours", HOURS),
    )
    columns = (parts.Column(_("逐件对比"), place="first"), _number(_("数值")))
    rows = tuple(parts.Row((name, _told(found[key], written))) for name, key, written in lines)
    return parts.Table(_("同一批申请人逐件对比"), columns, rows)


def assumed(terms: Figures) -> parts.Table:
    """By item: what was assumed of its applicants and of the work on it."""
    columns = (
        parts.Column(_("假设"), place="first"),
        *(_number(f"{each['code']} {_item(each['code'])}") for each in terms["items"]),
    )
    lines = (
        (_("每工作日申请"), lambda item: COUNT.format(item["per_day"])),
        (_("规则判定：符合 / 不符合 / 未知"), lambda item: _outcomes(item["outcomes"])),
        (_("未知的由人准予"), lambda item: SHARE.format(item["granted"])),
        (_("对事实有异议"), lambda item: SHARE.format(_share(item["dispute"]))),
        (_("撤回"), lambda item: SHARE.format(item["withdrawn"])),
        (_("数据证明：需补正"), lambda item: SHARE.format(_share(item["correction"]))),
        (_("数据证明：每步分钟"), lambda item: _steps(item["handling"])),
        (_("人工办理：材料份数"), lambda item: COUNT.format(item["paper"]["materials"])),
        (_("人工办理：需补正"), lambda item: SHARE.format(item["paper"]["corrections"])),
        (_("人工办理：核对每份材料分钟"), lambda item: _spread(item["paper"]["check"])),
        (_("人工办理：审查分钟"), lambda item: _spread(item["paper"]["review"])),
    )
    rows = tuple(
        parts.Row((name, *(written(item) for item in terms["items"]))) for name, written in lines
    )
    return parts.Table(_("各事项的假设"), columns, rows)


def staff(terms: Figures) -> tuple[tuple[str, str], ...]:
    """What is assumed of all items alike."""
    hours, cost = terms["hours"], terms["cost"]
    offices = {office.code: office.short for office in Office.objects.all()}
    desks = (
        f"{offices.get(one['office'], '')} {Post.Role(one['post']).label} {one['people']}"
        for one in terms["staff"]
    )
    day = [hours[name][:5] for name in ("begin", "noon", "again", "end")]
    return (
        (_("人员（两种办法相同）"), _("、").join(desks)),
        (_("办公时间"), f"{day[0]}–{day[1]} {day[2]}–{day[3]}"),
        (_("申请人答复天数"), _spread(terms["answer_days"])),
        (_("工作人员每小时成本（元）"), MONEY.format(cost["officer_hour"])),
        (_("每份材料申请人成本（元）"), MONEY.format(cost["material"])),
        (_("随机种子"), str(terms["seed"])),
    )


def _lasted(hours: float | None) -> str:
    return durations.words(None if hours is None else timedelta(hours=hours))


def _number(name: str) -> parts.Column:
    return parts.Column(name, kind="number")


def _told(value: float | None, written: str) -> str:
    return "—" if value is None else written.format(value)


def _item(code: str) -> str:
    found = ServiceItem.objects.filter(code=code).first()
    return found.name if found else ""


def _share(part: Figures | None) -> float:
    return part["share"] if part else 0.0


def _outcomes(found: Figures) -> str:
    return " / ".join(f"{found[each]:.0%}" for each in ("true", "false", "unknown"))


def _steps(handling: Figures) -> str:
    return _("、").join(_spread(each) for each in handling.values()) or "—"


def _spread(found: Figures) -> str:
    return _("中位 %(median)s，九成不超过 %(p90)s") % {
        "median": f"{found['median']:g}",
        "p90": f"{found['p90']:g}",
    }
