"""Which verbs are offered to whom, and what stands in the way of one at the moment."""

from datetime import timedelta

import pytest

from tests.business.applying import OPEN, apply, complete
from tests.business.cases.verbs.telling import step
from tests.known import MONDAY
from tongban.business.cases import actions, possible
from tongban.business.cases.models import WorkItem
from tongban.business.cases.possible import Verb
from tongban.business.cases.verbs import (
    correcting,
    delegating,
    extending,
    revoking,
    signing,
    suspending,
    urging,
)
from tongban.errors import Refusal

pytestmark = pytest.mark.django_db
RENTS = {"wants_card": "no", "residence_basis": "rent"}


def whole(case, user, at=MONDAY) -> dict[Verb, type[Refusal] | None]:
    found = possible.for_case(case, user, at)
    return {one.verb: type(one.why_not) if one.why_not else None for one in found}


def at_step(work: WorkItem, user, at=MONDAY) -> dict[Verb, type[Refusal] | None]:
    found = possible.for_step(work, user, at)
    return {one.verb: type(one.why_not) if one.why_not else None for one in found}


def review(case) -> WorkItem:
    found = step(case, "review")
    return WorkItem.objects.select_related("office", "assignee", "case").get(pk=found.pk)


def test_each_is_offered_what_is_his(case, approver, lead, applicant, officer):
    assert whole(case, approver) == {Verb.ASK: None, Verb.SUSPEND: None}
    assert whole(case, lead) == {
        Verb.ASK: None,
        Verb.SUSPEND: None,
        Verb.EXTEND: None,
        Verb.REVOKE: revoking.NothingDecided,
        Verb.URGE: None,
    }
    assert whole(case, officer("督办", "supervisor", "SJ")) == {Verb.URGE: None}
    assert whole(case, applicant) == {Verb.URGE: None}
    assert whole(case, officer("受理", "clerk")) == {}
    assert whole(case, officer("外单位", office="RS")) == {}


def test_a_step_is_offered_to_its_post_alone(case, approver, lead, officer):
    assert at_step(review(case), approver) == {
        Verb.DECIDE: None,
        Verb.SEND_BACK: None,
        Verb.ADD_SIGNER: None,
        Verb.HAND_OVER: possible.NoColleague,
    }
    assert at_step(review(case), lead) == {}
    assert at_step(review(case), officer("外单位", office="RS")) == {}


def test_alone_at_his_office_he_has_nobody_to_ask(case, approver):
    (handing,) = [
        one
        for one in possible.for_step(review(case), approver, MONDAY)
        if one.verb == Verb.HAND_OVER
    ]
    assert handing.why_not is not None
    assert handing.why_not.told("zh") == "公安局没有其他人担任审批人员，无人可以转办。"
    assert handing.why_not.told("en") == (
        "Nobody else holds the post Approver at Public Security: there is nobody to hand it to."
    )
    (signing_,) = [
        one
        for one in possible.for_step(review(case), approver, MONDAY)
        if one.verb == Verb.ADD_SIGNER
    ]
    assert signing_.why_not is not None
    assert signing_.why_not.told("zh") == "公安局没有其他可以会签的同事。"
    assert signing_.why_not.told("en") == (
        "Public Security has no other colleague who works with cases and was not asked yet."
    )


def test_what_was_handed_over_can_be_taken_back_and_nothing_else(case, approver, lin):
    given = {"user": approver, "to": lin, "words": "", "at": MONDAY}
    delegating.delegate(work_item_id=review(case).pk, **given)
    assert at_step(review(case), approver) == {Verb.TAKE_BACK: None}
    assert set(at_step(review(case), lin)) > {Verb.DECIDE, Verb.TAKE_BACK}
    assert list(possible.colleagues(review(case), lin)) == [approver]


def test_a_decision_waits_for_the_signature(case, approver, lin):
    given = {"user": approver, "to": lin, "words": "", "at": MONDAY}
    made = signing.add_signer(work_item_id=review(case).pk, **given)
    assert at_step(review(case), approver)[Verb.DECIDE] is signing.SignersFirst
    assert at_step(made, lin) == {Verb.SIGN: None}
    assert at_step(made, approver) == {}
    assert list(possible.signers(review(case), approver)) == []
    assert list(possible.colleagues(review(case), approver)) == []


def test_while_the_clock_stands_it_can_be_resumed_and_nothing_decided(case, approver, lin, lead):
    given = {"ground": "testing", "days": 5, "words": "送检", "at": MONDAY}
    suspending.suspend(case_id=case.pk, user=approver, **given)
    assert whole(case, approver) == {
        Verb.ASK: suspending.AlreadySuspended,
        Verb.RESUME: None,
    }
    found = at_step(review(case), approver)
    assert found[Verb.DECIDE] is found[Verb.SEND_BACK] is at_step(review(case), lin)[Verb.DECIDE]
    assert found[Verb.HAND_OVER] is None


def test_a_correction_is_asked_for_once(permit, citizen, approver, lead):
    case = apply(permit, citizen(**OPEN), RENTS)
    asked = {"questions": ["residence_basis"], "words": "请改选", "at": MONDAY}
    correcting.ask(case_id=case.pk, user=approver, **asked)
    assert whole(case, approver) == {
        Verb.ASK: correcting.AskedAlready,
        Verb.SUSPEND: suspending.AlreadySuspended,
    }
    assert whole(case, lead)[Verb.URGE] is urging.WaitsForApplicant
    over = MONDAY + timedelta(days=60)
    assert whole(case, approver, over) == {Verb.ASK: correcting.AskedAlready, Verb.RESUME: None}


def test_an_extension_is_given_once_and_in_time(case, lead):
    late = MONDAY + timedelta(days=60)
    assert whole(case, lead, late)[Verb.EXTEND] is extending.TooLateToExtend
    extending.extend(case_id=case.pk, user=lead, words="案情复杂", at=MONDAY)
    assert whole(case, lead)[Verb.EXTEND] is extending.AlreadyExtended


def test_who_has_urged_today_waits_until_tomorrow(case, applicant, approver):
    urging.urge(case_id=case.pk, user=applicant, words="", at=MONDAY)
    assert whole(case, applicant) == {Verb.URGE: urging.UrgedAlready}
    assert whole(case, applicant, MONDAY + timedelta(days=1)) == {Verb.URGE: None}


def test_what_is_finished_can_be_revoked_by_the_head_alone(case, approver, lead, applicant):
    complete(case, approver, words="已核实")
    case.refresh_from_db()
    assert whole(case, lead) == {Verb.REVOKE: None}
    assert whole(case, approver) == whole(case, applicant) == {}
    given = {"ground": "procedure", "words": "程序有误", "at": MONDAY}
    revoking.revoke(case_id=case.pk, user=lead, **given)
    case.refresh_from_db()
    assert whole(case, lead) == {}


def test_what_was_withdrawn_is_offered_to_nobody(case, applicant, lead):
    actions.withdraw(case_id=case.pk, user=applicant, at=MONDAY)
    case.refresh_from_db()
    assert whole(case, lead) == {}


def test_skipping_is_offered_to_the_post_that_the_process_names(branched, lead, approver):
    home = step(branched, "home")
    assert at_step(home, lead) == {Verb.SKIP: None}
    assert Verb.SKIP not in at_step(home, approver)
    assert Verb.SKIP not in at_step(step(branched, "papers"), lead)


def test_his_own_case_is_nobodys_to_work_on(permit, citizen, city, approver):
    from tongban.base.people import actions as people

    own = citizen("wang", insured_months=None)
    people.appoint(user=own, office_code="GA", role="approver", by="test", at=MONDAY)
    case = apply(permit, own)
    assert whole(case, own) == {Verb.URGE: None}
    assert at_step(review(case), own) == {}
    assert list(possible.colleagues(review(case), approver)) == []


def test_what_registers_say_alone_leaves_nothing_to_ask():
    refusal = possible.NothingToAsk(number="1")
    assert refusal.told("zh") == "办件 1 的内容都来自政府数据，没有申请人自己填写、可以补正的内容。"
    assert refusal.told("en") == (
        "Everything in case 1 comes from registers: the applicant answered nothing himself that "
        "he could correct."
    )
