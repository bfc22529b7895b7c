"""What is read, what is counted as odd, and what is refused with the way out."""

import gzip
from pathlib import Path

import duckdb
import pytest

from tests.engines.mining import made
from tests.engines.mining.made import simple
from tongban.engines import mining
from tongban.engines.mining import Has, Is, Promise, Takes, cases_of, graph, log_of, together
from tongban.engines.tables.connectors import SourceUnreachable
from tongban.engines.tables.connectors.texts import WrongEncoding
from tongban.errors import Refusal

HEAD = "case:concept:name,concept:name,time:timestamp"
NAMES = ("case:concept:name", "concept:name", "time:timestamp")


def cells(*rows: tuple, more: tuple[str, ...] = ()) -> dict[str, list]:
    columns = zip(*rows, strict=True)
    return {name: list(column) for name, column in zip((*NAMES, *more), columns, strict=True)}


ONE = ("c", "A", "2026-03-02T09:00:00+08:00")
PROMISED = Promise(planned="case:due", finished="case:done")


@pytest.mark.parametrize(
    ("columns", "promise", "name", "en", "zh"),
    [
        (
            {"case_id": ["c"], "concept:name": ["A"]},
            Promise(),
            "MissingColumns",
            "a.csv has no column case:concept:name, time:timestamp. An event log needs"
            " case:concept:name, concept:name and time:timestamp; rename its columns. It has:"
            " case_id, concept:name.",
            "a.csv 缺少列 case:concept:name, time:timestamp。事件日志须有 case:concept:name、"
            "concept:name、time:timestamp，请改列名。现有列：case_id, concept:name。",
        ),
        (
            {name: [] for name in NAMES},
            Promise(),
            "NoEvents",
            "a.csv holds no events. Have it exported again.",
            "a.csv 没有任何事件，请重新导出。",
        ),
        (
            cells(ONE, ("c", "", ONE[2]), ("c", None, ONE[2])),
            Promise(),
            "EmptyCells",
            "a.csv: 2 events have no concept:name, the first is number 2. An event belongs to a"
            " case, has an activity and a time; complete or remove them.",
            "a.csv：2 个事件没有 concept:name，最前的是第 2 个。"
            "每个事件须有办件、活动和时间，请补全或删除。",
        ),
        (
            cells(ONE, ("c", "A", "2026-02-30T09:00:00Z"), ("c", "A", "yesterday")),
            Promise(),
            "UnreadableTimes",
            "a.csv: 2 values of time:timestamp are no times, the first is “2026-02-30T09:00:00Z”"
            " (event 2). Write them as 2026-03-02T09:30:00+08:00; without an offset the time zone"
            " of the log is taken.",
            "a.csv：time:timestamp 有 2 个值不是时间，最前的是“2026-02-30T09:00:00Z”"
            "（第 2 个事件）。请写作 2026-03-02T09:30:00+08:00；不带时差时按日志所在时区理解。",
        ),
        (
            cells((*ONE, "soon"), more=("case:due",)),
            Promise(planned="case:due", finishing=("A",)),
            "UnreadableTimes",
            "a.csv: 1 values of case:due are no times, the first is “soon” (event 1). Write them as"
            " 2026-03-02T09:30:00+08:00; without an offset the time zone of the log is taken.",
            "a.csv：case:due 有 1 个值不是时间，最前的是“soon”（第 1 个事件）。"
            "请写作 2026-03-02T09:30:00+08:00；不带时差时按日志所在时区理解。",
        ),
        (
            cells((*ONE, "start"), more=("lifecycle:transition",)),
            Promise(),
            "NothingEnds",
            "a.csv: no event ends a step (lifecycle:transition is only start). Export the log with"
            " its complete events.",
            "a.csv：没有任何事件表示环节结束（变迁只有 start）。请导出含 complete 的日志。",
        ),
        (
            cells((*ONE, "x"), more=("case:item",)),
            PROMISED,
            "NoSuchAttribute",
            "a.csv has no attribute case:due of its cases; there are case:item.",
            "a.csv 的办件没有属性 case:due；现有 case:item。",
        ),
        (
            cells((*ONE, ONE[2]), more=("case:due",)),
            Promise(planned="case:due"),
            "NothingFinishes",
            "A promise is judged over finished cases: say which column holds their end, or which"
            " activities finish a case.",
            "按时与否只对办结的办件计算：请指明哪一列是办结时间，或哪些活动表示办结。",
        ),
        (
            cells((*ONE, ONE[2]), more=("case:due",)),
            Promise(planned="case:due", finishing=("Z",)),
            "NoSuchActivity",
            "a.csv has no activity “Z”; there are A.",
            "a.csv 中没有活动“Z”；现有 A。",
        ),
    ],
)
def test_what_is_no_event_log_is_refused_by_name(columns, promise, name, en, zh):
    with pytest.raises(getattr(mining, name)) as refused:
        made.log(columns, promise)
    assert (str(refused.value), refused.value.told("zh")) == (en, zh)


def test_what_the_log_does_not_have_is_refused_when_it_is_asked():
    log = simple("AB")
    for traits, en, zh in (
        (
            [Has("case:x", "1")],
            "a.csv has no attribute case:x of its cases; there are month:began.",
            "a.csv 的办件没有属性 case:x；现有 month:began。",
        ),
        ([Takes(2)], "a.csv has no variant 2; they are numbered 1 to 1.", None),
        ([Takes(0)], None, "a.csv 中没有第 0 种路径；编号为 1 到 1。"),
        ([mining.Does("Z")], "a.csv has no activity “Z”; there are A, B.", None),
    ):
        with pytest.raises(Refusal) as refused:
            cases_of(log, traits)
        assert en in (None, str(refused.value))
        assert zh in (None, refused.value.told("zh"))


def test_an_unknown_zone_is_refused():
    with pytest.raises(mining.UnknownZone) as refused:
        made.log(cells(ONE), zone="Mars/Olympus")
    assert str(refused.value).startswith("There is no time zone Mars/Olympus.")
    assert refused.value.told("zh").startswith("没有时区 Mars/Olympus。")
    with pytest.raises(mining.UnknownZone):
        made.log(cells(ONE), zone="../etc/passwd")


def test_mixed_zones_are_one_line_of_time():
    log = made.log(
        cells(
            ("c", "B", "2026-03-02 09:00:01+08:00"),
            ("c", "A", "2026-03-02T01:00:00Z"),
            ("c", "C", "2026-03-02 09:00"),
            ("c", "D", "2026-03-02T02:00:02.5+0100"),
            ("c", "E", "2026-03-02"),
        )
    )
    # A and C name one instant, so their places decide
    assert mining.variants(log)[0].activities == ("E", "A", "C", "B", "D")
    assert log.reading.offsets == ("+0100", "+08:00", "Z")
    assert (log.reading.without_zone, log.reading.zone) == (2, "Asia/Shanghai")


def test_time_orders_and_then_the_place_in_the_log():
    at = "2026-03-02T09:00:00Z"
    log = made.log(cells(("c", "B", at), ("c", "C", at), ("c", "A", "2026-03-02T08:00:00Z")))
    assert mining.variants(log)[0].activities == ("A", "B", "C")
    assert log.reading.out_of_order == 1


def test_equal_events_are_counted_and_kept():
    log = made.log(cells(ONE, ONE, ONE, ("c", "B", ONE[2])))
    assert log.reading.duplicates == 2
    assert {a.name: (a.steps, a.loops) for a in graph(log).activities} == {"A": (3, 2), "B": (1, 0)}


def test_a_case_of_one_event_has_a_variant_and_no_edge():
    log = simple("A", "A", "AB")
    assert log.reading.single == 2
    assert [(v.activities, v.cases) for v in mining.variants(log)] == [(("A",), 2), (("A", "B"), 1)]
    assert [(e.source, e.target) for e in graph(log).edges] == [("A", "B")]


def test_a_case_without_an_ended_step_is_a_case_all_the_same():
    log = made.log(
        cells((*ONE, "complete"), ("d", "A", ONE[2], "start"), more=("lifecycle:transition",))
    )
    assert (log.reading.cases, log.reading.steps, log.reading.unfinished) == (2, 1, 1)
    assert [v.activities for v in mining.variants(log)] == [("A",), ()]
    assert together(log).cases == 2


def test_an_attribute_that_changes_is_told_and_its_first_value_counts():
    log = made.log(
        cells((*ONE, None), (*ONE, "web"), (*ONE, "desk"), more=("case:channel",)),
    )
    assert log.reading.changing == {"case:channel": 1}
    assert cases_of(log, [Has("case:channel", "web")]) == ("c",)


def test_a_step_that_began_before_the_last_one_ended_waited_for_nothing():
    log = made.log(
        cells(
            ("c", "A", "2026-03-02T09:00:00Z", "start"),
            ("c", "B", "2026-03-02T10:00:00Z", "start"),
            ("c", "A", "2026-03-02T11:00:00Z", "complete"),
            ("c", "B", "2026-03-02T12:00:00Z", "COMPLETE"),
            more=("lifecycle:transition",),
        )
    )
    assert log.reading.overlapping == 1
    (edge,) = graph(log).edges
    assert (edge.source, edge.target, edge.waited.total.total_seconds()) == ("A", "B", 0)


def test_a_case_is_finished_by_the_last_of_the_named_activities():
    due = ("2026-03-02T10:00:00Z",)
    log = made.log(
        cells(
            ("c", "decide", "2026-03-02T09:00:00Z", *due),
            ("c", "decide", "2026-03-02T11:00:00Z", *due),
            ("c", "archive", "2026-03-02T12:00:00Z", *due),
            ("d", "decide", "2026-03-02T10:00:00Z", *due),
            ("e", "archive", "2026-03-02T10:00:00Z", *due),
            more=("case:due",),
        ),
        Promise(planned="case:due", finishing=("decide",)),
    )
    assert cases_of(log, [Is("late")]) == ("c",)
    assert cases_of(log, [Is("on_time")]) == ("d",)
    assert cases_of(log, [Is("open")]) == ("e",)
    assert together(log).backwards == 1  # promised for the very moment when it began


def test_a_table_with_instants_is_a_log_too():
    con = duckdb.connect()
    con.execute(
        """CREATE TABLE t AS SELECT 'c' AS "case:concept:name", name AS "concept:name",
        TIMESTAMPTZ '2026-03-02 09:00:00+08' + to_hours(n) AS "time:timestamp",
        TIMESTAMPTZ '2026-03-02 10:00:00+08' AS "case:due"
        FROM (VALUES ('A', 0), ('B', 1)) v(name, n)"""
    )
    promise = Promise(planned="case:due", finishing=("B",))
    log = log_of(con, "t", source="t", zone="Asia/Shanghai", promise=promise)
    assert (together(log).on_time, together(log).speed_up) == (1, 0)
    assert (log.reading.offsets, log.reading.without_zone) == ((), 0)
    assert log.reading.first.isoformat() == "2026-03-02T01:00:00+00:00"


def test_an_encoding_is_declared_and_never_guessed(tmp_path, read):
    path = tmp_path / "a.csv"
    path.write_bytes(f"{HEAD}\nc,受理,2026-03-02 09:00\n".encode("gb18030"))
    assert graph(read(path, encoding="gb18030")).starts == {"受理": 1}
    with pytest.raises(WrongEncoding):
        read(path)


def test_a_mark_and_gzip_are_read_through(tmp_path, read):
    path = tmp_path / "a.CSV.GZ"
    path.write_bytes(gzip.compress(f"\ufeff{HEAD}\nc,受理,2026-03-02 09:00\n".encode()))
    assert graph(read(path)).starts == {"受理": 1}
    assert not list(tmp_path.glob("*.csv"))


def test_files_that_cannot_be_read_are_refused(tmp_path, read):
    packed = gzip.compress(f"{HEAD}\nc,A,2026-03-02\n".encode())
    for name, content, refusal, zh in (
        ("a.txt", b"", mining.UnknownForm, "从文件名看，a.txt 不是事件日志。"),
        ("cut.csv.gz", packed[:-9], mining.BrokenGzip, "cut.csv.gz 不是完整的 gzip 文件："),
        ("no.csv.gz", b"plain", mining.BrokenGzip, "no.csv.gz 不是完整的 gzip 文件："),
        ("odd.csv", f"{HEAD}\nc,A\nc,B,2026-03-02\n".encode(), mining.OddRecords, "odd.csv：有 1 "),
    ):
        path = tmp_path / name
        path.write_bytes(content)
        with pytest.raises(refusal) as refused:
            read(path)
        assert refused.value.told("zh").startswith(zh)
        assert name in str(refused.value)
    for name in ("none.xes", "none.csv.gz"):
        with pytest.raises(SourceUnreachable):
            read(Path(tmp_path, name))


def test_a_gzip_without_an_end_does_not_fill_the_disk(tmp_path, read, monkeypatch):
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(b"x" * 5_000_000))
    monkeypatch.setattr("tongban.engines.mining.reading.LARGEST", 2_000_000)
    with pytest.raises(mining.TooLarge) as refused:
        read(path)
    assert refused.value.told("zh") == "a.csv.gz 解压后超过 2000000 字节。请按时段拆分日志。"
