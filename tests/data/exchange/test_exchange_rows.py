"""Rows of a relation: what a grant opens, what leaves, and the question "was I in it?"."""

from datetime import UTC, date, datetime

import pytest

from tests.data.exchange import tiny
from tests.data.exchange.tiny import ANALYST, FACTS, MONDAY, PEOPLE, STEWARD, give, subject
from tongban.base.audit import queries as audit
from tongban.base.audit.models import Event
from tongban.data.exchange import actions, gate
from tongban.data.exchange.gate import Among, Compare, Either, Empty, Negated
from tongban.data.exchange.models import GrantUse
from tongban.data.exchange.pseudonyms import pseudonym
from tongban.data.lake.actions import NoEdition
from tongban.data.lake.keyring import RowKeyring
from tongban.data.lake.models import CurrentEdition, DataKey, Edition

pytestmark = pytest.mark.usefixtures("six")
CLERK = gate.Reader("19", "clerk", "SJ")


def rows(*columns, reader=ANALYST, use="study", relation=FACTS, limit=100, at=MONDAY, where=()):
    return gate.read_rows(
        reader=reader,
        use=use,
        relation=relation,
        columns=columns,
        where=where,
        limit=limit,
        at=at,
    )


def test_granted_columns_leave_masked_as_the_grant_says():
    give("G1", mask={"name": "name"})

    found = rows("name", "town", "age")

    assert found.columns == ("name", "town", "age")
    assert found.rows[0] == ("周**", "329904", 31)
    assert len(found.rows) == 6
    assert (found.masked, found.grant, found.edition) == (frozenset({"name"}), "G1", 1)


def test_a_read_is_audited_with_edition_count_columns_and_query():
    give("G1")
    rows("town", limit=2)

    event = tiny.last_event()

    assert (event.kind, event.subject_type, event.subject_id) == ("rows.read", "relation", FACTS)
    assert (event.actor, event.office, event.post, event.purpose) == (
        "18",
        "SJ",
        "steward",
        "study",
    )
    assert (event.edition, event.rows, event.subjects) == (1, 2, [])
    assert event.details == {"facts": ["town"], "grant": "G1"}


def test_only_rows_of_the_filter_leave():
    give("G1", row_filter='alive = true and town in ("329905", "329906")')

    assert rows("town", "age").rows == (("329905", 35), ("329905", 36))


def test_the_reader_narrows_down_by_typed_comparisons():
    give("G1")

    def ages(*where):
        return [age for (age,) in rows("age", where=where).rows]

    assert ages(Compare("age", ">", 34)) == [35, 36]
    assert ages(Compare("age", ">=", 34), Compare("town", "=", "329904")) == [34]
    assert ages(Among("age", (31, 36))) == [31, 36]
    assert ages(Either((Compare("age", "<", 32), Compare("age", "=", 36)))) == [31, 36]
    assert ages(Negated(Compare("age", "<=", 35))) == [36]
    assert ages(Empty("town")) == ages(Among("town", ())) == ages(Either(())) == []
    assert ages(Compare("town", "=", "' OR true --")) == []


def test_subject_ids_leave_as_pseudonyms_that_two_grants_cannot_join():
    columns = ["subject_id", "person_row"]
    give("G1", columns=columns)
    give("G2", columns=columns, use="other")

    one, two = rows(*columns).rows, rows(*columns, use="other").rows

    assert one[0] == (pseudonym("G1", subject(1)), pseudonym("G1", "GA01:7:1"))
    assert one == rows(*columns).rows
    assert not {v for row in one for v in row} & {v for row in two for v in row}
    assert subject(1) not in str(one)


@pytest.mark.parametrize("column", ["name", "subject_id", "person_row"])
def test_rows_cannot_be_chosen_by_what_leaves_hidden(column):
    give("G1", columns=["name", "subject_id", "person_row"], mask={"name": "name"})

    with pytest.raises(gate.NotComparable):
        rows("name", where=[Compare(column, "=", "周雨一")])
    assert not Event.objects.filter(kind="rows.read").exists()


@pytest.mark.parametrize(
    "where",
    [
        Compare("age", "=", "thirty"),
        Compare("age", "=", True),
        Compare("age", "like", 3),
        Compare("town", "=", 329904),
    ],
)
def test_a_value_of_the_wrong_type_is_named(where):
    give("G1")

    with pytest.raises(gate.ConditionInvalid):
        rows("age", where=[where])


@pytest.mark.parametrize(
    ("given", "asked", "refusal"),
    [
        ({}, {"columns": ("name", "note")}, gate.NotGranted),
        ({}, {"columns": ("town",), "where": [Compare("note", "=", "n1")]}, gate.NotGranted),
        ({}, {"use": "other"}, gate.NotGranted),
        ({}, {"reader": CLERK}, gate.NotGranted),
        ({}, {"reader": STEWARD}, gate.NotGranted),
        ({}, {"relation": PEOPLE}, gate.NotGranted),
        ({"until": date(2026, 9, 20)}, {}, gate.GrantEnded),
        ({"from": date(2026, 9, 22)}, {}, gate.GrantNotYet),
        ({"row_filter": "subject_id = applicant"}, {}, gate.NeedsApplicant),
        ({"quota": tiny.quota(rows=5)}, {"limit": 6}, gate.TooManyRows),
        ({}, {"limit": 0}, gate.TooManyRows),
        ({"columns": ["name", "gone"]}, {"columns": ("gone",)}, gate.UnknownColumn),
    ],
)
def test_every_refusal_is_named_and_reads_nothing(given, asked, refusal):
    give("G1", **given)

    with pytest.raises(refusal) as refused:
        rows(*asked.pop("columns", ("name",)), **asked)
    assert type(refused.value) is refusal
    assert not Event.objects.filter(rows__isnull=False).exists()
    assert not GrantUse.objects.exists()


def test_a_withdrawn_grant_opens_nothing_and_says_when_it_ended():
    give("G1")
    actions.withdraw(code="G1", by="test", at=MONDAY)

    with pytest.raises(gate.GrantWithdrawn, match="G1.*withdrawn on 2026-09-21"):
        rows("name")
    assert give("G1").withdrawn_at == MONDAY, "the folder's unchanged grant does not come back"


def test_a_grant_ends_with_its_last_day_in_local_time():
    give("G1", until=date(2026, 9, 21))

    assert rows("name", at=datetime(2026, 9, 21, 15, 59, tzinfo=UTC)).rows
    with pytest.raises(gate.GrantEnded):
        rows("name", at=datetime(2026, 9, 21, 16, 0, tzinfo=UTC))


def test_todays_requests_are_counted_and_then_used_up():
    give("G1", quota=tiny.quota(requests=2))
    rows("name")
    rows("name")

    with pytest.raises(gate.QuotaUsedUp):
        rows("name")
    assert GrantUse.objects.get().count == 2
    assert rows("name", at=datetime(2026, 9, 22, 2, tzinfo=UTC)).rows


def test_without_an_edition_there_is_nothing_to_read():
    give("G1")
    CurrentEdition.objects.all().delete()

    with pytest.raises(NoEdition):
        rows("name")


def included(n, event=None):
    return gate.was_included(tiny.bulk_read(event or tiny.last_event()), subject(n))


def test_a_bulk_read_can_be_asked_whether_somebody_was_in_it():
    give("G1", row_filter='town = "329904"')
    rows("name", where=[Compare("age", ">", 32)])

    assert [included(n) for n in range(1, 7)] == [False, False, True, True, False, False]


def test_the_answer_holds_for_the_edition_that_was_read():
    give("G1")
    rows("name")
    event = tiny.last_event()
    tiny.publish(tiny.SIX[:2])
    rows("name")

    assert (included(6, event), included(6)) == (True, False)


def test_a_limit_takes_the_same_rows_again():
    give("G1")
    rows("town", limit=3)

    assert [included(n) for n in range(1, 7)] == [True, True, True, False, False, False]


def test_a_sources_table_is_asked_through_the_identity_numbers_it_holds():
    give("G1", relation=PEOPLE, columns=["town"], row_filter='town = "329905"')
    rows("town", relation=PEOPLE)

    assert [included(n) for n in (1, 5, 9)] == [False, True, False]


def test_nobody_can_tell_when_the_edition_is_gone():
    give("G1")
    rows("name")
    event = tiny.last_event()
    Edition.objects.update(number=99)

    assert included(1, event) is None


def test_nobody_can_tell_when_the_lake_is_gone(settings):
    give("G1")
    rows("name")
    settings.LAKE_URL += "-elsewhere"

    assert included(1) is None


def test_nobody_can_tell_when_the_keys_were_destroyed():
    give("G1")
    rows("name")
    RowKeyring().destroy(frozenset(DataKey.objects.values_list("key_id", flat=True)), "law")

    assert included(1) is None


def test_a_person_sees_the_bulk_read_among_his_reads():
    give("G1", row_filter='town = "329905"')
    rows("name")

    def reads(n):
        return audit.reads_of(
            subject(n), since=datetime(2026, 1, 1, tzinfo=UTC), included=gate.was_included
        )

    (read,) = reads(5)
    assert (read.office, read.facts, read.bulk, read.included) == ("SJ", ("name",), True, True)
    assert reads(1) == []


def steward_grant(**given):
    give(
        "G9",
        use="steward",
        grantee={"office": "GA", "post": "steward"},
        relation=PEOPLE,
        columns=["number", "name", "town", "note"],
        **given,
    )


def look(reader=STEWARD, relation=PEOPLE, limit=2):
    return gate.preview(reader=reader, use="steward", relation=relation, at=MONDAY, limit=limit)


def test_a_steward_sees_his_offices_first_rows_masked_by_grade():
    steward_grant(mask={"number": "first6_last4"})

    found = look()

    number = tiny.number(1)
    assert found.columns == ("number", "name", "town", "note")
    assert found.rows[0] == (f"{number[:6]}********{number[-4:]}", "周**", "329904", "***")
    assert len(found.rows) == 2
    assert found.masked == {"number", "name", "note"}
    assert tiny.last_event().kind == "rows.read"


def test_a_preview_gives_no_more_rows_than_the_grant():
    steward_grant(quota=tiny.quota(rows=1))

    assert len(look(limit=20).rows) == 1


@pytest.mark.parametrize(
    ("reader", "relation", "refusal"),
    [
        (ANALYST, PEOPLE, gate.NotYourOffice),
        (STEWARD, FACTS, gate.NotYourOffice),
        (gate.Reader("20", "clerk", "GA"), PEOPLE, gate.NotGranted),
    ],
)
def test_only_ones_own_offices_tables_are_previewed(reader, relation, refusal):
    steward_grant()

    with pytest.raises(refusal):
        look(reader, relation)
    assert not Event.objects.filter(rows__isnull=False).exists()
