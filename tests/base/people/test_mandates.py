"""Mandates: who may act for whom, for what and until when; and that a refusal changes nothing."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from tongban.base.audit.models import Event
from tongban.base.people import mandates
from tongban.base.people.models import Mandate, User

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 9, 21, 2, tzinfo=UTC)
TODAY = date(2026, 9, 21)
PERIOD = (TODAY, date(2026, 12, 31))
SHEN = "PSHEN"


def account(username: str, name: str, subject: str) -> User:
    return User.objects.create(username=username, display_name=name, subject_id=subject)


@pytest.fixture
def shen(db):
    return account("shen", "沈岚", SHEN)


@pytest.fixture
def wang(db):
    return account("wang", "王芳", "PWANG")


def give(by, *, items=(), period=PERIOD, agent=("wang", "王芳"), at=MONDAY, principal=None):
    return mandates.grant(
        principal=principal or (by.subject_id, by.display_name),
        agent=agent,
        items=items,
        period=period,
        by=by,
        at=at,
    )


def refused(refusal, zh, en, act):
    before = [list(each.objects.order_by("pk").values_list()) for each in (Mandate, Event)]
    with pytest.raises(refusal) as raised:
        act()
    assert (raised.value.told("zh"), raised.value.told("en")) == (zh, en)
    assert before == [list(e.objects.order_by("pk").values_list()) for e in (Mandate, Event)]


def test_an_agent_may_act_for_the_items_that_were_named_and_for_no_other(shen, wang):
    given = give(shen, items=["D02", "B09", "D02"])

    assert given.items == ["B09", "D02"]
    assert mandates.check_can_act(wang, SHEN, "D02", MONDAY) == given
    refused(
        mandates.MandateNotForItem,
        "沈岚给您的代办授权不包括事项 A05。",
        "The mandate of 沈岚 is not for item A05.",
        lambda: mandates.check_can_act(wang, SHEN, "A05", MONDAY),
    )


def test_without_items_it_is_for_all_of_them(shen, wang):
    given = give(shen)
    assert {mandates.check_can_act(wang, SHEN, each, MONDAY) for each in ("A05", "D02")} == {given}


def test_nobody_needs_a_mandate_for_what_is_his_own(shen):
    assert mandates.check_can_act(shen, SHEN, "A05", MONDAY) is None


def test_a_stranger_is_refused_and_learns_nothing(wang, shen):
    refused(
        mandates.NoMandate,
        "对方没有授权您代办，请对方在“代办授权”页面上授权。",
        "You were given no mandate for this. It is given on the page “Mandates”, by whoever it is "
        "about.",
        lambda: mandates.check_can_act(wang, SHEN, "A05", MONDAY),
    )
    assert isinstance(mandates.flaw(wang, SHEN, MONDAY), mandates.NoMandate)


def test_an_account_without_a_subject_acts_for_nobody_who_has_none():
    clerk = account("clerk", "办事员", "")
    with pytest.raises(mandates.NoMandate):
        mandates.check_can_act(clerk, "", "A05", MONDAY)


@pytest.mark.parametrize(("days", "holds"), [(0, False), (1, True), (5, True), (6, False)], ids=str)
def test_the_first_and_the_last_day_count(shen, wang, days, holds):
    give(shen, period=(TODAY + timedelta(days=1), TODAY + timedelta(days=5)))
    at = MONDAY + timedelta(days=days)
    if holds:
        assert mandates.check_can_act(wang, SHEN, "A05", at)
        return
    with pytest.raises((mandates.MandateNotYet, mandates.MandateEnded)):
        mandates.check_can_act(wang, SHEN, "A05", at)


def test_what_has_ended_says_when(shen, wang):
    give(shen)
    refused(
        mandates.MandateEnded,
        "沈岚给您的代办授权已于 2026-12-31 到期。请对方重新授权，已保存的内容都还在。",
        "The mandate of 沈岚 ended on 2026-12-31. Ask for a new one; nothing that was saved is "
        "lost.",
        lambda: mandates.check_can_act(wang, SHEN, "A05", datetime(2027, 1, 1, 2, tzinfo=UTC)),
    )


def test_what_has_not_begun_says_when(shen, wang):
    give(shen, period=(date(2026, 10, 1), date(2026, 10, 8)))
    refused(
        mandates.MandateNotYet,
        "沈岚给您的代办授权自 2026-10-01 起有效。",
        "The mandate of 沈岚 begins on 2026-10-01.",
        lambda: mandates.check_can_act(wang, SHEN, "A05", MONDAY),
    )


def test_revoked_it_holds_no_longer_from_that_moment_on(shen, wang):
    given = give(shen)
    mandates.revoke(mandate_id=given.pk, principal_id=SHEN, by=shen, at=MONDAY)

    refused(
        mandates.MandateRevoked,
        "沈岚已于 2026-09-21 撤销给您的代办授权。已保存的内容都还在。",
        "沈岚 revoked your mandate on 2026-09-21. Nothing that was saved is lost.",
        lambda: mandates.check_can_act(wang, SHEN, "A05", MONDAY),
    )
    assert isinstance(mandates.flaw(wang, SHEN, MONDAY), mandates.MandateRevoked)


def test_one_that_holds_counts_whatever_became_of_the_others(shen, wang):
    first = give(shen)
    second = give(shen, items=["B09"])
    mandates.revoke(mandate_id=second.pk, principal_id=SHEN, by=shen, at=MONDAY)
    assert mandates.check_can_act(wang, SHEN, "B09", MONDAY) == first


def test_the_newest_that_is_for_the_item_says_what_is_wrong(shen, wang):
    old = give(shen, items=["B09"])
    mandates.revoke(mandate_id=old.pk, principal_id=SHEN, by=shen, at=MONDAY)
    give(shen, items=["D02"])
    with pytest.raises(mandates.MandateRevoked):
        mandates.check_can_act(wang, SHEN, "B09", MONDAY)


def test_giving_and_revoking_are_in_the_log_of_both(shen, wang):
    given = give(shen, items=["D02"])
    mandates.revoke(mandate_id=given.pk, principal_id=SHEN, by=shen, at=MONDAY)

    kept = Event.objects.filter(subject_type="mandate").order_by("pk")
    assert [(e.kind, e.actor, e.subjects) for e in kept] == [
        ("mandate.granted", str(shen.pk), [SHEN, "PWANG"]),
        ("mandate.revoked", str(shen.pk), [SHEN, "PWANG"]),
    ]
    assert kept[0].details == {
        "agent": str(wang.pk),
        "items": ["D02"],
        "from": "2026-09-21",
        "until": "2026-12-31",
    }


@pytest.mark.parametrize(
    ("agent", "told"),
    [
        (("wang", "王方"), ("wang", "王方")),
        (("nobody", "王芳"), ("nobody", "王芳")),
        ((" ", ""), ("—", "—")),
        (("clerk", "办事员"), ("clerk", "办事员")),
        (("gone", "离开的人"), ("gone", "离开的人")),
    ],
)
def test_the_agent_is_the_account_of_a_person_with_this_very_name(shen, wang, agent, told):
    account("clerk", "办事员", "")
    User.objects.filter(pk=account("gone", "离开的人", "PGONE").pk).update(is_active=False)
    refused(
        mandates.NoSuchAgent,
        f"没有姓名为{told[1]}的个人账号 {told[0]}。请向代办人核对，两项都在对方的“我的”页面上。",
        f"There is no account {told[0]} of a person called {told[1]}. Ask your agent for both, as "
        "they stand on the page “Me”.",
        lambda: give(shen, agent=agent),
    )


def test_spaces_around_what_was_typed_do_no_harm(shen, wang):
    assert give(shen, agent=(" wang ", " 王芳")).agent == wang


@pytest.mark.parametrize("principal", [None, ("E1", "云泽小馆")], ids=["own", "company"])
def test_nobody_gives_himself_a_mandate(shen, principal):
    refused(
        mandates.AgentIsPrincipal,
        "办自己的事不需要授权，请填写别人的账号。",
        "You need no mandate for what is your own; name somebody else.",
        lambda: give(shen, agent=("shen", "沈岚"), principal=principal),
    )


@pytest.mark.parametrize(
    "period",
    [
        (date(2026, 9, 20), date(2026, 12, 31)),
        (date(2026, 9, 22), TODAY),
        (TODAY, date(2029, 9, 22)),
    ],
    ids=["begins yesterday", "ends before it begins", "too long"],
)
def test_a_period_that_cannot_be_is_refused(shen, wang, period):
    refused(
        mandates.BadPeriod,
        "授权从今天或以后开始，截止日期不早于开始日期，最长 3 年。",
        "A mandate begins today or later, ends on that day or later, and lasts 3 years at most.",
        lambda: give(shen, period=period),
    )


def test_three_years_to_the_day_are_allowed_and_so_is_one_day(shen, wang):
    assert give(shen, period=(TODAY, date(2029, 9, 21))).valid_until == date(2029, 9, 21)
    assert give(shen, period=(TODAY, TODAY)).valid_until == TODAY


def test_from_a_29th_of_february_too(shen, wang):
    leap = datetime(2028, 2, 29, 2, tzinfo=UTC)
    first = timezone.localdate(leap)
    assert give(shen, period=(first, date(2031, 2, 28)), at=leap).valid_from == first


def test_so_many_and_no_more_and_what_is_over_does_not_count(shen, wang):
    for _ in range(mandates.MOST):
        last = give(shen, period=(TODAY, TODAY))
    refused(
        mandates.TooManyMandates,
        "已有 20 份有效的授权，请先撤销一份。",
        "20 mandates are in force already; revoke one first.",
        lambda: give(shen),
    )
    mandates.revoke(mandate_id=last.pk, principal_id=SHEN, by=shen, at=MONDAY)
    give(shen)
    tomorrow = MONDAY + timedelta(days=1)
    assert give(shen, period=(TODAY + timedelta(days=1), date(2026, 12, 31)), at=tomorrow)


def test_only_the_principal_s_own_can_be_revoked_and_only_once(shen, wang):
    given = give(shen)
    refused(
        mandates.NoSuchMandate,
        "这不是您给出的授权。",
        "This mandate is not one that you gave.",
        lambda: mandates.revoke(mandate_id=given.pk, principal_id="PWANG", by=wang, at=MONDAY),
    )
    mandates.revoke(mandate_id=given.pk, principal_id=SHEN, by=shen, at=MONDAY)
    refused(
        mandates.RevokedAlready,
        "这份授权已于 2026-09-21 撤销。",
        "This mandate was revoked on 2026-09-21 already.",
        lambda: mandates.revoke(mandate_id=given.pk, principal_id=SHEN, by=shen, at=MONDAY),
    )


def test_lists_show_who_acts_for_whom(shen, wang):
    ended = give(shen, period=(TODAY, TODAY))
    standing = give(shen)
    tomorrow = TODAY + timedelta(days=1)

    assert list(mandates.given(SHEN)) == [standing, ended]
    assert list(mandates.held(wang, TODAY)) == [ended, standing]
    assert list(mandates.held(wang, tomorrow)) == [standing]
    assert list(mandates.held(shen, TODAY)) == []


def test_of_an_erased_person_no_mandate_stays(shen, wang):
    chen = account("chen", "陈默", "PCHEN")
    give(shen)
    give(chen)
    stays = give(shen, agent=("chen", "陈默"))

    assert mandates.erase("PWANG") == 2
    assert list(Mandate.objects.all()) == [stays]
    assert mandates.erase(SHEN) == 1
    assert not Mandate.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [{"valid_until": date(2026, 9, 20)}, {"revoked_at": MONDAY}],
    ids=["ends before it begins", "revoked by nobody"],
)
def test_the_database_refuses_nonsense(shen, wang, wrong):
    given = give(shen)
    with pytest.raises(IntegrityError), transaction.atomic():
        Mandate.objects.filter(pk=given.pk).update(**wrong)
