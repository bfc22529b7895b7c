"""`tongban mine`: what is printed, checked by plain loops over the same files."""

import json
import re
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import translation

from tests.engines.mining import plainly, test_mining_real
from tests.engines.mining.conftest import real  # noqa: F401
from tests.engines.mining.test_mining_real import RECEIPT, TRAVEL
from tongban.commands.management.commands import mine as command

SMALL = Path(__file__).parents[1] / "engines" / "mining" / "permits.csv"
PROMISE = ("--planned", "case:due", "--finished", "case:done")
REAL = ("--planned", "case:enddate_planned", "--finished", "case:enddate")
REAL = (*REAL, "--began", "case:startdate", "--by", "case:channel", "case:department")
CHINESE = re.compile("[\u4e00-\u9fff]")


def mine(log, *arguments):
    out, err = StringIO(), StringIO()
    try:
        call_command("mine", str(log), *map(str, arguments), stdout=out, stderr=err)
    except SystemExit as ended:
        assert ended.code == 1
    return out.getvalue(), err.getvalue().strip()


@pytest.fixture
def wide(monkeypatch):
    """No cell is folded, so that rows can be read again."""
    monkeypatch.setattr(command, "COLUMNS", 4_000)


def tables(text: str) -> dict[str, list[list[str]]]:
    """The rows of each table, without the heading, by the first words of its title."""
    found: dict[str, list[list[str]]] = {}
    title = ""
    for line in text.splitlines():
        if line.startswith("│"):
            found[title].append([cell.strip() for cell in line.strip("│").split("│")])
        elif not line.startswith(("┌", "┏", "┃", "┡", "└")):
            title = line.strip().partition("（共")[0]
            found[title] = []
    return {title: rows for title, rows in found.items() if rows}


def clock(microseconds: int) -> str:
    seconds = microseconds // 1_000_000
    days, rest = divmod(seconds, 86_400)
    told = f"{rest // 3600:02}:{rest // 60 % 60:02}:{rest % 60:02}"
    return f"{days} 天 {told}" if days else told


def share(part: float | None, whole: float = 1) -> str:
    return f"{part / whole * 100:.1f}%" if part is not None and whole else "–"


def two(values: list[int]) -> list[str]:
    return [clock(each) for each in plainly.span(values)[1:]] if values else ["–", "–"]


def activity_rows(cases) -> list[list[str]]:
    found = plainly.activities(cases)
    waiting = sum(sum(a["waits"]) for a in found.values())
    ordered = sorted(found, key=lambda name: (-sum(found[name]["waits"]), name))
    return [
        [
            *(name, str(a["steps"]), str(a["cases"]), share(sum(a["waits"]), waiting)),
            *(*two(a["waits"]), "–", str(a["repeats"]), str(a["repeating"])),
        ]
        for name in ordered
        for a in [found[name]]
    ]


def edge_rows(cases) -> list[list[str]]:
    ordered = sorted(plainly.edges(cases).items(), key=lambda pair: (-pair[1][0], pair[0]))
    return [[*edge, str(count), *map(clock, span)] for edge, (count, span) in ordered]


def variant_rows(cases) -> list[list[str]]:
    ordered = sorted(plainly.variants(cases).items(), key=lambda pair: (-pair[1], pair[0]))
    return [
        [str(number), str(count), share(count, len(cases)), " → ".join(way)]
        for number, (way, count) in enumerate(ordered, 1)
    ]


def handover_rows(cases, carrier) -> list[list[str]]:
    found = plainly.handovers(cases, carrier)
    ordered = sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))
    return [[*pair, str(count)] for pair, count in ordered]


def group_rows(cases, dates, group_of) -> list[list[str]]:
    groups: dict = {}
    for case, value in group_of.items():
        groups.setdefault(value, {})[case] = cases[case]
    rows = []
    for value, own in sorted(groups.items(), key=lambda pair: (-len(pair[1]), pair[0])):
        f = plainly.figures(own, dates)
        judged = f["on_time"] + f["late"]
        counts = [f["reworked"], f["office_handovers"], f["finished"], f["cases"] - f["finished"]]
        rows.append(
            [
                *(value, str(f["cases"]), clock(f["median"]), clock(f["waited"])),
                *map(str, [*counts, f["on_time"]]),
                *(share(f["on_time"], judged), share(f["speed_up"])),
            ]
        )
    return rows


def together_rows(f: dict) -> list[str]:
    judged = f["on_time"] + f["late"]
    return [
        *(clock(f[name]) for name in ("median", "p95", "waited")),
        f"{f['reworked']} ({share(f['reworked'], f['cases'])})",
        *(str(f[name]) for name in ("repeats", "office_handovers", "resource_handovers")),
        *(str(f["finished"]), str(f["cases"] - f["finished"])),
        f"{f['on_time']} ({share(f['on_time'], judged)})",
        *(str(f["late"]), str(f["unpromised"])),
        *(share(f["speed_up"]), share(f["median_speed_up"]), str(f["backwards"])),
    ]


def test_every_printed_figure_of_the_permit_log_is_what_loops_count(real, wide):  # noqa: F811
    path = real(RECEIPT)
    rows, cases, dates = test_mining_real.receipts(path)

    out, err = mine(path, *REAL, "--most", 10_000)

    assert err == ""
    assert out.splitlines()[0] == (
        f"{RECEIPT}：1434 个办件，8577 个事件，27 种活动，8577 个环节，"
        "2010-10-02 至 2012-01-23（Asia/Shanghai）。"
    )
    assert "116 个办件只有一个事件。" in out
    found = tables(out)
    printed = [row[1] for row in found["总体"]]
    assert printed == together_rows(plainly.figures(cases, dates))
    assert (printed[7], printed[8]) == ("1329", "105")
    assert found["环节，等待最多的在前"] == activity_rows(cases)
    assert found["先后关系"] == edge_rows(cases)
    assert found["路径"] == variant_rows(cases)
    assert found["部门交接"] == handover_rows(cases, "office")
    assert found["人员交接"] == handover_rows(cases, "resource")
    for column in ("case:channel", "case:department"):
        group_of = {row["case:concept:name"]: row[column] for row in rows}
        assert found[f"按 {column}"] == group_rows(cases, dates, group_of)


def test_every_printed_figure_of_the_travel_log_is_what_loops_count(real, wide):  # noqa: F811
    path = real(TRAVEL)
    cases = test_mining_real.travels(path)

    out, err = mine(path, "--most", 15)

    assert err == ""
    found = tables(out)
    dates = {case: plainly.Dates(events[0].at, None, None) for case, events in cases.items()}
    assert [row[1] for row in found["总体"]] == together_rows(plainly.figures(cases, dates))[:7]
    assert found["环节，等待最多的在前"] == activity_rows(cases)[:15]
    assert found["先后关系"] == edge_rows(cases)[:15]
    assert found["路径"] == variant_rows(cases)[:15]
    assert "部门交接" not in found


def test_the_report_is_in_the_language_of_the_person():
    with translation.override("en"):
        out, _ = mine(SMALL, *PROMISE, "--by", "case:channel", "--where", "case:channel=desk")
    assert not CHINESE.search(out)
    assert "Cases chosen: 1." in out


def test_json_holds_every_figure_with_durations_in_seconds():
    out, _ = mine(SMALL, *PROMISE, "--by", "case:channel", "--json")
    found = json.loads(out)
    assert found["together"]["on_time_rate"] == 0.5
    assert found["together"]["open"] == 1
    assert found["graph"]["activities"][0]["waited"]["total"] == 148.5 * 3600
    assert found["reading"]["first"] == "2026-03-02T01:00:00+00:00"
    assert [group["value"] for group in found["groups"]["case:channel"]] == ["web", "desk"]
    assert found["groups"]["case:channel"][1]["on_time_rate"] == 0


def test_the_cases_behind_a_choice_are_listed():
    for arguments, cases in (
        (["--where", "case:channel=web"], ["P1", "P3"]),
        (["--where", "case:done="], ["P3"]),
        (["--until", "2026-03-31"], ["P1", "P2"]),
        (["--since", "2026-03-02", "--until", "2026-03-02", "--activity", "decide"], ["P1", "P2"]),
        (["--variant", "1"], ["P3"]),
    ):
        assert mine(SMALL, *arguments, "--cases")[0].split() == cases
    assert json.loads(mine(SMALL, "--cases", "--json")[0]) == ["P1", "P2", "P3"]


def test_what_waiting_means_in_this_log_is_said(tmp_path):
    log = tmp_path / "timed.csv"
    log.write_text(
        "case:concept:name,concept:name,time:timestamp,lifecycle:transition\n"
        "c,A,2026-03-02 09:00,start\nc,A,2026-03-02 10:00,complete\n"
    )
    assert "等待从上一环节结束算到本环节开始；办理从开始算到结束。" in mine(log)[0]
    assert "3 个环节有开始时间；其余环节的等待含办理用时。" in mine(SMALL)[0]


def test_an_empty_choice_has_no_tables():
    out, _ = mine(SMALL, "--since", "2027-01-01")
    assert out.splitlines()[-1] == "符合条件的办件：0 个。"


def test_what_is_odd_is_told_and_what_is_chosen_is_exported(tmp_path):
    log = tmp_path / "odd.csv"
    log.write_text(
        "case:concept:name,concept:name,time:timestamp,case:x\n"
        "c,B,2026-03-02 10:00,1\nc,A,2026-03-02 09:00,2\nc,A,2026-03-02 09:00,2\nd,A,2026-03-02,\n"
    )
    out, _ = mine(log, "--export", tmp_path / "c.xes", "--where", "case:x=1")
    for told in (
        "4 个时间没有时差，按 Asia/Shanghai 理解。",
        "2 个事件不按时间先后排列，已按时间重排。",
        "1 个事件与另一事件完全相同，仍计入。",
        "1 个办件只有一个事件。",
        "case:x 在 1 个办件内前后不一，取最先的值。",
        "符合条件的办件：1 个。",
    ):
        assert told in out.splitlines()
    assert mine(tmp_path / "c.xes", "--cases")[0].split() == ["c"]


@pytest.mark.parametrize(
    ("arguments", "zh"),
    [
        (["--where", "x"], "“x”不是条件。请写作 列=值，例如 case:channel=Internet。"),
        (["--since", "soon"], "“soon”不是日期。请写作 2026-03-02。"),
        (["--zone", "Mars"], "没有时区 Mars。请使用 IANA 时区名，例如 Asia/Shanghai。"),
        (["--by", "org:group"], "permits.csv 的办件没有属性 org:group；现有 "),
        (["--export", "out.pdf"], "从文件名看，out.pdf 不是事件日志。"),
        (["--planned", "case:due"], "按时与否只对办结的办件计算："),
    ],
)
def test_what_cannot_be_asked_is_refused_in_words(arguments, zh):
    out, err = mine(SMALL, *arguments)
    assert out == ""
    assert err.startswith(zh)


def test_durations_are_days_and_a_clock():
    from tongban.commands.mining import duration, percent

    assert duration(timedelta(seconds=59.9)) == "00:00:59"
    assert duration(timedelta(days=2, hours=3, minutes=4, seconds=5)) == "2 天 03:04:05"
    assert (percent(None), percent(-0.0001), percent(0.7073)) == ("–", "0.0%", "70.7%")
