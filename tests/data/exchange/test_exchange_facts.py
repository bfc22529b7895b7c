"""Facts of one subject: the row filter decides for him too, and source cells are his own."""

import pytest

from tests.data.exchange import tiny
from tests.data.exchange.tiny import ANALYST, MONDAY, give, subject
from tongban.base.audit.models import Event
from tongban.data.exchange import gate
from tongban.data.exchange.models import GrantUse

pytestmark = pytest.mark.usefixtures("six")
OWN = gate.Reader("30", "steward", "SJ", subject(1))


def read(*keys, n=1, reader=ANALYST):
    return gate.read_facts(reader=reader, use="study", subject_id=subject(n), keys=keys, at=MONDAY)


def cells(fact, n=1, row="GA01:7:1"):
    return gate.source_cells(
        reader=ANALYST, use="study", subject_id=subject(n), fact=fact, row=row, at=MONDAY
    )


def test_a_filter_on_facts_decides_whose_facts_may_be_read():
    give("G1", row_filter='alive = true and town in ("329905") and age >= 35')

    assert read("name", n=5)["name"].value == "周雨五"
    with pytest.raises(gate.OutsideGrant):
        read("name", n=1)
    assert GrantUse.objects.get().count == 1
    assert Event.objects.filter(kind="facts.read").count() == 1


def test_what_is_unknown_of_a_subject_does_not_pass_a_filter():
    give("G1", row_filter="not (town = '329905')")

    with pytest.raises(gate.OutsideGrant):
        read("name", n=9)


def test_ones_own_facts_alone_are_read_where_the_filter_says_so():
    give("G1", row_filter="subject_id = actor")

    assert read("name", reader=OWN)["name"].value == "周雨一"
    with pytest.raises(gate.OnlyYourOwn):
        read("name", n=2, reader=OWN)
    with pytest.raises(gate.OnlyYourOwn):
        read("name", n=2, reader=ANALYST)


def test_an_applicants_facts_are_read_whoever_he_is():
    give("G1", row_filter="subject_id = applicant")

    assert read("age", n=3)["age"].value == 33


@pytest.mark.parametrize("keys", [(), ("name", "shoe_size"), ("name", "note")])
def test_a_fact_that_is_not_there_or_not_granted_is_refused(keys):
    give("G1")

    with pytest.raises(gate.NotGranted):
        read(*keys)
    assert not Event.objects.filter(rows__isnull=False).exists()


def test_masked_true_and_false_look_alike():
    give("G1", columns=["alive"], mask={"alive": "name"})

    assert read("alive")["alive"].value == "***"


def test_cells_of_the_facts_source_row_are_shown_as_the_fact_is():
    give("G1", columns=["name", "phone", "town"], mask={"phone": "first3_last4"})

    assert cells("town") == {"town": "329904"}
    assert cells("name") == {"name": "周雨一"}
    assert cells("phone") == {"phone": "138****6021"}
    assert tiny.last_event().kind == "source.read"


def test_another_persons_row_is_not_shown():
    give("G1")

    assert cells("name", n=1, row="GA01:7:2") == {}
    assert cells("name", n=1, row="nonsense") == {}
    assert not Event.objects.filter(kind="source.read").exists()


def test_a_cell_of_a_higher_grade_than_its_fact_is_masked_by_grade():
    give("G1", columns=["subject_id", "town"])
    model = tiny.MODEL.replace("p.town,", "substr(p.number, 1, 6) as town,")
    tiny.adopt_model(model)

    assert cells("town") == {"number": "***"}


def test_facts_that_may_be_read_are_those_of_valid_grants():
    give("G1")

    assert gate.may_read(ANALYST, "study", tiny.TODAY) == {"name", "town", "kind", "age"}
    assert gate.may_read(ANALYST, "other", tiny.TODAY) == frozenset()
