"""Tags, figures, tables, a chart."""

from typing import Any

from tongban.web.ui import parts
from tongban.web.ui.gallery.words import say


def figures() -> dict[str, Any]:
    column, row, cell = parts.Column, parts.Row, parts.Cell
    tag = parts.Tag(say("1 项未知", "1 unknown"), "unknown", icon="question-mark")
    due = parts.Clock("yellow", say("今天 17:30 到期", "Due today 17:30"), 92)
    return {
        "tags": [
            parts.Tag(say("已核实", "Verified"), "ok", icon="check"),
            tag,
            parts.Tag(say("建议补正", "Correction advised"), "bad", icon="x"),
            parts.Tag(say("当场出结果", "Decided at once"), "teal", icon="bolt"),
            parts.Tag(say("草稿", "Draft")),
            parts.Tag(say("有条件共享", "Shared on conditions"), "line"),
        ],
        "kpis": [
            parts.Kpi(say("总行数", "Rows"), "38,412", say("快照 217", "edition 217")),
            parts.Kpi(
                say("按时办结率", "In time"),
                "98.6",
                say("比上年 +1.4 点", "+1.4 on last year"),
                "%",
                "ok",
            ),
            parts.Kpi(
                say("补正率", "Corrections"),
                "24.8",
                say("比上年 +3.1 点", "+3.1 on last year"),
                "%",
                "bad",
            ),
            parts.Kpi(
                say("未更正问题", "Open issues"),
                "22",
                say("最早 9-21", "oldest 9-21"),
                tone="unknown",
            ),
        ],
        "cases": parts.Table(
            say("待办", "To do"),
            (
                column(say("剩余时间", "Time left"), place="start"),
                column(say("申请人", "Applicant"), place="first"),
                column(say("事项", "Item")),
                column(say("证明", "Proofs"), place="extra"),
                column(say("建议", "Advice"), place="end"),
            ),
            (
                row(
                    (
                        due,
                        cell(say("江城区阿芹面馆", "Aqin Noodles"), "260917-001873", "#"),
                        say("食品经营许可", "Food licence"),
                        parts.Proofs(3, 1, 1),
                        tag,
                    ),
                    selected=True,
                ),
                row(
                    (
                        parts.Clock("blue", say("剩 2 个工作日", "2 working days left"), 60),
                        cell(say("江城区小满茶饮", "Xiaoman Tea"), "260920-000142", "#"),
                        say("食品经营许可", "Food licence"),
                        parts.Proofs(5),
                        parts.Tag(say("可准予", "Can be granted"), "ok", icon="check"),
                    )
                ),
            ),
        ),
        "quarantine": parts.Table(
            say("隔离的行", "Quarantined rows"),
            (
                column(say("源位置", "Source"), "mono", "first"),
                column(say("姓名", "Name")),
                column(say("有效期至", "Valid until")),
                column(say("影响件数", "Cases"), "number"),
                column(say("没过的检查", "Failed check")),
            ),
            (
                row(
                    (
                        "0923.csv:417",
                        "李**",
                        cell("2031-07-02", bad=True),
                        "1",
                        say("WJ06-03 应为体检日 + 1 年", "WJ06-03"),
                    )
                ),
                row(
                    (
                        "0923.csv:630",
                        "吴**",
                        cell("1900-01-00", bad=True),
                        "0",
                        say("日期-01 不是日期", "no date"),
                    )
                ),
            ),
            nowrap=True,
        ),
        "pager": parts.Pager(12, 22, 28, "#", "#"),
        "chart": waiting_by_district(),
    }


def waiting_by_district() -> dict[str, Any]:
    names = [say("临泽县", "Linze"), say("云泽县", "Yunze"), say("江城区", "Jiangcheng")]
    longest = {"value": 3.9, "itemStyle": {"color": "token:c2"}}
    return {
        "grid": {"left": 76, "right": 40, "top": 6, "bottom": 6},
        "xAxis": {"type": "value", "show": False},
        "yAxis": {"type": "category", "data": names, "axisLine": {"show": False}},
        "series": [
            {
                "type": "bar",
                "barWidth": 16,
                "data": [2.9, 3.1, longest],
                "label": {"show": True, "position": "right"},
            }
        ],
    }
