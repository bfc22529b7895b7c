"""A row that is written or read by a prepared statement is the row that a query set writes and
reads."""

from datetime import UTC, date

import pytest
from django.db import DataError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.known import MONDAY
from tongban import records, sql
from tongban.base.audit.models import Event
from tongban.base.calendar.models import CalendarDay
from tongban.base.notices.models import Notice

pytestmark = pytest.mark.django_db
words = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=64)
moments = st.datetimes(timezones=st.just(UTC)).filter(lambda at: 1 < at.year < 9999)
whole = st.integers(-(2**63), 2**63 - 1)
contents = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=6,
)


@st.composite
def events(draw) -> Event:
    return Event(
        kind="case.tried",
        office=draw(words),
        subject_type="case",
        subject_id=draw(words),
        actor="1",
        at=draw(moments),
        details={"words": draw(contents)},
        edition=draw(st.none() | whole),
        subjects=draw(st.lists(words, max_size=3)),
        **draw(st.sampled_from([{}, {"query": b"\0sealed", "query_digest": bytes(32)}])),
        proof=draw(st.binary(max_size=32)),
    )


def a_notice(**changed) -> Notice:
    told = {"words_zh": "已受理", "words_en": "Accepted", "told_at": MONDAY}
    return Notice(**{"subject_id": "P1", "about_type": "case", "about_id": "1"} | told | changed)


def cells_of(model, row, *without):
    statement = f"SELECT {records.cells('one', model, *without)} FROM {model._meta.db_table} AS one"
    return sql.prepared(f"{statement} WHERE {model._meta.pk.column} = $1", str(row.pk))


def held(row) -> dict:
    """Every field but the id; bytes as bytes."""
    values = {each.attname: getattr(row, each.attname) for each in row._meta.concrete_fields}
    del values["id"]
    return {k: bytes(v) if isinstance(v, memoryview) else v for k, v in values.items()}


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(made=events())
def test_whatever_is_written_is_what_a_query_set_writes_and_reads_back_as_it_was(made):
    with transaction.atomic():
        records.insert([made])
    mine = Event.objects.order_by("-pk").first()
    theirs = Event(**held(made))
    theirs.save()

    theirs.refresh_from_db()
    assert held(mine) == held(theirs)
    read = records.read(Event, cells_of(Event, mine))
    assert (read.pk, held(read)) == (mine.pk, held(mine))


def test_several_rows_are_written_in_their_order_and_with_one_statement():
    with CaptureQueriesContext(connection) as asked:
        records.insert([a_notice(about_id=str(number)) for number in range(3)])
    assert len(asked.captured_queries) == 1
    assert list(Notice.objects.order_by("pk").values_list("about_id", flat=True)) == ["0", "1", "2"]


def test_no_rows_are_no_statement():
    records.insert([])
    assert not Notice.objects.exists()


def test_what_a_column_cannot_hold_is_refused_and_nothing_is_written():
    with pytest.raises(DataError, match="too long"), transaction.atomic():
        records.insert([a_notice(), a_notice(about_id="9" * 65)])
    assert not Notice.objects.exists()


def test_days_are_days():
    day = CalendarDay.objects.create(
        day=date(2031, 5, 1), working=False, announced=True, note_zh="劳动节", note_en="Labour Day"
    )
    assert records.read(CalendarDay, cells_of(CalendarDay, day)).day == date(2031, 5, 1)


def test_a_field_that_was_left_out_is_fetched_when_somebody_asks_for_it():
    made = a_notice()
    made.save()
    read = records.read(
        Notice, cells_of(Notice, made, "words_zh", "words_en"), *("words_zh", "words_en")
    )

    assert read.get_deferred_fields() == {"words_zh", "words_en"}
    assert (read.about_id, read.words_zh) == ("1", "已受理")
    assert read.get_deferred_fields() == {"words_en"}


def test_where_an_outer_join_found_nothing_there_is_no_row():
    statement = f"""
        SELECT json_build_array({records.cells("one", Notice)})
        FROM (SELECT) AS always LEFT JOIN notices_notice AS one ON false
    """
    assert sql.prepared(statement) == [None]
    assert records.read(Notice, None) is None
