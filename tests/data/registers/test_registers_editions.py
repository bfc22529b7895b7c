"""Two registers share each edition, and neither loses or doubles the other's facts."""

import pytest
from django.db import connection

from tests.data.registers import two
from tests.data.registers.two import BY, FIRMS, TODAY
from tests.known import MONDAY
from tongban.data.lake import actions as lake
from tongban.data.lake import queries as lake_queries
from tongban.data.lake.models import Edition
from tongban.data.pipelines import queries as pipelines
from tongban.data.pipelines.actions import ChecksFailed, InputMissing
from tongban.data.pipelines.models import Step
from tongban.data.registers import actions, deriving, queries, rows
from tongban.data.registers.models import FactDefinition, Identity, Register, SubjectFacts

pytestmark = pytest.mark.usefixtures("first")


def held(edition, register):
    """What the online store has of a register: sealed facts by subject."""
    found = SubjectFacts.objects.filter(edition_number=edition.number, register=register)
    return {row.subject_id: bytes(row.sealed) for row in found}


def build(edition, changed):
    deriving.build(
        edition=edition,
        registers=queries.registers(),
        run_date=TODAY,
        at=MONDAY,
        told=lambda step, count: None,
        changed=changed,
    )


def fact(register, key, name):
    subject = rows.subject_of(register, key)
    return subject and rows.of_subject(subject).opened(MONDAY.date()).get(name)


def test_both_registers_are_derived_into_one_edition(both_published, first):
    told = dict(both_published[1])

    assert told["facts of person"] == told["registers.person_identity"] == 3
    assert told["facts of enterprise"] == told["registers.enterprise_identity"] == 2
    assert (len(held(first, "person")), len(held(first, "enterprise"))) == (3, 2)
    assert {key[0] for key in held(first, "person")} == {"P"}
    assert {key[0] for key in held(first, "enterprise")} == {"E"}
    assert fact("enterprise", "91329900MA1000001A", "enterprise_name") == rows.Stored(
        "澄江软件", "SJ01:1:1"
    )
    assert fact("person", "329904199003070028", "person_size") == rows.Stored(3, "SJ01:1:2")


def test_where_one_registers_source_changed_the_others_facts_are_kept_once(first):
    edition = two.opened(enterprise={**FIRMS, "91329900MA1000003C": "云泽电力"})
    build(edition, {"ods.firms"})

    assert held(edition, "person") == held(first, "person")
    assert len(held(edition, "enterprise")) == 3
    assert held(first, "enterprise").keys() < held(edition, "enterprise").keys()
    assert SubjectFacts.objects.filter(edition_number=edition.number).count() == 6
    assert set(edition.steps.values_list("model", flat=True)) == {"registers.enterprise_facts"}


def test_what_nothing_hangs_on_derives_nothing_and_keeps_everything(first):
    edition = two.opened()
    build(edition, set())

    assert held(edition, "person") == held(first, "person")
    assert held(edition, "enterprise") == held(first, "enterprise")
    assert not edition.steps.exists()


def test_a_register_that_is_derived_again_replaces_its_own_facts_alone(first):
    edition = two.opened()
    build(edition, set())
    before = held(edition, "enterprise")
    register = two.register("person")
    definitions = list(FactDefinition.objects.filter(register="person").order_by("key"))

    model = "registers.person_facts"
    assert deriving._store_facts(edition, register, model, definitions) == 3
    assert len(held(edition, "person")) == 3
    assert held(edition, "enterprise") == before


def test_a_model_of_another_version_or_day_is_derived_again(first):
    two.adopt(two.model("person", more="and s.name <> '周'"), two.model("enterprise"))
    edition = two.opened()
    build(edition, set())

    assert set(edition.steps.values_list("model", flat=True)) == {"registers.person_facts"}
    assert len(held(edition, "person")) == 2

    yesterday = two.opened()
    Step.objects.update(finished_at=MONDAY.replace(day=20))
    build(yesterday, set())
    assert yesterday.steps.count() == 2


@pytest.mark.parametrize(
    ("subject", "more", "foreign", "repeated"),
    [
        ("'P' || i.uscc", "", 2, 0),
        ("null", "", 2, 0),
        ("i.subject_id", "or true", 0, 2),
    ],
)
def test_facts_of_strangers_or_twice_of_one_are_refused_and_readers_notice_nothing(
    first, subject, more, foreign, repeated
):
    two.adopt(two.model("person"), two.model("enterprise", subject, more))
    edition = two.opened()

    with pytest.raises(deriving.NotItsSubjects) as refused:
        two.derive(edition)

    told = (
        f"registers.enterprise_facts 是 enterprise 库的事实，每个主体一行；"
        f"其中 {foreign} 行的主体不属于该库，{repeated} 行的主体重复。"
    )
    assert refused.value.told("zh") == told
    edition.refresh_from_db()
    assert (edition.status, edition.reason) == (Edition.Status.FAILED, told)
    assert lake_queries.current_edition() == first
    assert len(held(first, "enterprise")) == 2
    assert fact("enterprise", "91329900MA1000001A", "enterprise_size").value == 4


def test_a_register_whose_sources_are_not_collected_is_refused_by_name(first):
    edition = two.opened()
    edition.tables.filter(table="ods.firms").delete()

    with pytest.raises(InputMissing) as refused:
        two.derive(edition)

    number = edition.number
    assert refused.value.told("en") == (
        f"registers.enterprise_identity reads ods.firms, which edition {number} does not hold;"
        " collect its source first."
    )
    assert lake_queries.current_edition() == first


def test_a_register_that_names_no_facts_has_subjects_alone(first):
    FactDefinition.objects.filter(register="enterprise").delete()
    told: list[tuple[str, int]] = []
    edition = two.opened(enterprise={**FIRMS, "91329900MA1000003C": "云泽电力"})
    two.derive(edition, told)

    assert ("registers.enterprise_identity", 3) in told
    assert "facts of enterprise" not in dict(told)
    assert held(edition, "enterprise") == {}
    assert len(held(edition, "person")) == 3


def test_a_register_without_subjects_is_derived_like_any_other(first):
    edition = two.opened(enterprise={})
    two.derive(edition)

    assert held(edition, "enterprise") == {}
    assert len(held(edition, "person")) == 3
    assert Identity.objects.filter(register="enterprise").count() == 2, "ids are for ever"


def test_a_failed_check_publishes_nothing_and_the_reason_is_kept(first):
    text = two.model("person").replace("-- grade", "-- check: unique _row\n-- grade")
    two.adopt(text.replace("s._position as", "1 as"), two.model("enterprise"))
    edition = two.opened()

    with pytest.raises(ChecksFailed) as refused:
        two.derive(edition)

    assert refused.value.told("zh").startswith("registers.person_facts 未通过检查：")
    edition.refresh_from_db()
    assert (edition.status, edition.reason) == ("failed", refused.value.told("zh"))
    assert lake_queries.current_edition() == first
    assert held(edition, "person") == {}


def test_a_draft_that_came_too_late_is_closed(first):
    late = two.opened()
    sooner = advanced()

    with pytest.raises(lake.StaleDraft) as refused:
        two.derive(late)

    late.refresh_from_db()
    assert (late.status, late.reason) == ("failed", refused.value.told("zh"))
    assert lake_queries.current_edition() == sooner
    assert len(held(sooner, "person")) == 3


def advanced():
    """The next edition, in which nothing changed."""
    edition = two.opened()
    build(edition, set())
    lake.publish(edition=edition, **BY)
    actions._forget_old_editions(edition)
    return edition


def test_drafts_that_were_given_up_do_not_push_out_the_edition_before(first):
    for _ in range(3):
        lake.fail(edition=lake.open_edition(**BY), reason="x", **BY)
    advanced()

    assert lake.roll_back(reason="x", **BY) == first
    assert len(held(first, "person")) == 3
    assert fact("person", "329904199003070028", "person_size").value == 3


def test_of_three_editions_the_facts_are_kept_and_an_older_one_is_refused(first):
    later = [advanced(), advanced(), advanced()]

    assert [len(held(each, "person")) for each in (first, *later)] == [0, 3, 3, 3]
    assert lake.roll_back(reason="x", **BY) == later[1]
    assert lake.roll_back(reason="x", **BY) == later[0]
    with pytest.raises(lake.NoLongerKept) as refused:
        lake.roll_back(reason="x", **BY)

    assert refused.value.told("zh") == (
        f"第 {first.number} 版过旧，不能退回：只完整保留最近 3 版。请改正后重新执行。"
    )
    assert refused.value.facts == {"number": first.number, "kept": 3}
    assert lake_queries.current_edition() == later[0]
    assert len(held(later[0], "enterprise")) == 2


def test_a_new_edition_after_going_back_keeps_what_it_stands_on(first):
    withdrawn = advanced()
    lake.roll_back(reason="x", **BY)
    advanced()

    assert held(withdrawn, "person") == {}
    assert lake.roll_back(reason="x", **BY) == first
    assert len(held(first, "person")) == 3


def test_one_statement_reads_a_subject_whatever_its_register(first, django_assert_num_queries):
    subject = rows.subject_of("enterprise", "91329900MA1000002B")

    with django_assert_num_queries(1):
        found = rows.of_subject(subject)

    assert found.edition == first.number
    assert found.opened(MONDAY.date())["enterprise_name"].value == "清荷物业"


def test_one_subject_is_found_by_the_index_that_keeps_it_unique(first):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        asked = rows.OF_SUBJECT.replace("$1", "%(subject)s")
        cursor.execute(f"EXPLAIN {asked}", {"subject": next(iter(held(first, "person")))})
        plan = "\n".join(line for (line,) in cursor.fetchall())

    assert "Index Scan using facts_once on registers_subjectfacts held" in plan
    assert "Seq Scan on registers_subjectfacts" not in plan


def test_a_worker_that_knows_of_one_register_still_writes_persons(first):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO registers_subjectfacts (edition_number, subject_id, sealed)"
            " VALUES (99, 'P0', 'x')"
        )

    assert SubjectFacts.objects.get(edition_number=99).register == "person"


def test_the_same_definition_is_no_new_version_and_another_is(first):
    again = actions.adopt_register(definition=two.register("person"), **BY)
    assert again.version == 1

    changed = two.register("person").model_dump(mode="json", by_alias=True)
    changed["register"]["owner"] = "GA"
    made = actions.adopt_register(definition=type(two.register("person"))(**changed), **BY)

    assert (made.version, made.content["register"]["owner"]) == (2, "GA")
    assert Register.objects.count() == 2


def test_a_fact_of_another_register_is_not_taken(first):
    before = list(FactDefinition.objects.order_by("key").values())

    with pytest.raises(actions.FactTaken) as refused:
        actions.adopt_facts(facts=two.facts("enterprise", {"person_name": "string"}), **BY)

    assert refused.value.told("zh") == (
        "事实 person_name 已属于 person 库，enterprise 库的事实请另取代码。"
    )
    assert refused.value.told("en") == (
        "Fact person_name is one of register person; the facts of enterprise need other keys."
    )
    assert list(FactDefinition.objects.order_by("key").values()) == before


def test_facts_of_one_register_come_from_one_model(first):
    before = list(FactDefinition.objects.order_by("key").values())
    elsewhere = two.facts("person", {"person_name": "string"}, "registers.other")

    with pytest.raises(actions.FactsElsewhere) as refused:
        actions.adopt_facts(facts=elsewhere, **BY)

    assert refused.value.told("zh") == (
        "person 库的事实 person_size 来自 registers.person_facts，其他事实来自 registers.other；"
        "须由同一个 SQL 模型给出，请在 facts.toml 中一并列出。"
    )
    assert list(FactDefinition.objects.order_by("key").values()) == before


def test_a_register_moves_to_another_model_as_a_whole(first):
    assert actions.adopt_facts(facts=two.facts("person", relation="registers.other"), **BY) == 2

    models = FactDefinition.objects.filter(register="person").values_list("model", flat=True)
    assert set(models) == {"registers.other"}


def test_a_fact_that_the_file_names_no_longer_stays(first):
    only = two.facts("person", {"person_name": "string"})

    assert actions.adopt_facts(facts=only, **BY) == 1
    assert FactDefinition.objects.filter(register="person").count() == 2


def test_what_hangs_on_a_table_is_found_through_identities_and_models(first):
    found = deriving.hanging_on({"ods.firms"}, pipelines.live_models(), queries.registers())

    assert found == {"ods.firms", "registers.enterprise_identity", "registers.enterprise_facts"}
