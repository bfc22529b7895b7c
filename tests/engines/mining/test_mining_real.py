"""Two public logs, every figure against plain loops over the file itself."""

import csv
import gzip
import xml.etree.ElementTree as ET
from datetime import datetime, timedelta

from tests.engines.mining import compared, plainly
from tests.engines.mining.plainly import Dates, Row
from tongban.engines.mining import Has, Promise, graph, together, variants, write_csv, write_xes

RECEIPT = "permit_receipt_coselog.csv"
TRAVEL = "bpic2020_permit_log_variants.xes.gz"
PROMISE = Promise("case:enddate_planned", "case:enddate", began="case:startdate")


def at(text: str) -> int | None:
    return plainly.micros(datetime.fromisoformat(text)) if text else None


def receipts(path) -> tuple[list[dict], dict, dict]:
    """The file's rows, its cases and their dates, by the standard library alone."""
    with path.open(encoding="utf-8", newline="") as file:
        found = list(csv.DictReader(file))
    rows = [
        Row(
            row["case:concept:name"],
            row["concept:name"],
            at(row["time:timestamp"]),
            row["lifecycle:transition"],
            row["concept:instance"],
            row["org:resource"],
            row["org:group"],
        )
        for row in found
    ]
    dates = {
        row["case:concept:name"]: Dates(
            at(row["case:startdate"]), at(row["case:enddate"]), at(row["case:enddate_planned"])
        )
        for row in found
    }
    return found, plainly.by_case(rows), dates


def travels(path) -> dict:
    with gzip.open(path) as file:
        root = ET.parse(file).getroot()
    rows = []
    for trace in root.iter("trace"):
        case = trace.find("string[@key='concept:name']").get("value")
        for event in trace.iter("event"):
            values = {child.get("key"): child.get("value") for child in event}
            rows.append(Row(case, values["concept:name"], at(values["time:timestamp"])))
    return plainly.by_case(rows)


def test_the_figures_of_the_permit_log_are_counted_twice(real, read):
    path = real(RECEIPT)
    found, cases, dates = receipts(path)
    log = read(path, PROMISE)
    for by in ("case:channel", "case:department"):
        group_of = {row["case:concept:name"]: row[by] for row in found}
        assert compared.found(log, by) == compared.expected(cases, dates, group_of)
    month_of = {case: month(each.began) for case, each in dates.items()}
    expected = compared.expected(cases, dates, month_of)
    assert compared.found(log, "month:began")["groups"] == expected["groups"]
    assert (log.reading.cases, log.reading.events, log.reading.single) == (1_434, 8_577, 116)
    figures = together(log)
    assert (figures.finished, figures.open, figures.on_time, figures.late) == (1_329, 105, 940, 389)
    assert graph(log).activities[0].name == "T06 Determine necessity of stop advice"


def month(at: int) -> str:
    """In Shanghai, which had the one offset in these years."""
    epoch = datetime.fromisoformat("1970-01-01T08:00:00")
    return (epoch + timedelta(microseconds=at)).strftime("%Y-%m")


def test_the_travel_log_has_a_variant_a_trace(real, read):
    path = real(TRAVEL)
    cases = travels(path)
    log = read(path)
    dates = {case: Dates(events[0].at, None, None) for case, events in cases.items()}
    assert compared.found(log) == compared.expected(cases, dates)
    assert (log.reading.cases, log.reading.events) == (1_478, 26_028)
    assert len(variants(log)) == 1_478


def test_a_real_log_is_written_and_read_back_the_same(real, read, tmp_path):
    log = read(real(RECEIPT), PROMISE)
    before = compared.found(log, "case:channel")
    for name, write in (("again.csv", write_csv), ("again.xes", write_xes)):
        assert write(log, tmp_path / name) == 8_577
        assert compared.found(read(tmp_path / name, PROMISE), "case:channel") == before
    desk = [Has("case:channel", "Desk")]
    assert write_csv(log, tmp_path / "desk.csv", desk) == together(log, desk).steps
