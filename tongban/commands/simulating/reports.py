"""What a simulation found, as lines for a terminal."""

from collections.abc import Mapping
from typing import Any

# Figure, its name in Chinese and in English, how it is written.
FIGURES = (
    ("arrived", "申请", "applications", "{:,}"),
    ("granted", "准予", "granted", "{:,}"),
    ("refused", "不予", "refused", "{:,}"),
    ("withdrawn", "撤回", "withdrawn", "{:,}"),
    ("running", "未办结", "still open", "{:,}"),
    ("automatic", "全程自动", "decided at once", "{:,}"),
    ("median_hours", "申请到决定，中位小时", "hours to the decision, median", "{:,.2f}"),
    ("p95_hours", "申请到决定，P95 小时", "hours to the decision, 95 %", "{:,.2f}"),
    ("on_time", "按时办结率", "on time", "{:.1%}"),
    ("officer_hours", "工作人员小时", "officer hours", "{:,.0f}"),
    ("corrections", "补正", "corrections", "{:,}"),
    ("materials", "提交材料", "materials handed in", "{:,}"),
    ("cost_per_case", "每件行政成本（元）", "cost of a case, yuan", "{:,.2f}"),
    ("cost_to_applicant", "每件申请人成本（元）", "cost to its applicant, yuan", "{:,.2f}"),
)
ARMS = (("facts", "数据证明、规则判定", "by facts"), ("paper", "材料、人工", "on paper"))
PAIRED = (
    "逐件对比 {cases} 件：数据证明更快 {sooner}，相同 {same}，更慢 {later}；"
    "中位节省 {median_saved_hours} 小时（5%–95%：{p05_saved_hours} 至 {p95_saved_hours}）。",
    "The same {cases} cases in both: by facts sooner {sooner}, the same {same}, later {later}; "
    "{median_saved_hours} hours saved at the median (5 % to 95 %: {p05_saved_hours} to "
    "{p95_saved_hours}).",
)
WIDTH = 16


def told(found: Mapping[str, Any], language: str) -> str:
    zh = language.startswith("zh")
    if "cleared" in found:
        count = f"{found['cleared']:,}"
        return f"已清除模拟办件 {count} 件。" if zh else f"{count} simulated cases are gone."
    arms = [(key, chinese if zh else english) for key, chinese, english in ARMS if key in found]
    head = "模拟结果，均为假设参数下的推算。" if zh else "Simulated, by assumed parameters."
    lines = [head, " ".join(f"{name:>{WIDTH}}" for _, name in arms)]
    lines += [_line(found, arms, figure, zh) for figure in FIGURES]
    if "paired" in found:
        both = found["paired"]
        words = PAIRED[0 if zh else 1]
        lines.append(words.format(**{key: _number(value) for key, value in both.items()}))
    return "\n".join(lines)


def _number(value: float | None) -> str:
    return "—" if value is None else f"{value:,.10g}"


def _line(
    found: Mapping[str, Any],
    arms: list[tuple[str, str]],
    figure: tuple[str, str, str, str],
    zh: bool,
) -> str:
    key, chinese, english, written = figure
    values = (found[arm][key] for arm, _ in arms)
    cells = (f"{'—' if value is None else written.format(value):>{WIDTH}}" for value in values)
    return f"{' '.join(cells)}  {chinese if zh else english}"
