"""Searching the log, and "who read what of mine?"."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from tongban.base.audit import actions, queries
from tongban.base.audit.queries import Search
from tongban.base.audit.reads import Query

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 3, 2, 1, tzinfo=UTC)
ME, OTHER = "P0123456789ABCDEFGHJKMNPQRS", "P1123456789ABCDEFGHJKMNPQRS"
NIGHTLY = Query("select id, age from person where region = $region", {"region": "329902"})


def read(kind="gate.read", *, hours=0, **known):
    with transaction.atomic():
        return actions.record(
            kind,
            ("grant", "G12"),
            actor="u17",
            at=MONDAY + timedelta(hours=hours),
            office="MZ",
            **known,
        )


def nobody(bulk, subject):
    return False


def test_a_person_sees_who_read_which_facts_when_and_why():
    event = read(
        rows=1,
        subjects=[OTHER, ME],
        purpose="高龄津贴",
        basis="第三十三条",
        edition=7,
        details={"facts": ["person.birth", "person.alive"]},
    )
    read(rows=1, subjects=[OTHER])
    read("case.accepted", subjects=[ME])

    assert queries.reads_of(ME, since=MONDAY, included=nobody) == [
        queries.Read(
            event=event.pk,
            at=MONDAY,
            office="MZ",
            purpose="高龄津贴",
            basis="第三十三条",
            facts=("person.birth", "person.alive"),
            edition=7,
            bulk=False,
            included=True,
            actor="u17",
        )
    ]


def test_a_bulk_read_is_asked_once_per_query_and_edition():
    asked = []

    def included(bulk, subject):
        asked.append((bulk, subject))
        return bulk.edition == 1

    first = read(rows=50_000, query=NIGHTLY, edition=1)
    second = read(rows=50_000, query=NIGHTLY, edition=1)
    third = read(rows=50_001, query=NIGHTLY, edition=2)

    reads = queries.reads_of(ME, since=MONDAY, included=included)

    assert [(r.event, r.bulk, r.included) for r in reads] == [
        (second.pk, True, True),
        (first.pk, True, True),
    ]
    assert asked == [
        (queries.BulkRead(third.pk, ("grant", "G12"), 2, NIGHTLY), ME),
        (queries.BulkRead(second.pk, ("grant", "G12"), 1, NIGHTLY), ME),
    ]


def test_a_bulk_read_that_can_no_longer_be_run_is_told_as_unknown():
    event = read(rows=9, query=NIGHTLY, edition=1)
    [told] = queries.reads_of(ME, since=MONDAY, included=lambda bulk, subject: None)
    assert (told.event, told.included) == (event.pk, None)


def test_a_small_read_with_a_query_is_answered_by_its_subjects():
    read(rows=1, subjects=[OTHER], query=NIGHTLY)
    assert queries.reads_of(ME, since=MONDAY, included=lambda bulk, subject: True) == []


def test_what_was_refused_or_found_nothing_was_not_read():
    read(rows=1, subjects=[ME], outcome="refused")
    read(rows=0, subjects=[ME])
    assert queries.reads_of(ME, since=MONDAY, included=nobody) == []


def test_reads_come_newest_first_in_pages_and_from_a_day_on(monkeypatch):
    monkeypatch.setattr(queries, "CHUNK", 2)
    events = [
        read(hours=hour, rows=1, **({"subjects": [ME]} if hour % 2 else {"query": NIGHTLY}))
        for hour in range(7)
    ]

    def page(**where):
        reads = queries.reads_of(
            ME, since=MONDAY + timedelta(hours=1), included=lambda *_: True, **where
        )
        return [r.event for r in reads]

    newest = page(limit=4)
    assert newest == [event.pk for event in reversed(events[3:])]
    assert page(before=newest[-1], limit=4) == [events[2].pk, events[1].pk]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Search(), [2, 1, 0]),
        (Search(kind="case"), [1, 0]),
        (Search(kind="case.accepted"), [0]),
        (Search(kind="cas"), []),
        (Search(subject=("case", "T-1")), [1, 0]),
        (Search(actor="u2"), [2, 1]),
        (Search(office="GA"), [2]),
        (Search(outcome="refused"), [1]),
        (Search(since=MONDAY + timedelta(hours=1)), [2, 1]),
        (Search(until=MONDAY + timedelta(hours=1)), [0]),
        (Search(kind="case", actor="u2", outcome="done"), []),
    ],
)
def test_the_auditor_finds_events(wanted, found):
    with transaction.atomic():
        ids = [
            actions.record("case.accepted", ("case", "T-1"), actor="u1", at=MONDAY).pk,
            actions.record(
                "case.closed",
                ("case", "T-1"),
                actor="u2",
                at=MONDAY + timedelta(hours=1),
                outcome="refused",
            ).pk,
            actions.record(
                "grant.made",
                ("grant", "G1"),
                actor="u2",
                at=MONDAY + timedelta(hours=2),
                office="GA",
            ).pk,
        ]
    assert [event.pk for event in queries.search(wanted)] == [ids[n] for n in found]


def test_pages_go_on_where_the_last_one_ended(write):
    events = write(5)
    first = queries.search(Search(), limit=2)
    rest = queries.search(Search(), before=first[-1].pk)
    assert [event.pk for event in first + rest] == [event.pk for event in reversed(events)]


def test_everything_about_one_subject(write):
    events = write(3)
    assert queries.events_about(("case", "T-1")) == [events[1]]
    assert queries.events_about(("case", "T-1"), before=events[1].pk) == []


def test_a_page_of_the_log_causes_one_query(write, django_assert_num_queries):
    write(3)
    with django_assert_num_queries(1):
        queries.search(Search(kind="case"), limit=2)
