"""A decision is taken back on a ground of law; and an application before anything is decided."""

from datetime import timedelta

import pytest

from tests.business.applying import apply, close_step, complete
from tests.business.cases.verbs.telling import audited, last, row, step, told
from tests.business.refusing import refused
from tests.known import MONDAY
from tongban.base.audit.models import Event
from tongban.business.cases import actions, permissions
from tongban.business.cases.models import Revocation
from tongban.business.cases.verbs import history, revoking
from tongban.business.certificates import actions as certificates
from tongban.business.certificates.models import Certificate
from tongban.data.registers.models import LiveFact

pytestmark = pytest.mark.django_db
LATER = MONDAY + timedelta(days=30)


def revoke(case, user, ground="fraud", words="参保记录系伪造", at=LATER):
    return revoking.revoke(case_id=case.pk, user=user, ground=ground, words=words, at=at)


def test_a_grant_is_revoked_with_its_certificate_and_what_it_made_true(
    case, approver, lead, applicant
):
    complete(case, approver)
    held = LiveFact.objects.get(key="holds_valid_permit")
    before = bytes(held.sealed)

    revoke(case, lead)

    case.refresh_from_db()
    assert (case.status, case.finished_at) == ("revoked", MONDAY)
    certificate = Certificate.objects.get(case_number=case.number)
    assert (certificate.status, certificate.revoked_at, certificate.revoked_reason) == (
        *("revoked", LATER),
        "参保记录系伪造",
    )
    held.refresh_from_db()
    assert (held.since, bytes(held.sealed) != before) == (LATER, True)
    made = case.revocation
    assert (made.ground, made.revoked_status, made.revoked_at, made.revoked_by) == (
        *("fraud", "granted", LATER),
        lead,
    )
    assert "伪造".encode() not in bytes(made.words_sealed)
    details = {"ground": "fraud", "decision": "granted"}
    assert row(last(case, "tb:revocation")) == (
        *("complete", str(lead.pk), "lead", "GA", "", "参保记录系伪造"),
        details,
    )
    kept = audited(case)
    assert (kept.kind, kept.post, kept.details) == ("case.revoked", "lead", details)
    assert Event.objects.get(kind="certificate.revoked").post == "lead"


def test_the_applicant_hears_of_it_with_what_he_can_do(case, approver, lead, applicant):
    complete(case, approver, grant=False, words="未参保")
    revoke(case, lead, "court", "行政判决书 12 号")
    assert told(applicant)[-1] == (
        f"您申请的居住证申领（{case.number}）的决定（不予）已撤销，事由：人民法院判决。"
        "行政判决书 12 号。不服的，可在 60 日内申请行政复议，或在 6 个月内提起行政诉讼。",
        f"Your application (Application for a residence permit, {case.number}) was decided "
        "(Refused), and that decision is revoked: Judgment of a court. 行政判决书 12 号. You may "
        "apply for administrative reconsideration within 60 days, or sue within 6 months.",
    )


def test_a_reason_that_is_a_sentence_has_one_full_stop(case, approver, lead, applicant):
    complete(case, approver, grant=False, words="未参保")
    revoke(case, lead, "court", "行政判决书 12 号。")
    assert "事由：人民法院判决。行政判决书 12 号。不服的，" in told(applicant)[-1][0]


def test_a_refusal_that_was_revoked_leaves_the_way_open_to_apply_again(
    permit, case, approver, lead, applicant
):
    complete(case, approver, grant=False, words="未参保")
    revoke(case, lead, "reconsideration", "复议决定书")
    assert apply(permit, applicant, at=LATER).status == "running"


def test_what_was_still_being_served_is_called_off(branched, officer, approver, lead):
    clerk = officer("何静", "clerk")
    for node, user in (("papers", clerk), ("home", approver), ("review", approver)):
        close_step(step(branched, node), user)
    handing = step(branched, "hand")
    revoke(branched, lead, "procedure")
    handing.refresh_from_db()
    assert (handing.status, handing.closed_at) == ("cancelled", LATER)
    assert branched.process_rows.count() == 0
    assert last(branched, "hand").transition == "withdraw"


def test_a_certificate_that_was_revoked_before_is_left_as_it_is(case, approver, lead):
    complete(case, approver)
    made = Certificate.objects.get(case_number=case.number)
    certificates.revoke(certificate_id=made.pk, reason="遗失", user=approver, at=MONDAY)
    revoke(case, lead)
    made.refresh_from_db()
    assert (made.revoked_at, made.revoked_reason) == (MONDAY, "遗失")


@pytest.mark.parametrize("lawful", Revocation.Ground.values)
def test_every_ground_of_the_law_revokes_a_grant(case, approver, lead, lawful):
    complete(case, approver)
    assert revoke(case, lead, lawful).status == "revoked"


@pytest.mark.parametrize("name", ["fraud", "not_entitled"])
def test_nothing_was_obtained_by_a_refusal(case, approver, lead, name):
    complete(case, approver, grant=False, words="未参保")
    with refused(
        revoking.OnlyGrantsAreObtained,
        f"办件 {case.number} 的决定是不予许可，不存在以不正当手段取得或不具备资格而获准的情形。",
        f"Case {case.number} was refused: nothing was obtained, by fraud or otherwise, and nobody "
        "was let in who is not entitled.",
    ):
        revoke(case, lead, name)


def test_no_other_ground(case, approver, lead):
    complete(case, approver)
    with refused(
        revoking.NoGroundToRevoke,
        "“领导要求”不是撤销决定的法定事由。可选：滥用职权、玩忽职守作出决定、超越法定职权作出决定、"
        "违反法定程序作出决定、申请人不具备资格或不符合条件、依法可以撤销的其他情形、"
        "以欺骗、贿赂等不正当手段取得、行政复议决定、人民法院判决。",
        'The law does not let a decision be revoked for "领导要求". It names: Decided by abuse or '
        "neglect of duty; Decided beyond authority; Decided against procedure; The applicant is "
        "not entitled; Other circumstances in which the law allows it; Obtained by fraud, bribery "
        "or other improper means; Decision of administrative reconsideration; Judgment of a court.",
    ):
        revoke(case, lead, "领导要求")


def test_not_before_anything_is_decided(case, lead):
    with refused(
        revoking.NothingDecided,
        f"办件 {case.number} 尚未作出决定，没有可以撤销的决定。",
        f"Case {case.number} is not decided yet: there is no decision that could be revoked.",
    ):
        revoke(case, lead)


def test_not_what_was_withdrawn(case, lead, applicant):
    actions.withdraw(case_id=case.pk, user=applicant, at=MONDAY)
    with refused(
        revoking.WithdrawnBefore,
        f"办件 {case.number} 已由申请人撤回，没有作出过决定。",
        f"Case {case.number} was withdrawn by its applicant before anything was decided.",
    ):
        revoke(case, lead)


def test_not_twice(case, approver, lead):
    complete(case, approver)
    revoke(case, lead)
    with refused(
        revoking.DecisionRevoked,
        f"办件 {case.number} 的决定已于 2026-10-21 撤销。",
        f"The decision of case {case.number} was revoked on 2026-10-21 already.",
    ):
        revoke(case, lead)


def test_only_the_head_of_the_office(case, approver):
    complete(case, approver)
    with refused(
        permissions.NotForLead,
        f"只有公安局负责人可以对办件 {case.number} 作此处理。",
        f"Only the head of {case.office.short_en} may do this with case {case.number}.",
    ):
        revoke(case, approver)


def test_not_without_a_reason(case, approver, lead):
    complete(case, approver)
    with refused(
        history.SayTheReason,
        "请用 1 至 200 个字说明理由，理由将留在办件记录中。",
        "Say in 1 to 200 characters why: it stays in the history of the case.",
    ):
        revoke(case, lead, words="")


@pytest.mark.parametrize("words", ["", "不办了"])
def test_withdrawing_is_an_event_of_the_case_before_what_it_calls_off(case, applicant, words):
    actions.withdraw(case_id=case.pk, user=applicant, words=words, at=MONDAY)

    verb, *_ = case.events.filter(transition__in=["pi_abort", "withdraw"]).order_by("pk")
    assert row(verb) == ("pi_abort", str(applicant.pk), "applicant", "", "", words, {})
    assert (verb.activity, verb.activity_zh) == ("tb:withdrawal", "撤回申请")
    assert (audited(case).kind, audited(case).post) == ("case.withdrawn", "applicant")


def test_what_is_being_served_can_no_longer_be_withdrawn(branched, officer, approver, applicant):
    clerk = officer("何静", "clerk")
    for node, user in (("papers", clerk), ("home", approver), ("review", approver)):
        close_step(step(branched, node), user)
    with refused(
        actions.BeingServed,
        f"办件 {branched.number} 已作出决定，正在送达，不能再撤回。",
        f"Case {branched.number} is decided and the decision is on its way to you: it can no "
        "longer be withdrawn.",
    ):
        actions.withdraw(case_id=branched.pk, user=applicant, at=MONDAY)


def test_nobody_says_too_much(case, applicant):
    with refused(
        history.TooManyWords, "请用不超过 200 个字说明。", "Say it in at most 200 characters."
    ):
        actions.withdraw(case_id=case.pk, user=applicant, words="长" * 201, at=MONDAY)
