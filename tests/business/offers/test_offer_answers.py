"""The person's answer: a case that closes at once, a change of mind, and what is too late."""

from datetime import timedelta

import pytest

from tests.business.offers.conftest import PEOPLE, account, decide, look, of, publish
from tests.known import MONDAY
from tongban.base.audit.models import Event
from tongban.base.people import mandates
from tongban.business.cases import actions as cases
from tongban.business.cases.actions import Application, NotFilledIn
from tongban.business.cases.models import Case, Objection
from tongban.business.certificates.models import Certificate
from tongban.business.items.models import ItemVersion
from tongban.business.offers import actions, answering, moving, permissions
from tongban.business.offers.models import CandidateStep

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def told(offer, found, officer):
    """P1, P2, P10 and P4 were told; P3 was confirmed by hand and told too."""
    actions.confirm(number=of("P3").number, user=officer, at=MONDAY)
    actions.confirm_sure(offer=offer, kind="due", shown=3, user=officer, at=MONDAY)
    actions.tell(offer=offer, kind="due", shown=4, user=officer, at=MONDAY)
    actions.confirm_sure(offer=offer, kind="change", shown=1, user=officer, at=MONDAY)
    actions.tell(offer=offer, kind="change", shown=1, user=officer, at=MONDAY)


def accept(subject: str, user, at=MONDAY, **given) -> Case:
    return answering.accept(number=of(subject).number, user=user, at=at, **given)


def decline(subject: str, user, at=MONDAY, words: str = ""):
    return answering.decline(number=of(subject).number, user=user, words=words, at=at)


def test_who_accepts_is_registered_for_payment_at_once_and_fills_in_nothing(person):
    case = accept("P1", person("P1"))

    assert (case.status, case.automatic, case.applicant_id) == ("granted", True, "P1")
    assert Certificate.objects.get(case_number=case.number).name_zh == "高龄津贴发放登记"
    assert (of("P1").status, of("P1").case_number) == ("accepted", case.number)
    assert Event.objects.get(kind="offer.accepted").subjects == ["P1"]


def test_a_change_is_accepted_in_the_same_way(person):
    assert accept("P4", person("P4")).status == "granted"


def test_whoever_accepts_twice_is_told_the_number_of_his_case(person):
    user = person("P1")
    case = accept("P1", user)

    with pytest.raises(answering.AcceptedAlready) as refused:
        accept("P1", user)

    assert refused.value.told("zh") == f"{of('P1').number} 已经接受，办件编号 {case.number}。"
    assert refused.value.told("en") == (
        f"{of('P1').number} was accepted already; it became case {case.number}."
    )
    assert Case.objects.count() == 1


def test_he_can_decline_without_a_reason_and_change_his_mind(person):
    user = person("P1")
    decline("P1", user)
    assert of("P1").status == "declined" and not Case.objects.exists()

    with pytest.raises(answering.DeclinedAlready) as refused:
        decline("P1", user)
    assert refused.value.told("zh") == (
        f"{of('P1').number} 已经谢绝；2026-11-20 前仍可以改为接受。"
    )

    assert accept("P1", user).status == "granted"
    assert of("P1").status == "accepted"


def test_what_is_granted_can_no_longer_be_declined(person):
    user = person("P1")
    accept("P1", user)

    with pytest.raises(cases.CannotWithdraw):
        decline("P1", user)

    assert of("P1").status == "accepted"
    assert Case.objects.get().status == "granted"


def test_a_fact_that_he_disputes_goes_to_the_office_that_holds_it(person):
    disputed = {"household_address": "已搬到江城区"}

    case = accept(
        "P1",
        person("P1"),
        application=Application({"household_address": "江城区清荷路1号"}, disputed, "phone"),
    )

    assert case.channel == "phone"
    assert Objection.objects.get(evidence__case=case).evidence.fact == "household_address"


def test_a_case_that_waits_for_a_person_can_be_called_off(person):
    user = person("P1")
    publish({**PEOPLE, "P1": {**PEOPLE["P1"], "household_region": None}})
    case = accept("P1", user)
    assert (case.status, of("P1").status) == ("running", "accepted")

    decline("P1", user, words="不用了")

    case.refresh_from_db()
    assert (case.status, of("P1").status) == ("withdrawn", "declined")


def test_what_nobody_knows_he_is_asked_and_nothing_changes_before(person):
    user = person("P3")
    with pytest.raises(NotFilledIn):
        accept("P3", user)
    assert of("P3").status == "told" and not Case.objects.exists()

    answers = {"bank_account": "6212260000000000003"}
    case = accept("P3", user, application=Application(answers, {}, "web"))

    assert case.status == "granted"


def test_the_last_day_counts_and_the_day_after_is_too_late(person):
    user = person("P1")
    last = MONDAY + timedelta(days=60)

    for do in (accept, decline):
        with pytest.raises(answering.TooLate) as refused:
            do("P1", user, at=last + timedelta(days=1))
    assert refused.value.told("zh") == (
        f"{of('P1').number} 的答复期限是 2026-11-20，已经过了。您可以随时申请高龄津贴。"
    )
    assert of("P1").status == "told" and not Case.objects.exists()

    assert accept("P1", user, at=last).status == "granted"


def test_what_has_lapsed_is_too_late_even_if_the_clock_were_not(person):
    answering.lapse_due(at=MONDAY + timedelta(days=61))
    assert of("P1").status == "lapsed"

    with pytest.raises(answering.TooLate):
        accept("P1", person("P1"))


def test_who_declined_does_not_lapse(person):
    decline("P1", person("P1"))

    answering.lapse_due(at=MONDAY + timedelta(days=61))

    assert of("P1").status == "declined"


def test_a_death_between_the_notice_and_the_answer_ends_it(offer, person):
    user = person("P1")
    publish({**PEOPLE, "P1": {**PEOPLE["P1"], "alive": False, "age": None}})
    decide()
    look(offer)

    with pytest.raises(answering.NotDueAnyMore) as refused:
        accept("P1", user)

    assert refused.value.told("en") == (
        f"What was found has changed since: {of('P1').number} is looked at again. You can apply for"
        " Allowance of the old at any time."
    )
    assert of("P1").status == "told" and not Case.objects.exists()


def test_a_death_that_no_round_has_seen_yet_is_seen_by_the_rule(person):
    user = person("P1")
    publish({**PEOPLE, "P1": {**PEOPLE["P1"], "alive": False, "age": None}})

    case = accept("P1", user)

    assert case.status == "refused"
    assert not Certificate.objects.exists()


def test_what_was_not_offered_cannot_be_accepted(offer, person, officer):
    user = person("P6")
    with pytest.raises(answering.NotOffered):
        accept("P6", user)

    assert of("P6").status == "found"


def test_nobody_else_accepts_or_learns_anything(offer, person, officer):
    for user in (person("P2"), officer):
        for do in (accept, decline):
            with pytest.raises(permissions.NotForYou) as refused:
                do("P1", user)
    assert refused.value.told("zh") == f"没有编号为 {of('P1').number}、给您的待遇。"
    assert of("P1").status == "told"

    with pytest.raises(moving.NoSuchCandidate):
        answering.accept(number="D02-001-999999", user=person("P1"), at=MONDAY)


def give(user, days: int = 30, items=("D02",)):
    first = MONDAY.date()
    return mandates.grant(
        principal=("P1", "due"),
        agent=(user.username, user.display_name),
        items=list(items),
        period=(first, first + timedelta(days=days)),
        by=account("u-P1", "P1"),
        at=MONDAY,
    )


def test_a_family_member_with_a_mandate_accepts_for_him(person):
    agent = person("P8")
    give(agent)

    case = accept("P1", agent)

    assert (case.status, case.applicant_id, case.acted_by) == ("granted", "P1", agent)
    assert CandidateStep.objects.filter(candidate=of("P1")).order_by("-pk")[0].by == agent


def test_a_mandate_that_ended_was_revoked_or_is_for_another_item_gives_nothing(person):
    agent = person("P8")
    mandate = give(agent, days=3)

    with pytest.raises(mandates.MandateEnded):
        accept("P1", agent, at=MONDAY + timedelta(days=4))
    by = mandate.granted_by
    mandates.revoke(mandate_id=mandate.pk, principal_id="P1", by=by, at=MONDAY)
    with pytest.raises(mandates.MandateRevoked):
        decline("P1", agent)
    assert of("P1").status == "told" and not Case.objects.exists()


def test_a_mandate_for_another_item_is_none_for_this(person):
    agent = person("P8")
    give(agent, items=("B09",))

    with pytest.raises(mandates.MandateNotForItem):
        accept("P1", agent)


def test_without_a_version_in_force_nobody_can_accept(person):
    ItemVersion.objects.filter(item__code="D02").update(status="retired")

    with pytest.raises(cases.CannotApply):
        accept("P1", person("P1"))

    assert of("P1").status == "told"
