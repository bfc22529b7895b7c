"""A load keeps what is good, quarantines the rest with what it said and where, and adds up."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.data.lake import source
from tests.data.lake.source import BY, GOOD, HER, HIS, OTHER, collect, kept, published, waiting
from tongban.base.audit.models import Event
from tongban.data.lake import actions as lake
from tongban.data.lake import loading, quarantine, queries, rows
from tongban.data.lake.models import EditionTable, Load, QuarantinedRow
from tongban.data.pipelines import actions as pipelines
from tongban.data.pipelines import erased
from tongban.data.standards.models import Issue
from tongban.engines.tables.connectors.handover import NoRows

pytestmark = pytest.mark.usefixtures("folder")
BLANK = f"{HIS},周 三,19900307,1,3"


def test_good_rows_are_kept_as_written_with_their_place(folder):
    loaded = collect(folder, GOOD, OTHER)
    load = loaded.load

    assert (load.rows_read, load.rows_kept, load.rows_quarantined) == (2, 2, 0)
    assert kept(load.edition) == [(HER, "周雨一", 1), (HIS, "周雨三", 2)]
    assert rows.source_row(load.edition, "ods.people", load.pk, 2) == {
        "number": HIS,
        "name": "周雨三",
        "born": "19900307",
        "sex": "1",
        "months": "无",
        "_load": load.pk,
        "_position": 2,
    }
    assert rows.source_row(load.edition, "ods.people", load.pk, 3) is None
    assert source.failures(loaded) == {}
    event = Event.objects.get(kind="source.collected")
    assert event.details == {"kept": 2, "load": load.pk, "read": 2, "quarantined": 0}


def test_each_bad_row_is_quarantined_under_the_first_check_that_blocks_it(folder):
    loaded = collect(folder, GOOD, f"{HIS}, ,1990,9,x", BLANK, f"{HER},周雨二,,1,1", f"{HIS},,,,")

    assert waiting() == [
        (2, "BLANK", "name"),
        (3, "BLANK", "name"),
        (4, "KEY", "number"),
        (5, "GA01.name.required", "name"),
    ]
    assert kept(loaded.load.edition) == [(HER, "周雨一", 1)]
    assert source.failures(loaded) == {
        "BLANK": 2,
        "KEY": 1,
        "GA01.name.required": 2,
        "GA01.born.type": 1,
        "GA01.sex.code": 1,
        "GA01.months.type": 1,
    }
    assert [issue.check_code for issue in Issue.objects.order_by("check_code")] == [
        *("BLANK", "GA01.name.required", "KEY"),
    ]
    assert set(Issue.objects.values_list("office__code", "status")) == {("GA", "open")}


def test_a_key_is_repeated_only_by_a_row_that_is_good_otherwise(folder):
    loaded = collect(folder, f"{HER},周 一,,,", GOOD, GOOD)

    assert waiting() == [(1, "BLANK", "name"), (3, "KEY", "number")]
    assert kept(loaded.load.edition) == [(HER, "周雨一", 2)]


def test_a_quarantined_row_keeps_what_it_said_and_nobody_reads_it_on_the_disk(folder):
    collect(folder, GOOD, BLANK)
    (row,) = QuarantinedRow.objects.all()

    assert quarantine.opened(row) == quarantine.Opened(
        raw=BLANK,
        values={"number": HIS, "name": "周 三", "born": "19900307", "sex": "1", "months": "3"},
    )
    for stored in (row.raw_sealed, row.raw_digest):
        assert HIS.encode() not in bytes(stored)


def test_a_line_that_cannot_be_split_is_quarantined_whole(folder):
    loaded = collect(folder, GOOD, f"{HIS},周雨三")

    assert (loaded.load.rows_read, loaded.load.rows_kept) == (2, 1)
    assert waiting() == [(2, "ROW", "")]
    opened = quarantine.opened(QuarantinedRow.objects.get())
    assert (opened.raw, opened.values) == (f"{HIS},周雨三", {})
    assert Issue.objects.get().check_code == "ROW"


def test_a_row_that_is_still_wrong_moves_along_with_the_next_load(folder):
    first = collect(folder, GOOD, BLANK)
    second = collect(folder, BLANK, GOOD)

    (row,) = QuarantinedRow.objects.all()
    assert (row.load, row.position, row.status) == (second.load, 1, "open")
    assert (first.load.rows_quarantined, second.load.rows_quarantined) == (1, 1)
    assert Issue.objects.count() == 1


def test_what_its_source_put_right_is_superseded_and_its_issue_closed(folder):
    collect(folder, GOOD, BLANK)
    collect(folder, GOOD, OTHER)

    assert QuarantinedRow.objects.get().status == "superseded"
    issue = Issue.objects.get()
    assert (issue.status, issue.closed_at) == ("closed", BY["at"])


def test_two_rows_that_say_the_same_wait_twice_and_one_of_them_leaves(folder):
    collect(folder, GOOD, BLANK, BLANK)
    assert waiting() == [(2, "BLANK", "name"), (3, "BLANK", "name")]

    collect(folder, BLANK, GOOD)

    assert waiting() == [(1, "BLANK", "name")]
    found = QuarantinedRow.objects.order_by("status").values_list("status", flat=True)
    assert list(found) == ["open", "superseded"]


@pytest.mark.parametrize(
    ("header", "lines", "refusal", "zh", "en"),
    [
        (
            *("number,name,born", [f"{HER},周雨一,"], loading.ColumnsMissing),
            "来源 GA01 缺少列 sex、months，请联系提供单位，或修改契约。",
            "Source GA01 no longer has sex、months. Ask the office, or change the contract.",
        ),
        (
            *(source.HEADER, [], NoRows),
            "people.csv 没有数据行，与导出失败无异。请重新报送；确无数据时无需报送。",
            "people.csv has no rows: that is what a failed export looks like. Have it delivered"
            " again, or left out where there is nothing to report.",
        ),
    ],
)
def test_a_source_that_cannot_be_read_is_noted_and_changes_nothing(
    folder, header, lines, refusal, zh, en
):
    published(folder, GOOD, BLANK)
    before = waiting(), list(EditionTable.objects.values())
    source.write(folder, *lines, header=header)
    edition = lake.open_edition(**BY)

    with pytest.raises(refusal) as refused:
        pipelines.collect(resource=source.resource(), edition=edition, data=folder, **BY)

    assert (refused.value.told("zh"), refused.value.told("en")) == (zh, en)
    load = Load.objects.get(status="failed")
    assert (load.message_zh, load.message_en) == (zh, en)
    assert (load.rows_read, load.table_version) == (0, None)
    assert Event.objects.get(kind="source.failed").outcome == "refused"
    edition.tables.all().delete()
    assert (waiting(), list(EditionTable.objects.values())) == before


def test_a_column_that_the_contract_does_not_name_is_reported_and_not_loaded(folder):
    source.write(folder, GOOD + ",x", header=source.HEADER + ",nick")
    edition = lake.open_edition(**BY)
    loaded = pipelines.collect(resource=source.resource(), edition=edition, data=folder, **BY)

    assert loaded.load.columns_new == ["nick"]
    assert "nick" not in rows.schema(edition, "ods.people").names


def test_grades_of_the_elements_are_those_of_the_table(folder):
    loaded = collect(folder, GOOD)

    found = {c.name: c.grade for c in rows.schema(loaded.load.edition, "ods.people").columns}
    assert found == {
        "number": 4,
        "name": 3,
        "born": 3,
        "sex": 2,
        "months": 1,
        "_load": 1,
        "_position": 1,
    }


def test_the_rows_of_whoever_was_erased_are_held_back_and_still_counted(folder):
    erased.note(key=HIS, basis="个人信息保护法第四十七条", **BY)
    loaded = collect(folder, GOOD, OTHER, "３２990419900307003 8,周 三,,,")

    load = loaded.load
    assert (load.rows_read, load.rows_kept, load.rows_quarantined) == (3, 1, 2)
    assert waiting() == [(2, "ERASED", "number"), (3, "ERASED", "number")]
    assert source.failures(loaded) == {"ERASED": 2}
    for row in QuarantinedRow.objects.all():
        assert quarantine.opened(row) == quarantine.Opened(raw="", values={})
    assert Issue.objects.get().check_code == "ERASED"


def test_a_line_of_whoever_was_erased_that_cannot_be_split_is_held_back_too(folder):
    erased.note(key=HIS, basis="个人信息保护法第四十七条", **BY)
    loaded = collect(folder, GOOD, f"{HIS},周雨三")

    assert (loaded.load.rows_kept, loaded.load.rows_quarantined) == (1, 1)
    assert waiting() == [(2, "ERASED", "number")]
    assert quarantine.opened(QuarantinedRow.objects.get()).raw == ""


CELL = st.sampled_from(
    ["", " ", "周", "周 一", HER, HIS, "32990419900307", "1990-03-07", "9", "x,y"]
)
LINE = st.lists(CELL, min_size=1, max_size=6).map(",".join)


@settings(
    max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(lines=st.lists(LINE.filter(lambda line: line.strip()), min_size=10, max_size=30))
def test_whatever_a_source_says_every_row_is_kept_or_quarantined_once(folder, lines):
    loaded = collect(folder, *lines)
    load = loaded.load
    places = [place for *_, place in kept(load.edition)] if load.rows_kept else []
    held = load.quarantined.values_list("position", flat=True)

    assert load.rows_read == load.rows_kept + load.rows_quarantined == len(lines)
    assert sorted([*places, *held]) == list(range(1, len(lines) + 1))


def test_what_is_known_of_a_source_is_of_its_last_finished_load(folder):
    assert queries.last_load(source.resource()) is None
    loaded = published(folder, GOOD, BLANK)
    loading.note_failure(
        resource=source.resource(), edition=loaded.load.edition, refusal=lake.NoEdition(), **BY
    )

    assert queries.last_load(source.resource()) == loaded.load
    origin = queries.origins(loaded.load.edition.number)["GA01"]
    assert (origin.office_zh, origin.resource_en) == ("公安局", "People")
    assert origin.as_of == BY["at"]
    assert queries.origins(loaded.load.edition.number - 1)["GA01"].as_of is None


def test_a_resource_that_is_not_there_is_refused_by_name(folder):
    with pytest.raises(queries.UnknownResource) as refused:
        queries.resource("XX99")

    assert refused.value.told("zh") == "没有数据资源 XX99，请先用 tongban load 装载契约。"


def test_a_table_that_an_edition_does_not_hold_is_refused_by_name(folder):
    edition = lake.open_edition(**BY)

    with pytest.raises(rows.NotInEdition) as refused:
        rows.schema(edition, "ods.people")
    assert refused.value.told("zh") == f"第 {edition.number} 版中没有数据表 ods.people。"
    with pytest.raises(rows.NotInEdition), rows.attached(edition, ["ods.people"]):
        pass


def test_an_engines_error_never_quotes_a_row(folder):
    loaded = collect(folder, GOOD)

    with (
        rows.attached(loaded.load.edition, ["ods.people"]) as con,
        pytest.raises(rows.NotReadable) as refused,
    ):
        rows.as_arrow(con, "SELECT CAST(name AS INTEGER) FROM ods.people", {})
    assert refused.value.told("zh").startswith("未能读取数据：")
    assert "周雨一" not in refused.value.told("zh") + refused.value.told("en")
