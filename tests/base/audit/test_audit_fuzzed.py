"""Whoever changes anything in a sealed log, in whatever way, is found; and a clean log is clean."""

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.base.audit.conftest import MONDAY
from tongban.base.audit import actions, queries
from tongban.base.audit.models import Event, Seal

pytestmark = pytest.mark.django_db
many = settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
EVENT_COLUMNS = {
    "kind": "'case.refused'",
    "subject_type": "'person'",
    "subject_id": "'T-99'",
    "actor": "'u18'",
    "office": "''",
    "post": "'approver'",
    "purpose": "'x'",
    "basis": "'x'",
    "outcome": "'refused'",
    "at": "at + interval '1 microsecond'",
    "details": 'details || \'{"item": "0012"}\'',
    "edition": "0",
    "rows": "0",
    "subjects": "'{P1}'",
    "query": "'\\x00', query_digest = '\\x00'",  # the database asks for both
    "proof": "decode(repeat('00', 32), 'hex')",
}
SEAL_COLUMNS = {
    "previous": "decode(repeat('01', 32), 'hex')",
    "hash": "decode(repeat('01', 32), 'hex')",
    "at": "at - interval '1 microsecond'",
}
changes = st.one_of(
    st.tuples(st.just("audit_event"), st.sampled_from(sorted(EVENT_COLUMNS.items()))),
    st.tuples(st.just("audit_seal"), st.sampled_from(sorted(SEAL_COLUMNS.items()))),
)


@many
@given(changes, st.integers(1, 10))
def test_one_changed_column_of_one_row_is_found_where_it_stands(log, tamper, change, sequence):
    table, (column, value) = change
    place = "id = (SELECT event_id FROM audit_seal WHERE sequence = %s)"
    where = "sequence = %s" if table == "audit_seal" else place
    with transaction.atomic():
        tamper((f"UPDATE {table} SET {column} = {value} WHERE {where}", sequence))
        report = queries.verify()
        transaction.set_rollback(True)

    assert report.first is not None and report.first.sequence is not None
    assert report.first.sequence <= sequence <= (report.first.until or 0) + 1
    assert queries.verify().sound


@many
@given(st.sets(st.integers(1, 10), min_size=1), st.sampled_from(["event", "seal", "both"]))
def test_whatever_is_deleted_is_found(log, tamper, gone, what):
    events = dict(Seal.objects.filter(sequence__in=gone).values_list("sequence", "event_id"))
    with transaction.atomic():
        for sequence, event in events.items():
            if what in ("event", "both"):
                tamper(("DELETE FROM audit_event WHERE id = %s", event))
            if what in ("seal", "both"):
                tamper(("DELETE FROM audit_seal WHERE sequence = %s", sequence))
        report = queries.verify()
        transaction.set_rollback(True)
    assert not report.sound
    named = [f for f in report.findings if f.sequence is not None]
    for sequence in gone if what != "seal" else ():
        assert any(f.sequence <= sequence <= (f.until or 0) for f in named if f.sequence)


@many
@given(st.permutations(range(1, 11)))
def test_events_that_changed_places_are_found(log, tamper, order):
    events = dict(Seal.objects.values_list("sequence", "event_id"))
    with transaction.atomic():
        for sequence, other in enumerate(order, 1):
            tamper(
                (
                    "UPDATE audit_seal SET event_id = %s WHERE sequence = %s",
                    -events[other],
                    sequence,
                )
            )
        tamper(("UPDATE audit_seal SET event_id = -event_id",))
        report = queries.verify()
        transaction.set_rollback(True)
    assert report.sound == (list(order) == sorted(order))


@many
@given(st.integers(0, 2000), st.binary(min_size=1, max_size=3))
def test_other_bytes_in_the_anchor_file_are_found(log, anchor_file, at, junk):
    """In the last line they look like what a crash tears, which costs that one anchor."""
    before = anchor_file.read_bytes()
    at %= before.rindex(b"\n", 0, -1) - len(junk)
    anchor_file.write_bytes(changed := before[:at] + junk + before[at + len(junk) :])
    report = queries.verify()
    anchor_file.write_bytes(before)

    assert report.sound == (changed == before)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("4 2026-03-02T02", "4 0001-01-01T02"),
        ("4 2026-03-02T02:00:00.000000+00:00", "4 0001-01-01T02:00:00.000000+14:00"),
        ("4 2026-03-02T02:00:00.000000+00:00", "4 2026-03-02T10:00:00.000000+08:00"),
        ("4 2026-03-02T02:00:00.000000+00:00", "4 2026-03-02 02:00:00.000000+00:00"),
        ("4 2026-03-02T02:00:00.000000+00:00", "4 2026-03-02T02:00:00.000000"),
        ("\n4 ", "\n+4 "),
        ("\n4 ", "\n4  "),
        ("\n4 ", "\n"),
        ("\n4 ", "\r\n4 "),
        ("\n4 ", "\n４ "),
    ],
)
def test_a_line_that_says_it_in_other_words_is_a_changed_line(log, anchor_file, old, new):
    text = anchor_file.read_text()
    assert text.count(old) == 1
    anchor_file.write_bytes(text.replace(old, new).encode())
    assert "anchor_changed" in {finding.kind for finding in queries.verify().findings}


@settings(many, max_examples=5)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(1, 6)), min_size=1, max_size=4))
def test_a_log_that_nobody_touched_is_sound_however_it_was_written_and_sealed(
    anchor_file, write, steps
):
    """One log that grows from example to example."""
    for written, sealed in steps:
        write(written)
        waiting = Event.objects.count() - Seal.objects.count()
        at = MONDAY + timedelta(hours=Seal.objects.count())
        assert actions.seal_pending(at=at, limit=sealed) == min(sealed, waiting)

    report = queries.verify()
    assert report.sound
    assert report.sealed == report.anchored == Seal.objects.count()
    assert report.waiting == Event.objects.count() - report.sealed
