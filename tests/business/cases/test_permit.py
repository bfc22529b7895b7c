"""居住证申领 (B09): decided at once where all is proven, by a person where it is not."""

import pytest

from tests.known import KNOWN, MONDAY
from tongban.base.audit.models import Event
from tongban.business.cases import actions, locking, permissions, queries
from tongban.business.cases.actions import Application
from tongban.business.cases.models import Case, CaseEvent, Decision, WorkItem
from tongban.business.certificates import queries as certificates
from tongban.data.exchange import gate
from tongban.data.registers.models import LiveFact

pytestmark = pytest.mark.django_db
ANSWERS = {"wants_card": "no"}


def apply(permit, user, answers=ANSWERS, disputed=None):
    application = Application(answers, disputed or {}, Case.Channel.PHONE)
    return actions.submit(version=permit, user=user, application=application, at=MONDAY)


def test_where_everything_is_proven_the_permit_is_issued_at_once(permit, citizen):
    case = apply(permit, citizen())

    assert (case.status, case.automatic) == (Case.Status.GRANTED, True)
    certificate = certificates.by_case(case.number)
    assert certificate is not None
    assert list(certificates.content(certificate).values()) == [
        KNOWN["name"],
        KNOWN["citizen_id"],
        KNOWN["residence_address"],
    ]
    assert [d.result for d in case.decisions.all()] == [Decision.Result.TRUE]


def test_the_certificates_fact_stands_at_once(permit, citizen):
    user = citizen()
    case = apply(permit, user)

    facts = gate.read_facts(
        reader=gate.Reader(str(user.pk), "portal", "SJ", user.subject_id),
        use="self",
        subject_id=user.subject_id,
        keys=["holds_valid_permit", "permit_valid_until"],
        at=MONDAY,
    )
    assert facts["holds_valid_permit"].value is True
    assert facts["holds_valid_permit"].as_of == MONDAY
    certificate = certificates.by_case(case.number)
    assert certificate and facts["permit_valid_until"].value == certificate.valid_until


def test_an_unknown_fact_goes_to_a_person_and_never_to_a_refusal(permit, citizen):
    case = apply(permit, citizen(insured_months=None))

    assert case.status == Case.Status.RUNNING
    (decision,) = case.decisions.all()
    assert (decision.result, decision.missing) == (Decision.Result.UNKNOWN, ["insured_months"])
    (work_item,) = case.work_items.all()
    assert (work_item.node, work_item.post, work_item.office.code) == ("review", "approver", "GA")


def test_a_fact_that_contradicts_refuses_with_its_reason(permit, citizen):
    case = apply(permit, citizen(insured_months=3))

    assert (case.status, case.automatic) == (Case.Status.REFUSED, True)
    (decision,) = case.decisions.all()
    told = "".join(queries.reasons(decision, "zh"))
    assert "3" in told
    assert "《居住证暂行条例》" in told
    assert certificates.by_case(case.number) is None


def test_what_the_applicant_disputes_decides_nothing(permit, citizen):
    case = apply(permit, citizen(), disputed={"insured_months": "我交了 20 个月"})

    assert case.status == Case.Status.RUNNING
    assert case.evidence.get(fact="insured_months").disputed


def test_a_dispute_over_what_no_rule_reads_keeps_from_a_grant_at_once(permit, citizen):
    case = apply(permit, citizen(), disputed={"name": "名字写错了一个字"})

    assert case.status == Case.Status.RUNNING
    assert case.work_items.get().status == WorkItem.Status.OPEN
    decision = case.decisions.get(decision="eligible")
    assert (decision.result, decision.missing) == (Decision.Result.UNKNOWN, ["name"])
    assert certificates.by_case(case.number) is None


@pytest.mark.parametrize(
    ("grant", "status"), [(True, Case.Status.GRANTED), (False, Case.Status.REFUSED)]
)
def test_the_officer_decides_and_the_applicant_reads_why(permit, citizen, approver, grant, status):
    case = apply(permit, citizen(insured_months=None))
    work_item = case.work_items.get()

    actions.complete(
        work_item_id=work_item.pk, user=approver, grant=grant, words="已电话核实", at=MONDAY
    )

    case.refresh_from_db()
    page = queries.page(case, MONDAY)
    assert (case.status, case.automatic) == (status, False)
    assert page.officer_words == "已电话核实"
    assert (page.certificate is not None) == grant


def test_a_refusal_without_a_reason_is_refused_and_nothing_changes(permit, citizen, approver):
    case = apply(permit, citizen(insured_months=None))

    with pytest.raises(actions.SayWhy):
        actions.complete(
            work_item_id=case.work_items.get().pk,
            user=approver,
            grant=False,
            words="  ",
            at=MONDAY,
        )
    assert case.work_items.get().status == WorkItem.Status.OPEN
    assert case.decisions.count() == 1


def test_a_step_is_done_once(permit, citizen, approver):
    case = apply(permit, citizen(insured_months=None))
    todo = case.work_items.get().pk
    actions.complete(work_item_id=todo, user=approver, grant=True, words="", at=MONDAY)

    with pytest.raises(locking.AlreadyDone):
        actions.complete(work_item_id=todo, user=approver, grant=False, words="x", at=MONDAY)
    case.refresh_from_db()
    assert case.status == Case.Status.GRANTED


def test_only_the_post_of_the_step_may_do_it(permit, citizen):
    case = apply(permit, citizen(insured_months=None))

    with pytest.raises(permissions.NotYourWork):
        actions.complete(
            work_item_id=case.work_items.get().pk,
            user=citizen("wang"),
            grant=True,
            words="",
            at=MONDAY,
        )
    assert case.work_items.get().status == WorkItem.Status.OPEN


def test_an_open_question_is_asked_for_and_nothing_is_submitted(permit, citizen):
    with pytest.raises(actions.NotFilledIn) as refused:
        apply(permit, citizen(), answers={})
    assert set(refused.value.problems) == {"wants_card"}
    assert not Case.objects.exists()
    assert not Event.objects.filter(kind="case.submitted").exists()


def test_a_second_application_is_led_to_the_first(permit, citizen):
    user = citizen(insured_months=None)
    first = apply(permit, user)

    with pytest.raises(actions.AlreadyRunning, match=first.number):
        apply(permit, user)
    assert Case.objects.count() == 1


def test_what_a_case_read_is_kept_with_its_origin(permit, citizen):
    case = apply(permit, citizen())

    months = case.evidence.get(fact="insured_months")
    assert (months.known, months.source, months.office_zh, months.row) == (
        True,
        "RS01",
        "人社局",
        "GA01:1:7",
    )


def test_materials_are_proven_by_facts_and_not_asked_for(permit, citizen):
    case = apply(permit, citizen())

    assert {r.material: r.proof for r in case.requirements.all()} == {
        "application": "applicant",
        "identity_proof": "facts",
        "address_proof": "facts",
        "employment_proof": "facts",
    }


def test_the_log_has_the_names_of_the_process_in_both_languages(permit, citizen):
    case = apply(permit, citizen())

    done = case.events.filter(transition=CaseEvent.Transition.COMPLETE).order_by("pk")
    assert list(done.values_list("activity_zh", "activity_en")) == [
        ("取得事实", "Collect the facts"),
        ("按规则判定", "Decide by rule"),
        ("签发居住证", "Issue the permit"),
        ("通知申请人", "Notify the applicant"),
    ]


def test_a_stranger_cannot_see_a_case_nor_learn_that_it_exists(permit, citizen):
    case = apply(permit, citizen())
    stranger = citizen("wang")

    for number in (case.number, "329900-260921-999999"):
        with pytest.raises(permissions.NotYourCase):
            queries.by_number(number, stranger)


def test_withdrawing_ends_the_case_and_the_officers_task(permit, citizen):
    user = citizen(insured_months=None)
    case = apply(permit, user)

    actions.withdraw(case_id=case.pk, user=user, at=MONDAY)

    case.refresh_from_db()
    assert case.status == Case.Status.WITHDRAWN
    assert case.work_items.get().status == WorkItem.Status.CANCELLED
    with pytest.raises(actions.CannotWithdraw):
        actions.withdraw(case_id=case.pk, user=user, at=MONDAY)


def test_nothing_personal_lies_readable_in_the_database(permit, citizen):
    case = apply(permit, citizen())

    stored = Case.objects.filter(pk=case.pk).values().get()
    evidence = list(case.evidence.values())
    written = repr((stored, evidence, list(LiveFact.objects.values())))
    for value in (KNOWN["citizen_id"], KNOWN["name"], KNOWN["phone"], KNOWN["home_address"]):
        assert value not in written
