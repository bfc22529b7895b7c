"""What stays of a case, and of a certificate, when the person is erased under law."""

from datetime import date, timedelta

import pytest

from tests.business.applying import (
    ANSWERS,
    OPEN,
    apply,
    changed,
    complete,
    left_behind,
    publish,
    timers,
)
from tests.business.refusing import everything, refused
from tests.engines.processes.bpmn_models import (
    declared,
    end,
    extended,
    model,
    path,
    service,
    start,
    tb_output,
)
from tests.engines.processes.bpmn_models import user as step
from tests.known import KNOWN, MONDAY
from tongban.base.notices.models import Notice
from tongban.business.cases import actions, erasing, evidence, queries
from tongban.business.cases.attachments import Upload
from tongban.business.cases.erasing import Held
from tongban.business.cases.models import Case, WorkItem
from tongban.business.cases.verbs import (
    correcting,
    extending,
    history,
    revoking,
    suspending,
    urging,
)
from tongban.business.certificates import actions as certificates
from tongban.business.certificates import erasing as certificates_erasing
from tongban.business.certificates import queries as certificate_queries
from tongban.business.certificates.models import Certificate

pytestmark = pytest.mark.django_db
LATER = MONDAY + timedelta(days=400)
REVIEW = extended(tb_output("approved", "approved"))


def test_who_waits_for_a_decision_is_not_erased(permit, citizen):
    user = citizen(insured_months=None)
    case = apply(permit, user)
    with refused(
        erasing.CaseRunning,
        f"办件 {case.number} 尚未办结。请先办结或由申请人撤回，在此之前不能删除申请人。",
        f"Case {case.number} is not finished. Decide it, or have it withdrawn; until then nobody "
        "can be erased who applied for it.",
    ):
        erasing.check_can_erase(user.subject_id)


def test_who_holds_a_certificate_in_force_is_not_erased(permit, citizen):
    user = citizen()
    apply(permit, user)
    made = Certificate.objects.get()
    with refused(
        certificates_erasing.CertificateInForce,
        f"证照 {made.identifier} 有效期至 2027-09-20。请先注销或待其到期，在此之前不能删除持证人。",
        f"Certificate {made.identifier} is in force until 2027-09-20. Revoke it first, or wait; "
        "until then nobody can be erased who holds it.",
    ):
        certificates_erasing.check_can_erase(user.subject_id, date(2027, 9, 20))
    certificates_erasing.check_can_erase(user.subject_id, date(2027, 9, 21))


def test_what_is_held_is_counted_and_then_nothing(permit, citizen, approver):
    user = citizen(**OPEN)
    uploads = {"residence_evidence": [Upload("a.pdf", b"%PDF-")]}
    case = apply(permit, user, {**ANSWERS, "residence_basis": "rent"}, uploads=uploads)
    complete(case, approver, grant=False, words="周雨桐未提供租赁备案")
    actions.save_draft(version=permit, user=user, answers=ANSWERS, at=MONDAY)
    assert erasing.held(user.subject_id) == Held(1, 1, 16, 1, 2)

    erasing.erase(user.subject_id, LATER)

    assert erasing.held(user.subject_id) == Held(0, 0, 0, 0, 0)
    case.refresh_from_db()
    assert (case.applicant_id, case.status, case.finished_at) == ("erased", "refused", MONDAY)
    assert evidence.answers(case) == {}
    assert bytes(case.head.variables_sealed) == b""
    assert case.events.count() > 5


def test_the_page_of_an_erased_case_can_still_be_seen_by_its_office(permit, citizen, approver):
    user = citizen(insured_months=None)
    case = apply(permit, user)
    complete(case, approver, grant=False, words="周雨桐未参保")
    erasing.erase(user.subject_id, LATER)

    page = queries.page(queries.by_number(case.number, approver), LATER)

    assert (page.applicant, page.officer_words, page.answers, page.facts) == ("", "", {}, ())
    assert [proof.evidence for proof in page.proofs] == [()] * 4
    assert [queries.reasons(each, "zh") for each in page.decisions] == [[], []]
    assert [each.result for each in page.decisions] == ["unknown", "false"]


def test_a_case_that_a_backup_brought_back_ends_as_withdrawn(permit, citizen):
    user = citizen(insured_months=None)
    case = apply(permit, user)
    left_behind(case, 9, LATER)

    erasing.erase(user.subject_id, LATER)

    case.refresh_from_db()
    assert (case.status, case.finished_at) == (Case.Status.WITHDRAWN, LATER)
    assert case.work_items.get().status == WorkItem.Status.CANCELLED
    assert not timers().exists()
    events = case.events.order_by("pk").values_list("activity", "transition", "role")
    assert events.last() == ("review", "withdraw", "platform")


def test_nothing_is_left_of_a_case_that_was_still_being_served(ground, city, citizen, approver):
    user = citizen(insured_months=None)
    drawn = model(
        declared(approved="boolean"),
        *(start(), step("review", REVIEW, tb_post="approver")),
        service("issue", tb_operation="issue_certificate"),
        *(step("hand", tb_post="clerk"), end()),
        path("start", "review", "issue", "hand", "end"),
    ).decode()
    case = apply(publish(changed(ground.bundle, "B09", process_text=drawn)), user)
    complete(case, approver)
    assert case.process_rows.exists()

    erasing.erase(user.subject_id, LATER)

    case.refresh_from_db()
    assert (case.status, case.process_rows.count()) == (Case.Status.GRANTED, 0)
    assert case.work_items.get(node="hand").status == WorkItem.Status.CANCELLED


def test_whatever_was_said_with_a_verb_goes_and_that_it_was_done_stays(
    permit, citizen, approver, staff
):
    user, lead = citizen(**OPEN), staff("lead")
    name = str(KNOWN["name"])
    case = apply(permit, user, {**ANSWERS, "residence_basis": "none"})
    doing = {"case_id": case.pk, "user": approver, "at": MONDAY}
    urging.urge(**{**doing, "user": user}, words=f"我是{name}")
    extending.extend(**{**doing, "user": lead}, words=f"{name}函调")
    correcting.ask(**doing, questions=["residence_basis"], words=f"请{name}补正")
    correcting.correct(case_id=case.pk, user=user, answers={"residence_basis": "rent"}, at=MONDAY)
    suspending.suspend(**doing, ground="hearing", days=1, words=f"{name}听证")
    suspending.resume(**doing, words=f"{name}已到")
    todo = case.work_items.get(status=WorkItem.Status.OPEN).pk
    actions.complete(work_item_id=todo, user=approver, grant=True, words="", at=MONDAY)
    revoking.revoke(**{**doing, "user": lead}, ground="fraud", words=f"{name}伪造")
    said = [history.said(each) for each in case.events.order_by("pk")]
    assert len([words for words in said if name in words]) == 6
    transitions = list(case.events.order_by("pk").values_list("activity", "transition"))
    assert Notice.objects.filter(account=approver, words_zh__contains=name).count() == 1

    erasing.erase(user.subject_id, LATER)

    assert [history.said(each) for each in case.events.all()] == [""] * len(said)
    assert list(case.events.order_by("pk").values_list("activity", "transition")) == transitions
    case.refresh_from_db()
    assert case.status == Case.Status.REVOKED
    kept = [case.extension, case.revocation, *case.suspensions.all(), *case.corrections.all()]
    assert [evidence.opened_words(each.words_sealed) for each in kept] == [""] * 5
    assert evidence.opened_answers(case.corrections.get().before_sealed) == {}
    assert not Notice.objects.filter(about_id=case.number).exists()


def test_erasing_one_leaves_everybody_else_as_he_was(permit, citizen):
    apply(permit, citizen(insured_months=None))
    before = everything()

    other = citizen("wang")
    gone = apply(permit, other)
    erasing.erase(other.subject_id, LATER)
    certificates_erasing.erase(other.subject_id, LATER)

    after = everything()
    for table in ("Case", "WorkItem", "Evidence", "Decision", "Requirement", "CaseEvent"):
        assert set(map(repr, before[table])) <= set(map(repr, after[table])), table
    assert Case.objects.get(pk=gone.pk).applicant_id == "erased"


def test_erasing_twice_changes_nothing_more(permit, citizen):
    user = citizen()
    case = apply(permit, user)
    for _ in range(2):
        erasing.erase(user.subject_id, LATER)
        assert certificates_erasing.erase(user.subject_id, LATER) in (0, 1)
    case.refresh_from_db()
    assert case.status == Case.Status.GRANTED
    assert certificates_erasing.count(user.subject_id) == 0


@pytest.mark.parametrize(("at", "status"), [(MONDAY, "revoked"), (LATER, "valid")])
def test_an_erased_certificate_verifies_as_over_and_names_nobody(permit, citizen, at, status):
    user = citizen()
    apply(permit, user)
    before = Certificate.objects.get()

    assert certificates_erasing.erase(user.subject_id, at) == 1

    after = certificate_queries.by_verify_code(before.verify_code)
    assert after is not None
    assert (after.status, after.holder_id, after.number) == (
        status,
        "erased",
        f"erased-{after.pk}",
    )
    assert (after.identifier, after.issued_at) == (before.identifier, before.issued_at)
    assert certificate_queries.content(after) == {}
    assert not certificate_queries.is_in_force(after, at.date())


def test_what_an_officer_wrote_when_he_revoked_it_goes_too(permit, citizen, approver):
    user = citizen()
    apply(permit, user)
    made = Certificate.objects.get()
    reason = f"{KNOWN['name']}已迁出"
    certificates.revoke(certificate_id=made.pk, reason=reason, user=approver, at=MONDAY)

    certificates_erasing.erase(user.subject_id, LATER)

    made.refresh_from_db()
    assert (made.revoked_reason, made.revoked_at) == ("", MONDAY)
