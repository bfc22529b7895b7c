"""A row that its office corrects is judged at once and comes in with the next edition."""

import pytest

from tests.data.lake import source
from tests.data.lake.source import BY, GOOD, HER, HIS, kept, published
from tongban.base.audit.models import Event
from tongban.data.lake import actions as lake
from tongban.data.lake import corrections, quarantine, queries
from tongban.data.lake.models import Load, QuarantinedRow
from tongban.data.pipelines import actions as pipelines

pytestmark = pytest.mark.usefixtures("folder")
BLANK = f"{HIS},周 三,19900307,1,3"
RIGHT = {"number": HIS, "name": "周雨三", "born": "19900307", "sex": "1", "months": "3"}


def correct(row=None, **values):
    row = row or QuarantinedRow.objects.get(status="open")
    return pipelines.accept_correction(row_id=row.pk, values={**RIGHT, **values}, **BY)


def let_in():
    edition = lake.open_edition(**BY)
    done = pipelines.let_in_corrections(edition=edition, at=BY["at"])
    return edition, done


def publish(edition, done):
    lake.publish(edition=edition, **BY)
    pipelines.settle_corrections(done=done, **BY)


def test_a_good_correction_waits_sealed_for_the_next_edition(folder):
    published(folder, GOOD, BLANK)
    row = correct()

    assert (row.status, row.corrected_by, row.corrected_at) == ("accepted", "test", BY["at"])
    assert quarantine.corrected_values(row) == RIGHT
    assert "周雨三".encode() not in bytes(row.corrected_sealed)
    assert list(queries.accepted_rows(source.resource())) == [row]
    assert list(queries.resources_with_corrections()) == [source.resource()]
    assert Event.objects.get(kind="row.corrected").details == {
        "row": row.pk,
        "position": 2,
        "check": "BLANK",
    }


@pytest.mark.parametrize(
    ("values", "zh", "en"),
    [
        ({"name": "周 三"}, "有空格", "a blank"),
        ({"number": "1"}, "号码：公民身份号码有误", "Number: not a valid citizen number"),
        ({"number": HER}, "主键与已有的行重复", "its key repeats another row"),
        ({"name": None}, "姓名为空", "Name is empty"),
    ],
)
def test_a_row_that_is_still_wrong_is_told_why_and_stays(folder, values, zh, en):
    published(folder, GOOD, BLANK)
    before, events = list(QuarantinedRow.objects.values()), Event.objects.count()

    with pytest.raises(corrections.StillWrong) as refused:
        correct(**values)

    assert refused.value.told("zh") == f"GA01 第 2 行更正后仍未通过：{zh}。"
    assert refused.value.told("en") == f"Row 2 of GA01 still fails: {en}."
    assert (list(QuarantinedRow.objects.values()), Event.objects.count()) == (before, events)


def test_a_row_is_corrected_once(folder):
    published(folder, GOOD, BLANK)
    row = correct()

    with pytest.raises(corrections.AlreadySettled) as refused:
        correct(row)
    assert refused.value.told("zh") == "GA01 第 2 行已不在待更正状态。"


def test_without_an_edition_nothing_can_be_corrected(folder):
    source.collect(folder, GOOD, BLANK)

    with pytest.raises(lake.NoEdition):
        correct()
    assert QuarantinedRow.objects.get().status == "open"


def test_what_was_let_in_is_where_it_stood_and_its_load_still_adds_up(folder):
    first = published(folder, GOOD, BLANK)
    row = correct()
    edition, done = let_in()
    assert kept(edition) == [(HER, "周雨一", 1), (HIS, "周雨三", 2)]
    assert kept(first.load.edition) == [(HER, "周雨一", 1)], "readers still see what they saw"
    publish(edition, done)

    row.refresh_from_db()
    load = Load.objects.get(pk=first.load.pk)
    assert row.status == "corrected"
    assert (load.rows_read, load.rows_kept, load.rows_quarantined) == (2, 2, 0)
    assert let_in()[1] == []
    event = Event.objects.get(kind="rows.let_in")
    assert event.details == {"rows": 1, "refused": 0}


def test_a_draft_that_is_given_up_lets_nothing_in_and_the_row_waits_on(folder):
    published(folder, GOOD, BLANK)
    correct()
    lake.fail(edition=let_in()[0], reason="x", **BY)
    edition, done = let_in()

    assert kept(edition) == [(HER, "周雨一", 1), (HIS, "周雨三", 2)]
    publish(edition, done)
    assert QuarantinedRow.objects.get().status == "corrected"


def test_of_two_rows_with_one_key_the_second_waits_for_its_office_again(folder):
    published(folder, GOOD, BLANK, f"{HIS},周 四,,,")
    one, other = QuarantinedRow.objects.order_by("position")
    correct(one)
    correct(other, name="周雨四")
    edition, done = let_in()

    assert [len(each.rows) for each in done] == [len(each.refused) for each in done] == [1]
    publish(edition, done)
    assert source.waiting() == [(3, "BLANK", "name")]
    assert kept(edition) == [(HER, "周雨一", 1), (HIS, "周雨三", 2)]


def test_a_source_that_still_writes_it_wrong_is_read_as_it_was_corrected(folder):
    published(folder, GOOD, BLANK)
    correct()
    publish(*let_in())
    again = source.collect(folder, BLANK, GOOD)

    assert (again.load.rows_kept, again.load.rows_quarantined) == (2, 0)
    assert kept(again.load.edition) == [(HIS, "周雨三", 1), (HER, "周雨一", 2)]
    assert source.waiting() == []


def test_a_check_that_came_after_the_correction_judges_it_when_it_is_let_in(folder):
    published(folder, GOOD, BLANK)
    correct()
    content = source.content()
    content["checks"][1]["expression"] = "strpos(name, '雨') = 0"
    lake.adopt_contract(contract=type(source.contract())(**content), **BY)
    edition, done = let_in()

    assert [(each.rows, len(each.refused)) for each in done] == [((), 1)]
    assert kept(edition) == [(HER, "周雨一", 1)]
    publish(edition, done)
    assert source.waiting() == [(2, "BLANK", "name")]
