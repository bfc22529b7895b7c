"""Who a decision's answers are about: told to the office that carries out the item, and nobody
else."""

from datetime import date

import pytest

from tests.data.exchange import asked, tiny
from tests.data.exchange.asked import GROWN, READER, TABLE
from tests.data.exchange.tiny import FACTS, MONDAY, subject
from tongban.base.audit.models import Event
from tongban.data.exchange import decided, gate
from tongban.data.exchange.models import GrantUse
from tongban.data.lake import actions as lake
from tongban.data.lake import queries, rows

pytestmark = pytest.mark.usefixtures("six")
USE = "offer:X1"
COLUMNS = ["value", "unknown", "edition", "decision"]
GROWN_UP = [subject(4), subject(5), subject(6)]


@pytest.fixture
def answered(six):
    """The six, decided and published, and a grant over the answers."""
    asked.give()
    edition, _ = asked.decide()
    lake.publish(edition=edition, by="test", at=MONDAY)
    give()
    return edition


def give(code: str = "G-X1-OFFER", **given):
    terms = {
        "use": USE,
        "grantee": {"office": READER.office, "post": READER.post},
        "relation": TABLE,
        "columns": ["subject_id", *COLUMNS],
        **given,
    }
    return tiny.give(code, **terms)


def ask(**given):
    terms = {"reader": READER, "use": USE, "relation": TABLE, "columns": COLUMNS, "at": MONDAY}
    return gate.subjects(**{**terms, **given})


def test_the_subjects_are_told_with_what_was_decided(answered):
    found = ask()

    assert (found.edition, found.grant) == (answered.number, "G-X1-OFFER")
    assert [row["subject_id"] for row in found.rows] == [subject(n) for n in range(1, 7)]
    assert found.rows[0] == {
        "subject_id": subject(1),
        "value": False,
        "unknown": False,
        "edition": 1,
        "decision": GROWN.version,
    }


def test_only_the_rows_that_are_asked_for_are_told(answered):
    found = ask(columns=["edition"], where=[gate.Compare("value", "=", True)])

    assert [row["subject_id"] for row in found.rows] == GROWN_UP
    assert set(found.rows[0]) == {"subject_id", "edition"}


def test_only_the_rows_of_the_grant_are_told(answered):
    give(row_filter="value = true")

    assert [row["subject_id"] for row in ask().rows] == GROWN_UP


def test_it_is_audited_as_a_bulk_read_and_whoever_was_in_it_can_be_told(answered):
    give(row_filter="value = true")
    ask()

    event = tiny.last_event()
    assert (event.kind, event.actor, event.office, event.post) == (
        *("subjects.read", "command", "GA", "item:X1"),
    )
    assert (event.purpose, event.rows, event.edition) == (USE, 3, answered.number)
    assert event.details == {"facts": COLUMNS, "grant": "G-X1-OFFER"}
    assert GrantUse.objects.get(grant__code="G-X1-OFFER").count == 1
    read = tiny.bulk_read(event)
    assert gate.was_included(read, subject(5)) is True
    assert gate.was_included(read, subject(1)) is False


def test_rows_of_the_table_leave_under_an_ordinary_grant_with_pseudonyms(answered):
    terms = {"use": "study", "grantee": {"office": "SJ", "post": "steward"}}
    give("G-STUDY", mask={"decision": "hidden"}, **terms)

    left = gate.read_rows(
        reader=tiny.ANALYST,
        use="study",
        relation=TABLE,
        columns=["subject_id", "value", "decision"],
        where=[gate.Compare("value", "=", True)],
        limit=100,
        at=MONDAY,
    )

    assert [row[1] for row in left.rows] == [True] * 3
    assert not {row[0] for row in left.rows} & set(GROWN_UP)
    assert GROWN.version not in {row[2] for row in left.rows}
    assert left.masked == {"decision"}


@pytest.mark.parametrize(
    ("reader", "use", "relation"),
    [
        (READER, "study", TABLE),
        (READER, "offer:X2", TABLE),
        (READER, "offer:", TABLE),
        (READER, "offer:X1", FACTS),
        (gate.Reader("7", "approver", "GA"), USE, TABLE),
        (gate.Reader("7", "item:", "GA"), "offer:", TABLE),
    ],
)
def test_nobody_else_is_told_whatever_he_was_granted(answered, reader, use, relation):
    grantee = {"office": reader.office, "post": reader.post}
    columns = ["subject_id", "age"] if relation == FACTS else ["subject_id", *COLUMNS]
    give("G-OTHER", use=use, grantee=grantee, relation=relation, columns=columns)
    before = Event.objects.count()

    with pytest.raises(gate.NotCarriedOut) as refused:
        ask(reader=reader, use=use, relation=relation)

    assert refused.value.told("zh") == (
        f"{reader} 不能为 {use} 得知 {relation} 各行是谁。只有岗位 item:编码 可以为用途 offer:编码"
        "（只限决策结果表）或 payments:编码 得知。"
    )
    assert refused.value.told("en") == (
        f"{reader} is not told for {use} who the rows of {relation} are about. That is for the post"
        " item:CODE alone, for the use offer:CODE and there for a table of decisions, or"
        " payments:CODE."
    )
    assert Event.objects.count() == before and not GrantUse.objects.filter(
        grant__code__in=["G-X1-OFFER", "G-OTHER"]
    )


def test_who_is_paid_is_read_from_the_facts(six):
    grant = {"use": "payments:X1", "relation": FACTS, "columns": ["subject_id", "phone", "age"]}
    give("G-X1-PAYMENTS", row_filter="age >= 35", **grant)

    found = ask(use="payments:X1", relation=FACTS, columns=["phone"])

    assert [(row["subject_id"], row["phone"]) for row in found.rows] == [
        (subject(5), "13800006025"),
        (subject(6), "13800006026"),
    ]


@pytest.mark.parametrize(
    ("terms", "refusal"),
    [
        ({"columns": COLUMNS}, gate.NotGranted),  # not who it is
        ({"columns": ["subject_id", "value"]}, gate.NotGranted),
        ({"until": date(2026, 9, 20)}, gate.GrantEnded),
        ({"from": date(2026, 9, 22)}, gate.GrantNotYet),
        ({"mask": {"value": "hidden"}}, gate.MaskedFact),
        ({"quota": tiny.quota(rows=5)}, gate.TooManySubjects),
        ({"row_filter": "subject_id = applicant"}, gate.NeedsApplicant),
    ],
)
def test_what_the_grant_does_not_give_is_refused_and_nothing_is_counted(answered, terms, refusal):
    give(**terms)
    before = Event.objects.count()

    with pytest.raises(refusal):
        ask()

    assert Event.objects.count() == before
    assert not GrantUse.objects.filter(grant__code="G-X1-OFFER").exists()


def test_the_quota_of_a_day_holds(answered):
    give(quota=tiny.quota(requests=1))
    ask()

    with pytest.raises(gate.QuotaUsedUp):
        ask()


def test_a_table_that_nobody_has_decided_is_refused(six):
    give()

    with pytest.raises(rows.NotInEdition):
        ask()


def test_the_answers_are_as_old_as_the_facts_they_were_given_on(answered):
    assert gate.is_about_current_facts("person", 1)
    assert answered.number > 1  # publishing the answers alone makes nothing older
    assert not gate.is_about_current_facts("person", 99)
    assert not gate.is_about_current_facts("company", 1)

    tiny.publish(tiny.SIX)

    assert not gate.is_about_current_facts("person", 1)
    assert gate.is_about_current_facts("person", queries.current_edition().number)


def test_the_table_has_a_column_for_each_member_of_the_answer():
    box = asked.formula('{ band: age, here: town = "329904" }', "age", "town")
    own = ("subject_id", "unknown", "rule", "edition", "decided_on", "decision")

    assert decided.columns_of(GROWN) == (own[0], "value", *own[1:])
    assert decided.columns_of(box) == (own[0], "band", "here", *own[1:])
