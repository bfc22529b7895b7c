"""A decision is taken back on a ground of law, by the head of the office that made it. What it made
true ends with it; the applicant is told why, and what he can do."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from tongban.base.people.models import User
from tongban.business.cases import evidence, permissions, running
from tongban.business.cases.locking import locked
from tongban.business.cases.models import Case, CaseEvent, Revocation
from tongban.business.cases.verbs import history, telling
from tongban.business.certificates import actions as certificates
from tongban.business.certificates.models import Certificate
from tongban.errors import Refusal


class NothingDecided(Refusal):
    """Case {number} is not decided yet: there is no decision that could be revoked."""

    zh = "办件 {number} 尚未作出决定，没有可以撤销的决定。"


class WithdrawnBefore(Refusal):
    """Case {number} was withdrawn by its applicant before anything was decided."""

    zh = "办件 {number} 已由申请人撤回，没有作出过决定。"


class DecisionRevoked(Refusal):
    """The decision of case {number} was revoked on {on} already."""

    zh = "办件 {number} 的决定已于 {on} 撤销。"


class NoGroundToRevoke(Refusal):
    """The law does not let a decision be revoked for "{ground}". It names: {allowed_en}."""

    zh = "“{ground}”不是撤销决定的法定事由。可选：{allowed_zh}。"


class OnlyGrantsAreObtained(Refusal):
    """Case {number} was refused: nothing was obtained, by fraud or otherwise, and nobody was let in
    who is not entitled."""

    zh = "办件 {number} 的决定是不予许可，不存在以不正当手段取得或不具备资格而获准的情形。"


# What makes no sense where the decision was a refusal.
OF_GRANTS = (Revocation.Ground.NOT_ENTITLED, Revocation.Ground.FRAUD)


@transaction.atomic
def revoke(*, case_id: int, user: User, ground: str, words: str, at: datetime) -> Case:
    """Take back a grant or a refusal, on one of Revocation.Ground; whatever was still being served
    is called off."""
    case = locked(case_id)
    permissions.check_can_lead(user, case)
    check_decided(case)
    found = _ground(ground)
    if case.status == Case.Status.REFUSED and found in OF_GRANTS:
        raise OnlyGrantsAreObtained(number=case.number)
    why = history.needed(words)
    by, before = history.lead(user, case), case.status
    Revocation.objects.create(
        case=case,
        ground=found,
        words_sealed=evidence.seal_words(why),
        revoked_status=before,
        revoked_at=at,
        revoked_by=user,
    )
    details = {"ground": found.value, "decision": before}
    history.note(case, "tb:revocation", CaseEvent.Transition.COMPLETE, by, at, why, details)
    running.call_off(case, by=by, at=at)
    assert Case.Status.REVOKED in Case.TRANSITIONS[Case.Status(before)]
    case.status = Case.Status.REVOKED
    case.save(update_fields=["status"])
    _revoke_certificate(case, user, why, at)
    history.record("case.revoked", case, by, at, details)
    _tell(case, found, before, why, at)
    return case


def check_decided(case: Case) -> None:
    if case.status == Case.Status.RUNNING:
        raise NothingDecided(number=case.number)
    if case.status == Case.Status.WITHDRAWN:
        raise WithdrawnBefore(number=case.number)
    if case.status == Case.Status.REVOKED:
        on = timezone.localdate(case.revocation.revoked_at)
        raise DecisionRevoked(number=case.number, on=on)


def _ground(name: str) -> Revocation.Ground:
    if name not in Revocation.Ground.values:
        named = [telling.both(each.label) for each in Revocation.Ground]
        raise NoGroundToRevoke(
            ground=name,
            allowed_zh="、".join(zh for zh, _ in named),
            allowed_en="; ".join(en for _, en in named),
        )
    return Revocation.Ground(name)


def _revoke_certificate(case: Case, user: User, why: str, at: datetime) -> None:
    """The facts that it made true end with it."""
    made = Certificate.objects.filter(case_number=case.number, revoked_at=None).first()
    if made is not None:
        certificates.revoke(certificate_id=made.pk, reason=why, user=user, at=at)


def _tell(case: Case, ground: Revocation.Ground, before: str, why: str, at: datetime) -> None:
    ground_zh, ground_en = telling.both(ground.label)
    decision_zh, decision_en = telling.both(Case.Status(before).label)
    telling.applicant(
        case,
        f"的决定（{decision_zh}）已撤销，事由：{ground_zh}。{why.rstrip('。')}。"
        "不服的，可在 60 日内申请行政复议，或在 6 个月内提起行政诉讼。",
        f"was decided ({decision_en}), and that decision is revoked: {ground_en}. {why}. You may "
        "apply for administrative reconsideration within 60 days, or sue within 6 months.",
        at,
    )
