"""What the gate prepares once is thrown away as soon as anything it was made from changes."""

import pytest
from django.db import connection, transaction

from tests.data.exchange import tiny
from tests.data.exchange.tiny import ANALYST, MONDAY, give, subject
from tongban.base.people.models import Office
from tongban.data.exchange import gate, prepared
from tongban.data.exchange.models import Grant
from tongban.data.lake.models import DefinitionsStamp, Load, Resource
from tongban.data.registers.models import FactDefinition

pytestmark = pytest.mark.usefixtures("six")


def read(*keys):
    found = gate.read_facts(
        reader=ANALYST, use="study", subject_id=subject(1), keys=keys or ["name"], at=MONDAY
    )
    return found[next(iter(found))]


def stamp():
    return DefinitionsStamp.objects.get().stamp


def test_a_second_read_asks_for_the_person_the_quota_and_the_log_alone(
    django_assert_num_queries,
):
    give("G1")
    read()

    with django_assert_num_queries(5):  # two of them the savepoint of this test's transaction
        read()


def test_a_grant_withdrawn_behind_its_back_is_refused_by_the_next_read():
    give("G1")
    read()

    with connection.cursor() as cursor:
        cursor.execute("UPDATE exchange_grant SET withdrawn_at = now() WHERE code = 'G1'")

    with pytest.raises(gate.GrantWithdrawn):
        read()


@pytest.mark.parametrize(
    ("change", "seen"),
    [
        (lambda: Office.objects.filter(code="GA").update(short_zh="市局"), "office_zh"),
        (lambda: FactDefinition.objects.filter(key="name").update(label_zh="市局"), "label_zh"),
    ],
)
def test_a_changed_word_is_in_the_next_read(change, seen):
    give("G1")
    assert getattr(read(), seen) != "市局"

    change()

    assert getattr(read(), seen) == "市局"


@pytest.mark.parametrize(
    "table",
    [
        *("people_office", "lake_resource", "standards_element", "standards_code"),
        *("registers_factdefinition", "exchange_grant"),
    ],
)
def test_every_table_that_is_read_ahead_draws_another_stamp(table):
    before = stamp()

    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE false")

    assert stamp() != before


def test_what_was_prepared_inside_a_change_that_is_rolled_back_is_never_used():
    give("G1")

    with transaction.atomic():
        Grant.objects.update(columns=["subject_id"])
        with pytest.raises(gate.NotGranted):
            read()
        transaction.set_rollback(True)

    assert read().value == "周雨一"


def test_without_a_stamp_nothing_is_kept():
    DefinitionsStamp.objects.all().delete()

    assert prepared.current() is not prepared.current()


def test_a_fact_is_as_old_as_the_load_that_its_edition_was_read_in():
    give("G1")
    edition = tiny.publish(tiny.SIX)
    draft = tiny.lake.open_edition(**tiny.BY)
    for at, each in ((MONDAY, edition), (MONDAY.replace(year=2027), draft)):
        Load.objects.create(
            resource=Resource.objects.get(code="GA01"),
            contract_version=1,
            edition=each,
            status=Load.Status.DONE,
            started_at=at,
        )

    assert read().as_of == MONDAY
