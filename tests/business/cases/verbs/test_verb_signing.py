"""A colleague signs beside the one who decides."""

from datetime import timedelta

import pytest

from tests.business.applying import complete
from tests.business.cases.verbs.telling import audited, last, row, step, told
from tests.business.refusing import refused
from tests.known import MONDAY
from tongban.base.people.models import User
from tongban.business.cases import (
    actions,
    heat,
    locking,
    permissions,
    progress,
    queries,
    running,
)
from tongban.business.cases.heat import Asked
from tongban.business.cases.models import WorkItem
from tongban.business.cases.verbs import history, signing, suspending

pytestmark = pytest.mark.django_db
LATER = MONDAY + timedelta(hours=1)


def add(case, user, to, words="请核对住址"):
    work = step(case, "review").pk
    return signing.add_signer(work_item_id=work, user=user, to=to, words=words, at=MONDAY)


def sign(work: WorkItem, user: User, agree=True, words="", at=LATER):
    return signing.sign(work_item_id=work.pk, user=user, agree=agree, words=words, at=at)


def decide(case, user):
    return actions.complete(
        work_item_id=step(case, "review").pk, user=user, grant=True, words="", at=LATER
    )


def test_a_signer_gets_a_step_of_his_own_beside_the_one_that_decides(case, approver, lin):
    main = step(case, "review")
    made = add(case, approver, lin)

    assert (made.node, made.beside, made.assignee, made.status) == (
        "review",
        main.task,
        lin,
        "open",
    )
    by, to = str(approver.pk), str(lin.pk)
    assert row(last(case, "review")) == ("assign", by, "approver", "GA", to, "请核对住址", {})
    assert last(case, "review").instance == str(made.task)
    kept = audited(case)
    assert (kept.kind, kept.details) == ("work.signer_added", {"task": main.task, "signer": to})
    assert told(lin) == [
        (
            f"沈岚请您会签办件 {case.number} 的“人工审查”。请核对住址",
            f'沈岚 asks you to sign "Review by a person" of case {case.number}. 请核对住址',
        )
    ]
    assert queries.page(case, MONDAY).open_work == main


@pytest.mark.parametrize(
    ("agree", "words", "zh", "en"),
    [(True, "", "同意", "agrees"), (False, "地址不符", "不同意", "disagrees")],
)
def test_what_he_says_is_kept_and_told_to_who_asked(case, approver, lin, agree, words, zh, en):
    signed = sign(add(case, approver, lin), lin, agree, words)

    assert (signed.status, signed.done_by, signed.closed_at) == ("done", lin, LATER)
    assert row(last(case, "review")) == (
        *("complete", str(lin.pk), "approver", "GA", "", words),
        {"agree": agree},
    )
    kept = audited(case)
    assert (kept.kind, kept.actor, kept.details) == (
        *("work.signed", str(lin.pk)),
        {"task": signed.task, "agree": agree},
    )
    assert told(approver) == [
        (
            f"林涛会签办件 {case.number} 的“人工审查”：{zh}。{words}",
            f'林涛 {en}: "Review by a person" of case {case.number}. {words}'.strip(),
        )
    ]
    assert case.status == "running"
    assert decide(case, approver).status == "granted"


def test_who_decides_waits_for_everybody_who_was_asked(case, approver, lin, officer):
    third = officer("何静", "clerk")
    first, second = add(case, approver, lin), add(case, approver, third)
    with refused(
        signing.SignersFirst,
        f"办件 {case.number} 还在等待林涛, 何静会签。",
        f"Case {case.number} still waits for the signatures of 林涛, 何静.",
    ):
        decide(case, approver)
    sign(first, lin)
    with refused(
        signing.SignersFirst,
        f"办件 {case.number} 还在等待何静会签。",
        f"Case {case.number} still waits for the signatures of 何静.",
    ):
        decide(case, approver)
    sign(second, third)
    assert decide(case, approver).status == "granted"


def test_a_signature_does_not_end_the_visit_to_the_step(case, approver, lin):
    sign(add(case, approver, lin), lin)

    (visit,) = [each for each in progress.of(case).passages if each.node == "review"]
    assert (visit.left, visit.ended) == ("open", None)
    definition = running.definition_of(case.version)
    found = heat.of(definition, Asked((case.version_id,))).steps["review"]
    assert (found.visits, found.done, found.waiting) == (1, 0, 1)


def test_it_stands_in_the_list_of_the_signer_alone(case, approver, lin):
    made = add(case, approver, lin)
    assert {one.work_item for one in queries.to_do(lin, MONDAY)} == {made, step(case, "review")}
    assert [one.work_item for one in queries.to_do(approver, MONDAY)] == [step(case, "review")]


def test_a_signer_of_another_post_sees_only_what_he_signs(case, approver, lead):
    made = add(case, approver, lead)
    assert [one.work_item for one in queries.to_do(lead, MONDAY)] == [made]


def test_a_signer_does_not_decide(case, approver, lin):
    made = add(case, approver, lin)
    with refused(
        signing.SignInstead,
        f"办件 {case.number} 的这一步请您会签，不由您作出决定：请选择同意或不同意。",
        f"You are asked to sign this step of case {case.number}, not to decide it: agree or "
        "disagree.",
    ):
        actions.complete(work_item_id=made.pk, user=lin, grant=True, words="", at=MONDAY)


def test_nobody_signs_for_another(case, approver, lin):
    made = add(case, approver, lin)
    with refused(
        permissions.HandedOver,
        f"办件 {case.number} 的这一步已交由林涛办理；如需自己办理，请先收回。",
        f"This step of case {case.number} was handed to 林涛; take it back before you do it "
        "yourself.",
    ):
        sign(made, approver)


def test_who_decides_does_not_sign(case, approver):
    with refused(
        signing.NothingToSign,
        f"办件 {case.number} 的这一步不是会签，请直接办理。",
        f"Nobody asked for a signature here: this step of case {case.number} is to be decided.",
    ):
        sign(step(case, "review"), approver)


@pytest.mark.parametrize("words", ["", "  "])
def test_who_disagrees_says_why(case, approver, lin, words):
    made = add(case, approver, lin)
    with refused(signing.SayWhyNot, "不同意的，请写明理由。", "Whoever disagrees says why."):
        sign(made, lin, False, words)
    with refused(
        history.TooManyWords, "请用不超过 200 个字说明。", "Say it in at most 200 characters."
    ):
        sign(made, lin, True, "长" * 201)


def test_a_signer_asks_nobody_to_sign(case, approver, lin, officer):
    made, third = add(case, approver, lin), officer("何静")
    with refused(
        signing.SignerAsksNobody,
        f"办件 {case.number} 请您本人会签：只有作出决定的人可以请他人会签。",
        f"You are asked to sign case {case.number} yourself: only who decides it asks others to "
        "sign.",
    ):
        signing.add_signer(work_item_id=made.pk, user=lin, to=third, words="", at=MONDAY)


@pytest.mark.parametrize(
    ("role", "office"), [("steward", "GA"), ("approver", "RS"), ("supervisor", "GA")]
)
def test_only_who_works_with_cases_at_the_office_signs(case, approver, officer, role, office):
    other = officer("何静", role, office)
    with refused(
        signing.CannotSign,
        "何静在公安局没有办件岗位，不能会签。",
        f"何静 has no post at {case.office.short_en} that works with cases.",
    ):
        add(case, approver, other)


def test_nobody_signs_who_has_left(case, approver, lin):
    lin.is_active = False
    with refused(
        signing.CannotSign,
        "林涛在公安局没有办件岗位，不能会签。",
        f"林涛 has no post at {case.office.short_en} that works with cases.",
    ):
        add(case, approver, lin)


def test_nobody_signs_beside_himself_nor_twice(case, approver, lin):
    with refused(
        signing.DecidesHimself,
        f"办件 {case.number} 的这一步由您办理，请选择其他同事会签。",
        f"You decide this step of case {case.number} yourself: ask a colleague to sign beside you.",
    ):
        add(case, approver, approver)
    made = add(case, approver, lin)
    with refused(
        signing.SignsAlready,
        f"已请林涛会签办件 {case.number}。",
        f"林涛 was asked to sign case {case.number} already.",
    ):
        add(case, approver, lin)
    sign(made, lin)
    assert add(case, approver, lin).task > made.task, "once he has signed he may be asked again"


def test_nobody_signs_his_own_application(case, approver, lin, applicant):
    User.objects.filter(pk=applicant.pk).update(subject_id="")
    User.objects.filter(pk=lin.pk).update(subject_id=case.applicant_id)
    lin.refresh_from_db()
    with refused(
        permissions.YourOwnCase,
        f"办件 {case.number} 是您本人的申请，您应当回避，请由同事办理。",
        f"Case {case.number} is your own application: a colleague has to decide it.",
    ):
        add(case, approver, lin)


def test_nobody_signs_while_the_clock_stands(case, approver, lin):
    made = add(case, approver, lin)
    suspending.suspend(
        case_id=case.pk, user=approver, ground="testing", days=1, words="送检", at=MONDAY
    )
    with refused(
        locking.ClockStands,
        f"办件 {case.number} 因检测停止计时至 2026-09-21，须先恢复计时，才能办理下一步。",
        f"The clock of case {case.number} stands until 2026-09-21 (testing): it goes on before the "
        "next step is done.",
    ):
        sign(made, lin)


def test_withdrawing_calls_off_the_signatures_too(case, approver, lin, applicant):
    made = add(case, approver, lin)
    actions.withdraw(case_id=case.pk, user=applicant, at=LATER)
    with refused(
        locking.CalledOff,
        f"办件 {case.number} 的这一步已于 2026-09-21 11:00 取消，无需再办。",
        f"This step of case {case.number} was called off on 2026-09-21 11:00: nothing is left to "
        "do.",
    ):
        sign(made, lin)


def test_what_is_done_gets_no_signer(case, approver, lin):
    work = step(case, "review").pk
    complete(case, approver)
    with refused(
        locking.AlreadyDone,
        f"办件 {case.number} 的这一步已于 2026-09-21 10:00 办理。",
        f"This step of case {case.number} was done on 2026-09-21 10:00.",
    ):
        signing.add_signer(work_item_id=work, user=approver, to=lin, words="", at=MONDAY)
