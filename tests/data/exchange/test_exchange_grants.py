"""Who may grant what to whom, and what a withdrawal takes along."""

from datetime import date

import pytest

from tests.data.exchange import tiny
from tests.data.exchange.tiny import BY, MONDAY, PEOPLE, give, terms
from tongban.base.audit.models import Event
from tongban.base.people import actions as people
from tongban.data.exchange import actions, gate, permissions, standing
from tongban.data.exchange.models import Grant
from tongban.data.lake import actions as lake

six = pytest.mark.usefixtures("six")
CIVIL = {"office": "MZ", "post": "clerk"}


def account(office, role="steward"):
    user = people.open_account(
        username=f"{office}-{role}", password="correct horse battery", display_name="沈岚", **BY
    )
    people.appoint(user=user, office_code=office, role=role, **BY)
    return user


def grant(by, code="R1", **given):
    given = {"use": "relief", "grantee": CIVIL, "columns": ["name", "town"], **given}
    return actions.grant(terms=terms(code, **given), by=by, at=MONDAY)


def refused(refusal, by, **given):
    before = Grant.objects.count(), Event.objects.count()
    with pytest.raises(refusal) as raised:
        grant(by, **given)
    assert (Grant.objects.count(), Event.objects.count()) == before
    return raised.value.told("en")


@six
def test_the_owner_of_a_relation_grants_what_is_his():
    made = grant(account("SJ"), grantor="SJ")

    assert (made.code, made.office, made.passed_on) == ("R1", "MZ", None)
    reader = gate.Reader("1", "clerk", "MZ")
    assert gate.may_read(reader, "relief", tiny.TODAY) == {"name", "town"}
    assert tiny.last_event().kind == "grant.given"


@six
@pytest.mark.parametrize(("office", "role"), [("GA", "steward"), ("SJ", "clerk")])
def test_only_a_post_of_the_grantor_grants(office, role):
    refused(permissions.NotOfTheGrantor, account(office, role), grantor="SJ")


@six
def test_a_closed_account_grants_nothing():
    user = account("SJ")
    user.is_active = False

    refused(permissions.NotOfTheGrantor, user, grantor="SJ")


@six
def test_what_its_owner_denies_is_granted_to_nobody_else():
    lake.adopt_contract(contract=tiny.contract(name="denied"), **BY)
    by = account("SJ")

    told = refused(permissions.NotShared, by, grantor="SJ")

    assert told == (
        "公安局 shares GA01 人口 (name) with no other office, and registers.person_facts.name is"
        " made from it."
    )
    assert grant(by, grantor="SJ", columns=["town"]).columns == ["town"]
    back = {"office": "GA", "post": "clerk"}
    assert grant(by, code="R2", grantor="SJ", grantee=back).office == "GA"


@six
def test_a_denied_dataset_is_denied_in_all_its_columns_but_those_that_say_otherwise():
    lake.adopt_contract(contract=tiny.contract("denied", town="unconditional"), **BY)
    by = account("GA")

    refused(permissions.NotShared, by, relation=PEOPLE)
    assert grant(by, relation=PEOPLE, columns=["town"]).relation == PEOPLE


HELD = {
    "use": "steward",
    "grantee": {"office": "SJ", "post": "steward"},
    "relation": PEOPLE,
    "columns": ["name", "town", "phone"],
    "mask": {"phone": "last4"},
    "row_filter": 'town = "329904"',
    "quota": tiny.quota(rows=10, requests=10),
}
PASSED = {
    "grantor": "SJ",
    "relation": PEOPLE,
    "row_filter": 'town = "329904" and kind = "resident"',
    "quota": tiny.quota(rows=10, requests=5),
}


@six
def test_what_one_holds_is_passed_on_and_falls_with_it():
    held = give("H1", **HELD)
    made = grant(account("SJ"), **PASSED, columns=["phone"], mask={"phone": "hidden"})

    assert made.passed_on == held
    actions.withdraw(code="H1", **BY)
    made.refresh_from_db()
    assert made.withdrawn_at == MONDAY


@six
def test_new_terms_of_the_folder_take_what_was_passed_on_of_the_old():
    give("H1", **HELD)
    made = grant(account("SJ"), **PASSED)
    give("H1", **{**HELD, "until": date(2026, 11, 30)})

    made.refresh_from_db()
    assert made.withdrawn_at == MONDAY


@six
@pytest.mark.parametrize(
    ("given", "what"),
    [
        ({"columns": ["name", "note"]}, "column note"),
        ({"columns": ["phone"]}, "column phone as clear as that"),
        ({"columns": ["phone"], "mask": {"phone": "first3_last4"}}, "column phone as clear"),
        ({"row_filter": ""}, "rows beyond its own row filter"),
        ({"row_filter": 'town = "329904" or kind = "x"'}, "rows beyond its own row filter"),
        ({"quota": tiny.quota(rows=11, requests=5)}, "so large a quota"),
        ({"quota": tiny.quota(rows=10, requests=11)}, "so large a quota"),
        ({"until": date(2027, 1, 1)}, "so long a time"),
        ({"from": date(2025, 1, 1)}, "so long a time"),
    ],
)
def test_nobody_grants_more_than_he_holds(given, what):
    give("H1", **HELD)

    assert what in refused(permissions.MoreThanHeld, account("SJ"), **{**PASSED, **given})


@six
def test_who_holds_nothing_grants_nothing():
    give("H1", **{**HELD, "until": date(2026, 9, 20)})

    assert "cannot grant data of ods.people" in refused(
        permissions.MoreThanHeld, account("SJ"), **PASSED
    )


@six
@pytest.mark.parametrize(
    "given",
    [
        {"grantee": {"office": "XX", "post": "clerk"}},
        {"relation": "ods.nothing"},
        {"columns": ["name", "gone"]},
        {"row_filter": "gone = 1"},
    ],
)
def test_a_grant_of_what_is_not_there_is_named(given):
    refused(standing.GrantInvalid, account("SJ"), grantor="SJ", **given)


@six
def test_a_code_is_given_once():
    by = account("SJ")
    grant(by, grantor="SJ")

    refused(actions.CodeTaken, by, grantor="SJ")


@six
def test_what_is_not_granted_cannot_be_withdrawn():
    with pytest.raises(actions.NoSuchGrant):
        actions.withdraw(code="G1", **BY)


@pytest.mark.parametrize(
    "given",
    [
        {"mask": {"name": "rot13"}},
        {"mask": {"note": "name"}},
        {"row_filter": "town = (select 1)"},
        {"row_filter": "town = '" + "x" * 500 + "'"},
        {"columns": []},
        {"quota": tiny.quota(rows=0)},
    ],
)
def test_terms_that_cannot_be_are_named(given):
    with pytest.raises(standing.GrantInvalid):
        terms("G1", **given)
