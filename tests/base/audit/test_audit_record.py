"""What stands in the log, and what can never stand there."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tongban.base.audit import actions, queries
from tongban.base.audit.content import NotRecordable
from tongban.base.audit.models import Event, Seal, Unsealed
from tongban.base.audit.reads import Query, query_of
from tongban.errors import Refusal

MONDAY = datetime(2026, 3, 2, 1, tzinfo=UTC)
RESIDENT = "329901199003070020"  # of the prefix that nobody can have
COMPANY = "91329900MA7K000161"
PERSON = "P0123456789ABCDEFGHJKMNPQRS"


class NotYourOffice(Refusal):
    """The case of {name} belongs to another office."""


def gate_read(**changes):
    known = {"actor": "u17", "at": MONDAY, "rows": 1, "subjects": [PERSON]} | changes
    return actions.record("gate.read", ("grant", "G12"), **known)


@pytest.mark.django_db
def test_an_event_says_who_did_what_to_what_and_why(django_assert_num_queries):
    with django_assert_num_queries(1):
        written = actions.record(
            "gate.read",
            ("grant", "G12"),
            actor="u17",
            at=MONDAY,
            office="MZ",
            post="clerk",
            purpose="高龄津贴",
            basis="老年人权益保障法第三十三条",
            details={"facts": ["person.birth"]},
            edition=7,
            rows=1,
            subjects=(PERSON,),
        )

    event = Event.objects.get()
    assert event == written
    assert str(event) == "gate.read grant:G12"
    assert (event.actor, event.office, event.post, event.at) == ("u17", "MZ", "clerk", MONDAY)
    assert (event.purpose, event.basis) == ("高龄津贴", "老年人权益保障法第三十三条")
    assert (event.outcome, event.details) == ("done", {"facts": ["person.birth"]})
    assert (event.edition, event.rows, event.subjects, event.query) == (7, 1, [PERSON], None)
    assert str(Unsealed.objects.get()) == str(event.pk)


@pytest.mark.django_db
def test_the_query_of_a_bulk_read_is_kept_sealed():
    query = Query("select phone from person where name = $name", {"name": "张三"})
    gate_read(subjects=(), rows=50_000, query=query)

    event = Event.objects.get()
    assert query_of(event) == query
    assert "张三".encode() not in bytes(event.query)
    assert b"phone" not in bytes(event.query)
    assert bytes(event.query_digest) == query.digest()


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nothing_is_recorded():
    with pytest.raises(actions.OutsideTransaction):
        gate_read()
    assert not Event.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_event_vanishes_with_its_transaction():
    with pytest.raises(NotYourOffice), transaction.atomic():
        gate_read()
        raise NotYourOffice(name="张三")
    assert not Event.objects.exists()
    assert not Unsealed.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_refused_action_leaves_an_event_although_it_rolled_back():
    with pytest.raises(NotYourOffice) as refused, transaction.atomic():
        actions.record("case.accepted", ("case", "T-1"), actor="u17", at=MONDAY)
        raise NotYourOffice(name="张三")
    actions.record_refusal(
        refused.value, "case.accepted", ("case", "T-1"), actor="u17", at=MONDAY, office="MZ"
    )

    event = Event.objects.get()
    assert (event.kind, event.outcome, event.office) == ("case.accepted", "refused", "MZ")
    assert event.details == {"refusal": "NotYourOffice"}


@pytest.mark.django_db(transaction=True)
def test_a_refusal_is_not_recorded_inside_the_transaction_that_will_roll_back():
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        actions.record_refusal(
            NotYourOffice(name="x"), "case.accepted", ("case", "T-1"), actor="u17", at=MONDAY
        )
    assert not Event.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "content",
    [
        {"subjects": [RESIDENT]},
        {"actor": RESIDENT},
        {"details": {"note": f"身份证{RESIDENT}，已核"}},
        {"details": {"note": RESIDENT[:17].replace("2", "1") + "x"} | {"seen": [RESIDENT]}},
        {"purpose": "查询 32990119900307008x"},
    ],
)
def test_an_identity_number_never_enters_the_log(content):
    with pytest.raises(NotRecordable, match="an identity number") as refused:
        gate_read(**content)
    assert RESIDENT not in str(refused.value)
    assert not Event.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("number", [COMPANY, "T-20260302000001", "329901199003070021"])
def test_other_long_numbers_are_welcome(number):
    gate_read(details={"number": number})
    assert Event.objects.get().details == {"number": number}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ({"at": datetime(2026, 3, 2)}, "no time zone"),  # noqa: DTZ001 - that is the point
        ({"subjects": [f"P{n}" for n in range(101)]}, "101 subjects; above 100 give the query"),
        ({"subjects": []}, "must give its subjects or its query"),
        ({"details": {"share": 0.1}}, "details hold text, whole numbers"),
        ({"details": {"days": [MONDAY]}}, "details hold text, whole numbers"),
        ({"details": {"by": {1: "x"}}}, "details hold text, whole numbers"),
    ],
)
def test_what_cannot_be_proven_or_asked_is_refused(content, reason):
    with pytest.raises(NotRecordable, match=reason):
        gate_read(**content)
    assert not Event.objects.exists()


@pytest.mark.django_db
def test_a_read_that_found_nobody_needs_no_subjects():
    gate_read(rows=0, subjects=())
    assert Event.objects.get().rows == 0


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["accepted", "Case.accepted", "case.", "case accepted"])
def test_the_database_refuses_a_kind_that_is_no_dotted_verb(kind):
    with pytest.raises(IntegrityError, match="event_kind_is_a_dotted_verb"), transaction.atomic():
        actions.record(kind, ("case", "T-1"), actor="u17", at=MONDAY)
    assert not Event.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("table", ["audit_event", "audit_seal"])
@pytest.mark.parametrize(
    "statement", ["UPDATE {} SET at = now()", "DELETE FROM {}", "TRUNCATE {} CASCADE"]
)
def test_the_database_refuses_to_change_or_remove(log, table, statement):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER {table}_no_truncate")
        with pytest.raises(IntegrityError, match="added, never changed"), transaction.atomic():
            cursor.execute(statement.format(table))
    assert (Event.objects.count(), Seal.objects.count()) == (10, 10)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("aéß\U0001f600"), inner),
    max_leaves=8,
)


@pytest.mark.django_db
@given(
    details=st.dictionaries(st.text("ab甲"), JSON, max_size=4),
    at=st.datetimes(min_value=datetime(1900, 1, 1), timezones=st.timezones()),  # noqa: DTZ001
    edition=st.none() | st.integers(0, 2**62),
)
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_was_recorded_is_read_back_to_the_same_proof(details, at, edition):
    gate_read(details=details, at=at, edition=edition)
    actions.seal_pending(at=MONDAY, limit=1)
    assert queries.verify().sound
