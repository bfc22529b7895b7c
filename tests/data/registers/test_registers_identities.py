"""Subject ids are minted once per key and register, and lead nobody back to a key."""

import re

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.data.registers import two
from tests.data.registers.two import BY
from tests.known import MONDAY
from tongban.data.registers import actions, erasing, identities, rows
from tongban.data.registers.models import FactDefinition, Identity

KEYS = st.lists(st.text("0123456789X", min_size=1, max_size=18), unique=True, max_size=8)
HER = "329904199003070011"


@pytest.mark.django_db
@settings(max_examples=15, deadline=None)
@given(first=KEYS, second=KEYS)
def test_a_key_keeps_its_id_whatever_is_minted_beside_it(first, second):
    before = identities.subject_ids("person", first, MONDAY)
    after = identities.subject_ids("person", second, MONDAY)

    assert (set(before), set(after)) == (set(first), set(second))
    assert all(after[key] == before[key] for key in set(first) & set(second))
    both = {**before, **after}
    assert len(set(both.values())) == len(both)


@pytest.mark.parametrize(("register", "letter"), sorted(identities.PREFIX.items()))
def test_an_id_is_a_letter_and_128_bits_in_crockfords_digits(db, register, letter):
    (made,) = identities.subject_ids(register, ["1"], MONDAY).values()

    assert re.fullmatch(letter + "[0-7][0-9A-HJKMNP-TV-Z]{25}", made)
    row = Identity.objects.get()
    assert (row.register, row.subject_id, row.minted_at) == (register, made, MONDAY)
    assert bytes(row.digest) == identities.digest(register, "1") != b"1"


def test_one_key_in_two_registers_is_two_subjects(db):
    person = identities.subject_ids("person", ["1"], MONDAY)
    firm = identities.subject_ids("enterprise", ["1"], MONDAY)

    assert person != firm
    assert rows.subject_of("person", "1") == person["1"]
    assert rows.subject_of("enterprise", "1") == firm["1"]
    assert rows.subject_of("property", "1") is None
    digests = Identity.objects.values_list("digest", flat=True)
    assert len({bytes(each) for each in digests}) == 2, "the same number, and nobody can tell"


PLAIN = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
)
TYPED = st.one_of(
    PLAIN.map(lambda value: (value, "string")),
    st.dates().map(lambda value: (value, "date")),
    st.datetimes().map(lambda value: (value, "timestamp")),
    st.decimals(allow_nan=False, allow_infinity=False).map(lambda value: (value, "decimal(38,6)")),
)


@given(st.dictionaries(st.text("abc_", min_size=1, max_size=4), TYPED, max_size=5))
def test_what_is_sealed_comes_back_as_its_type(facts):
    sealed = rows.seal({key: (value, "GA01:1:2") for key, (value, _) in facts.items()})
    found = rows.unseal(sealed)

    assert found.keys() == facts.keys()
    for key, (value, kind) in facts.items():
        back, row = found[key]
        assert (rows.typed(back, FactDefinition(type=kind)), row) == (value, "GA01:1:2")


def test_a_value_of_no_type_that_a_fact_can_have_is_not_stored():
    with pytest.raises(TypeError):
        rows.seal({"photo": (b"jpeg", "")})


def test_what_is_sealed_can_be_read_by_nobody_who_sees_the_row():
    sealed = rows.seal({"name": ("周雨桐", "GA01:1:2")})

    assert "周雨桐".encode() not in sealed
    assert b"name" not in sealed
    assert sealed != rows.seal({"name": ("周雨桐", "GA01:1:2")})


def test_without_an_edition_a_stated_fact_is_all_there_is(db):
    actions.state_fact(subject_id="P1", key="k", value=1, origin="o", at=MONDAY)

    held = rows.of_subject("P1")
    assert held.edition == 0
    assert held.opened(MONDAY.date()) == {"k": rows.Stored(1, "o", MONDAY)}


def test_without_an_edition_a_subject_has_no_numbers(db):
    actions.adopt_register(definition=two.register("person"), **BY)

    assert erasing.keys_of("P1") == []


def test_a_fact_is_called_what_it_is_in_the_readers_language():
    fact = FactDefinition(key="k", label_zh="姓名", label_en="Name")
    assert (fact.label, str(fact)) == ("姓名", "k")
    with translation.override("en"):
        assert fact.label == "Name"
