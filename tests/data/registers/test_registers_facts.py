"""Facts of a subject: stated, forgotten, listed."""

from datetime import date

from tests.data.registers.two import PERSONS
from tests.known import MONDAY
from tongban.data.registers import actions, erasing, identities, queries, rows
from tongban.data.registers.models import Identity, LiveFact, SubjectFacts

HER = "329904199003070011"


def test_a_stated_fact_is_read_before_the_editions_and_the_last_word_counts(first):
    subject = rows.subject_of("person", HER)

    def state(value, at, key="person_name"):
        actions.state_fact(subject_id=subject, key=key, value=value, origin="certificate:1", at=at)

    state("周一", MONDAY)
    state("周二", MONDAY.replace(hour=3))
    state(True, MONDAY, "holds_permit")

    opened = rows.of_subject(subject).opened(MONDAY.date())
    assert opened["person_name"] == rows.Stored("周二", "certificate:1", MONDAY.replace(hour=3))
    assert opened["person_size"] == rows.Stored(3, "SJ01:1:1")
    assert opened["holds_permit"] == rows.Stored(True, "certificate:1", MONDAY)
    assert LiveFact.objects.count() == 2


def test_a_stated_fact_ends_with_its_last_day_and_the_editions_counts_again(first):
    subject = rows.subject_of("person", HER)
    for key, value in (("person_name", "周一"), ("holds_permit", True)):
        actions.state_fact(
            subject_id=subject,
            key=key,
            value=value,
            origin="certificate:1",
            at=MONDAY,
            until=date(2027, 9, 20),
        )
    held = rows.of_subject(subject)
    edition = held.opened(date.max)

    assert held.opened(date(2027, 9, 20))["person_name"].value == "周一"
    assert held.opened(date(2027, 9, 20))["holds_permit"].value is True
    assert held.opened(date(2027, 9, 21)) == edition
    assert edition["person_name"].row == "SJ01:1:1"
    assert "holds_permit" not in edition


def test_a_subject_of_whom_nothing_is_known_has_no_facts(first):
    held = rows.of_subject("P" + "0" * 26)

    assert (held.edition, held.sealed, held.live, held.opened(MONDAY.date())) == (
        first.number,
        None,
        (),
        {},
    )


def test_of_a_forgotten_subject_nothing_stays_and_of_others_everything(first):
    subject = rows.subject_of("person", HER)
    actions.state_fact(subject_id=subject, key="k", value=1, origin="o", at=MONDAY)
    others = SubjectFacts.objects.count() - 1

    assert erasing.held(subject) == erasing.Held(facts=1, live_facts=1, identities=1)
    assert erasing.subject_of(HER) == subject
    assert erasing.keys_of(subject) == [HER]
    assert erasing.identity_tables() == [
        "registers.enterprise_identity",
        "registers.person_identity",
    ]
    erasing.forget(subject)

    assert erasing.held(subject) == erasing.Held(0, 0, 0)
    assert erasing.subject_of(HER) is None
    assert SubjectFacts.objects.count() == others == 4
    assert Identity.objects.count() == 4
    minted = identities.subject_ids("person", list(PERSONS), MONDAY)
    assert minted[HER] != subject, "an id that was forgotten is never given again"


def test_definitions_are_asked_for_by_key_and_listed_by_register(first):
    found = queries.definitions(["person_name", "shoe_size"])

    assert list(found) == ["person_name"]
    assert [(fact.register, fact.key) for fact in queries.all_facts()] == [
        ("enterprise", "enterprise_name"),
        ("enterprise", "enterprise_size"),
        ("person", "person_name"),
        ("person", "person_size"),
    ]
