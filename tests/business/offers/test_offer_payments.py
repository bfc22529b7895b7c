"""A month's list: who has accepted or is paid already, to which account, and nobody twice."""

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from tests.business.offers.conftest import (
    PEOPLE,
    account,
    decide,
    look,
    of,
    publish,
    read_terms,
    staff,
)
from tests.known import MONDAY
from tongban.base.audit import queries as audit
from tongban.base.audit.models import Event
from tongban.business.offers import (
    actions,
    adopting,
    answering,
    decisions,
    payments,
    permissions,
    sealing,
)
from tongban.business.offers.models import PaymentLine, PaymentList
from tongban.data.exchange import gate
from tongban.data.exchange.models import Grant
from tongban.data.lake.models import DefinitionsStamp

pytestmark = pytest.mark.django_db
SEPTEMBER, OCTOBER = date(2026, 9, 1), date(2026, 10, 1)


@pytest.fixture
def accepted(offer, found, officer):
    """P1, P2 and P10 have accepted; P4 was told; P3 was only found."""
    actions.confirm_sure(offer=offer, kind="due", shown=3, user=officer, at=MONDAY)
    actions.tell(offer=offer, kind="due", shown=3, user=officer, at=MONDAY)
    actions.confirm_sure(offer=offer, kind="change", shown=1, user=officer, at=MONDAY)
    actions.tell(offer=offer, kind="change", shown=1, user=officer, at=MONDAY)
    for subject in ("P1", "P2", "P10"):
        user = account(f"u-{subject}", subject)
        answering.accept(number=of(subject).number, user=user, at=MONDAY)


def make(offer, user, month=SEPTEMBER, at=MONDAY) -> PaymentList:
    return payments.make(offer=offer, month=month, user=user, at=at)


def lines(made: PaymentList) -> dict[str, tuple[str, Decimal]]:
    return {
        each.subject_id: (each.left_out, sealing.paid(each)["amount"])
        for each in made.lines.order_by("pk")
    }


def test_who_has_accepted_and_who_is_paid_already_is_paid_what_was_decided(
    offer, accepted, officer
):
    made = make(offer, officer)

    assert lines(made) == {
        "P1": ("", 100),
        "P10": ("", 500),
        "P2": ("", 200),
        "P4": ("", 200),
        "P5": ("", 100),
    }
    assert (made.count, made.total, made.edition, made.status) == (5, Decimal(1100), 3 - 1, "open")
    assert made.lines.get(subject_id="P1").candidate == of("P1")
    assert made.lines.get(subject_id="P5").candidate is None


def test_nobody_who_was_only_found_is_paid_and_a_change_waits_until_it_was_told(
    offer, found, officer
):
    assert lines(make(offer, officer)) == {"P4": ("", 100), "P5": ("", 100)}


def test_who_declines_a_change_is_paid_as_before(offer, accepted, officer):
    answering.decline(number=of("P4").number, user=account("u-P4", "P4"), words="", at=MONDAY)

    assert lines(make(offer, officer))["P4"] == ("", 100)


def test_a_change_lapses_and_holds_all_the_same(offer, accepted, officer):
    answering.lapse_due(at=datetime(2026, 12, 1, tzinfo=UTC))
    assert of("P4").status == "lapsed"

    assert lines(make(offer, officer))["P4"] == ("", 200)


def test_name_and_account_stand_in_the_list_sealed(offer, accepted, officer):
    line = make(offer, officer).lines.get(subject_id="P1")

    told = sealing.paid(line)
    assert (told["name"], told["account"]) == ("due", "6212260000000000001")
    assert b"6212260000000000001" not in bytes(line.sealed)


def test_the_accounts_are_read_under_a_grant_of_their_own(offer, accepted, officer):
    make(offer, officer)

    read = Event.objects.get(kind="subjects.read", purpose="payments:D02")
    assert read.details == {
        "facts": ["name", "bank_account", "account_usable"],
        "grant": "G-D02-PAYMENTS",
    }
    assert (read.actor, read.post) == (str(officer.pk), "item:D02")


def test_who_died_since_he_accepted_is_left_out_by_name_of_reason(offer, accepted, officer):
    dead = {**PEOPLE["P1"], "alive": False, "age": None}
    moved = {**PEOPLE["P2"], "household_region": "340000"}
    broke = {**PEOPLE["P10"], "account_usable": False}
    publish({**PEOPLE, "P1": dead, "P2": moved, "P10": broke})
    decide()

    made = make(offer, officer)

    assert lines(made) == {
        "P1": ("dead", 0),
        "P2": ("not_due", 0),
        "P10": ("no_account", 500),
        "P4": ("", 200),
        "P5": ("", 100),
    }
    assert (made.count, made.total) == (2, Decimal(300))
    assert "account" not in sealing.paid(made.lines.get(subject_id="P10"))


def test_nobody_is_paid_before_the_month_it_is_due_from(offer, accepted, officer):
    soon = {"age": 80, "birth_date": date(1946, 9, 10)}
    publish({**PEOPLE, "P1": {**PEOPLE["P1"], **soon}})
    decide()

    assert lines(make(offer, officer))["P1"] == ("not_yet", 100)
    assert lines(make(offer, officer, OCTOBER))["P1"] == ("", 100)


def test_an_amount_rises_with_the_month_it_is_due_from(offer, accepted, officer):
    soon = {"birth_date": date(1936, 9, 10)}
    publish({**PEOPLE, "P4": {**PEOPLE["P4"], **soon}})
    decide()

    assert lines(make(offer, officer))["P4"] == ("", 100)
    assert lines(make(offer, officer, OCTOBER))["P4"] == ("", 200)


def test_a_list_can_be_made_anew_while_it_is_open(offer, accepted, officer):
    make(offer, officer)
    again = make(offer, officer)

    assert PaymentList.objects.get() == again
    assert PaymentLine.objects.count() == 5


def test_a_closed_list_is_never_changed_and_nobody_is_paid_twice_for_a_month(
    offer, accepted, officer
):
    made = make(offer, officer)
    payments.close(list_id=made.pk, shown=5, user=officer, at=MONDAY)

    with pytest.raises(payments.ListClosed) as refused:
        make(offer, officer)
    assert refused.value.told("zh") == (
        "2026-09 的发放名单已确认，不能再改：同一个月不会重复发放。"
    )
    with pytest.raises(payments.ListClosed):
        payments.close(list_id=made.pk, shown=5, user=officer, at=MONDAY)
    line = made.lines.get(subject_id="P1")
    with pytest.raises(IntegrityError), transaction.atomic():
        PaymentLine.objects.create(list=made, subject_id="P1", sealed=line.sealed)
    with pytest.raises(IntegrityError), transaction.atomic():
        PaymentList.objects.create(
            offer=offer,
            month=SEPTEMBER,
            edition=2,
            count=0,
            total=0,
            made_at=MONDAY,
            made_by=officer,
        )

    assert make(offer, officer, OCTOBER).lines.count() == 5


def test_another_count_than_was_shown_is_not_closed(offer, accepted, officer):
    made = make(offer, officer)

    with pytest.raises(payments.ListMoved) as refused:
        payments.close(list_id=made.pk, shown=4, user=officer, at=MONDAY)

    assert refused.value.told("zh") == "页面上是 4 笔，现在是 5 笔。请刷新页面，看清楚再确认。"
    made.refresh_from_db()
    assert made.status == "open"


def test_a_closed_list_leaves_as_csv_and_whoever_stands_in_it_can_see_that(
    offer, accepted, officer
):
    made = make(offer, officer)
    with pytest.raises(payments.ListOpen):
        payments.exported(list_id=made.pk, user=officer, at=MONDAY, language="zh-hans")
    payments.close(list_id=made.pk, shown=5, user=officer, at=MONDAY)

    text = payments.exported(list_id=made.pk, user=officer, at=MONDAY, language="zh-hans")

    head, *found = csv.reader(io.StringIO(text))
    assert head == ["序号", "姓名", "账户", "金额", "月份"]
    assert found[0] == ["1", "due", "6212260000000000001", "100", "2026-09"]
    assert sum(Decimal(row[3]) for row in found) == made.total
    event = Event.objects.get(kind="payments.exported")
    assert (event.rows, event.subjects) == (5, ["P1", "P10", "P2", "P4", "P5"])
    read = audit.reads_of("P5", since=MONDAY, included=gate.was_included, before=10**12, limit=50)
    assert "payments:D02" in {each.purpose for each in read}
    english = payments.exported(list_id=made.pk, user=officer, at=MONDAY, language="en")
    assert english.splitlines()[0] == "Number,Name,Account,Amount,Month"


def test_a_long_list_is_noted_in_the_log_by_the_hundred(offer, accepted, officer, monkeypatch):
    monkeypatch.setattr(payments, "AT_ONCE", 2)
    made = make(offer, officer)
    payments.close(list_id=made.pk, shown=5, user=officer, at=MONDAY)

    payments.exported(list_id=made.pk, user=officer, at=MONDAY, language="zh")

    noted = Event.objects.filter(kind="payments.exported")
    assert sorted(each.rows for each in noted) == [1, 2, 2]


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@a"])
def test_a_cell_is_no_formula(name):
    assert payments._cell(name) == f"'{name}"
    assert (payments._cell("张三"), payments._cell(None), payments._cell(Decimal(5))) == (
        *("张三", "", "5"),
    )


@pytest.mark.parametrize("month", [date(2026, 8, 1), date(2026, 11, 1), date(2027, 9, 1)])
def test_a_list_is_of_this_month_or_the_next(offer, officer, month):
    with pytest.raises(payments.NotThisMonth):
        make(offer, officer, month)

    assert not PaymentList.objects.exists()


def test_after_december_comes_january():
    payments._check_month(date(2027, 1, 1), date(2026, 12, 31))


def test_facts_of_yesterday_pay_nobody(offer, accepted, officer):
    publish(PEOPLE)

    with pytest.raises(decisions.OutOfDate):
        make(offer, officer)

    assert not PaymentList.objects.exists()


def test_without_the_grant_for_accounts_there_is_no_list(offer, accepted, officer):
    Grant.objects.filter(code="G-D02-PAYMENTS").update(withdrawn_at=MONDAY)
    DefinitionsStamp.objects.all().delete()

    with pytest.raises(gate.GrantWithdrawn):
        make(offer, officer)

    assert not PaymentList.objects.exists()


def test_nobody_but_an_approver_of_the_office_makes_closes_or_exports(offer, accepted, officer):
    made = make(offer, officer)
    other = staff("other", office="GA")

    for do in (
        lambda: make(offer, other),
        lambda: payments.close(list_id=made.pk, shown=5, user=other, at=MONDAY),
        lambda: payments.exported(list_id=made.pk, user=other, at=MONDAY, language="zh"),
    ):
        with pytest.raises(permissions.NotYourOffer):
            do()


def test_the_columns_are_those_of_the_terms(offer, accepted, officer):
    terms = read_terms()
    fewer = terms.payments.model_copy(update={"columns": ("account", "amount")})
    adopting.adopt(terms=read_terms(payments=fewer), by="test", at=MONDAY)
    made = make(offer, officer)
    payments.close(list_id=made.pk, shown=5, user=officer, at=MONDAY)

    text = payments.exported(list_id=made.pk, user=officer, at=MONDAY, language="zh")

    assert text.splitlines()[:2] == ["账户,金额", "6212260000000000001,100"]


def test_in_the_next_month_nobody_is_found_or_paid_twice(offer, accepted, officer):
    payments.close(list_id=make(offer, officer).pk, shown=5, user=officer, at=MONDAY)
    look(offer)
    following = make(offer, officer, OCTOBER)

    assert following.lines.count() == len({line.subject_id for line in following.lines.all()}) == 5
