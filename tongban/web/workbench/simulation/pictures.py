"""The two ways of working as charts."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from tongban.web.workbench.simulation.tables import ARMS, names

COLOURS = ("token:c1", "token:c3")
Option = dict[str, Any]


def bars(figures: Mapping[str, Any]) -> Option:
    """How many were decided within a minute, an hour, …"""
    within = (
        *(_("1 分钟"), _("1 小时"), _("1 天"), _("3 天"), _("5 天"), _("10 天")),
        _("更久"),
    )
    return _option(
        list(within),
        [_series("bar", name, figures[arm]["bars"], n) for n, (name, arm) in enumerate(_arms())],
        _("件"),
    )


def months(figures: Mapping[str, Any]) -> Option:
    """Median hours by month of submission."""
    by_month = [dict(_pairs(figures[arm]["by_month"])) for arm in ARMS]
    found = sorted(set().union(*by_month))
    lines = [
        _series("line", name, [by_month[n].get(month) for month in found], n)
        for n, name in enumerate(names())
    ]
    return _option(found, lines, _("小时"))


def _pairs(rows: list[list[Any]]) -> list[tuple[str, float]]:
    return [(month, median) for month, _count, median in rows]


def _arms() -> list[tuple[str, str]]:
    return list(zip(names(), ARMS, strict=True))


def _series(kind: str, name: str, data: list[Any], place: int) -> Option:
    return {"type": kind, "name": name, "data": data, "itemStyle": {"color": COLOURS[place]}}


def _option(categories: list[str], series: list[Option], unit: str) -> Option:
    return {
        "aria": {"enabled": True},
        "grid": {"left": 56, "right": 16, "top": 56, "bottom": 24},
        "legend": {"top": 0, "left": 0},
        "tooltip": {"trigger": "axis"},
        "xAxis": {"type": "category", "data": categories},
        "yAxis": {"type": "value", "name": unit},
        "series": series,
    }
