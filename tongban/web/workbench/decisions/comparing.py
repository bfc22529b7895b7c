"""What a draft changes on a whole register, as a matrix and as a picture."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from tongban.business.items.changes import WITHHELD
from tongban.business.items.models import DraftComparison
from tongban.web.workbench.words import number

WIDEST = 6  # answers on one side beyond which pairs are listed instead
FIRST = ("是", "否", "未知", "空")
COLOURS = ("token:c1", "token:c3", "token:c5", "token:c4", "token:c2")


@dataclass(frozen=True)
class Pair:
    """How many people had one answer and would get another."""

    before: str
    after: str
    rows: str
    share: str
    kind: str  # same, differs, open


@dataclass(frozen=True)
class Line:
    before: str
    pairs: tuple[Pair | None, ...]


@dataclass(frozen=True)
class Shown:
    """`lines` under `answers` where there are few of them, else `pairs`, the changed ones first."""

    rows: str
    differently: str
    share: str
    undecided: str  # people whose answers were counted together, "" if there are none
    answers: tuple[str, ...]
    lines: tuple[Line, ...]
    pairs: tuple[Pair, ...]
    chart: dict[str, Any]


def of(comparison: DraftComparison) -> Shown:
    changes = [each for each in comparison.changes if each["rows"]]
    total = comparison.rows
    before, after = (_answers(changes, side) for side in ("before", "after"))
    is_wide = max(len(before), len(after)) > WIDEST
    open_ = sum(each["rows"] for each in changes if each["kind"] == "open")
    return Shown(
        rows=number(total),
        differently=number(comparison.differently),
        share=_share(comparison.differently, total),
        undecided=number(open_) if open_ else "",
        answers=() if is_wide else tuple(map(_words, after)),
        lines=() if is_wide else tuple(_line(changes, each, after, total) for each in before),
        pairs=tuple(_pair(each, total) for each in _by_weight(changes)) if is_wide else (),
        chart={} if is_wide else _chart(changes, _joined(before, after)),
    )


def _line(changes: Sequence[Any], before: Any, after: Sequence[Any], total: int) -> Line:
    found = {
        each["after"]["zh"]: _pair(each, total) for each in changes if each["before"] == before
    }
    return Line(_words(before), tuple(found.get(each["zh"]) for each in after))


def _pair(change: Any, total: int) -> Pair:
    rows = change["rows"]
    before, after = _words(change["before"]), _words(change["after"])
    return Pair(before, after, number(rows), _share(rows, total), change["kind"])


def _by_weight(changes: Sequence[Any]) -> list[Any]:
    return sorted(changes, key=lambda each: (each["kind"] == "same", -each["rows"]))


def _answers(changes: Sequence[Any], side: str) -> list[Any]:
    """The answers of one side: yes, no, unknown, then by how many have them."""
    weight: dict[str, int] = {}
    known: dict[str, Any] = {}
    for each in changes:
        answer = each[side]
        known[answer["zh"]] = answer
        weight[answer["zh"]] = weight.get(answer["zh"], 0) + each["rows"]
    return sorted(known.values(), key=lambda each: (_place(each["zh"]), -weight[each["zh"]]))


def _place(zh: str) -> int:
    if zh == WITHHELD.zh:
        return len(FIRST) + 1
    return FIRST.index(zh) if zh in FIRST else len(FIRST)


def _joined(before: Sequence[Any], after: Sequence[Any]) -> list[Any]:
    return sorted(
        {each["zh"]: each for each in (*before, *after)}.values(),
        key=lambda each: _place(each["zh"]),
    )


def _chart(changes: Sequence[Any], answers: Sequence[Any]) -> dict[str, Any]:
    """Two bars, the live version above the draft."""
    series = [
        {
            "type": "bar",
            "stack": "all",
            "name": _words(answer),
            "barWidth": 26,
            "itemStyle": {"color": COLOURS[min(place, len(COLOURS) - 1)]},
            "data": [
                sum(each["rows"] for each in changes if each[side] == answer)
                for side in ("before", "after")
            ],
        }
        for place, answer in enumerate(answers)
    ]
    return {
        "aria": {"enabled": True},
        "grid": {"left": 64, "right": 16, "top": 30, "bottom": 24},
        "legend": {"top": 0, "left": 0},
        "tooltip": {"trigger": "axis", "axisPointer": {"type": "shadow"}},
        "xAxis": {"type": "value", "max": sum(each["rows"] for each in changes)},
        "yAxis": {
            "type": "category",
            "inverse": True,
            "data": [_("现行版"), pgettext("tab", "草稿")],
        },
        "series": series,
    }


def _words(answer: Any) -> str:
    return answer["zh" if (get_language() or "zh").startswith("zh") else "en"]


def _share(rows: int, total: int) -> str:
    """One decimal; what is more than nothing is never shown as nothing."""
    share = 100 * rows / total if total else 0
    return "< 0.1%" if 0 < share < 0.1 else f"{share:.1f}%"
