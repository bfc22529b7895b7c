"""A decision asked of a whole register: what is stored, what is told, what is refused."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from tests.data.exchange import asked, tiny
from tests.data.exchange.asked import GROWN, TABLE, USE, compare, decide, formula, give
from tests.data.exchange.tiny import FACTS, MONDAY, subject
from tests.engines.decisions import dmn_models as dmn
from tongban.base.audit import queries as audit
from tongban.base.audit.models import Event
from tongban.data.exchange import actions, gate, register_facts
from tongban.data.exchange.gate import Answer, Change
from tongban.data.exchange.models import GrantUse
from tongban.data.lake import queries as lake
from tongban.data.lake import rows
from tongban.data.lake.actions import EditionClosed, NoEdition
from tongban.data.lake.models import CurrentEdition, Edition
from tongban.data.registers import actions as registers
from tongban.engines.decisions.sql import NotInRelation, NotInSubset
from tongban.engines.feel import Unknown

pytestmark = pytest.mark.usefixtures("six")
YES, NO, NOBODY_KNOWS = Answer(True, False), Answer(False, False), Answer(None, True)
POSTS = dmn.table(
    """
    age:number | town:string || seat:string="后排"
    < 33       | -           || "前排"
    -          | "329905"    || "中排"
    """,
    "FIRST",
)


def test_the_answers_become_a_table_of_the_draft():
    give()

    edition, decided = decide()

    assert (decided.table, decided.edition, decided.rows) == (TABLE, 1, 6)
    assert decided.counts == ((NO, 3), (YES, 3))
    columns, found = asked.table_of(edition)
    assert columns == ["subject_id", "value", "unknown", "edition", "decided_on", "decision"]
    same = (False, 1, date(2026, 9, 21), GROWN.version)
    assert found == [(subject(n), n >= 4, *same) for n in range(1, 7)]


def test_readers_do_not_see_it_before_the_edition_is_published():
    give()
    before = lake.tables_of(lake.current_edition())

    edition, _ = decide()

    assert lake.tables_of(lake.current_edition()) == before
    assert lake.tables_of(edition).keys() == {*before, TABLE}


def test_the_rule_that_decided_stands_beside_the_value():
    give()

    edition, decided = decide(asked.model(POSTS, "age", "town"))

    columns, found = asked.table_of(edition)
    assert columns[:4] == ["subject_id", "value", "unknown", "rule"]
    assert [row[1:4] for row in found] == [
        *[("前排", False, 1)] * 2,
        *[("后排", False, None)] * 2,
        *[("中排", False, 2)] * 2,
    ]
    assert dict(decided.counts) == {Answer(seat, False): 2 for seat in ("前排", "中排", "后排")}


def test_a_context_has_one_column_for_each_member():
    give()
    box = '{ band: if age > 33 then 2 else 1, here: town = "329904" }'

    edition, decided = decide(formula(box, "age", "town"))

    columns, found = asked.table_of(edition)
    assert columns[:4] == ["subject_id", "band", "here", "unknown"]
    assert [row[1:4] for row in found] == [
        *[(1, True, False)] * 3,
        (2, True, False),
        *[(2, False, False)] * 2,
    ]
    members = (("band", Decimal(1)), ("here", True))
    assert decided.counts[0] == (Answer(members, False), 3)


def test_a_fact_that_is_null_is_unknown():
    give()
    tiny.publish([tiny.person(1), {**tiny.person(2), "age": None}])

    edition, decided = decide()

    assert decided.counts == ((NO, 1), (NOBODY_KNOWS, 1))
    assert [row[1:3] for row in asked.table_of(edition)[1]] == [(False, False), (None, True)]


def test_the_table_is_as_confidential_as_the_facts_behind_it():
    give()

    edition, _ = decide(formula("alive and age > 3", "age", "alive"))
    grades = {column.name: column.grade for column in rows.schema(edition, TABLE).columns}
    assert grades == {
        "subject_id": 2,
        **dict.fromkeys(("value", "unknown"), 4),
        **dict.fromkeys(("edition", "decided_on", "decision"), 1),
    }

    edition, _ = decide(formula('kind = "resident"', "kind"), table="decisions.x1_kind")
    schema = rows.schema(edition, "decisions.x1_kind")
    assert {column.name: column.grade for column in schema.columns}["value"] == 2


def test_only_the_rows_of_the_grant_are_decided():
    give(row_filter='town = "329905"')

    edition, decided = decide()

    assert decided.counts == ((YES, 2),)
    assert [row[0] for row in asked.table_of(edition)[1]] == [subject(5), subject(6)]


def test_today_is_the_day_of_the_city():
    give()
    decision = formula("today()", "age")
    monday_night = datetime(2026, 9, 21, 16, 30, tzinfo=UTC)  # half past midnight on Tuesday

    edition, decided = decide(decision, at=monday_night)

    assert decided.counts == ((Answer(date(2026, 9, 22), False), 6),)
    assert asked.table_of(edition)[1][0][4] == date(2026, 9, 22)


def test_what_is_no_fact_is_handed_in_for_everybody():
    give()
    decision = formula('age > 33 or reason = "work"', "age", "reason")

    unknown = {"reason": Unknown(frozenset({"reason"}))}
    assert decide(decision, given=unknown)[1].counts == ((YES, 3), (NOBODY_KNOWS, 3))
    assert decide(decision, given={"reason": "work"})[1].counts == ((YES, 6),)


def test_a_fact_comes_before_what_is_handed_in():
    give()

    assert decide(given={"age": Decimal(99)})[1].counts == ((NO, 3), (YES, 3))


def test_an_empty_register_is_decided_too():
    give()
    tiny.publish([])

    edition, decided = decide()

    assert (decided.rows, decided.counts) == (0, ())
    assert asked.table_of(edition)[1] == []


def test_it_is_audited_as_one_bulk_read():
    give(row_filter='town = "329904"')

    decide()

    event = tiny.last_event()
    assert (event.kind, event.subject_type, event.subject_id) == (
        *("register.decided", "relation", FACTS),
    )
    assert (event.actor, event.office, event.post, event.purpose) == (
        *("command", "GA", "item:X1", USE),
    )
    assert (event.edition, event.rows, event.subjects, event.basis) == (1, 4, [], "G-X1")
    assert event.details == {
        "facts": ["subject_id", "age"],
        "grant": "G-X1",
        "decision": f"grown {GROWN.version}",
    }
    included = [gate.was_included(tiny.bulk_read(event), subject(n)) for n in (1, 4, 5)]
    assert included == [True, True, False]


def test_a_person_finds_it_among_his_reads():
    give(row_filter='town = "329904"')
    compare(GROWN, GROWN)

    def reads(n):
        since = datetime(2026, 1, 1, tzinfo=UTC)
        return audit.reads_of(subject(n), since=since, included=gate.was_included)

    (read,) = reads(2)
    assert (read.office, read.facts, read.bulk) == ("GA", ("subject_id", "age"), True)
    assert reads(6) == []


def test_todays_requests_are_counted_and_then_used_up():
    give(quota=tiny.quota(requests=2))
    decide()
    compare(GROWN, GROWN)

    with pytest.raises(gate.QuotaUsedUp):
        decide()
    assert GrantUse.objects.get().count == 2


def test_two_decisions_are_compared_person_by_person():
    give()
    draft = formula("if alive then age >= 32 else null", "age", "alive", type_="boolean")

    found = compare(GROWN, draft)

    assert (found.edition, found.rows) == (1, 6)
    assert found.changes == (Change(YES, YES, 3), Change(NO, YES, 2), Change(NO, NO, 1))
    event = tiny.last_event()
    assert (event.kind, event.rows) == ("register.compared", 6)
    assert event.details == {
        "facts": ["subject_id", "age", "alive"],
        "grant": "G-X1",
        "decision": f"grown {GROWN.version}",
        "draft": f"grown {draft.version}",
    }


def test_a_comparison_needs_a_grant_for_the_facts_of_both():
    give(columns=["subject_id", "age"])

    with pytest.raises(gate.NotGranted, match="alive"):
        compare(GROWN, formula("alive", "alive"))
    assert not GrantUse.objects.exists()


def test_what_a_comparison_is_not_told_is_unknown_on_that_side():
    give()
    draft = formula('reason = "work"', "reason", type_="boolean")

    found = compare(GROWN, draft, given={"reason": Unknown(frozenset({"reason"}))})

    assert found.changes == (Change(NO, NOBODY_KNOWS, 3), Change(YES, NOBODY_KNOWS, 3))


def test_facts_of_few_people_are_stored_and_not_told():
    give(columns=["subject_id", "name"])

    edition, decided = decide(formula("name", "name"))

    assert decided.counts == ((Answer(None, False, withheld=True), 6),)
    assert "周雨" not in repr(decided)
    assert asked.table_of(edition)[1][0][1] == "周雨一"


OTHER = gate.Reader("9", "clerk", "MZ")
MANY = {"quota": tiny.quota(rows=5)}
REASON = formula('reason = "x"', "reason")
YESTERDAY = {"until": date(2026, 9, 20)}
REFUSED = {
    "no grant for this reader": ({}, {"reader": OTHER}, gate.NotGranted, "MZ/clerk"),
    "no grant for this use": ({}, {"use": "item:X1"}, gate.NotGranted, "item:X1"),
    "a fact outside": ({"columns": ["subject_id"]}, {}, gate.NotGranted, "age"),
    "whose they are outside": ({"columns": ["age"]}, {}, gate.NotGranted, "age"),
    "a grant that ended": (YESTERDAY, {}, gate.GrantEnded, "2026-09-20"),
    "a grant that begins": ({"from": date(2026, 9, 22)}, {}, gate.GrantNotYet, "2026-09-22"),
    "a grant for one": ({"row_filter": "subject_id = applicant"}, {}, gate.NeedsApplicant, "G-X1"),
    "too many": (
        MANY,
        {},
        gate.TooManySubjects,
        f"{FACTS} 在授权 G-X1 下有 6 行，每次限 5 行；只对一部分作决策会得出错误结果。",
    ),
    "a masked fact": (
        {"mask": {"age": "hidden"}},
        {},
        gate.MaskedFact,
        "授权 G-X1 给出的 age 已脱敏，不能据以决策；请申请不脱敏的授权。",
    ),
    "no such register": (
        {},
        {"register": "enterprise"},
        gate.NoSuchRegister,
        "没有带事实的基础库 enterprise；现有：person。",
    ),
    "no fact": (
        {},
        {"decision": REASON},
        gate.NotAFact,
        "决策 grown 读取的 reason 不是 person 库的事实。"
        "请在 facts.toml 中定义为事实，或给出对所有人相同的值。",
    ),
    "another layer": (
        {},
        {"table": FACTS},
        gate.NotOfDecisions,
        f"决策结果不能写入 {FACTS}，表名须以 decisions. 开头。",
    ),
    "what has no SQL": (
        {},
        {"decision": formula("mean([age, 3])", "age")},
        NotInSubset,
        "请逐件决策",
    ),
    "the time of day": ({}, {"decision": formula("now()", "age")}, NotInSubset, "请逐件决策"),
}
ENGLISH = {
    "too many": f"{FACTS} has 6 rows under grant G-X1, which gives 5 at once; a decision over part "
    "of them would be wrong.",
    "a masked fact": "Grant G-X1 gives age masked, and nothing can be decided on what is masked. "
    "Ask for a grant that gives it in the clear.",
    "no such register": "There is no register enterprise with facts; there are: person.",
    "no fact": "grown reads reason: no fact of register person. Derive it as a fact (facts.toml), "
    "or hand in one value for everybody.",
    "another layer": f"What a decision answers cannot be table {FACTS}; its name begins with "
    "decisions.",
}


@pytest.mark.parametrize("case", REFUSED)
def test_every_refusal_is_named_and_nothing_is_read_or_stored(case):
    granted, given, refusal, zh = REFUSED[case]
    give(**granted)
    before = lake.tables_of(lake.current_edition())

    with pytest.raises(refusal) as refused:
        decide(**given)

    assert type(refused.value) is refusal
    assert zh in refused.value.told("zh")
    assert refused.value.told("en") == ENGLISH.get(case, refused.value.told("en"))
    assert not Event.objects.filter(rows__isnull=False).exists()
    assert not GrantUse.objects.exists()
    draft = Edition.objects.get(status=Edition.Status.DRAFT)
    assert lake.tables_of(draft) == before
    assert lake.current_edition().number == 1


@pytest.mark.parametrize("case", ["a masked fact", "too many", "no fact"])
def test_a_comparison_is_refused_for_the_same_reasons(case):
    granted, given, refusal, _ = REFUSED[case]
    give(**granted)
    decision = given.get("decision", GROWN)

    with pytest.raises(refusal):
        compare(GROWN, decision)
    assert not GrantUse.objects.exists()
    assert not Event.objects.filter(rows__isnull=False).exists()


def test_a_withdrawn_grant_decides_nothing_and_says_when_it_ended():
    give()
    actions.withdraw(code="G-X1", by="test", at=MONDAY)

    with pytest.raises(gate.GrantWithdrawn, match="withdrawn on 2026-09-21"):
        decide()


def test_without_an_edition_there_is_nobody_to_ask():
    give()
    CurrentEdition.objects.all().delete()

    with pytest.raises(NoEdition):
        compare(GROWN, GROWN)


def test_a_column_that_the_edition_does_not_hold_is_named():
    give(columns=["subject_id", "age", "gone"])
    register_facts.FactDefinition.objects.filter(key="age").update(column="gone")

    with pytest.raises(gate.UnknownColumn, match="gone in edition 1"):
        decide()


def test_a_subject_that_stands_twice_is_refused():
    give()
    rows_ = [{"subject_id": "P1", "age": n, "alive": True} for n in (3, 4)]
    grades = {"subject_id": 2, "age": 3, "alive": 4}
    edition = tiny.lake.open_edition(**tiny.BY)
    tiny.put(edition, FACTS, rows_, list(grades), grades)
    tiny.lake.publish(edition=edition, **tiny.BY)

    with pytest.raises(gate.SubjectTwice) as refused:
        decide()
    assert refused.value.told("zh") == (
        f"第 2 版的 {FACTS} 有 2 行，却只有 1 个主体；每个主体只决策一次，请改正事实的数据模型。"
    )
    assert refused.value.told("en") == (
        f"{FACTS} has 2 rows for 1 subjects in edition 2; a decision is asked once of each. "
        "Repair the SQL model of the facts."
    )
    assert not GrantUse.objects.exists()


def test_a_fact_held_as_a_fraction_of_unknown_size_does_not_fit():
    give()
    edition = tiny.lake.open_edition(**tiny.BY)
    tiny.TYPES["age"], kept = "double", tiny.TYPES["age"]
    try:
        row = {"subject_id": "P1", "age": 1.5, "alive": True}
        grades = {"subject_id": 2, "age": 3, "alive": 4}
        tiny.put(edition, FACTS, [row], list(grades), grades)
    finally:
        tiny.TYPES["age"] = kept
    tiny.lake.publish(edition=edition, **tiny.BY)

    with pytest.raises(NotInRelation) as refused:
        decide()
    assert "列“age”的类型 DOUBLE 不能用作“age”（number）" in refused.value.told("zh")


def test_a_draft_that_was_closed_meanwhile_takes_no_table():
    give()
    edition = tiny.lake.open_edition(**tiny.BY)
    tiny.lake.fail(edition=edition, reason="x", **tiny.BY)

    with pytest.raises(EditionClosed):
        decide(into=edition)
    assert TABLE not in lake.tables_of(edition)
    assert tiny.last_event().kind == "register.decided", "it was read, and that stays in the log"


def test_the_next_decision_replaces_the_table_and_other_tables_stay():
    give()
    with registers.beside_registers(by="test", at=MONDAY) as edition:
        decide(into=edition)
    before = lake.tables_of(lake.current_edition())

    with registers.beside_registers(by="test", at=MONDAY) as edition:
        decide(formula("age >= 36", "age"), into=edition)

    after = lake.tables_of(lake.current_edition())
    assert after == {**before, TABLE: before[TABLE] + 1}
    found = asked.table_of(lake.current_edition())[1]
    assert [row[1] for row in found] == [False] * 5 + [True]
    assert {row[3] for row in found} == {2}, "the edition that was read"
