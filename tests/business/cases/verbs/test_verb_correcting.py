"""What is wrong in an application its applicant puts right, asked once or of his own accord."""

from datetime import date, timedelta

import pytest

from tests.business.applying import OPEN, apply, complete
from tests.business.cases.verbs.telling import audited, last, row, step, told
from tests.business.refusing import everything, refused
from tests.known import MONDAY
from tongban.base.people.models import User
from tongban.business.cases import (
    actions,
    attachments,
    deciding,
    evidence,
    locking,
    permissions,
    queries,
    running,
)
from tongban.business.cases.models import Case, Decision, Objection, Requirement
from tongban.business.cases.verbs import correcting, history, suspending

pytestmark = pytest.mark.django_db
TUESDAY = MONDAY + timedelta(days=1)
BASIS = "residence_basis"
PDF = attachments.Upload("合同.pdf", b"%PDF-1.7 lease")


@pytest.fixture
def case(permit, citizen) -> Case:
    """Of somebody of whom no home and no employment is known, and who gave no reason to be here."""
    answers = {"wants_card": "no", BASIS: "none"}
    return apply(permit, citizen(**OPEN), answers)


@pytest.fixture
def applicant(case) -> User:
    return User.objects.get(subject_id=case.applicant_id)


def ask(case, user, questions=(BASIS,), words="请说明居住事由", at=MONDAY):
    return correcting.ask(case_id=case.pk, user=user, questions=list(questions), words=words, at=at)


def correct(case, user, answers=None, at=TUESDAY, **rest):
    answers = {BASIS: "rent"} if answers is None else answers
    return correcting.correct(case_id=case.pk, user=user, answers=answers, at=at, **rest)


def answers_of(case):
    case.refresh_from_db()
    return evidence.answers(case)


def test_everything_is_asked_for_at_once_and_the_clock_stands(case, approver, applicant):
    made = ask(case, approver, [BASIS, "wants_card", BASIS])

    assert (made.questions, made.asked_by, made.corrected_at) == (
        *([BASIS, "wants_card"], approver),
        None,
    )
    assert "居住事由".encode() not in bytes(made.words_sealed or b"")
    held = case.suspensions.get()
    assert (held.ground, held.days, made.suspension) == ("correction", 15, held)
    assert held.authorised_until == date(2026, 10, 16)
    case.refresh_from_db()
    assert case.promised_on == date(2026, 10, 23)
    details = {"questions": [BASIS, "wants_card"], "suspends": True}
    assert row(last(case, "tb:correction")) == (
        *("schedule", str(approver.pk), "approver", "GA", "", "请说明居住事由"),
        details,
    )
    assert (audited(case).kind, audited(case).details) == ("case.correction_asked", details)
    assert told(applicant) == [
        (
            f"您申请的居住证申领（{case.number}）有 2 项内容需要补正：请说明居住事由。"
            "请在 2026-10-16 前补正，等待期间不计入办理时间，最晚 2026-10-23 答复。",
            f"Your application (Application for a residence permit, {case.number}) needs 2 "
            "corrections until 2026-10-16. The days until then are not counted: it is answered by "
            "2026-10-23. 请说明居住事由",
        )
    ]


def test_a_second_time_is_refused_by_name(case, approver, applicant):
    ask(case, approver)
    words = (
        f"办件 {case.number} 已于 2026-09-21 告知过补正：需补正的内容应一次告知，"
        "请根据现有材料办理。",
        f"Corrections to case {case.number} were asked for on 2026-09-21: they are asked for once, "
        "all of them at once. Decide on what there is.",
    )
    with refused(correcting.AskedAlready, *words):
        ask(case, approver, ["wants_card"])
    correct(case, applicant)
    with refused(correcting.AskedAlready, *words):
        ask(case, approver, ["wants_card"])


def test_asked_on_the_fifth_day_the_clock_stands_and_on_the_sixth_it_runs(
    permit, citizen, approver
):
    for username, day, stands in (("a", 29, True), ("b", 30, False)):
        case = apply(permit, citizen(username, insured_months=None))
        made = ask(case, approver, ["wants_card"], at=MONDAY.replace(day=day))
        assert (made.suspension is not None) == stands
        assert last(case, "tb:correction").details["suspends"] == stands
    assert told_last(case)[1].endswith("needs 1 corrections. 请说明居住事由")
    case.refresh_from_db()
    assert case.promised_on == date(2026, 9, 29)


def told_last(case):
    return told(User.objects.get(subject_id=case.applicant_id))[-1]


def test_what_was_asked_for_is_answered_anew_and_the_old_answer_is_kept_sealed(
    case, approver, applicant
):
    before = answers_of(case)
    ask(case, approver)
    correct(case, applicant)

    assert answers_of(case) == before | {BASIS: "rent"}
    made = case.corrections.get()
    assert made.corrected_at == TUESDAY
    assert evidence.opened_answers(made.before_sealed) == before
    details = {"questions": [BASIS], "asked": True}
    assert row(last(case, "tb:correction")) == (
        *("complete", str(applicant.pk), "applicant", "", "", ""),
        details,
    )
    kinds = list(case.events.filter(activity="tb:clock").values_list("transition", flat=True))
    assert kinds == ["resume"], "it was stopped by the asking itself"
    assert (audited(case).kind, audited(case).actor) == ("case.resumed", str(applicant.pk))
    assert told(approver) == [
        (
            f"申请人已补正 {case.number}，最晚 2026-09-30 答复。",
            f"The applicant has corrected case {case.number}; it is to be answered by 2026-09-30.",
        )
    ]


def test_the_clock_goes_on_the_day_after(case, approver, applicant):
    ask(case, approver)
    correct(case, applicant)
    assert case.suspensions.get().ended_by == applicant
    case.refresh_from_db()
    assert case.promised_on == date(2026, 9, 30), "the 22nd is not counted, nor is the first day"


def test_the_rules_are_asked_again_and_the_review_begins_anew(case, approver, applicant):
    first = step(case, "review")
    assert case.decisions.count() == 1
    ask(case, approver)
    correct(case, applicant)

    asked = [deciding.opened(each.trace_sealed)["inputs"] for each in case.decisions.order_by("pk")]
    assert [inputs[BASIS]["value"] for inputs in asked] == ["none", "rent"]
    first.refresh_from_db()
    assert first.status == "cancelled"
    second = step(case, "review")
    assert second.task > first.task
    done = actions.complete(work_item_id=second.pk, user=approver, grant=True, words="", at=TUESDAY)
    assert done.status == "granted"


def test_without_a_step_to_go_back_to_the_open_work_goes_on(item, citizen):
    user = citizen(insured_months=None)
    case = apply(item, user)
    papers = step(case, "papers")
    correct(case, user, {"wants_card": "yes"})
    assert step(case, "papers") == papers
    assert answers_of(case)["wants_card"] == "yes"


def test_of_his_own_accord_nobody_asks_and_nothing_stands(case, applicant, approver):
    correct(case, applicant)
    made = case.corrections.get()
    assert (made.asked_at, made.asked_by, made.words_sealed, made.questions) == (
        *(None, None, None),
        [],
    )
    assert last(case, "tb:correction").details == {"questions": [BASIS], "asked": False}
    assert (case.suspensions.count(), told(approver)) == (0, [])
    assert ask(case, approver).questions == [BASIS], "the office may still ask once"


def test_a_question_that_the_correction_shows_is_answered_with_it(case, approver, applicant):
    """Who rents may hand in his lease; before, that was not asked."""
    ask(case, approver)
    correct(case, applicant, uploads={"residence_evidence": [PDF]})

    (kept,) = case.attachments.all()
    assert (kept.name, kept.material, kept.correction) == (
        *("合同.pdf", "address_proof"),
        case.corrections.get(),
    )
    assert answers_of(case)["residence_evidence"] == ["合同.pdf"]
    proof = case.requirements.get(material="address_proof").proof
    assert proof == Requirement.Proof.APPLICANT


def test_a_file_is_judged_as_with_an_application(case, applicant):
    bad = attachments.Upload("合同.exe", b"MZ")
    with refused(
        attachments.NotAFileWeTake,
        "合同.exe 不是 PDF、JPEG 或 PNG 文件，请另存为其中一种再上传。",
        "合同.exe is no PDF, JPEG or PNG; save it as one of these and hand it in again.",
    ):
        correct(case, applicant, uploads={"residence_evidence": [bad]})


def test_what_an_officer_accepted_stays_accepted(case, applicant):
    officer = Requirement.Proof.OFFICER
    case.requirements.filter(material="employment_proof").update(proof=officer)
    correct(case, applicant)
    assert case.requirements.get(material="employment_proof").proof == officer


def test_a_fact_may_be_disputed_with_it_and_goes_to_the_office_that_holds_it(case, applicant):
    correct(case, applicant, {}, disputed={"name": "错了一个字"})

    assert case.evidence.get(fact="name").disputed
    objection = Objection.objects.get()
    assert (objection.office.code, objection.raised_at) == ("GA", TUESDAY)
    assert case.requirements.get(material="identity_proof").proof == Requirement.Proof.OPEN
    assert case.decisions.order_by("pk")[1].result == Decision.Result.UNKNOWN
    correct(case, applicant, {BASIS: "rent"}, at=TUESDAY + timedelta(days=1))
    assert Objection.objects.count() == 1, "what was disputed stays so"
    with refused(
        correcting.NothingCorrected,
        f"所填内容与办件 {case.number} 现有内容相同，没有可以补正的。",
        f"Nothing is different from what case {case.number} says already.",
    ):
        correct(case, applicant, {}, disputed={"name": "还是错"})


def test_each_question_that_is_wrong_is_named_and_nothing_changes(case, approver, applicant):
    ask(case, approver)
    before = everything()
    with pytest.raises(actions.NotFilledIn) as told_:
        correct(case, applicant, {BASIS: "moon", "nonsense": "x"})
    assert set(told_.value.problems) == {BASIS, "nonsense"}
    assert everything() == before


def test_only_what_was_asked_for(case, approver, applicant):
    ask(case, approver)
    with refused(
        correcting.NotAskedFor,
        "未要求补正以下内容，请保持不变：您要实体卡吗？。",
        "You were asked to correct other questions, and these stay as they are: Do you want a "
        "card?.",
    ):
        correct(case, applicant, {BASIS: "rent", "wants_card": "yes"})
    correct(case, applicant, {BASIS: "rent", "wants_card": "no"})


def test_not_nothing(case, approver, applicant):
    ask(case, approver)
    for answers in ({}, {BASIS: "none"}):
        with refused(
            correcting.NothingCorrected,
            f"所填内容与办件 {case.number} 现有内容相同，没有可以补正的。",
            f"Nothing is different from what case {case.number} says already.",
        ):
            correct(case, applicant, answers)


def test_nobody_else_corrects(case, approver, citizen):
    for other in (approver, citizen("wang")):
        with refused(
            permissions.NotYourCase,
            f"您无权查看办件 {case.number}。",
            f"Case {case.number} is not yours to see.",
        ):
            correct(case, other)


def test_nothing_is_asked_of_the_applicant_that_he_was_not_asked(case, approver):
    """Unknown to the form, or hidden as his answers stand."""
    with refused(
        correcting.NotOnTheForm,
        f"办件 {case.number} 的申请表没有问过，无法补正：nonsense、"
        "租房合同、住宿证明、劳动合同或学籍证明（有就传）。",
        f"The applicant of case {case.number} was not asked this and cannot correct it: nonsense, "
        "Lease, proof of lodging, labour contract or proof of schooling (if you have one).",
    ):
        ask(case, approver, ["nonsense", BASIS, "residence_evidence"])


def test_what_the_registers_hold_is_not_the_applicants_to_correct(case, approver, applicant):
    with refused(
        correcting.HeldByUs,
        "以下内容来自政府数据，不由申请人填写：姓名。请由提供数据的部门核实。",
        "This comes from our own registers and not from the applicant: Name. Have it checked by "
        "the office that holds it.",
    ):
        ask(case, approver, ["name"])
    correct(case, applicant, {}, disputed={"name": "错了一个字"})
    assert ask(case, approver, ["name"]).questions == ["name"], "what he disputes is his to say"


def test_something_is_asked_for_and_said_why(case, approver):
    with refused(
        correcting.NothingAskedFor,
        "请至少选择一个需要申请人补正的问题。",
        "Name at least one question that the applicant is to correct.",
    ):
        ask(case, approver, [])
    with refused(
        history.SayTheReason,
        "请用 1 至 200 个字说明理由，理由将留在办件记录中。",
        "Say in 1 to 200 characters why: it stays in the history of the case.",
    ):
        ask(case, approver, words="")


def test_not_while_the_clock_stands_for_something_else(case, approver):
    suspending.suspend(
        case_id=case.pk, user=approver, ground="hearing", days=2, words="听证", at=MONDAY
    )
    with refused(
        suspending.AlreadySuspended,
        f"办件 {case.number} 自 2026-09-21 起已因听证停止计时，请先恢复计时。",
        f"The clock of case {case.number} has been stopped since 2026-09-21 (hearing): resume it "
        "first.",
    ):
        ask(case, approver)


def test_nobody_decides_while_the_applicant_has_time_to_correct(case, approver, applicant):
    ask(case, approver)
    with refused(
        locking.ApplicantCorrects,
        f"办件 {case.number} 正在等待申请人补正，最晚 2026-10-16；"
        "申请人补正或到期以后，才能办理下一步。",
        f"Case {case.number} waits for its applicant's corrections until 2026-10-16: the next step "
        "is done once they have come, or the day is over.",
    ):
        complete(case, approver)
    over = MONDAY + timedelta(days=26)
    assert complete(case, approver, at=over).status == "granted", "he let his time pass"


def test_after_his_days_he_may_still_correct_as_long_as_nothing_is_decided(
    case, approver, applicant
):
    ask(case, approver)
    over = MONDAY + timedelta(days=28)
    correct(case, applicant, at=over)
    assert last(case, "tb:clock").details["over"] == 1
    case.refresh_from_db()
    assert case.promised_on == date(2026, 10, 23), "no day more than was authorised"


@pytest.mark.parametrize(("role", "office"), [("clerk", "GA"), ("approver", "RS")])
def test_only_who_has_the_case_in_hand_asks(case, officer, role, office):
    other = officer("何静", role, office)
    with refused(
        permissions.NotHandling,
        f"只有公安局正在办理 {case.number} 的人员或该单位负责人可以作此处理。",
        f"Only whoever has case {case.number} in hand at {case.office.short_en}, or the head of "
        "that office, may do this.",
    ):
        ask(case, other)


def test_what_is_finished_is_not_corrected(case, approver, applicant, lead):
    complete(case, approver)
    words = (
        f"办件 {case.number} 已于 2026-09-21 办结，不能再作此处理。",
        f"Case {case.number} was finished on 2026-09-21: this can no longer be done with it.",
    )
    with refused(locking.Finished, *words):
        correct(case, applicant)
    with refused(locking.Finished, *words):
        ask(case, lead)


def test_not_while_nobody_would_read_it(case, applicant):
    """Its one step is gone, as while a time is waited for."""
    case.work_items.update(status="cancelled", closed_at=MONDAY)
    with refused(
        correcting.NobodyReads,
        f"办件 {case.number} 目前不在等待人工办理，暂不能补正，请稍后再试。",
        f"Case {case.number} waits for no person at the moment, so nobody would read a correction; "
        "try again once it does.",
    ):
        correct(case, applicant)


def test_what_the_page_of_a_correction_shows(case, approver):
    assert correcting.open_one(case) is None
    made = ask(case, approver)
    assert correcting.open_one(case) == made
    held = correcting.filled(case)
    assert held.typed == {
        "wants_card": "no",
        BASIS: "none",
        "employed_here": "false",
        "owns_home_here": "false",
    }
    told = {"questions_zh": "您因为什么住在这里？", "questions_en": "Why do you live here?"}
    assert held.questions([BASIS]) == told
    assert running.definition_of(case.version).correction == "collect"
    assert queries.page(case, MONDAY).answers[BASIS] == "none"
